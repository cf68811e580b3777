#pragma once

#include "core/base/Time.h"
#include "core/store/Migration.h"

#include <filesystem>
#include <optional>

namespace core::store {

/// In the name that a restore gives to the database that was there: `core.db.before-restore-20261120T081530Z`.
inline constexpr const char* kAsideWord = ".before-restore-";

/// The second name of a database, or of its log, that a restore was putting aside when it was interrupted.
std::optional<std::filesystem::path> nameAside(const std::filesystem::path& database);

/// How much of the database is read before it is opened.
enum class CheckDepth {
    Header, ///< its first page and its kind of file
    Quick,  ///< every page: structure
    Full    ///< every page and every index entry
};

/// Whether the database may be opened for writing: a file of its own on a local disk, ours, whole, not newer than
/// `known`. A missing or empty one may. Nothing is changed. Corrupt, Unsupported, Unauthorized, ReadOnly or Io, naming
/// the file and the cause. A check of the pages that takes longer than `patience` is cut off. Thread: any, before anybody
/// has the database open in this process.
base::Result<void> checkBeforeOpening(const std::filesystem::path& database, const std::vector<Migration>& known,
                                      CheckDepth depth, base::milliseconds patience);

struct SqliteVersion {
    std::string text;
    bool logIsMended = false; ///< without the defect of the write-ahead log that two writers at once can hit
};
SqliteVersion sqliteVersion();

/// Unsupported on a disk whose locks or syncs cannot be relied upon: NFS, SMB, FUSE and the like.
base::Result<void> requireLocalDisk(const std::filesystem::path& folder);

/// `NFS`, `SMB`, `FUSE` …; empty for a file system that is none of those which cannot be relied upon. `type` is f_type of
/// statfs(2).
std::string unreliableFileSystem(long type);

} // namespace core::store
