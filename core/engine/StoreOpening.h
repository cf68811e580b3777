#pragma once

#include "core/base/Clock.h"
#include "core/store/Database.h"
#include "core/store/HighWater.h"

namespace core::engine {

/// Where things are in a data directory.
inline constexpr const char* kDatabaseFile = "core.db";
inline constexpr const char* kHighWaterFile = "high-water.json";

/// Every step of the schema of core.db that this program knows.
std::vector<store::Migration> allMigrations();

/// core.db, ready to be used, and what was noticed on the way.
struct OpenedStore {
    std::unique_ptr<store::Database> database;
    std::string notice; ///< for people: the database is behind its high-water mark; empty: nothing to tell
};

/// Checks core.db, copies it before its schema is changed, opens it, and compares it with its high-water mark: what it
/// lost is noted in the audit log and told. The caller owns the data directory. Errors name the file and what to do; a
/// damaged database is left as it is. Thread: any that may wait for the disk.
base::Result<OpenedStore> openStore(const std::filesystem::path& dataDirectory, const std::filesystem::path& ballast,
                                    const base::Clock& clock);

/// Closes the database and notes that this was done in order.
void closeStore(std::unique_ptr<store::Database> database, const base::Clock& clock);

} // namespace core::engine
