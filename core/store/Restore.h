#pragma once

#include "core/store/HighWater.h"
#include "core/store/Migration.h"

#include <filesystem>

namespace core::store {

/// What became of the files.
struct RestoreReport {
    std::filesystem::path restoredFrom;
    base::Instant at{};
    std::filesystem::path keptAside; ///< the database that was there, with its log beside it; empty: there was none
    int64_t tasks = 0;               ///< in the restored one
    HighWater mark;                  ///< of the restored one
};

/// Puts a copy in the place of `database`, which nobody may have open: copied, verified and marked in its audit chain
/// first, then exchanged in steps after each of which either the old or the new database is there, or the start check
/// says what to do. The old one stays beside it as `core.db.before-restore-20261120T081530Z`.
/// Corrupt or Unsupported when the copy cannot be used: nothing is changed then. Thread: any that may take seconds.
base::Result<RestoreReport> restoreDatabase(const std::filesystem::path& backup, const std::filesystem::path& database,
                                            const std::vector<Migration>& known, const std::string& actor,
                                            base::Instant now);

} // namespace core::store
