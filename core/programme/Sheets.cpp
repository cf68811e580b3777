#include "core/programme/Sheets.h"

#include "core/programme/ImportText.h"

#include <algorithm>
#include <charconv>

namespace core::programme {

namespace {

constexpr size_t kMaxName = 200, kMaxNotes = 2000, kMaxEmail = 254, kMaxLocation = 200, kMaxSpecialty = 40;
constexpr int kMaxAbsenceDays = 366;
constexpr double kMinFte = 0.1, kMaxFte = 1.0, kAdjunctFte = 0.2;

struct ColumnName {
    const char* canonical;
    const char* title;                  ///< as messages name it
    std::vector<const char*> spellings; ///< letters and digits in lower case
};

struct SheetColumns {
    SheetKind kind;
    const char* name;
    std::vector<ColumnName> required, optional;
};

const std::vector<SheetColumns>& sheetColumns() {
    static const std::vector<SheetColumns> known{
        {SheetKind::Absences,
         "absences",
         {{"name", "Person or Name", {"person", "name", "personname"}},
          {"type", "Type", {"type", "absencetype"}},
          {"start", "Start Date", {"startdate", "start"}},
          {"end", "End Date", {"enddate", "end"}}},
         {{"notes", "Notes", {"notes", "note"}},
          {"tdy", "TDY Location", {"tdylocation", "location"}},
          {"status", "Status", {"status"}}}},
        {SheetKind::Roster,
         "roster",
         {{"name", "Name", {"name", "person", "personname"}}, {"type", "Type", {"type", "persontype"}}},
         {{"pgy", "PGY", {"pgy", "pgylevel"}},
          {"role", "Role", {"role", "facultyrole"}},
          {"fte", "FTE", {"fte"}},
          {"email", "Email", {"email", "mail", "emailaddress"}},
          {"specialties", "Specialties", {"specialties", "specialty"}},
          {"from", "Active From", {"activefrom"}},
          {"to", "Active To", {"activeto"}}}}};
    return known;
}

std::string headerKey(std::string_view title) {
    std::string key;
    for (const char c : lowerCase(title))
        if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))
            key += c;
    return key;
}

/// Assigns the header's columns to those of a kind; false when one is missing, unknown or twice there.
bool assign(const SheetColumns& kind, const std::vector<std::string>& header, std::map<std::string, size_t>& columns) {
    std::vector<const ColumnName*> known;
    for (const ColumnName& column : kind.required)
        known.push_back(&column);
    for (const ColumnName& column : kind.optional)
        known.push_back(&column);
    columns.clear();
    for (size_t i = 0; i < header.size(); ++i) {
        const std::string key = headerKey(header[i]);
        if (key.empty() && tidy(header[i]).empty())
            continue; // a column without a title is a comment
        const auto found = std::find_if(known.begin(), known.end(), [&](const ColumnName* column) {
            return std::any_of(column->spellings.begin(), column->spellings.end(),
                               [&](const char* spelling) { return key == spelling; });
        });
        if (found == known.end() || !columns.emplace((*found)->canonical, i).second)
            return false;
    }
    return std::all_of(kind.required.begin(), kind.required.end(),
                       [&](const ColumnName& column) { return columns.contains(column.canonical); });
}

std::string quotedList(const std::vector<std::string>& titles) {
    std::string list;
    for (const std::string& title : titles)
        list += (list.empty() ? "'" : ", '") + tidy(title) + "'";
    return list;
}

std::string expectedColumns() {
    std::string text;
    for (const SheetColumns& kind : sheetColumns()) {
        text += text.empty() ? "" : "; ";
        text += std::string("for ") + kind.name + " ";
        for (const ColumnName& column : kind.required)
            text += std::string(&column == &kind.required.front() ? "" : ", ") + column.title;
        text += " (and, if wanted, ";
        for (const ColumnName& column : kind.optional)
            text += std::string(&column == &kind.optional.front() ? "" : ", ") + column.title;
        text += ")";
    }
    return text;
}

/// Says what is wrong with one row, field by field.
class RowCheck {
  public:
    RowCheck(const Sheet& sheet, const CsvRow& row, std::vector<ImportError>& errors)
        : m_sheet(sheet), m_row(row), m_errors(errors) {
        if (std::any_of(row.fields.begin() + std::ptrdiff_t(std::min(row.fields.size(), width())), row.fields.end(),
                        [](const std::string& field) { return !tidy(field).empty(); }))
            wrong("", "the row has " + std::to_string(row.fields.size()) + " fields, the header fewer");
    }

    std::string cell(const std::string& column) const { return m_sheet.cell(m_row, column); }
    void wrong(const std::string& field, std::string message) {
        m_errors.push_back({m_sheet.file, m_row.number, field, std::move(message)});
        m_good = false;
    }
    bool isGood() const { return m_good; }

    std::string text(const std::string& column, const std::string& field, size_t longest) {
        std::string value = cell(column);
        if (value.size() > longest)
            wrong(field, "the text is longer than " + std::to_string(longest) + " bytes");
        return value;
    }

    std::optional<base::Date> date(const std::string& column, const std::string& field) {
        const auto value = sheetDate(cell(column));
        if (value)
            return *value;
        wrong(field, cell(column).empty() ? "the date is missing" : value.error().text());
        return std::nullopt;
    }

    std::string name() {
        const std::string value = personName(text("name", "name", kMaxName));
        if (value.empty())
            wrong("name", "the name is missing");
        return value;
    }

  private:
    size_t width() const {
        size_t most = 0;
        for (const auto& [column, position] : m_sheet.columns)
            most = std::max(most, position + 1);
        return most;
    }

    const Sheet& m_sheet;
    const CsvRow& m_row;
    std::vector<ImportError>& m_errors;
    bool m_good = true;
};

void readPgy(RowCheck& check, Person& person) {
    std::string digits;
    const std::string cell = lowerCase(check.cell("pgy"));
    for (const char c : cell)
        if (c >= '0' && c <= '9')
            digits += c;
    const std::string bare = headerKey(cell);
    if (person.isFaculty()) {
        if (!cell.empty())
            check.wrong("pgy", "a faculty member has no PGY level; leave it empty");
        return;
    }
    if (digits.size() != 1 || digits < "1" || digits > "3" ||
        (bare != digits && bare != "pgy" + digits && bare != "r" + digits))
        check.wrong("pgy", "a resident needs a PGY level of 1, 2 or 3" +
                               (cell.empty() ? std::string() : ", not '" + cell + "'"));
    else
        person.pgy = digits[0] - '0';
}

void readRole(RowCheck& check, Person& person) {
    std::string word = lowerCase(check.cell("role"));
    std::replace_if(
        word.begin(), word.end(), [](char c) { return c == ' ' || c == '-'; }, '_');
    if (!person.isFaculty()) {
        if (!word.empty() && word != "resident")
            check.wrong("role", "a resident has no faculty role; leave it empty");
        return;
    }
    const auto role = word.empty() ? std::optional(FacultyRole::Core) : facultyRoleFromText(word);
    if (role)
        person.role = *role;
    else
        check.wrong("role", "'" + check.cell("role") +
                                "' is not a role; use pd, apd, oic, dept_chief, sports_med, core or adjunct");
}

void readFte(RowCheck& check, Person& person) {
    person.fte = person.role == FacultyRole::Adjunct ? kAdjunctFte : 1.0;
    const std::string cell = check.cell("fte");
    if (cell.empty())
        return;
    double value = 0;
    const auto [end, problem] = std::from_chars(cell.data(), cell.data() + cell.size(), value);
    // The comparison also refuses what is not a number.
    if (problem != std::errc() || end != cell.data() + cell.size() || !(value >= kMinFte && value <= kMaxFte))
        check.wrong("fte", "'" + cell + "' is not an FTE from 0.1 to 1.0");
    else
        person.fte = value;
}

void readEmail(RowCheck& check, Person& person) {
    person.email = lowerCase(check.text("email", "email", kMaxEmail));
    if (person.email.empty())
        return;
    const size_t at = person.email.find('@');
    if (at == std::string::npos || at == 0 || at + 1 == person.email.size() || person.email.rfind('@') != at ||
        person.email.find_first_of(" ,;<>\"") != std::string::npos)
        check.wrong("email", "'" + person.email + "' is not an e-mail address");
}

/// Words separated by `;`, `|`, `/` or commas; `procedures` is the credential.
void readSpecialties(RowCheck& check, Person& person) {
    std::string word;
    const std::string cell = lowerCase(check.cell("specialties")) + ";";
    for (const char c : cell) {
        if (c != ';' && c != '|' && c != '/' && c != ',') {
            word += c == ' ' || c == '-' ? '_' : c;
            continue;
        }
        word.erase(0, word.find_first_not_of('_'));
        word.erase(word.find_last_not_of('_') + 1);
        if (word.size() > kMaxSpecialty)
            check.wrong("specialties", "a specialty is longer than " + std::to_string(kMaxSpecialty) + " characters");
        else if (!word.empty() && !person.hasSpecialty(word))
            person.specialties.push_back(word);
        word.clear();
    }
    person.performsProcedures = person.hasSpecialty("procedures");
}

void readActive(RowCheck& check, Person& person) {
    if (!check.cell("from").empty())
        if (const auto from = check.date("from", "active_from"))
            person.activeFrom = *from;
    if (!check.cell("to").empty())
        person.activeTo = check.date("to", "active_to");
    if (person.activeTo && *person.activeTo < person.activeFrom)
        check.wrong("active_to", "the end (" + base::formatDate(*person.activeTo) + ") is before the start (" +
                                     base::formatDate(person.activeFrom) + ")");
}

void readPeriod(RowCheck& check, Absence& absence) {
    const auto start = check.date("start", "start_date");
    const auto end = check.date("end", "end_date");
    if (!start || !end)
        return;
    absence.start = *start;
    absence.end = *end;
    if (absence.end < absence.start)
        check.wrong("end_date", "the end (" + base::formatDate(absence.end) + ") is before the start (" +
                                    base::formatDate(absence.start) + ")");
    else if ((absence.end - absence.start).count() >= kMaxAbsenceDays)
        check.wrong("end_date", "the absence is longer than " + std::to_string(kMaxAbsenceDays) + " days");
}

} // namespace

std::string Sheet::cell(const CsvRow& row, const std::string& column) const {
    const auto found = columns.find(column);
    return found == columns.end() || found->second >= row.fields.size() ? std::string()
                                                                        : tidy(row.fields[found->second]);
}

std::optional<Sheet> readSheet(const std::string& file, std::string_view text, std::vector<ImportError>& errors) {
    CsvSheet csv = readCsv(text);
    if (csv.problem) {
        errors.push_back({file, csv.problem->row, "", csv.problem->message});
        return std::nullopt;
    }
    if (csv.rows.empty()) {
        errors.push_back({file, 1, "", "the file is empty; expected columns: " + expectedColumns()});
        return std::nullopt;
    }
    Sheet sheet;
    sheet.file = file;
    const CsvRow header = csv.rows.front();
    for (const SheetColumns& kind : sheetColumns())
        if (assign(kind, header.fields, sheet.columns)) {
            sheet.kind = kind.kind;
            sheet.rows.assign(std::make_move_iterator(csv.rows.begin() + 1), std::make_move_iterator(csv.rows.end()));
            if (sheet.rows.size() <= kMaxSheetRows)
                return sheet;
            errors.push_back({file, sheet.rows[kMaxSheetRows].number, "",
                              "the sheet has " + std::to_string(sheet.rows.size()) + " rows; at most " +
                                  std::to_string(kMaxSheetRows) + " are taken at once, split it"});
            return std::nullopt;
        }
    errors.push_back({file, header.number, "",
                      "the columns " + quotedList(header.fields) +
                          " are not those of a sheet; expected columns: " + expectedColumns()});
    return std::nullopt;
}

std::vector<RosterEntry> rosterEntries(const Sheet& sheet, std::vector<ImportError>& errors) {
    std::vector<RosterEntry> entries;
    for (const CsvRow& row : sheet.rows) {
        RowCheck check(sheet, row, errors);
        Person person;
        person.name = check.name();
        const std::string type = lowerCase(check.cell("type"));
        if (type == "fac" || type == "faculty")
            person.type = PersonType::Faculty;
        else if (type != "res" && type != "resident") {
            check.wrong("type", type.empty() ? "the type is missing; use RES or FAC"
                                             : "'" + check.cell("type") + "' is not a type; use RES or FAC");
            continue;
        }
        readPgy(check, person);
        readRole(check, person);
        readFte(check, person);
        readEmail(check, person);
        readSpecialties(check, person);
        readActive(check, person);
        if (check.isGood())
            entries.push_back({row.number, sheet.file, std::move(person)});
    }
    return entries;
}

std::vector<AbsenceEntry> absenceEntries(const Sheet& sheet, std::vector<ImportError>& errors) {
    std::vector<AbsenceEntry> entries;
    for (const CsvRow& row : sheet.rows) {
        RowCheck check(sheet, row, errors);
        AbsenceEntry entry{row.number, sheet.file, check.name(), {}, {}, {}};
        if (const auto type = absenceTypeOf(check.cell("type")))
            entry.absence.type = *type;
        else
            check.wrong("type",
                        check.cell("type").empty()
                            ? "the type is missing; use one of " + absenceCodes()
                            : "'" + check.cell("type") + "' is not an absence type; use one of " + absenceCodes());
        readPeriod(check, entry.absence);
        if (const std::string word = lowerCase(check.cell("status")); !word.empty()) {
            if (const auto status = absenceStatusFromText(word))
                entry.absence.status = *status;
            else
                check.wrong("status", "'" + word +
                                          "' is not a status; use pending, approved, rejected, cancelled, "
                                          "anticipated, confirmed or denied");
        }
        entry.absence.awayFromProgramme = entry.absence.type != "conference" && entry.absence.type != "training";
        entry.notes = check.text("notes", "notes", kMaxNotes);
        entry.tdyLocation = check.text("tdy", "tdy_location", kMaxLocation);
        if (check.isGood())
            entries.push_back(std::move(entry));
    }
    return entries;
}

} // namespace core::programme
