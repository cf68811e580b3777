#pragma once

#include "core/store/Connection.h"
#include "core/task/ChangeSet.h"

#include <map>
#include <set>
#include <string>
#include <vector>

namespace core::store {

/// Applies change sets to the tables that tasks may write. Thread: writer, inside its transaction.
class ChangeApplier {
  public:
    explicit ChangeApplier(const std::vector<std::string>& writableTables);

    /// Applies everything or nothing (the caller's savepoint is rolled back on error). Conflict when a row count
    /// differs from what the change expects or a constraint refuses; InvalidParams for a table or column that a task
    /// may not name.
    base::Result<void> apply(Connection& db, const task::ChangeSet& changes, base::Instant now);

  private:
    const std::set<std::string>& columnsOf(Connection& db, const std::string& table);
    base::Result<void> applyOne(Connection& db, const task::Change& change);

    std::set<std::string> m_writable;
    std::map<std::string, std::set<std::string>> m_columns;
};

} // namespace core::store
