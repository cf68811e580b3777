#include "core/store/Soundness.h"

#include "core/store/TaskColumns.h"

namespace core::store {

namespace {

/// What names a row for people, and what its column `sum` is made of.
struct SummedTable {
    const char* table;
    const char* name;
    const char* columns;
};

constexpr SummedTable kSummed[] = {
    {"transition", "task||' move '||version", "task, version, from_state, to_state, attempt, epoch, at, note"},
    {"attempt", "task||' attempt '||number",
     "task, number, started_at, ended_at, outcome, error_type, error_message, worker"},
    {"dependency", "task||' after '||upstream", "task, upstream"},
    {"idempotency", "key", "key, request_hash, task_id, expires_at"},
    {"outbox", "key",
     "key, idempotency_key, task_id, channel, body, created_at, attempts, next_attempt_at, delivered_at, last_error"},
    {"schedule", "name", "name, definition, changes, built_in, next_fire, last_fire, waiting, last_task"},
    {"zone_rules", "zone", "zone, version, content"},
    {"fire", "schedule||' at '||instant", "schedule, instant, outcome, task_id, fired_at, late_ms, note"},
    {"task_trigger", "name", "name, enabled, made, merged, problems, last_at, last_task, last_problem_at, last_problem"},
};

void collect(Connection& db, const std::string& table, const std::string& name, const std::string& sound, size_t limit,
             std::vector<UnsoundRow>& found) {
    // NOT INDEXED: the rows themselves, as they lie in their table.
    Query rows = db.query("SELECT " + name + " FROM " + table + " NOT INDEXED WHERE (" + sound + ") IS NOT 1");
    while (found.size() < limit && rows.step())
        found.push_back({table, rows.text(0)});
}

} // namespace

std::vector<UnsoundRow> findUnsoundRows(Connection& db, size_t limit) {
    std::vector<UnsoundRow> found;
    collect(db, "task", "key||' '||id", soundTask(), limit, found);
    for (const SummedTable& one : kSummed)
        collect(db, one.table, one.name, std::string("sum=row_sum(") + one.columns + ")", limit, found);
    return found;
}

} // namespace core::store
