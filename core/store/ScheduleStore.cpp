#include "core/store/ScheduleStore.h"

#include "core/base/Log.h"
#include "core/store/TaskColumns.h"

namespace core::store {

using base::Json;

namespace {

const std::string kSound =
    "s.sum=row_sum(s.name, s.definition, s.changes, s.built_in, s.next_fire, s.last_fire, s.waiting, s.last_task)";
const std::string kSelectSchedules =
    "SELECT s.name, s.definition, s.changes, s.built_in, s.next_fire, s.last_fire, s.waiting, s.last_task, t.state, " + kSound + ", s.sum FROM schedule s LEFT JOIN task t ON t.id = s.last_task ";

const std::string kSelectLastState =
    "SELECT t.state FROM schedule s LEFT JOIN task t ON t.id = s.last_task WHERE s.name=? AND s.sum=? AND " + kSound;

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
    if (entry.builtIn)
        entry.shipped = row.json(1);
    entry.nextFire = row.instantOrNone(4);
    entry.lastFire = row.instantOrNone(5);
    entry.waiting = row.instantOrNone(6);
    entry.lastTask = row.text(7);
    entry.lastState = row.text(8);
    entry.sum = row.integer(10);
    return entry;
}

/// Whether it fires at other instants.
bool firesOtherwise(const Json& before, const Json& after) {
    for (const char* key : {"cron", "every_seconds", "once_at", "zone", "starts_at", "ends_at", "enabled"})
        if (before.value(key, Json()) != after.value(key, Json()))
            return true;
    return false;
}

constexpr std::array<std::pair<FireOutcome, std::string_view>, 4> kOutcomes{{{FireOutcome::Fired, "fired"},
                                                                            {FireOutcome::Overlapped, "overlapped"},
                                                                            {FireOutcome::Missed, "missed"},
                                                                            {FireOutcome::Backfilled, "backfilled"}}};

FireOutcome outcomeFromText(const std::string& text) {
    for (const auto& [outcome, word] : kOutcomes)
        if (word == text)
            return outcome;
    return FireOutcome::Missed;
}

/// A task that seems never to have begun could be made once more: there its own checksums are looked at, too.
const std::string& fireColumns() {
    static const std::string sql =
        "f.schedule, f.instant, f.outcome, f.task_id, f.fired_at, f.late_ms, f.note, "
        "CASE WHEN t.attempt>0 OR t.state NOT IN ('failure','revoked') OR (" + soundTask() + ") THEN t.state END, "
        "t.started_at, t.finished_at, t.attempt, "
        "f.sum=row_sum(f.schedule, f.instant, f.outcome, f.task_id, f.fired_at, f.late_ms, f.note) ";
    return sql;
}

/// Those of one entry.
std::string selectFires() {
    return "SELECT " + fireColumns() + "FROM fire f LEFT JOIN task t ON t.id=f.task_id WHERE f.schedule=? ";
}

FireRow fireAt(const Query& row) {
    FireRow fire{row.text(0), row.instant(1), outcomeFromText(row.text(2)), {}, row.instant(4), base::milliseconds(row.integer(5)),
                 row.text(6), task::stateFromText(row.text(7)), {}};
    if (!row.isNull(3))
        fire.task = row.text(3);
    const auto started = row.instantOrNone(8), finished = row.instantOrNone(9);
    if (started && finished)
        fire.runTime = *finished - *started;
    fire.attempts = row.intAt(10);
    fire.sound = row.intAt(11) != 0;
    if (!fire.sound)
        fire.note = "this row does not match its checksum: what it says may be wrong";
    return fire;
}

/// `conflict`: what becomes of a row that is there already. The number of rows written.
int writeFire(Connection& db, const FireRow& fire, const std::string& conflict) {
    return db.run("INSERT INTO fire(schedule, instant, task_id, fired_at, outcome, late_ms, note) VALUES(?,?,?,?,?,?,?) "
                  "ON CONFLICT(schedule, instant) " + conflict,
                  fire.schedule, fire.instant, fire.task, fire.at, toText(fire.outcome), int64_t(fire.late.count()),
                  fire.note.empty() ? std::optional<std::string>() : fire.note);
}

std::vector<FireRow> allFires(Query rows) {
    std::vector<FireRow> fires;
    while (rows.step())
        fires.push_back(fireAt(rows));
    return fires;
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
        db.run("UPDATE schedule SET next_fire=NULL WHERE name=?", definition.name);
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

std::optional<std::string> readLastState(Connection& db, const ScheduleRow& row) {
    Query state = db.query(kSelectLastState, row.name, row.sum);
    return state.step() ? std::optional(state.text(0)) : std::nullopt;
}

bool storeStanding(Connection& db, ScheduleRow& row) {
    Query stored = db.query("UPDATE schedule SET next_fire=?, last_fire=?, waiting=?, last_task=? WHERE name=? AND sum=? "
                            "RETURNING sum",
                            row.nextFire, row.lastFire, row.waiting,
                            row.lastTask.empty() ? std::optional<std::string>() : row.lastTask, row.name, row.sum);
    if (!stored.step())
        return false;
    row.sum = stored.integer(0);
    stored.run();
    return true;
}

bool insertFire(Connection& db, const FireRow& fire) {
    return writeFire(db, fire, "DO NOTHING") == 1;
}

void replaceFire(Connection& db, const FireRow& fire) {
    writeFire(db, fire,
              "DO UPDATE SET task_id=excluded.task_id, fired_at=excluded.fired_at, outcome=excluded.outcome, "
              "late_ms=excluded.late_ms, note=excluded.note");
}

std::vector<FireRow> readFires(Connection& db, const std::string& name, int limit) {
    return allFires(db.query(selectFires() + "ORDER BY f.instant DESC LIMIT ?", name, limit));
}

std::vector<FireRow> readFires(Connection& db, const std::string& name, base::Instant from, base::Instant to) {
    return allFires(db.query(selectFires() + "AND f.instant BETWEEN ? AND ? ORDER BY f.instant", name, from, to));
}

std::optional<FireRow> readFire(Connection& db, const std::string& name, base::Instant instant) {
    Query row = db.query(selectFires() + "AND f.instant=?", name, instant);
    return row.step() ? std::optional(fireAt(row)) : std::nullopt;
}

std::vector<FireRow> readRecentFires(Connection& db, int perEntry) {
    // For each entry a walk backwards along the primary key of `fire`: old firings cost nothing. CROSS JOIN keeps the
    // order of the loops; left to itself, the planner walks over all firings.
    return allFires(db.query("SELECT " + fireColumns() +
                             "FROM schedule s CROSS JOIN fire f ON f.schedule=s.name AND f.instant IN "
                             "(SELECT instant FROM fire WHERE schedule=s.name ORDER BY instant DESC LIMIT ?) "
                             "LEFT JOIN task t ON t.id=f.task_id ORDER BY s.name, f.instant DESC",
                             perEntry));
}

} // namespace core::store
