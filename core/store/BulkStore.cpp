#include "core/store/BulkStore.h"

#include <array>
#include <sqlite3.h>

namespace core::store {

namespace {

constexpr const char* kTables = R"sql(
CREATE TABLE bulk_act(
  key INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  kind TEXT NOT NULL CHECK(kind IN ('cancel', 'retry', 'reschedule')),
  state TEXT NOT NULL CHECK(state IN ('held', 'running', 'done', 'undone')),
  total INTEGER NOT NULL,
  position INTEGER NOT NULL DEFAULT 0,
  changed INTEGER NOT NULL DEFAULT 0,
  created_at INTEGER NOT NULL,
  due_at INTEGER NOT NULL,
  eta INTEGER,
  actor TEXT NOT NULL,
  actor_type TEXT NOT NULL);
CREATE INDEX bulk_act_open ON bulk_act(due_at) WHERE state IN ('held', 'running');
CREATE TABLE bulk_task(
  act INTEGER NOT NULL,
  position INTEGER NOT NULL,
  task INTEGER NOT NULL,
  PRIMARY KEY(act, position)) WITHOUT ROWID;
)sql";

constexpr std::array kKinds{"cancel", "retry", "reschedule"};
constexpr std::array kStates{"held", "running", "done", "undone"};
constexpr const char* kActColumns = "SELECT key, id, kind, state, total, position, changed, created_at, due_at, eta, "
                                    "actor, actor_type FROM bulk_act ";

template <class Enum, size_t N>
Enum wordAt(const Query& row, int column, const std::array<const char*, N>& words) {
    const std::string text = row.text(column);
    for (size_t i = 0; i < N; ++i)
        if (text == words[i])
            return Enum(i);
    throw SqlError(SQLITE_CORRUPT, "a bulk act says '" + text + "'");
}

BulkAct actAt(const Query& row) {
    BulkAct act;
    act.key = row.integer(0);
    act.id = row.text(1);
    act.kind = wordAt<BulkKind>(row, 2, kKinds);
    act.state = wordAt<BulkState>(row, 3, kStates);
    act.total = row.integer(4);
    act.position = row.integer(5);
    act.changed = row.integer(6);
    act.createdAt = row.instant(7);
    act.dueAt = row.instant(8);
    act.eta = row.instantOrNone(9);
    act.actor = row.text(10);
    act.actorType = row.text(11);
    return act;
}

std::optional<BulkAct> firstAct(Query row) {
    return row.step() ? std::optional(actAt(row)) : std::nullopt;
}

} // namespace

const char* toText(BulkKind kind) {
    return kKinds[size_t(kind)];
}

std::optional<BulkKind> bulkKindFromText(std::string_view text) {
    for (size_t i = 0; i < kKinds.size(); ++i)
        if (text == kKinds[i])
            return BulkKind(i);
    return std::nullopt;
}

const char* toText(BulkState state) {
    return kStates[size_t(state)];
}

std::vector<Migration> bulkMigrations() {
    return {{"bulk", 1, kTables}};
}

void insertBulk(Connection& db, BulkAct& act, const std::vector<int64_t>& tasks) {
    act.total = int64_t(tasks.size());
    db.run("INSERT INTO bulk_act(id, kind, state, total, created_at, due_at, eta, actor, actor_type) "
           "VALUES(?,?,?,?,?,?,?,?,?)",
           act.id, toText(act.kind), toText(act.state), act.total, act.createdAt, act.dueAt, act.eta, act.actor,
           act.actorType);
    act.key = db.lastInsertRowId();
    for (size_t i = 0; i < tasks.size(); ++i)
        db.run("INSERT INTO bulk_task(act, position, task) VALUES(?,?,?)", act.key, int64_t(i), tasks[i]);
}

std::vector<int64_t> keysOf(Connection& db, const std::vector<task::TaskId>& ids) {
    std::vector<int64_t> keys;
    for (const task::TaskId& id : ids) {
        Query row = db.query("SELECT key FROM task WHERE id=?", id.text);
        if (row.step())
            keys.push_back(row.integer(0));
    }
    return keys;
}

std::optional<BulkAct> readBulk(Connection& db, const std::string& id) {
    return firstAct(db.query(std::string(kActColumns) + "WHERE id=?", id));
}

std::vector<BulkAct> readBulks(Connection& db, int limit) {
    Query rows = db.query(std::string(kActColumns) + "ORDER BY key DESC LIMIT ?", limit);
    std::vector<BulkAct> acts;
    while (rows.step())
        acts.push_back(actAt(rows));
    return acts;
}

std::optional<BulkAct> readDueBulk(Connection& db, base::Instant now) {
    return firstAct(db.query(
        std::string(kActColumns) + "WHERE state IN ('held', 'running') AND due_at<=? ORDER BY due_at LIMIT 1", now));
}

std::vector<task::TaskId> readBulkTasks(Connection& db, const BulkAct& act, int limit) {
    Query rows = db.query("SELECT t.id FROM bulk_task b JOIN task t ON t.key=b.task WHERE b.act=? AND b.position>=? AND "
                          "b.position<? ORDER BY b.position",
                          act.key, act.position, act.position + limit);
    std::vector<task::TaskId> ids;
    while (rows.step())
        ids.push_back({rows.text(0)});
    return ids;
}

void updateBulk(Connection& db, const BulkAct& act) {
    db.run("UPDATE bulk_act SET state=?, position=?, changed=? WHERE key=?", toText(act.state), act.position,
           act.changed, act.key);
    if (act.state == BulkState::Done || act.state == BulkState::Undone)
        db.run("DELETE FROM bulk_task WHERE act=?", act.key);
}

} // namespace core::store
