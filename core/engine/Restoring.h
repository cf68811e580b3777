#pragma once

#include "core/base/Clock.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

namespace core::engine {

/// A copy that could take the place of the database, and what that would cost.
struct RestoreOffer {
    std::filesystem::path file;
    base::Instant takenAt{};  ///< from its name, or the time of the file
    int64_t bytes = 0;
    int64_t tasks = 0;        ///< in the copy
    int64_t auditEntries = 0; ///< in the copy
    int64_t lostCommits = 0;  ///< at least so many came after the copy; 0: none are known of
    int64_t lostAudit = 0;    ///< at least so many entries of the audit log came after it
    std::optional<base::Instant> knownUntil; ///< when those were counted; absent: nobody counted
};

/// A copy was put in the place of the database.
struct Restored {
    std::filesystem::path from;
    std::filesystem::path keptAside; ///< the database that was there; empty: there was none
    int64_t tasks = 0;
};

/// The newest copy in the data directory that passes every check; none when there is none. Thread: any that may take
/// seconds; changes nothing.
std::optional<RestoreOffer> newestGoodCopy(const std::filesystem::path& dataDirectory);

/// What restoring this copy would do, after checking it. NotFound, Corrupt or Unsupported. Changes nothing.
base::Result<RestoreOffer> examineCopy(const std::filesystem::path& dataDirectory, const std::filesystem::path& copy);

/// Puts the copy in the place of the database, which is kept beside it. Conflict while an engine owns the data
/// directory; otherwise as examineCopy. `actor` is noted in the audit log.
base::Result<Restored> restoreCopy(const std::filesystem::path& dataDirectory, const std::filesystem::path& copy,
                                   const std::string& actor, const base::Clock& clock);

} // namespace core::engine
