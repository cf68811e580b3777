#include "core/programme/Csv.h"
#include "core/programme/ImportText.h"

#include <gtest/gtest.h>

using namespace core::programme;
using core::base::formatDate;

TEST(ProgrammeCsv, ReadsQuotesCommasNewlinesAndDoubledQuotes) {
    const CsvSheet sheet = readCsv("a,\"b, with comma\",\"two\nlines\",\"say \"\"hi\"\"\"\r\n1,,3,\n");
    ASSERT_FALSE(sheet.problem);
    ASSERT_EQ(sheet.rows.size(), 2u);
    EXPECT_EQ(sheet.rows[0].fields, (std::vector<std::string>{"a", "b, with comma", "two\nlines", "say \"hi\""}));
    EXPECT_EQ(sheet.rows[1].fields, (std::vector<std::string>{"1", "", "3", ""}));
    EXPECT_EQ(sheet.rows[1].number, 2);
}

TEST(ProgrammeCsv, AcceptsEveryLineEndingAByteOrderMarkAndEmptyLines) {
    for (const char* text : {"\xEF\xBB\xBFx,y\r\n\r\n1,2\r\n", "x,y\n\n1,2", "x,y\r\r1,2\r"}) {
        const CsvSheet sheet = readCsv(text);
        ASSERT_FALSE(sheet.problem);
        ASSERT_EQ(sheet.rows.size(), 2u);
        EXPECT_EQ(sheet.rows[0].fields, (std::vector<std::string>{"x", "y"}));
        EXPECT_EQ(sheet.rows[1].number, 3);
    }
}

TEST(ProgrammeCsv, AnEmptyTextHasNoRows) {
    EXPECT_TRUE(readCsv("").rows.empty());
    EXPECT_FALSE(readCsv("\xEF\xBB\xBF").problem);
    EXPECT_TRUE(readCsv("\n\r\n").rows.empty());
}

TEST(ProgrammeCsv, SaysInWhichRowTheTextIsBroken) {
    const auto problemOf = [](std::string_view text) {
        const CsvSheet sheet = readCsv(text);
        return sheet.problem ? std::to_string(sheet.problem->row) + ": " + sheet.problem->message : std::string("none");
    };
    EXPECT_EQ(problemOf("a,b\n\"open").substr(0, 25), "2: a quoted field is not ");
    EXPECT_EQ(problemOf("a,b\n1,\"x\"y\n").substr(0, 7), "2: text");
    EXPECT_EQ(problemOf("a,b\n1,x\"y\n").substr(0, 10), "2: a quote");
    EXPECT_NE(problemOf("a,b\nJos\xE9,1\n").find("2: the text is not UTF-8"), std::string::npos);
    EXPECT_NE(problemOf("a\xED\xA0\x80").find("not UTF-8"), std::string::npos);
    EXPECT_NE(problemOf("\xFF\xFE").find("UTF-16"), std::string::npos);
    EXPECT_NE(problemOf(std::string_view("a\0b", 3)).find("NUL"), std::string::npos);
    EXPECT_NE(problemOf("a,b\n" + std::string(kMaxCsvRecord + 1, 'x')).find("2: the record is longer"),
              std::string::npos);
}

TEST(ProgrammeImportText, NamesAreTheSameHoweverTheyAreWritten) {
    for (const char* text : {"Kara Branby", "Branby, Kara", "Dr. Kara Branby", "Kara Branby, MD", "BRANBY, Dr. KARA, D.O.",
                             "  kara   branby ", "CPT Kara Branby MD MPH", "Branby,Kara"})
        EXPECT_EQ(nameKey(text), "kara branby") << text;
    EXPECT_EQ(personName("Branby, Kara"), "Kara Branby");
    EXPECT_EQ(personName("Kim Do"), "Kim Do");
    EXPECT_EQ(personName("Dr."), "Dr.");
    EXPECT_EQ(personName(" , MD"), "");
}

TEST(ProgrammeImportText, DatesAreReadInTheUsualForms) {
    for (const char* text : {"2026-07-31", "2026/07/31", "20260731", "07/31/2026", "7/31/26", "31 Jul 2026", "31-Jul-26",
                             "31JUL2026", "Jul 31, 2026", "July 31 2026", "2026-07-31T00:00:00", "2026-07-31 08:15:00"}) {
        const auto date = sheetDate(text);
        ASSERT_TRUE(date) << text << ": " << date.error().text();
        EXPECT_EQ(formatDate(*date), "2026-07-31") << text;
    }
}

TEST(ProgrammeImportText, DatesThatCannotBeAreRefused) {
    for (const char* text : {"2026-02-30", "13/45/2026", "31/12/2026", "29 Feb 2027", "tomorrow", "", "2026", "12/2026",
                             "1-2-3-4", "1926-07-01", "32 Jan 2026", "2026-07-31-01", "0/0/0000", "99999999999-1-1", "2026-07-257", "7/257/2026",
                             "257 Jul 2026", "2026-257-01"})
        EXPECT_FALSE(sheetDate(text)) << text;
    EXPECT_TRUE(sheetDate("29 Feb 2028"));
    EXPECT_NE(sheetDate("2026-02-30").error().message.find("2026-02-30"), std::string::npos);
}

TEST(ProgrammeImportText, AbsenceCodesAndWordsAreUnderstood) {
    EXPECT_EQ(absenceTypeOf("vac"), "vacation");
    EXPECT_EQ(absenceTypeOf("MAT/PAT"), "maternity_paternity");
    EXPECT_EQ(absenceTypeOf("Family Emergency"), "family_emergency");
    EXPECT_EQ(absenceTypeOf("PCS"), "pcs");
    EXPECT_EQ(absenceTypeOf("LV"), "vacation");
    EXPECT_FALSE(absenceTypeOf("HOLIDAY"));
    EXPECT_FALSE(absenceTypeOf(""));
}

TEST(ProgrammeImportText, SimilarityIsOneForEqualTextsAndFallsWithEdits) {
    EXPECT_DOUBLE_EQ(similarity("kara branby", "kara branby"), 1.0);
    EXPECT_GT(similarity("kara branby", "kara brandby"), 0.9);
    EXPECT_LT(similarity("kara branby", "tor ulmvale"), 0.5);
}
