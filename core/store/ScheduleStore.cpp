#include "core/store/ScheduleStore.h"

#include "core/base/Log.h"

#include <nlohmann/json.hpp>

namespace core::store {

namespace {

const std::string kSelectSchedules =
    "SELECT s.name, s.type, s.cron, s.every_s, s.zone, s.params, s.enabled, s.built_in, s.next_fire, s.last_fire, "
    "s.last_task, t.state, s.sum=row_sum(s.name, s.type, s.cron, s.every_s, s.zone, s.params, s.enabled, s.built_in, "
    "s.next_fire, s.last_fire, s.last_task) FROM schedule s LEFT JOIN task t ON t.id = s.last_task ";

ScheduleRow scheduleAt(const Query& row) {
    ScheduleRow entry;
    entry.enabled = false;
    entry.name = row.text(0);
    entry.type = row.text(1);
    entry.cron = row.text(2);
    entry.every = base::seconds(row.integer(3));
    entry.zone = row.text(4);
    if (row.intAt(12) == 0) {
        // Nobody knows what it was to do and when: it does nothing until a person has looked at it.
        base::log(base::LogLevel::Error, "store",
                  "the row of schedule '" + entry.name + "' does not match its checksum; it does not fire");
        entry.sound = false;
        return entry;
    }
    entry.enabled = row.intAt(6) != 0;
    entry.params = row.json(5);
    entry.builtIn = row.intAt(7) != 0;
    entry.nextFire = row.instantOrNone(8);
    entry.lastFire = row.instantOrNone(9);
    entry.lastTask = row.text(10);
    entry.lastState = row.text(11);
    return entry;
}

} // namespace

std::vector<ScheduleRow> readSchedules(Connection& db) {
    Query rows = db.query(kSelectSchedules + "ORDER BY s.name");
    std::vector<ScheduleRow> entries;
    while (rows.step())
        entries.push_back(scheduleAt(rows));
    return entries;
}

std::optional<ScheduleRow> readSchedule(Connection& db, const std::string& name) {
    Query row = db.query(kSelectSchedules + "WHERE s.name=?", name);
    return row.step() ? std::optional(scheduleAt(row)) : std::nullopt;
}

base::Result<void> insertSchedule(Connection& db, const ScheduleRow& row) {
    if (readSchedule(db, row.name))
        return base::Error{base::ErrorCode::Conflict, "there is already a schedule '" + row.name + "'",
                           "Choose another name", {}};
    db.run("INSERT INTO schedule(name, type, cron, every_s, zone, params, enabled, built_in, next_fire) "
           "VALUES(?,?,?,?,?,?,?,?,?)",
           row.name, row.type, row.cron, int64_t(row.every.count()), row.zone, base::dumpJson(row.params),
           row.enabled ? 1 : 0, row.builtIn ? 1 : 0, row.nextFire);
    return {};
}

void upsertBuiltIn(Connection& db, const ScheduleRow& row) {
    db.run("INSERT INTO schedule(name, type, cron, zone, params, built_in) VALUES(?,?,?,?,?,1) ON CONFLICT(name) DO "
           "UPDATE SET type=excluded.type, next_fire=iif(cron=excluded.cron, next_fire, NULL), cron=excluded.cron, "
           "params=excluded.params WHERE built_in=1",
           row.name, row.type, row.cron, row.zone, base::dumpJson(row.params));
}

void setNextFire(Connection& db, const std::string& name, std::optional<base::Instant> next) {
    db.run("UPDATE schedule SET next_fire=? WHERE name=?", next, name);
}

bool insertFire(Connection& db, const std::string& name, base::Instant instant,
                const std::optional<std::string>& taskId, base::Instant now) {
    return db.run("INSERT INTO fire(schedule, instant, task_id, fired_at) VALUES(?,?,?,?) ON CONFLICT DO NOTHING", name,
                  instant, taskId, now) == 1;
}

void recordFire(Connection& db, const std::string& name, base::Instant instant,
                const std::optional<std::string>& taskId, std::optional<base::Instant> next) {
    db.run("UPDATE schedule SET last_fire=?, last_task=coalesce(?, last_task), next_fire=? WHERE name=?", instant,
           taskId, next, name);
}

} // namespace core::store
