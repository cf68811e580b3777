#pragma once

#include "core/base/Time.h"

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace core::store {

/// Of a data directory.
inline constexpr const char* kBackupFolder = "backups";

/// Why a copy was made; those before a change of the schema are kept apart from the others.
enum class BackupOccasion { Regular, BeforeMigration };

/// One copy of the database.
struct BackupFile {
    std::filesystem::path file;
    base::Instant takenAt{}; ///< from the name, whole seconds
    BackupOccasion occasion = BackupOccasion::Regular;
    int64_t bytes = 0;
};

/// `core-20261120T081530Z.db`, or `core-20261120T081530Z.before-migration.db`.
std::string backupName(base::Instant takenAt, BackupOccasion occasion = BackupOccasion::Regular);

/// The copies in a folder, newest first; files with other names are none of ours. A missing folder has none.
std::vector<BackupFile> listBackups(const std::filesystem::path& folder);

/// Those that may go: all but the 8 latest, the last of each of the 7 latest days and of each of the 4 latest weeks
/// (UTC, from Monday) that have one. Of those before a migration the 4 latest stay. Pure.
std::vector<BackupFile> surplusBackups(const std::vector<BackupFile>& newestFirst);

/// Deletes the surplus, and what killed copies left behind. Thread: any.
void tidyBackups(const std::filesystem::path& folder);

/// The folder of a data directory, made 0700 when it is missing.
base::Result<std::filesystem::path> backupFolder(const std::filesystem::path& dataDirectory);

} // namespace core::store
