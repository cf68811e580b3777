#include "core/programme/Importer.h"

#include "core/base/Uuid.h"
#include "core/base/Zone.h"
#include "core/programme/ImportText.h"
#include "core/programme/Sheets.h"
#include "core/programme/store/ImportWriter.h"
#include "core/programme/store/PersonWriter.h"
#include "core/programme/store/ProgrammeReader.h"

#include <algorithm>
#include <cstdlib>
#include <fstream>

namespace core::programme {

using base::Error;
using base::ErrorCode;
using base::Result;
using core::store::Connection;
namespace fs = std::filesystem;

namespace {

constexpr uintmax_t kMaxFileBytes = 32u * 1024 * 1024;
constexpr size_t kMaxReportedErrors = 500;
constexpr double kAlike = 0.75; ///< names from which on one is offered in place of an unknown one

bool isCsv(const fs::path& file) {
    return lowerCase(file.extension().string()) == ".csv";
}

/// The files to read: the one named, or all .csv files of the folder by name.
Result<std::vector<fs::path>> filesAt(const fs::path& path) {
    std::error_code problem;
    const fs::file_status status = fs::status(path, problem);
    if (!fs::exists(status))
        return Error{ErrorCode::NotFound, "there is no file or folder " + path.string(), "Check the path", {}};
    if (!fs::is_directory(status)) {
        if (!fs::is_regular_file(status))
            return Error{
                ErrorCode::InvalidParams, path.string() + " is not a file", "Choose a CSV file or a folder", {}};
        if (!isCsv(path))
            return Error{ErrorCode::InvalidParams,
                         path.filename().string() + " is not a .csv file",
                         "Save the sheet as CSV UTF-8",
                         {}};
        return std::vector<fs::path>{path};
    }
    std::vector<fs::path> files;
    fs::directory_iterator entry(path, problem), end;
    for (; !problem && entry != end; entry.increment(problem))
        if (isCsv(entry->path()) && entry->is_regular_file(problem))
            files.push_back(entry->path());
    if (problem)
        return Error{ErrorCode::Io,
                     "the folder " + path.string() + " cannot be read: " + problem.message(),
                     "Check its permissions",
                     {}};
    if (files.empty())
        return Error{ErrorCode::NotFound,
                     "there is no .csv file in " + path.string(),
                     "Put a roster or an absences sheet there",
                     {}};
    std::sort(files.begin(), files.end());
    return files;
}

Result<std::string> readFile(const fs::path& file) {
    std::error_code problem;
    const uintmax_t size = fs::file_size(file, problem);
    if (!problem && size > kMaxFileBytes)
        return Error{
            ErrorCode::InvalidParams, file.filename().string() + " is larger than 32 MiB", "Split the file", {}};
    std::ifstream stream(file, std::ios::binary);
    std::string text((std::istreambuf_iterator<char>(stream)), std::istreambuf_iterator<char>());
    if (problem || !stream.good() || stream.bad())
        return Error{ErrorCode::Io, "the file " + file.string() + " cannot be read", "Check its permissions", {}};
    return text;
}

/// The zone of this machine, by the name that TZ or /etc/localtime give; UTC when they give none.
std::string machineZone() {
    if (const char* name = std::getenv("TZ"); name && *name && base::Zone::find(name))
        return name;
    std::error_code problem;
    const std::string target = fs::read_symlink("/etc/localtime", problem).string();
    const std::string marker = "zoneinfo/";
    const size_t at = target.find(marker);
    if (!problem && at != std::string::npos)
        if (const std::string name = target.substr(at + marker.size()); base::Zone::find(name))
            return name;
    return base::Zone::utc().name();
}

/// One import: everything is read and checked before anything is written.
class Import {
  public:
    Import(Connection& db, base::Instant now) : m_db(db), m_now(now), m_existed(store::hasProgramme(db)) {
        for (store::KnownPerson& person : store::readKnownPeople(db))
            know(std::move(person));
        m_absenceKeys = store::readAbsenceKeys(db);
    }

    Result<void> read(const fs::path& file) {
        const auto text = readFile(file);
        if (!text)
            return text.error();
        const auto sheet = readSheet(file.filename().string(), *text, m_report.errors);
        if (!sheet)
            return {};
        if (sheet->kind == SheetKind::Roster)
            for (RosterEntry& entry : rosterEntries(*sheet, m_report.errors))
                m_roster.push_back(std::move(entry));
        else
            for (AbsenceEntry& entry : absenceEntries(*sheet, m_report.errors))
                m_absences.push_back(std::move(entry));
        (sheet->kind == SheetKind::Roster ? m_sawRoster : m_sawAbsences) = true;
        return {};
    }

    Result<ImportReport> finish(DryRun dryRun) {
        if (!m_existed && m_sawAbsences && !m_sawRoster)
            return Error{ErrorCode::NotFound,
                         "there is no programme to import absences into",
                         "Import a roster first, or a folder with a roster and the absences",
                         {}};
        checkRoster();
        checkAbsences();
        m_report.dryRun = dryRun == DryRun::Yes;
        if (!m_report.errors.empty()) {
            m_report.created = m_report.skipped = 0;
            shortenErrors();
            return std::move(m_report);
        }
        m_report.created = int(m_newPeople.size() + m_newAbsences.size());
        if (dryRun == DryRun::No && m_report.created > 0)
            write();
        return std::move(m_report);
    }

  private:
    void know(store::KnownPerson person) {
        if (!person.email.empty())
            m_emails.insert(person.email);
        m_people[nameKey(person.name)].push_back(std::move(person));
    }

    template <class Entry>
    void wrong(const Entry& entry, const char* field, std::string message) {
        m_report.errors.push_back({entry.file, entry.row, field, std::move(message)});
    }

    /// New people get keys below zero until they are written.
    void checkRoster() {
        for (RosterEntry& entry : m_roster) {
            const auto known = m_people.find(nameKey(entry.person.name));
            if (known != m_people.end()) {
                if (known->second.front().type == entry.person.type)
                    ++m_report.skipped;
                else
                    wrong(entry, "type", entry.person.name + " is known as " + toText(known->second.front().type));
                continue;
            }
            if (!entry.person.email.empty() && m_emails.contains(entry.person.email)) {
                wrong(entry, "email", "the address " + entry.person.email + " belongs to somebody else already");
                continue;
            }
            m_newPeople.push_back(entry.person);
            know({-int64_t(m_newPeople.size()), entry.person.name, entry.person.email, entry.person.type});
        }
    }

    void checkAbsences() {
        for (AbsenceEntry& entry : m_absences) {
            const auto known = m_people.find(nameKey(entry.name));
            if (known == m_people.end()) {
                wrong(entry, "name", "there is nobody called " + entry.name + alike(entry.name));
                continue;
            }
            if (known->second.size() > 1) {
                wrong(entry, "name", "more than one person is called " + entry.name);
                continue;
            }
            const int64_t person = known->second.front().key;
            if (!m_absenceKeys.emplace(person, entry.absence.type, entry.absence.start, entry.absence.end).second)
                ++m_report.skipped;
            else
                m_newAbsences.emplace_back(person, std::move(entry));
        }
    }

    std::string alike(const std::string& name) const {
        const std::string key = nameKey(name);
        double best = kAlike;
        std::string offer;
        for (const auto& [known, people] : m_people)
            if (const double value = similarity(key, known); value > best) {
                best = value;
                offer = "; did you mean " + people.front().name + "?";
            }
        return offer;
    }

    void shortenErrors() {
        std::stable_sort(m_report.errors.begin(), m_report.errors.end(),
                         [](const ImportError& a, const ImportError& b) {
                             return std::tie(a.file, a.row) < std::tie(b.file, b.row);
                         });
        const size_t all = m_report.errors.size();
        if (all <= kMaxReportedErrors)
            return;
        m_report.errors.resize(kMaxReportedErrors);
        const ImportError last = m_report.errors.back();
        m_report.errors.push_back(
            {last.file, last.row, "", std::to_string(all - kMaxReportedErrors) + " further errors are not listed"});
    }

    void write() {
        if (!m_existed)
            store::createShell(m_db, machineZone(),
                               int(std::count_if(m_newPeople.begin(), m_newPeople.end(),
                                                 [](const Person& person) { return !person.isFaculty(); })),
                               m_now);
        const base::Date yearStart = store::yearStart(m_db);
        std::vector<int64_t> keys;
        for (Person& person : m_newPeople) {
            person.id = base::newUuidV7(m_now);
            if (person.activeFrom == base::Date{})
                person.activeFrom = std::min(yearStart, person.activeTo.value_or(yearStart));
            keys.push_back(store::insertPerson(m_db, person));
        }
        store::insertCommitments(m_db, m_newPeople, keys, m_now);
        for (const auto& [person, entry] : m_newAbsences)
            store::insertAbsence(m_db, entry, person < 0 ? keys[size_t(-person - 1)] : person, m_now);
    }

    Connection& m_db;
    const base::Instant m_now;
    const bool m_existed;
    bool m_sawRoster = false, m_sawAbsences = false;
    std::map<std::string, std::vector<store::KnownPerson>> m_people; ///< by nameKey
    std::set<std::string> m_emails;
    std::set<store::AbsenceKey> m_absenceKeys;
    std::vector<RosterEntry> m_roster;
    std::vector<AbsenceEntry> m_absences;
    std::vector<Person> m_newPeople;
    std::vector<std::pair<int64_t, AbsenceEntry>> m_newAbsences;
    ImportReport m_report;
};

} // namespace

Result<ImportReport> importPath(Connection& db, const fs::path& fileOrFolder, DryRun dryRun, base::Instant now) {
    const auto files = filesAt(fileOrFolder);
    if (!files)
        return files.error();
    Import import(db, now);
    for (const fs::path& file : *files)
        if (const auto read = import.read(file); !read)
            return read.error();
    return import.finish(dryRun);
}

} // namespace core::programme
