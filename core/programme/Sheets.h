#pragma once

#include "core/programme/Csv.h"
#include "core/programme/Person.h"
#include "core/programme/Programme.h"
#include "core/programme/Summary.h"

#include <map>
#include <string>
#include <vector>

namespace core::programme {

/// Most data rows that a sheet may have.
inline constexpr size_t kMaxSheetRows = 10'000;

enum class SheetKind { Roster, Absences };

/// A file whose header was recognised.
struct Sheet {
    SheetKind kind = SheetKind::Roster;
    std::string file;                      ///< its name, for messages
    std::map<std::string, size_t> columns; ///< canonical name → position
    std::vector<CsvRow> rows;              ///< without the header

    /// The cell without spaces around; empty when the column or the cell is absent.
    std::string cell(const CsvRow& row, const std::string& column) const;
};

/// Recognises a file by its header. Problems of reading, unknown or missing columns and too many rows go to `errors`,
/// and there is no sheet then.
std::optional<Sheet> readSheet(const std::string& file, std::string_view text, std::vector<ImportError>& errors);

/// A row of a roster. `person.id` is empty; `person.activeFrom` is the epoch when the sheet does not say.
struct RosterEntry {
    int row = 0;
    std::string file;
    Person person;
};

/// A row of an absences sheet; the person is still a name.
struct AbsenceEntry {
    int row = 0;
    std::string file;
    std::string name;
    Absence absence;
    std::string notes, tdyLocation;
};

/// The good rows; what is wrong with the others goes to `errors`, each wrong field by itself.
std::vector<RosterEntry> rosterEntries(const Sheet& sheet, std::vector<ImportError>& errors);
std::vector<AbsenceEntry> absenceEntries(const Sheet& sheet, std::vector<ImportError>& errors);

} // namespace core::programme
