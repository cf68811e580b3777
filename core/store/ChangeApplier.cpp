#include "core/store/ChangeApplier.h"

#include "core/store/AuditLog.h"

namespace core::store {

using base::Error;
using base::ErrorCode;
using base::Result;

namespace {

/// `a=?<glue>b=?` over the keys of an object.
std::string assignments(const base::Json& values, const std::string& glue, const std::string& relation) {
    std::string text;
    for (const auto& [column, value] : values.items())
        text += (text.empty() ? "" : glue) + "\"" + column + "\"" + relation + "?";
    return text;
}

std::string columnList(const base::Json& values) {
    std::string text;
    for (const auto& [column, value] : values.items())
        text += (text.empty() ? "\"" : ", \"") + column + "\"";
    return text;
}

std::string questionMarks(size_t count) {
    std::string text;
    for (size_t i = 0; i < count; ++i)
        text += i ? ",?" : "?";
    return text;
}

void bindValues(Query& query, const base::Json& values) {
    for (const auto& [column, value] : values.items())
        query.bindJson(value);
}

} // namespace

ChangeApplier::ChangeApplier(const std::vector<std::string>& writableTables)
    : m_writable(writableTables.begin(), writableTables.end()) {}

const std::set<std::string>& ChangeApplier::columnsOf(Connection& db, const std::string& table) {
    auto& columns = m_columns[table];
    if (columns.empty()) {
        Query rows = db.query("SELECT name FROM pragma_table_info(?)", table);
        while (rows.step())
            columns.insert(rows.text(0));
    }
    return columns;
}

Result<void> ChangeApplier::applyOne(Connection& db, const task::Change& change) {
    if (!m_writable.contains(change.table))
        return Error{ErrorCode::InvalidParams, "a task may not write the table '" + change.table + "'", {}, {}};
    const auto& known = columnsOf(db, change.table);
    for (const auto* values : {&change.values, &change.where})
        for (const auto& [column, value] : values->items())
            if (!known.contains(column))
                return Error{ErrorCode::InvalidParams, "table '" + change.table + "' has no column '" + column + "'", {}, {}};
    const bool needsWhere = change.kind != task::ChangeKind::Insert;
    const bool needsValues = change.kind != task::ChangeKind::Delete;
    if ((needsWhere && change.where.empty()) || (needsValues && change.values.empty()))
        return Error{ErrorCode::InvalidParams, "a change of '" + change.table + "' names no columns", {}, {}};

    std::string sql;
    switch (change.kind) {
    case task::ChangeKind::Insert:
        sql = "INSERT INTO \"" + change.table + "\"(" + columnList(change.values) + ") VALUES(" +
              questionMarks(change.values.size()) + ")";
        break;
    case task::ChangeKind::Update:
        sql = "UPDATE \"" + change.table + "\" SET " + assignments(change.values, ", ", "=") + " WHERE " +
              assignments(change.where, " AND ", " IS ");
        break;
    case task::ChangeKind::Upsert: {
        base::Json all = change.values;
        all.update(change.where);
        std::string updates;
        for (const auto& [column, value] : change.values.items())
            updates += (updates.empty() ? "\"" : ", \"") + column + "\"=excluded.\"" + column + "\"";
        sql = "INSERT INTO \"" + change.table + "\"(" + columnList(all) + ") VALUES(" + questionMarks(all.size()) +
              ") ON CONFLICT(" + columnList(change.where) + ") DO UPDATE SET " + updates;
        Query query = db.query(sql);
        bindValues(query, all);
        query.run();
        return {};
    }
    case task::ChangeKind::Delete:
        sql = "DELETE FROM \"" + change.table + "\" WHERE " + assignments(change.where, " AND ", " IS ");
        break;
    }
    Query query = db.query(sql);
    if (needsValues)
        bindValues(query, change.values);
    if (needsWhere)
        bindValues(query, change.where);
    query.run();
    if (change.expectRows && db.changes() != *change.expectRows)
        return Error{ErrorCode::Conflict,
                     "'" + change.table + "' changed while the task ran (" + std::to_string(db.changes()) +
                         " rows matched, " + std::to_string(*change.expectRows) + " expected)",
                     "Look at the present state, then launch the task again", {}};
    return {};
}

Result<void> ChangeApplier::apply(Connection& db, const task::ChangeSet& changes, base::Instant now) {
    try {
        for (const task::Change& change : changes.changes)
            if (auto applied = applyOne(db, change); !applied)
                return applied;
    } catch (const SqlError& error) {
        // A constraint is a refusal of this change set; anything else (disk) fails the whole commit.
        if (error.toError().code != ErrorCode::Conflict)
            throw;
        return error.toError();
    }
    for (const task::AuditEntry& entry : changes.audit)
        appendAudit(db, entry, now);
    return {};
}

} // namespace core::store
