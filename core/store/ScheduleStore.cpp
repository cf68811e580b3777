#include "core/store/ScheduleStore.h"

#include "core/base/Log.h"

namespace core::store {

using base::Json;

namespace {

const std::string kSound =
    "s.sum=row_sum(s.name, s.definition, s.changes, s.built_in, s.next_fire, s.last_fire, s.waiting, s.last_task)";
const std::string kSelectSchedules =
    "SELECT s.name, s.definition, s.changes, s.built_in, s.next_fire, s.last_fire, s.waiting, s.last_task, t.state, " + kSound + " FROM schedule s LEFT JOIN task t ON t.id = s.last_task ";

/// A definition with other values for some of its keys; null is the default.
Json withChanges(Json definition, const Json& changes) {
    for (const auto& [key, value] : changes.items()) {
        if (value.is_null())
            definition.erase(key);
        else
            definition[key] = value;
    }
    return definition;
}

/// What turns one definition into another.
Json changesBetween(const Json& definition, const Json& changed) {
    Json changes = Json::object();
    for (const auto& [key, value] : definition.items())
        if (!changed.contains(key))
            changes[key] = nullptr;
    for (const auto& [key, value] : changed.items())
        if (!definition.contains(key) || definition[key] != value)
            changes[key] = value;
    return changes;
}

ScheduleRow scheduleAt(const Query& row) {
    ScheduleRow entry;
    const auto damaged = [&](const std::string& how) {
        // Nobody knows what it was to do and when: it does nothing until a person has looked at it.
        base::log(base::LogLevel::Error, "store", "the row of schedule '" + row.text(0) + "' " + how + "; it does not fire");
        entry.name = row.text(0);
        entry.enabled = entry.sound = false;
        return entry;
    };
    if (row.intAt(9) == 0)
        return damaged("does not match its checksum");
    auto definition = task::scheduleFromJson(withChanges(row.json(1), row.json(2)));
    if (!definition)
        return damaged("cannot be read: " + definition.error().text());
    static_cast<task::Schedule&>(entry) = std::move(*definition);
    entry.changes = row.json(2);
    entry.builtIn = row.intAt(3) != 0;
    entry.nextFire = row.instantOrNone(4);
    entry.lastFire = row.instantOrNone(5);
    entry.waiting = row.instantOrNone(6);
    entry.lastTask = row.text(7);
    entry.lastState = row.text(8);
    return entry;
}

/// Whether it fires at other instants.
bool firesOtherwise(const Json& before, const Json& after) {
    for (const char* key : {"cron", "every_seconds", "once_at", "zone", "starts_at", "ends_at", "enabled"})
        if (before.value(key, Json()) != after.value(key, Json()))
            return true;
    return false;
}

constexpr std::array<std::pair<FireOutcome, std::string_view>, 3> kOutcomes{
    {{FireOutcome::Fired, "fired"}, {FireOutcome::Overlapped, "overlapped"}, {FireOutcome::Missed, "missed"}}};

FireOutcome outcomeFromText(const std::string& text) {
    for (const auto& [outcome, word] : kOutcomes)
        if (word == text)
            return outcome;
    return FireOutcome::Missed;
}

} // namespace

std::string_view toText(FireOutcome outcome) {
    return kOutcomes[size_t(outcome)].second;
}

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
    const int inserted = db.run("INSERT INTO schedule(name, definition, built_in, next_fire) VALUES(?,?,?,?) "
                                "ON CONFLICT DO NOTHING",
                                row.name, base::dumpJson(task::toJson(row)), row.builtIn ? 1 : 0, row.nextFire);
    if (inserted == 0)
        return base::Error{base::ErrorCode::Conflict, "there is already a schedule '" + row.name + "'",
                           "Choose another name, or change that one", {}};
    return {};
}

void installBuiltIn(Connection& db, const task::Schedule& definition) {
    const Json document = task::toJson(definition);
    Json before, changes;
    {
        Query row = db.query("SELECT s.definition, s.changes, s.built_in, " + kSound + " FROM schedule s WHERE s.name=?",
                             definition.name);
        if (row.step()) {
            if (row.intAt(2) == 0 || row.intAt(3) == 0)
                return; // somebody's own entry, or a damaged one: it stays until a person has looked at it
            before = row.json(0);
            changes = row.json(1);
        }
    }
    if (before.is_null()) {
        db.run("INSERT INTO schedule(name, definition, built_in) VALUES(?,?,1)", definition.name,
               base::dumpJson(document));
        return;
    }
    if (before == document)
        return;
    db.run("UPDATE schedule SET definition=? WHERE name=?", base::dumpJson(document), definition.name);
    if (firesOtherwise(withChanges(before, changes), withChanges(document, changes)))
        setNextFire(db, definition.name, std::nullopt);
}

void changeSchedule(Connection& db, const ScheduleRow& row, const task::Schedule& changed,
                    std::optional<base::Instant> next) {
    const Json document = task::toJson(changed);
    if (!row.builtIn) {
        db.run("UPDATE schedule SET definition=?, next_fire=?, waiting=NULL WHERE name=?", base::dumpJson(document), next,
               row.name);
        return;
    }
    Json changes = Json::object();
    {
        Query definition = db.query("SELECT definition FROM schedule WHERE name=?", row.name);
        if (definition.step())
            changes = changesBetween(definition.json(0), document);
    }
    db.run("UPDATE schedule SET changes=?, next_fire=?, waiting=NULL WHERE name=?", base::dumpJson(changes), next,
           row.name);
}

void resetSchedule(Connection& db, const std::string& name) {
    db.run("UPDATE schedule SET changes='{}', next_fire=NULL, waiting=NULL WHERE name=? AND built_in=1", name);
}

void removeSchedule(Connection& db, const std::string& name) {
    db.run("DELETE FROM schedule WHERE name=?", name);
}

void setNextFire(Connection& db, const std::string& name, std::optional<base::Instant> next) {
    db.run("UPDATE schedule SET next_fire=? WHERE name=?", next, name);
}

void setTimes(Connection& db, const std::string& name, std::optional<base::Instant> last,
              std::optional<base::Instant> next) {
    db.run("UPDATE schedule SET last_fire=?, next_fire=? WHERE name=?", last, next, name);
}

void setWaiting(Connection& db, const std::string& name, std::optional<base::Instant> waiting) {
    db.run("UPDATE schedule SET waiting=? WHERE name=?", waiting, name);
}

bool insertFire(Connection& db, const FireRow& fire) {
    return db.run("INSERT INTO fire(schedule, instant, task_id, fired_at, outcome, late_ms, note) VALUES(?,?,?,?,?,?,?) "
                  "ON CONFLICT DO NOTHING",
                  fire.schedule, fire.instant, fire.task, fire.at, toText(fire.outcome), int64_t(fire.late.count()),
                  fire.note.empty() ? std::optional<std::string>() : fire.note) == 1;
}

void recordFire(Connection& db, const FireRow& fire, std::optional<base::Instant> next) {
    db.run("UPDATE schedule SET last_fire=?, last_task=coalesce(?, last_task), next_fire=? WHERE name=?", fire.instant,
           fire.task, next, fire.schedule);
}

std::vector<FireRow> readFires(Connection& db, const std::string& name, int limit) {
    Query rows = db.query("SELECT f.instant, f.outcome, f.task_id, f.fired_at, f.late_ms, f.note, t.state, t.started_at, "
                          "t.finished_at FROM fire f LEFT JOIN task t ON t.id=f.task_id WHERE f.schedule=? "
                          "ORDER BY f.instant DESC LIMIT ?",
                          name, limit);
    std::vector<FireRow> fires;
    while (rows.step()) {
        FireRow fire{name, rows.instant(0), outcomeFromText(rows.text(1)), {}, rows.instant(3),
                     base::milliseconds(rows.integer(4)), rows.text(5), task::stateFromText(rows.text(6)), {}};
        if (!rows.isNull(2))
            fire.task = rows.text(2);
        const auto started = rows.instantOrNone(7), finished = rows.instantOrNone(8);
        if (started && finished)
            fire.runTime = *finished - *started;
        fires.push_back(std::move(fire));
    }
    return fires;
}

} // namespace core::store
