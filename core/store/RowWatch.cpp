// SQLite's header declares its pre-update hook only to who asks; Debian's library has it.
#define SQLITE_ENABLE_PREUPDATE_HOOK
#include "core/store/RowWatch.h"

#include "core/base/Log.h"

#include <cassert>
#include <nlohmann/json.hpp>
#include <sqlite3.h>

namespace core::store {

namespace {

base::Json jsonOf(sqlite3_value* value) {
    switch (sqlite3_value_type(value)) {
    case SQLITE_INTEGER: return sqlite3_value_int64(value);
    case SQLITE_FLOAT: return sqlite3_value_double(value);
    case SQLITE_TEXT:
        return std::string(reinterpret_cast<const char*>(sqlite3_value_text(value)), size_t(sqlite3_value_bytes(value)));
    default: return nullptr; // no table of the programme holds blobs
    }
}

} // namespace

WatchedTables::WatchedTables(Connection& db, const std::vector<std::string>& tables) {
    for (const std::string& table : tables) {
        std::vector<Column> columns;
        Query rows = db.query("SELECT name, pk FROM pragma_table_info(?)", table);
        while (rows.step())
            columns.push_back({rows.text(0), rows.intAt(1) > 0});
        if (!columns.empty())
            m_columns.emplace(table, std::move(columns));
    }
}

/// What SQLite calls. Nothing may be thrown through it.
struct RowWatch::Hook {
    using Columns = std::vector<WatchedTables::Column>;
    using Reader = int (*)(sqlite3*, int, sqlite3_value**);

    static base::Json rowOf(sqlite3* db, const Columns& columns, Reader read) {
        base::Json row = base::Json::object();
        for (int i = 0; i < int(columns.size()); ++i) {
            sqlite3_value* value = nullptr;
            if (read(db, i, &value) == SQLITE_OK)
                row[columns[size_t(i)].name] = jsonOf(value);
        }
        return row;
    }

    static void called(void* self, sqlite3* db, int operation, const char*, const char* table, sqlite3_int64,
                       sqlite3_int64) {
        const auto& watch = *static_cast<const RowWatch*>(self);
        const auto columns = watch.m_tables.m_columns.find(std::string_view(table));
        if (columns == watch.m_tables.m_columns.end())
            return;
        try {
            task::RowChange change;
            change.table = table;
            if (operation != SQLITE_INSERT)
                change.before = rowOf(db, columns->second, sqlite3_preupdate_old);
            if (operation != SQLITE_DELETE)
                change.after = rowOf(db, columns->second, sqlite3_preupdate_new);
            change.event = operation == SQLITE_INSERT   ? task::RowEvent::Added
                           : operation == SQLITE_DELETE ? task::RowEvent::Deleted
                                                        : task::RowEvent::Changed;
            for (const WatchedTables::Column& column : columns->second)
                if (column.isKey)
                    change.key[column.name] = change.row().at(column.name);
            watch.m_tell(change);
        } catch (const std::exception& error) {
            base::log(base::LogLevel::Error, "store", std::string("a change of ") + table + " was not told: " + error.what());
        }
    }
};

RowWatch::RowWatch(Connection& db, const WatchedTables& tables, Tell tell)
    : m_db(db), m_tables(tables), m_tell(std::move(tell)) {
    [[maybe_unused]] void* const before = sqlite3_preupdate_hook(m_db.handle(), Hook::called, this);
    assert(!before);
}

RowWatch::~RowWatch() {
    sqlite3_preupdate_hook(m_db.handle(), nullptr, nullptr);
}

} // namespace core::store
