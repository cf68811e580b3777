#pragma once

#include "core/base/Json.h"

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

namespace core::task {

enum class ChangeKind { Insert, Update, Upsert, Delete };

/// One row operation on the programme's tables, as a task proposes it. Only tables that the store lists as writable
/// by tasks are accepted; names are checked against the schema, values are bound. JSON objects and arrays are stored
/// as text, null as NULL, booleans as 0/1.
struct Change {
    ChangeKind kind = ChangeKind::Insert;
    std::string table;
    base::Json values = base::Json::object(); ///< column → value (insert, update, upsert)
    base::Json where = base::Json::object();  ///< column → value, all equal (update, delete, conflict key of upsert)
    /// How many rows an update or delete must touch; another count refuses the whole outcome (`rejected`).
    std::optional<int> expectRows;
};

/// One audit row that the outcome adds to the hash chain, written by the engine in the same transaction.
struct AuditEntry {
    std::string action; ///< `crisis_activated`
    std::string actor;
    std::string actorType = "human"; ///< human, system, ai
    std::string entityType;
    std::string entityId;
    base::Json before = nullptr;
    base::Json after = nullptr;
    std::string reason;
};

/// Everything that an outcome changes inside the database.
struct ChangeSet {
    std::vector<Change> changes;
    std::vector<AuditEntry> audit;

    bool empty() const { return changes.empty() && audit.empty(); }
};

} // namespace core::task
