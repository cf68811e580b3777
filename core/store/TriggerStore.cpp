#include "core/store/TriggerStore.h"

#include "core/base/Log.h"

#include <nlohmann/json.hpp>

namespace core::store {

namespace {

constexpr int kFarthestBack = 2'000;

// The task that waits is found by an index that only tasks of triggers are in; a move changes nothing in it.
constexpr const char* kTriggers = R"sql(
CREATE TABLE task_trigger(
  name TEXT PRIMARY KEY,
  enabled INTEGER NOT NULL DEFAULT 1,
  made INTEGER NOT NULL DEFAULT 0,
  merged INTEGER NOT NULL DEFAULT 0,
  problems INTEGER NOT NULL DEFAULT 0,
  last_at INTEGER,
  last_task TEXT,
  last_problem_at INTEGER,
  last_problem TEXT,
  sum INTEGER GENERATED ALWAYS AS (row_sum(name, enabled, made, merged, problems, last_at, last_task, last_problem_at,
    last_problem)) STORED) WITHOUT ROWID;
CREATE INDEX task_triggered ON task(triggered_by) WHERE triggered_by >= 'trigger:' AND triggered_by < 'trigger;';
)sql";

TriggerRow triggerRowAt(const Query& row) {
    TriggerRow trigger;
    trigger.enabled = row.intAt(0) != 0;
    trigger.made = row.integer(1);
    trigger.merged = row.integer(2);
    trigger.problems = row.integer(3);
    trigger.lastAt = row.instantOrNone(4);
    trigger.lastTask = row.text(5);
    trigger.lastProblemAt = row.instantOrNone(6);
    trigger.lastProblem = row.text(7);
    trigger.sound = row.intAt(8) != 0;
    return trigger;
}

/// A row that cannot be trusted goes before it is added to.
void removeDamaged(Connection& db, const std::string& name) {
    if (readTrigger(db, name).sound)
        return;
    base::log(base::LogLevel::Error, "store", "what was remembered of the trigger " + name + " is damaged; it begins anew");
    db.run("DELETE FROM task_trigger WHERE name=?", name);
}

} // namespace

const char* triggerSchema() {
    return kTriggers;
}

TriggerRow readTrigger(Connection& db, const std::string& name) {
    Query row = db.query("SELECT enabled, made, merged, problems, last_at, last_task, last_problem_at, last_problem, "
                         "sum=row_sum(name, enabled, made, merged, problems, last_at, last_task, last_problem_at, "
                         "last_problem) FROM task_trigger WHERE name=?",
                         name);
    TriggerRow trigger = row.step() ? triggerRowAt(row) : TriggerRow();
    if (!trigger.sound) {
        trigger = TriggerRow();
        trigger.sound = false;
    }
    trigger.name = name;
    return trigger;
}

void setTriggerEnabled(Connection& db, const std::string& name, bool enabled) {
    removeDamaged(db, name);
    db.run("INSERT INTO task_trigger(name, enabled) VALUES(?,?) ON CONFLICT(name) DO UPDATE SET enabled=excluded.enabled",
           name, enabled ? 1 : 0);
}

void noteTriggered(Connection& db, const std::string& name, const TriggerGain& gain, base::Instant at) {
    removeDamaged(db, name);
    db.run("INSERT INTO task_trigger(name, made, merged, last_at, last_task) VALUES(?,?,?,?,?) ON CONFLICT(name) DO UPDATE "
           "SET made=made+excluded.made, merged=merged+excluded.merged, last_at=excluded.last_at, "
           "last_task=excluded.last_task",
           name, gain.made, gain.merged, at, gain.lastTask);
}

void noteTriggerProblem(Connection& db, const std::string& name, const std::string& problem, int64_t causes,
                        base::Instant at) {
    removeDamaged(db, name);
    db.run("INSERT INTO task_trigger(name, problems, last_problem, last_problem_at) VALUES(?,?,?,?) ON CONFLICT(name) DO "
           "UPDATE SET problems=problems+excluded.problems, last_problem=excluded.last_problem, "
           "last_problem_at=excluded.last_problem_at",
           name, causes, problem, at);
}

std::optional<int64_t> newestTriggered(Connection& db, const std::string& launcher) {
    Query row = db.query("SELECT key FROM task INDEXED BY task_triggered WHERE triggered_by>='trigger:' AND "
                         "triggered_by<'trigger;' AND triggered_by=? ORDER BY key DESC LIMIT 1",
                         launcher);
    return row.step() ? std::optional(row.integer(0)) : std::nullopt;
}

int failuresInARow(Connection& db, const task::Task& failed, const std::string& parameter, int most) {
    const auto valueIn = [&](const base::Json& params) {
        return params.is_object() && params.contains(parameter) ? params[parameter] : base::Json();
    };
    const base::Json wanted = valueIn(failed.params);
    Query rows = db.query("SELECT state, params FROM task WHERE type=? AND key<? ORDER BY key DESC LIMIT ?", failed.type,
                          failed.key, kFarthestBack);
    int failures = 1;
    while (failures < most && rows.step()) {
        const auto state = task::stateFromText(rows.text(0));
        if (state != task::TaskState::Success && state != task::TaskState::Failure)
            continue;
        if (valueIn(rows.json(1)) != wanted)
            continue;
        if (state == task::TaskState::Success)
            break;
        ++failures;
    }
    return failures;
}

} // namespace core::store
