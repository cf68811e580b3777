#pragma once

#include "core/store/Connection.h"
#include "core/task/Cause.h"

#include <functional>
#include <map>
#include <string>
#include <vector>

namespace core::store {

/// Columns of tables whose rows are watched, in their order. Tables without generated columns.
class WatchedTables {
  public:
    /// Those of `tables` that the database has.
    WatchedTables(Connection& db, const std::vector<std::string>& tables);
    bool contains(const std::string& table) const { return m_columns.contains(table); }

  private:
    friend class RowWatch;
    struct Column {
        std::string name;
        bool isKey = false;
    };
    std::map<std::string, std::vector<Column>, std::less<>> m_columns;
};

/// While it lives, `tell` hears of every row of the watched tables that a statement of this connection adds, changes or
/// deletes, whatever the statement says; just before it does. `tell` may not use the connection, and what it throws is
/// swallowed. One watch a connection. Thread: that of the connection.
class RowWatch {
  public:
    using Tell = std::function<void(const task::RowChange&)>;
    RowWatch(Connection& db, const WatchedTables& tables, Tell tell);
    ~RowWatch();
    RowWatch(const RowWatch&) = delete;
    RowWatch& operator=(const RowWatch&) = delete;

  private:
    struct Hook;
    Connection& m_db;
    const WatchedTables& m_tables;
    const Tell m_tell;
};

} // namespace core::store
