#pragma once

#include "core/base/Time.h"
#include "core/store/Connection.h"

#include <optional>

namespace core::store {

/// How far the database had come when somebody last looked: a lower bound, kept in a file of its own, so that a
/// database that lost its newest commits (a shortened log, an old copy) is noticed.
struct HighWater {
    int64_t commits = 0;       ///< that changed something, since the database was made
    int64_t auditSequence = 0; ///< of the last entry of the audit chain; 0: none
    std::string auditHash;
    base::Instant at{};
    bool cleanStop = false; ///< the engine closed the database in order
};

/// Where the database stands. Thread: that of the connection.
HighWater readHighWater(Connection& db, base::Instant now);

/// What is missing in the database, for people; none when it is where the mark says or beyond.
std::optional<std::string> gapBehind(Connection& db, const HighWater& mark);

/// The mark in a file; none when there is none or it is damaged (which is logged: a mark never stops anything).
std::optional<HighWater> loadHighWater(const std::filesystem::path& file);
/// Replaces the file whole or not at all.
base::Result<void> saveHighWater(const std::filesystem::path& file, const HighWater& mark);

} // namespace core::store
