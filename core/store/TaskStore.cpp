#include "core/store/TaskStore.h"

#include "core/base/Log.h"
#include "core/store/TaskColumns.h"

#include <nlohmann/json.hpp>
#include <sqlite3.h>

namespace core::store {

namespace {

constexpr int kBodyColumn = 27;
/// Behind the document with bodies: what only TaskRow has, and whether the checksums match.
constexpr int kRowColumn = kBodyColumn + 4;

// What the two checksums cover, in this order.
const std::string kMadeColumns = "key, id, type, queue, priority, max_attempts, created_at, expires_at, time_limit, "
                                 "upstreams, dependents, parent_id, retry_of, workflow, idempotency_key, triggered_by, "
                                 "tags, metadata, params";
const std::string kStateColumns = "state, reason, version, attempt, interruptions, deaths, epoch, rank, blockers, "
                                  "cancel_requested, scheduled_for, started_at, finished_at, worker, error_type, "
                                  "error_message, traceback, result";

const std::string& selectRow() {
    static const std::string sql = "SELECT " + taskColumns(Bodies::With) +
                                   ", interruptions, deaths, epoch, rank, upstreams, dependents, " + soundTask() +
                                   " FROM task ";
    return sql;
}

TaskRow rowAt(const Query& row) {
    TaskRow read;
    read.task = taskAt(row, Bodies::With);
    read.interruptions = row.intAt(kRowColumn);
    read.deaths = row.intAt(kRowColumn + 1);
    read.epoch = row.integer(kRowColumn + 2);
    read.rank = row.integer(kRowColumn + 3);
    read.upstreams = row.intAt(kRowColumn + 4);
    read.dependents = row.intAt(kRowColumn + 5);
    return read;
}

bool isSound(const Query& row) {
    return row.intAt(kRowColumn + 6) != 0;
}

std::optional<TaskRow> rowOf(Query query) {
    if (!query.step())
        return std::nullopt;
    if (!isSound(query))
        throw DamagedRow(query.integer(0), query.text(1));
    return rowAt(query);
}

std::optional<std::string_view> orNull(const std::string& text) {
    return text.empty() ? std::nullopt : std::optional<std::string_view>(text);
}

/// The text of a body, or NULL; kept while the statement runs.
std::optional<std::string> bodyText(const base::Json& json) {
    return json.is_null() ? std::nullopt : std::optional(base::dumpJson(json));
}

std::optional<int64_t> countOf(const std::optional<base::milliseconds>& time) {
    return time ? std::optional(time->count()) : std::nullopt;
}

/// `sql` has the columns of the state as ?1 to ?18, the key as ?19 and the fence as ?20 to ?23.
bool writeState(Connection& db, std::string_view sql, const TaskRow& row, int version, const Fence& fence) {
    const task::Task& task = row.task;
    const auto result = bodyText(task.result);
    return db.run(sql, task::toText(task.state), task::toText(task.reason), version, task.attempt, row.interruptions,
                  row.deaths, row.epoch, row.rank, task.waitsFor, task.cancelRequested ? 1 : 0, task.scheduledFor,
                  task.startedAt, task.finishedAt, orNull(task.worker), orNull(task.errorType),
                  orNull(task.errorMessage), orNull(task.traceback), result, task.key, fence.version,
                  task::toText(fence.state), fence.attempt, fence.epoch) == 1;
}

/// The key is under the checksum: it must be known before the row is there.
int64_t nextKey(Connection& db) {
    Query last = db.query("SELECT key FROM task ORDER BY key DESC LIMIT 1");
    return last.step() ? last.integer(0) + 1 : 1;
}

constexpr std::string_view kMove =
    "UPDATE task SET state=?1, reason=?2, version=?3, attempt=?4, interruptions=?5, deaths=?6, epoch=?7, rank=?8, "
    "blockers=?9, cancel_requested=?10, scheduled_for=?11, started_at=?12, finished_at=?13, worker=?14, error_type=?15, "
    "error_message=?16, traceback=?17, result=?18, "
    "state_sum=row_sum(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13,?14,?15,?16,?17,?18) "
    "WHERE key=?19 AND version=?20 AND state=?21 AND attempt=?22 AND epoch=?23";

PendingRows pendingByIndex(Connection& db, const std::string& queue, const std::string& type, int limit) {
    Query rows = db.query(selectRow() + "WHERE state='pending' AND queue=? AND type=? ORDER BY rank, key LIMIT ?",
                          queue, type, limit);
    PendingRows pending;
    while (rows.step()) {
        if (!isSound(rows)) {
            pending.damaged.push_back(rows.integer(0));
            continue;
        }
        TaskRow row = rowAt(rows);
        // The columns of the condition come from the index; what runs is what the row itself says.
        if (row.task.state != task::TaskState::Pending || row.task.queue != queue || row.task.type != type)
            throw SqlError(SQLITE_CORRUPT, "the index of pending tasks does not match task " + row.task.id.text);
        pending.rows.push_back(std::move(row));
    }
    return pending;
}

} // namespace

const std::string& taskColumns(Bodies bodies) {
    static const std::string heads =
        "key, id, type, queue, state, reason, priority, tags, error_type, error_message, attempt, max_attempts, "
        "created_at, scheduled_for, started_at, finished_at, expires_at, worker, parent_id, retry_of, idempotency_key, "
        "triggered_by, cancel_requested, workflow, blockers, version, time_limit";
    static const std::string all = heads + ", params, metadata, result, traceback";
    return bodies == Bodies::With ? all : heads;
}

const std::string& soundTask() {
    static const std::string condition =
        "row_sum(" + kMadeColumns + ")=made_sum AND row_sum(" + kStateColumns + ")=state_sum";
    return condition;
}

task::TaskState stateAt(const Query& row, int column) {
    const auto state = task::stateFromText(row.text(column));
    if (!state)
        throw SqlError(SQLITE_CORRUPT, "unknown task state '" + row.text(column) + "'");
    return *state;
}

task::Task taskAt(const Query& row, Bodies bodies) {
    task::Task task;
    task.key = row.integer(0);
    task.id = {row.text(1)};
    task.type = row.text(2);
    task.queue = row.text(3);
    task.state = stateAt(row, 4);
    task.reason = task::reasonFromText(row.text(5)).value_or(task::FailureReason::Error);
    task.priority = row.intAt(6);
    if (const base::Json tags = row.json(7); tags.is_array())
        task.tags = tags.get<std::vector<std::string>>();
    task.errorType = row.text(8);
    task.errorMessage = row.text(9);
    task.attempt = row.intAt(10);
    task.maxAttempts = row.intAt(11);
    task.createdAt = row.instant(12);
    task.scheduledFor = row.instantOrNone(13);
    task.startedAt = row.instantOrNone(14);
    task.finishedAt = row.instantOrNone(15);
    task.expiresAt = row.instantOrNone(16);
    task.worker = row.text(17);
    task.parentId = row.text(18);
    task.retryOf = row.text(19);
    task.idempotencyKey = row.text(20);
    task.triggeredBy = row.text(21);
    task.cancelRequested = row.intAt(22) != 0;
    task.workflow = row.text(23);
    task.waitsFor = row.intAt(24);
    task.version = row.intAt(25);
    if (!row.isNull(26))
        task.timeLimit = base::milliseconds(row.integer(26));
    if (bodies == Bodies::With) {
        task.params = row.json(kBodyColumn);
        if (base::Json metadata = row.json(kBodyColumn + 1); metadata.is_object())
            task.metadata = std::move(metadata);
        task.result = row.json(kBodyColumn + 2);
        task.traceback = row.text(kBodyColumn + 3);
    }
    return task;
}

DamagedRow::DamagedRow(int64_t key, const std::string& id)
    : SqlError(SQLITE_CORRUPT, "the row of task " + id + " does not match its checksum"), m_key(key) {}

Fence fenceOf(const TaskRow& row) {
    return {row.task.state, row.task.attempt, row.epoch, row.task.version};
}

void insertTransition(Connection& db, const TaskRow& row, std::optional<task::TaskState> from, base::Instant at,
                      const std::string& note) {
    const auto fromText = from ? std::optional<std::string_view>(task::toText(*from)) : std::nullopt;
    db.run("INSERT INTO transition(task, version, from_state, to_state, attempt, epoch, at, note) "
           "VALUES(?,?,?,?,?,?,?,?)",
           row.task.key, row.task.version, fromText, task::toText(row.task.state), row.task.attempt, row.epoch, at,
           orNull(note));
}

void insertTask(Connection& db, TaskRow& row, int64_t epoch, const std::string& note) {
    task::Task& task = row.task;
    row.epoch = 0;
    task.version = 1;
    task.key = nextKey(db);
    const auto metadata = task.metadata.empty() ? std::nullopt : std::optional(base::dumpJson(task.metadata));
    const auto tags = task.tags.empty() ? std::nullopt : std::optional(base::dumpJson(base::Json(task.tags)));
    db.run("INSERT INTO task(state, version, rank, blockers, scheduled_for, state_sum, id, type, queue, priority, "
           "max_attempts, created_at, expires_at, time_limit, upstreams, dependents, parent_id, retry_of, workflow, "
           "idempotency_key, triggered_by, tags, metadata, params, made_sum, key) VALUES(?1,?2,?3,?4,?5,"
           "row_sum(?1,'',?2,0,0,0,0,?3,?4,0,?5,NULL,NULL,NULL,NULL,NULL,NULL,NULL),"
           "?6,?7,?8,?9,?10,?11,?12,?13,?14,?15,?16,?17,?18,?19,?20,?21,?22,?23,"
           "row_sum(?24,?6,?7,?8,?9,?10,?11,?12,?13,?14,?15,?16,?17,?18,?19,?20,?21,?22,?23),?24)",
           task::toText(task.state), task.version, row.rank, task.waitsFor, task.scheduledFor, task.id.text, task.type,
           task.queue, task.priority, task.maxAttempts, task.createdAt, task.expiresAt, countOf(task.timeLimit),
           row.upstreams, row.dependents, orNull(task.parentId), orNull(task.retryOf), orNull(task.workflow),
           orNull(task.idempotencyKey), orNull(task.triggeredBy), tags, metadata, base::dumpJson(task.params), task.key);
    row.epoch = epoch;
    insertTransition(db, row, std::nullopt, task.createdAt, note);
    row.epoch = 0;
}

bool moveTask(Connection& db, TaskRow& row, const Fence& fence, base::Instant at, const std::string& note) {
    if (!writeState(db, kMove, row, fence.version + 1, fence))
        return false;
    row.task.version = fence.version + 1;
    insertTransition(db, row, fence.state, at, note);
    return true;
}

bool updateTask(Connection& db, const TaskRow& row, const Fence& fence) {
    return writeState(db, kMove, row, fence.version, fence);
}

void clearBodies(Connection& db, int64_t key) {
    auto row = readTaskRow(db, key);
    if (!row || !task::isTerminal(row->task.state))
        return;
    row->task.result = nullptr;
    row->task.traceback.clear();
    updateTask(db, *row, fenceOf(*row));
}

void quarantine(Connection& db, int64_t key, base::Instant at) {
    // Column by column: what is in them may not even be JSON any more.
    db.run("INSERT INTO transition(task, version, from_state, to_state, attempt, epoch, at, note) SELECT key, version+1, "
           "state, 'failure', attempt, epoch, ?, 'the row is damaged' FROM task WHERE key=?",
           at, key);
    db.run("UPDATE task SET state='failure', reason='rejected', version=version+1, error_type='DamagedRow', "
           "error_message=?1, finished_at=?2, state_sum=row_sum('failure','rejected',version+1,attempt,interruptions,"
           "deaths,epoch,rank,blockers,cancel_requested,scheduled_for,started_at,?2,worker,'DamagedRow',?1,traceback,"
           "result) WHERE key=?3",
           "the stored task does not match its checksum; it was not run", at, key);
}

void insertAttempt(Connection& db, int64_t key, const task::Attempt& attempt) {
    db.run("INSERT INTO attempt(task, number, started_at, ended_at, outcome, error_type, error_message, worker) "
           "VALUES(?,?,?,?,?,?,?,?) ON CONFLICT DO UPDATE SET ended_at=excluded.ended_at, outcome=excluded.outcome, "
           "error_type=excluded.error_type, error_message=excluded.error_message, worker=excluded.worker",
           key, attempt.number, attempt.startedAt, attempt.endedAt, attempt.outcome, orNull(attempt.errorType),
           orNull(attempt.errorMessage), orNull(attempt.worker));
}

std::optional<TaskRow> readTaskRow(Connection& db, const task::TaskId& id) {
    auto row = rowOf(db.query(selectRow() + "WHERE id=?", id.text));
    if (row && row->task.id.text != id.text)
        throw SqlError(SQLITE_CORRUPT, "an index leads from task " + id.text + " to another one");
    return row;
}

std::optional<TaskRow> readTaskRow(Connection& db, int64_t key) {
    return rowOf(db.query(selectRow() + "WHERE key=?", key));
}

std::optional<task::Task> readTask(Connection& db, const task::TaskId& id) {
    Query row = db.query(selectRow() + "WHERE id=?", id.text);
    if (!row.step())
        return std::nullopt;
    task::Task task = taskAt(row, Bodies::With);
    if (!isSound(row) && task.errorType.empty()) {
        task.errorType = "DamagedRow";
        task.errorMessage = "the stored task does not match its checksum: what it says may be wrong";
    }
    return task;
}

std::vector<std::string> readPendingTypes(Connection& db, const std::string& queue) {
    std::vector<std::string> types;
    std::string last;
    for (;;) {
        Query next = db.query("SELECT type FROM task WHERE state='pending' AND queue=? AND type>? ORDER BY type LIMIT 1",
                              queue, last);
        if (!next.step())
            return types;
        types.push_back(last = next.text(0));
    }
}

PendingRows readPending(Connection& db, const std::string& queue, const std::string& type, int limit) {
    try {
        return pendingByIndex(db, queue, type, limit);
    } catch (const SqlError& error) {
        if ((error.code() & 0xff) != SQLITE_CORRUPT)
            throw;
        base::log(base::LogLevel::Error, "store", std::string("the index of pending tasks is made anew: ") + error.what());
    }
    db.exec("REINDEX task_pending");
    return pendingByIndex(db, queue, type, limit);
}

} // namespace core::store
