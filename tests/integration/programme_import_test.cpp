#include "core/programme/Importer.h"
#include "core/programme/store/ProgrammeReader.h"
#include "core/programme/store/ProgrammeSchema.h"
#include "core/programme/store/ProgrammeWriter.h"
#include "core/store/Database.h"
#include "tests/support/TemporaryFolder.h"

#include <fstream>
#include <gtest/gtest.h>

using core::base::ErrorCode;
using core::programme::DryRun;
using core::programme::ImportReport;
using core::store::Connection;
using core::store::Database;

namespace {

const core::base::Instant kImportNow = *core::base::parseInstant("2026-11-20T18:00:00Z");

constexpr const char* kRoster = "name,type,pgy,role,fte,email,specialties,active_from,active_to\n"
                                "Kara Branby,RES,1,,,kara.branby@example.test,,2026-07-01,\n"
                                "\"Corley, Loren\",RES,PGY-3,,,,,,2027-06-30\n"
                                "\"Dr. Mina Dalgrove, MD\",FAC,,pd,1.0,mina@example.test,obstetrics; procedures,,\n"
                                "Rerik Falton,FAC,,adjunct,0.2,,,,\n"
                                "Tati Norvale,FAC,,,0.5,,sports medicine,,\n";

constexpr const char* kAbsences = "Person,Type,Start Date,End Date,Notes,TDY Location\n"
                                  "\"Branby, Kara\",VAC,2026-12-21,2026-12-27,\"family, at home\",\n"
                                  "Loren Corley,TDY,1/4/2027,15 Jan 2027,,Northern detachment\n"
                                  "Mina Dalgrove,CONF,20270301,20270303,,\n";

/// A database and a folder for sheets.
class ProgrammeImport : public testing::Test {
  protected:
    ProgrammeImport() {
        auto opened = Database::open(m_folder / "core.db", core::programme::store::programmeMigrations());
        EXPECT_TRUE(opened) << opened.error().text();
        m_database = std::move(*opened);
        std::filesystem::create_directory(sheets());
    }

    std::filesystem::path sheets() const { return m_folder / "sheets"; }
    std::filesystem::path put(const std::string& name, std::string_view text) const {
        std::ofstream(sheets() / name, std::ios::binary) << text;
        return sheets() / name;
    }
    core::base::Result<ImportReport> import(const std::filesystem::path& path, DryRun dryRun = DryRun::No) {
        return m_database->write(
            [&](Connection& db) { return core::programme::importPath(db, path, dryRun, kImportNow); });
    }
    core::programme::Stats stats() {
        return *m_database->read([](Connection& db) { return core::programme::store::readStats(db); });
    }
    core::programme::Programme programme() {
        const auto from = core::base::makeDate(2026, 7, 1), to = core::base::makeDate(2027, 6, 30);
        return *m_database->read(
            [&](Connection& db) { return core::programme::store::readProgramme(db, from, to); });
    }
    /// The one error that the import of an absences sheet with this row reports.
    std::string refusal(const std::string& row) {
        const auto report = import(put("absences.csv", "Name,Type,Start Date,End Date\n" + row + "\n"));
        if (!report)
            return "failed: " + report.error().text();
        if (report->errors.size() != 1)
            return std::to_string(report->errors.size()) + " errors";
        const auto& error = report->errors.front();
        return std::to_string(error.row) + " " + error.field + ": " + error.message;
    }

    tests::TemporaryFolder m_folder;
    std::unique_ptr<Database> m_database;
};

} // namespace

TEST_F(ProgrammeImport, AFolderWithARosterAndAbsencesStartsAProgramme) {
    put("z_roster.csv", kRoster);
    put("absences.csv", kAbsences);
    const auto report = import(sheets());
    ASSERT_TRUE(report) << report.error().text();
    for (const auto& error : report->errors)
        ADD_FAILURE() << error.file << ":" << error.row << " " << error.field << " " << error.message;
    EXPECT_EQ(report->created, 8);
    EXPECT_EQ(report->skipped, 0);

    const auto read = programme();
    ASSERT_EQ(read.people.size(), 5u);
    EXPECT_EQ(read.people[1].name, "Loren Corley");
    EXPECT_EQ(read.people[1].pgy, 3);
    EXPECT_EQ(read.people[1].activeFrom, core::base::makeDate(2026, 7, 1));
    EXPECT_EQ(read.people[2].name, "Mina Dalgrove");
    EXPECT_EQ(read.people[2].role, core::programme::FacultyRole::Pd);
    EXPECT_TRUE(read.people[2].performsProcedures);
    EXPECT_TRUE(read.people[2].hasSpecialty("obstetrics"));
    EXPECT_EQ(read.people[4].role, core::programme::FacultyRole::Core);
    EXPECT_DOUBLE_EQ(read.people[4].fte, 0.5);
    EXPECT_TRUE(read.people[4].hasSpecialty("sports_medicine"));
    EXPECT_EQ(read.days.size(), 365u);
    EXPECT_FALSE(read.rotations.empty());
    EXPECT_FALSE(read.requirements.empty());
    EXPECT_FALSE(read.commitments.empty());
    ASSERT_EQ(read.absences.size(), 3u);
    EXPECT_EQ(read.absences[1].type, "tdy");
    EXPECT_EQ(core::base::formatDate(read.absences[1].end), "2027-01-15");
    EXPECT_TRUE(read.isAbsent(0, core::base::makeDate(2026, 12, 24), core::programme::Half::Am));
}

TEST_F(ProgrammeImport, ADryRunReportsAndWritesNothing) {
    put("roster.csv", kRoster);
    put("absences.csv", kAbsences);
    const auto report = import(sheets(), DryRun::Yes);
    ASSERT_TRUE(report);
    EXPECT_TRUE(report->dryRun);
    EXPECT_EQ(report->created, 8);
    EXPECT_TRUE(report->errors.empty());
    EXPECT_FALSE(stats().present);
}

TEST_F(ProgrammeImport, ASecondImportSkipsWhatIsThere) {
    put("roster.csv", kRoster);
    put("absences.csv", kAbsences);
    ASSERT_TRUE(import(sheets()));
    const auto again = import(sheets());
    ASSERT_TRUE(again);
    EXPECT_EQ(again->created, 0);
    EXPECT_EQ(again->skipped, 8);
    EXPECT_EQ(stats().absences, 3);
}

TEST_F(ProgrammeImport, AnyErrorInAnyRowImportsNothing) {
    put("roster.csv", kRoster);
    put("absences.csv", std::string(kAbsences) + "Nobody Known,VAC,2026-12-01,2026-12-02,,\n"
                                                 "Kara Branby,VAC,2026-12-09,2026-12-01,,\n");
    const auto report = import(sheets());
    ASSERT_TRUE(report);
    ASSERT_EQ(report->errors.size(), 2u);
    EXPECT_EQ(report->created, 0);
    EXPECT_EQ(report->errors[0].file, "absences.csv");
    EXPECT_EQ(report->errors[0].row, 5);
    EXPECT_EQ(report->errors[1].row, 6);
    EXPECT_EQ(report->errors[1].field, "end_date");
    EXPECT_FALSE(stats().present);
    const auto people = m_database->read([](Connection& db) -> core::base::Result<int> {
        auto row = db.query("SELECT count(*) FROM person");
        row.step();
        return row.intAt(0);
    });
    EXPECT_EQ(*people, 0);
}

TEST_F(ProgrammeImport, EveryKindOfBadAbsenceIsNamedWithRowAndField) {
    ASSERT_TRUE(import(put("roster.csv", kRoster)));
    EXPECT_EQ(refusal("Kara Branby,HOLIDAY,2026-12-01,2026-12-02").substr(0, 17), "2 type: 'HOLIDAY'");
    EXPECT_EQ(refusal("Kara Branby,,2026-12-01,2026-12-02").substr(0, 27), "2 type: the type is missing");
    EXPECT_EQ(refusal("Kara Branby,VAC,2026-02-30,2026-12-02").substr(0, 39),
              "2 start_date: there is no day '2026-02-");
    EXPECT_EQ(refusal("Kara Branby,VAC,2026-12-01,soon").substr(0, 18), "2 end_date: 'soon'");
    EXPECT_EQ(refusal("Kara Branby,VAC,2026-12-01,").substr(0, 31), "2 end_date: the date is missing");
    EXPECT_EQ(refusal("Kara Branby,VAC,2026-12-02,2026-12-01").substr(0, 19), "2 end_date: the end");
    EXPECT_EQ(refusal("Kara Branby,DEP,2026-01-01,2027-12-31").substr(0, 30), "2 end_date: the absence is lon");
    EXPECT_EQ(refusal(",VAC,2026-12-01,2026-12-02").substr(0, 27), "2 name: the name is missing");
    EXPECT_NE(refusal("Kara Brandby,VAC,2026-12-01,2026-12-02").find("did you mean Kara Branby?"), std::string::npos);
    EXPECT_EQ(refusal("Kara Branby,VAC,2026-12-01,2026-12-02,more").substr(0, 12), "2 : the row ");
    EXPECT_EQ(refusal("Kara \"K\" Branby,VAC,2026-12-01,2026-12-02").substr(0, 11), "2 : a quote");
    EXPECT_EQ(refusal("Jos\xE9,VAC,2026-12-01,2026-12-02").substr(0, 24), "2 : the text is not UTF-");
    EXPECT_EQ(stats().absences, 0);
    EXPECT_EQ(refusal("Kara Branby,VAC,2026-12-01,2026-12-02"), "0 errors");
    EXPECT_EQ(stats().absences, 1);
}

TEST_F(ProgrammeImport, EveryKindOfBadRosterRowIsNamedWithItsField) {
    const auto report = import(put("roster.csv", "Name,Type,PGY,Role,FTE,Email,Active From,Active To\n"
                                                 "Kara Branby,RES,4,,,,,\n"
                                                 "Loren Corley,RES,,,,,,\n"
                                                 "Mina Dalgrove,FAC,2,,,,,\n"
                                                 "Rerik Falton,FAC,,boss,,,,\n"
                                                 "Tati Norvale,FAC,,core,1.5,,,\n"
                                                 "Sora Pelldale,FAC,,core,nan,,,\n"
                                                 "Vena Quinton,XXX,,,,,,\n"
                                                 "Nalia Rosmere,RES,2,,,not an address,,\n"
                                                 "Drisa Stenholm,RES,2,,,,2027-01-01,2026-01-01\n"
                                                 "Juko Torley,RES,2,pd,,,,\n"));
    ASSERT_TRUE(report);
    std::string found;
    for (const auto& error : report->errors)
        found += std::to_string(error.row) + error.field + " ";
    EXPECT_EQ(found, "2pgy 3pgy 4pgy 5role 6fte 7fte 8type 9email 10active_to 11role ");
    EXPECT_FALSE(stats().present);
}

TEST_F(ProgrammeImport, WrongColumnsAreToldWithTheExpectedOnes) {
    const auto report = import(put("roster.csv", "Employee,Kind\nKara Branby,RES\n"));
    ASSERT_TRUE(report);
    ASSERT_EQ(report->errors.size(), 1u);
    EXPECT_EQ(report->errors[0].row, 1);
    EXPECT_NE(report->errors[0].message.find("'Employee', 'Kind'"), std::string::npos);
    EXPECT_NE(report->errors[0].message.find("Start Date"), std::string::npos);
    EXPECT_NE(report->errors[0].message.find("PGY"), std::string::npos);
    const auto semicolons = import(put("roster.csv", "name;type\nKara Branby;RES\n"));
    EXPECT_EQ(semicolons->errors.size(), 1u);
    const auto twice = import(put("roster.csv", "name,type,type\nKara Branby,RES,RES\n"));
    EXPECT_EQ(twice->errors.size(), 1u);
}

TEST_F(ProgrammeImport, AnEmptyFileIsAnErrorNotASuccess) {
    for (const char* text : {"", "\xEF\xBB\xBF", "\r\n\r\n"}) {
        const auto report = import(put("roster.csv", text));
        ASSERT_TRUE(report);
        ASSERT_EQ(report->errors.size(), 1u);
        EXPECT_NE(report->errors[0].message.find("empty"), std::string::npos);
    }
}

TEST_F(ProgrammeImport, ByteOrderMarkAndCarriageReturnsDoNotMatter) {
    std::string text = "\xEF\xBB\xBF";
    for (const char* c = kRoster; *c; ++c)
        text += *c == '\n' ? "\r\n" : std::string(1, *c);
    const auto report = import(put("roster.csv", text));
    ASSERT_TRUE(report);
    EXPECT_TRUE(report->errors.empty());
    EXPECT_EQ(report->created, 5);
}

TEST_F(ProgrammeImport, MoreThanTenThousandRowsAreRefused) {
    std::string text = "Name,Type,PGY\n";
    for (int i = 0; i < 10'001; ++i)
        text += "Kara Branby,RES,1\n";
    const auto report = import(put("roster.csv", text));
    ASSERT_TRUE(report);
    ASSERT_EQ(report->errors.size(), 1u);
    EXPECT_NE(report->errors[0].message.find("10001"), std::string::npos);
}

TEST_F(ProgrammeImport, ALongListOfErrorsIsCutAndSaysSo) {
    std::string text = "Name,Type,PGY\n";
    for (int i = 0; i < 2'000; ++i)
        text += "Kara Branby,RES,9\n";
    const auto report = import(put("roster.csv", text));
    ASSERT_TRUE(report);
    ASSERT_EQ(report->errors.size(), 501u);
    EXPECT_EQ(report->errors.back().message, "1500 further errors are not listed");
}

TEST_F(ProgrammeImport, PathsThatCannotBeReadAreErrors) {
    EXPECT_EQ(import(m_folder / "nowhere.csv").error().code, ErrorCode::NotFound);
    EXPECT_EQ(import(sheets()).error().code, ErrorCode::NotFound);
    EXPECT_EQ(import(put("roster.xlsx", "PK")).error().code, ErrorCode::InvalidParams);
    EXPECT_EQ(import(put("absences.csv", kAbsences)).error().code, ErrorCode::NotFound);
}

TEST_F(ProgrammeImport, ARosterAddsToTheProgrammeThatIsThere) {
    const auto today = core::base::makeDate(2026, 11, 20);
    ASSERT_TRUE(m_database->write(
        [&](Connection& db) { return core::programme::store::createSample(db, {}, today); }));
    const auto report = import(put("roster.csv", kRoster));
    ASSERT_TRUE(report);
    EXPECT_EQ(report->created, 5);
    EXPECT_EQ(stats().faculty, 16);
    EXPECT_EQ(stats().name, "Sample Family Medicine Residency");
}

TEST_F(ProgrammeImport, TwoPeopleWithOneAddressAreRefused) {
    const auto report = import(put("roster.csv", "Name,Type,PGY,Email\nKara Branby,RES,1,a@example.test\n"
                                                 "Loren Corley,RES,1,A@example.test\n"));
    ASSERT_TRUE(report);
    ASSERT_EQ(report->errors.size(), 1u);
    EXPECT_EQ(report->errors[0].field, "email");
}
