#include "core/broker/SqliteBroker.h"

#include "core/base/Log.h"
#include "core/broker/Claim.h"
#include "core/broker/Dependencies.h"
#include "core/policy/Ageing.h"
#include "core/store/AuditLog.h"

namespace core::broker {

using base::Error;
using base::ErrorCode;
using base::Result;
using store::TaskRow;

namespace {

constexpr std::chrono::hours kIdempotencyWindow{24};

std::string requestHash(const task::Task& task) {
    return store::sha256(task.type + "\n" + base::dumpJson(task.params));
}

/// The task that was made earlier with this key, if the key is still in force.
Result<std::optional<task::Task>> earlierTask(store::Connection& db, const task::Task& task) {
    store::Query row = db.query("SELECT request_hash, task_id, sum=row_sum(key, request_hash, task_id, expires_at) "
                                "FROM idempotency WHERE key=? AND expires_at>?",
                                task.idempotencyKey, task.createdAt);
    if (!row.step())
        return std::optional<task::Task>();
    if (row.intAt(2) == 0)
        return Error{ErrorCode::Corrupt,
                     "the stored idempotency key '" + task.idempotencyKey + "' does not match its checksum",
                     "Look in the task list whether the request was carried out; if not, use a new key", {}};
    if (row.text(0) != requestHash(task))
        return Error{ErrorCode::Conflict,
                     "the idempotency key '" + task.idempotencyKey + "' was used with other parameters",
                     "Use a new key for a new request", {}};
    return store::readTask(db, {row.text(1)});
}

/// The earlier task of this key, or none after the key was taken for this one.
Result<std::optional<task::Task>> takeKey(store::Connection& db, const task::Task& task) {
    auto earlier = earlierTask(db, task);
    if (!earlier || *earlier)
        return earlier;
    db.run("INSERT INTO idempotency(key, request_hash, task_id, expires_at) VALUES(?,?,?,?) ON CONFLICT(key) DO UPDATE "
           "SET request_hash=excluded.request_hash, task_id=excluded.task_id, expires_at=excluded.expires_at",
           task.idempotencyKey, requestHash(task), task.id.text, task.createdAt + kIdempotencyWindow);
    return std::optional<task::Task>();
}

std::vector<TaskRow> rowsOf(const std::vector<NewTask>& tasks) {
    std::vector<TaskRow> rows;
    rows.reserve(tasks.size());
    for (const NewTask& one : tasks) {
        TaskRow row;
        row.task = one.task;
        row.rank = policy::rankOf(one.task.scheduledFor.value_or(one.task.createdAt), one.task.priority);
        rows.push_back(std::move(row));
    }
    countDependencies(tasks, rows);
    return rows;
}

} // namespace

SqliteBroker::SqliteBroker(store::Database& database, const std::vector<std::string>& writableTables)
    : m_database(database), m_applier(writableTables) {}

Result<Broker::Moves> SqliteBroker::enqueueIn(store::Connection& db, const std::vector<NewTask>& tasks) {
    std::vector<TaskRow> rows = rowsOf(tasks);
    Moves moves;
    moves.reserve(rows.size());
    for (TaskRow& row : rows) {
        if (!row.task.idempotencyKey.empty()) {
            auto earlier = takeKey(db, row.task);
            if (!earlier)
                return earlier.error();
            if (*earlier) {
                const task::TaskState state = (*earlier)->state;
                row.task.key = (*earlier)->key;
                moves.push_back({state, std::move(**earlier)});
                continue;
            }
        }
        store::insertTask(db, row, 0, row.task.triggeredBy.empty() ? "" : "by " + row.task.triggeredBy);
        moves.push_back({std::nullopt, row.task});
    }
    insertDependencies(db, tasks, rows);
    return moves;
}

void SqliteBroker::enqueue(std::vector<NewTask> tasks, std::optional<ClaimRequest> next, Then<Moves> then) {
    post<Moves>(
        [this, tasks = std::move(tasks), next = std::move(next)](store::Connection& db) -> Result<Moves> {
            auto moves = enqueueIn(db, tasks);
            if (moves)
                claimIn(db, next, *moves);
            return moves;
        },
        std::move(then));
}

void SqliteBroker::follow(store::Connection& db, Moves& moves) const {
    Moves triggered;
    for (const Move& move : moves) {
        if (move.from == move.task.state)
            continue;
        m_tracking.follow(db, move.task);
        if (m_triggers && task::isTerminal(move.task.state) && m_triggers->listensTo(move.task))
            m_triggers->taskEnded(db, move.task, *move.task.finishedAt, triggered);
    }
    std::move(triggered.begin(), triggered.end(), std::back_inserter(moves));
}

void SqliteBroker::claim(ClaimRequest request, Then<Moves> then) {
    post<Moves>(
        [request = std::move(request)](store::Connection& db) -> Result<Moves> {
            Moves moves;
            if (auto claimed = claimTasks(db, request, moves); !claimed)
                return claimed.error();
            return moves;
        },
        std::move(then));
}

void SqliteBroker::claimIn(store::Connection& db, const std::optional<ClaimRequest>& request, Moves& moves) {
    if (!request || !m_database.ok())
        return;
    const size_t before = moves.size();
    Result<void> claimed;
    db.run("SAVEPOINT claim");
    try {
        claimed = claimTasks(db, *request, moves);
    } catch (const store::SqlError& error) {
        if (store::StoreGuard::isTrouble(error))
            throw; // concerns the endings too
        claimed = error.toError();
    }
    if (!claimed) {
        db.run("ROLLBACK TO claim");
        moves.erase(moves.begin() + ptrdiff_t(before), moves.end());
        base::log(base::LogLevel::Error, "broker", "claiming failed: " + claimed.error().text());
    }
    db.run("RELEASE claim");
}

} // namespace core::broker
