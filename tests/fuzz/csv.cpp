// Sheets of people and absences, from the text of the file to the checked rows.
// Input: the text of a CSV file.

#include "core/programme/Csv.h"
#include "core/programme/ImportText.h"
#include "core/programme/Sheets.h"
#include "tests/fuzz/Target.h"

#include <algorithm>
#include <set>

using core::programme::CsvSheet;
using core::programme::ImportError;
using core::programme::Sheet;
using tests::fuzz::holds;

namespace {

/// The sheet as a plain writer writes it: every field in quotes.
std::string written(const CsvSheet& sheet) {
    std::string text;
    for (const auto& row : sheet.rows) {
        for (size_t i = 0; i < row.fields.size(); ++i) {
            text += i == 0 ? "\"" : ",\"";
            for (const char c : row.fields[i])
                text += c == '"' ? std::string("\"\"") : std::string(1, c);
            text += '"';
        }
        text += "\r\n";
    }
    return text;
}

bool isUtf8(const std::string& text) {
    return core::base::parseJson("[" + core::base::dumpJson(text) + "]").has_value() &&
           core::base::dumpJson(text).find("\xEF\xBF\xBD") == std::string::npos;
}

void isRight(const CsvSheet& sheet, std::string_view text) {
    int before = 0;
    size_t bytes = 0;
    for (const auto& row : sheet.rows) {
        holds(row.number > before, "rows are counted upwards");
        holds(!row.fields.empty(), "a row has a field");
        before = row.number;
        for (const std::string& field : row.fields) {
            bytes += field.size();
            holds(field.find('\0') == std::string::npos, "a field is text");
            holds(isUtf8(field) || text.find("\xEF\xBF\xBD") != std::string_view::npos, "a field is UTF-8", field);
        }
    }
    holds(bytes <= text.size(), "no field has more than the file");
    if (sheet.problem) {
        holds(sheet.problem->row > before && !sheet.problem->message.empty(), "a problem names its row and what is wrong");
        return;
    }
    const CsvSheet back = core::programme::readCsv(written(sheet));
    holds(!back.problem && back.rows.size() == sheet.rows.size() &&
              std::equal(back.rows.begin(), back.rows.end(), sheet.rows.begin(),
                         [](const auto& a, const auto& b) { return a.fields == b.fields; }),
          "a sheet is the same after it was written");
}

/// The numbers that stand in a text.
std::set<int> numbersIn(const std::string& text) {
    std::set<int> numbers;
    for (size_t at = 0; at < text.size();) {
        size_t end = at;
        while (end < text.size() && text[end] >= '0' && text[end] <= '9')
            ++end;
        if (end > at && end - at < 9)
            numbers.insert(std::stoi(text.substr(at, end - at)));
        at = std::max(end, at + 1);
    }
    return numbers;
}

void dateIsWhatWasWritten(const std::string& cell) {
    const auto date = core::programme::sheetDate(cell);
    if (!date)
        return tests::fuzz::isExplained(date.error());
    const std::chrono::year_month_day ymd(*date);
    const int year = int(ymd.year()), month = int(unsigned(ymd.month())), day = int(unsigned(ymd.day()));
    holds(year >= 2000 && year <= 2099, "a date is of this century", cell);
    holds(core::programme::sheetDate(core::base::formatDate(*date)).value_or(core::base::Date()) == *date,
          "a date is the same after it was written", cell);
    const std::set<int> numbers = numbersIn(cell);
    if (numbers.contains(year * 10'000 + month * 100 + day))
        return;
    const bool hasLetters = std::any_of(cell.begin(), cell.end(), [](unsigned char c) { return std::isalpha(c); });
    holds(numbers.contains(day) && (numbers.contains(year) || numbers.contains(year % 100)) &&
              (hasLetters || numbers.contains(month)),
          "a date is the one that was written", cell);
}

void isRight(const core::programme::Person& person) {
    holds(!person.name.empty(), "a person has a name");
    holds(person.isFaculty() ? person.pgy == 0 : person.pgy >= 1 && person.pgy <= 3, "a resident has a year", person.name);
    holds(person.fte >= 0.1 && person.fte <= 1.0, "an FTE is between 0.1 and 1", person.name);
    holds(!person.activeTo || *person.activeTo >= person.activeFrom, "nobody leaves before they come", person.name);
}

/// Every row is taken, or something is said about it.
template <class Entry>
void nothingIsLost(const Sheet& sheet, const std::vector<Entry>& entries, const std::vector<ImportError>& errors) {
    std::set<int> taken, wrong;
    for (const Entry& entry : entries)
        taken.insert(entry.row);
    for (const ImportError& error : errors) {
        holds(!error.message.empty() && error.row > 0, "an error names its row and what is wrong", error.field);
        wrong.insert(error.row);
    }
    for (const auto& row : sheet.rows)
        holds(taken.contains(row.number) != wrong.contains(row.number), "a row is taken, or it is said why not");
}

void readPeople(const Sheet& sheet) {
    std::vector<ImportError> errors;
    const auto entries = core::programme::rosterEntries(sheet, errors);
    nothingIsLost(sheet, entries, errors);
    for (const auto& entry : entries)
        isRight(entry.person);
}

void readAbsences(const Sheet& sheet) {
    std::vector<ImportError> errors;
    const auto entries = core::programme::absenceEntries(sheet, errors);
    nothingIsLost(sheet, entries, errors);
    for (const auto& entry : entries) {
        const auto& absence = entry.absence;
        holds(!entry.name.empty() && !absence.type.empty(), "an absence is somebody's and has a type");
        holds(absence.start <= absence.end && absence.end - absence.start < std::chrono::days(366),
              "an absence ends within a year of its start", entry.name);
    }
}

void namesAreStable(const std::string& cell) {
    const std::string key = core::programme::nameKey(cell);
    holds(core::programme::nameKey(core::programme::tidy(cell)) == key, "a name is the same with single spaces", cell);
    holds(core::programme::similarity(key, key) == 1.0, "a name is like itself", key);
    if (const auto type = core::programme::absenceTypeOf(cell))
        holds(core::programme::absenceTypeOf(*type) == type, "a type of absence is its own name", cell);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
    const std::string_view text = tests::fuzz::textOf(bytes, size);
    const CsvSheet csv = core::programme::readCsv(text);
    isRight(csv, text);
    for (const auto& row : csv.rows)
        for (const std::string& field : row.fields) {
            dateIsWhatWasWritten(field);
            namesAreStable(field);
        }
    std::vector<ImportError> errors;
    const auto sheet = core::programme::readSheet("sheet.csv", text, errors);
    holds(sheet.has_value() == errors.empty(), "a file is a sheet, or it is said why not");
    if (sheet)
        sheet->kind == core::programme::SheetKind::Roster ? readPeople(*sheet) : readAbsences(*sheet);
    return 0;
}
