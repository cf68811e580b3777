#pragma once

#include "core/store/Connection.h"

#include <functional>
#include <string>
#include <vector>

namespace core::store {

/// One step of the schema. Rooms number their own steps from 1; a step is never changed once it was released.
struct Migration {
    std::string room; ///< `store`, `programme`
    int version = 1;
    std::string sql;
};

/// Marks an empty database as ours; Corrupt when it is another program's. Thread: writer.
base::Result<void> claimFile(Connection& db);
/// Corrupt unless the database is marked as ours. Changes nothing.
base::Result<void> requireOurs(Connection& db);

/// Whether the database has a table of this name.
bool hasTable(Connection& db, const std::string& name);

/// Unsupported when the database was written with steps that are not in `known`. Thread: that of the connection.
base::Result<void> refuseNewerSchema(Connection& db, const std::vector<Migration>& known);

/// Brings the schema up to date, a transaction a step. `before` is called once, before the first step that changes a
/// database which holds something; its error stops everything. May be empty.
base::Result<void> migrate(Connection& db, const std::vector<Migration>& steps,
                           const std::function<base::Result<void>()>& before);

} // namespace core::store
