#pragma once

#include "core/base/Result.h"

#include <cstdint>
#include <filesystem>
#include <stop_token>
#include <string>

namespace core::store {

/// What a check of a copy found out.
struct BackupReport {
    std::filesystem::path file;
    int64_t bytes = 0;
    std::string sha256;
    int64_t tasks = 0;        ///< rows
    int64_t auditEntries = 0; ///< the hash chain was followed to its end
};

/// Copies `database` as it is at this moment to `target`, which is replaced at the end or not at all: to a temporary
/// file beside it, in small steps with a sync each, checked as verifyBackup does, renamed, with `target.sha256` beside
/// it. The writer goes on meanwhile, in this process or in another. Cancelled when `stop` was requested.
/// Thread: any that may take seconds.
base::Result<BackupReport> copyDatabase(const std::filesystem::path& database, const std::filesystem::path& target,
                                        const std::stop_token& stop = {});

/// What the name of a copy ends with until it is whole.
inline constexpr const char* kUnfinishedEnd = ".unfinished";
/// What is beside a copy has its name and this: its SHA-256 as sha256sum writes it.
inline constexpr const char* kHashEnd = ".sha256";
/// Whether whoever made this unfinished copy is gone.
bool isAbandoned(const std::filesystem::path& unfinished);

/// Whether a copy can be trusted: SHA-256 where one is beside it, integrity, ours, audit chain. Changes nothing. NotFound
/// or Corrupt. Thread: any that may take seconds.
base::Result<BackupReport> verifyBackup(const std::filesystem::path& file);

/// What is renamed or made in a folder is there after a power cut. Io when the folder cannot be synced.
base::Result<void> syncFolder(const std::filesystem::path& folder);
base::Result<void> syncFile(const std::filesystem::path& file);

} // namespace core::store
