#include "core/broker/SqliteBroker.h"

#include "core/broker/Moves.h"
#include "core/store/AuditLog.h"

#include <algorithm>
#include <unistd.h>

namespace core::broker {

using base::Error;
using base::ErrorCode;
using base::Result;
using task::TaskState;

namespace {

constexpr std::chrono::hours kIdempotencyWindow{24};

Error unknownTask(const task::TaskId& id) {
    return {ErrorCode::NotFound, "there is no task " + id.text, "List tasks with: beatwarden task list", {}};
}

void auditTask(store::Connection& db, const std::string& action, const task::Task& task, const Requester& requester,
               base::Instant now) {
    store::appendAudit(db,
                       {action, requester.name, requester.type, "task", task.id.text, nullptr,
                        {{"type", task.type}, {"state", task::toText(task.state)}}, {}},
                       now);
}

std::string requestHash(const task::Task& task) {
    return store::sha256(task.type + "\n" + base::dumpJson(task.params));
}

/// The task that was made earlier with this key, if the key is still in force.
Result<std::optional<task::Task>> earlierTask(store::Connection& db, const task::Task& task) {
    store::Query row = db.query("SELECT request_hash, task_id FROM idempotency WHERE key=? AND expires_at>?",
                                task.idempotencyKey, task.createdAt);
    if (!row.step())
        return std::optional<task::Task>();
    if (row.text(0) != requestHash(task))
        return Error{ErrorCode::Conflict,
                     "the idempotency key '" + task.idempotencyKey + "' was used with other parameters",
                     "Use a new key for a new request", {}};
    return store::readTask(db, {row.text(1)});
}

/// Waiting tasks by condition, oldest first.
std::vector<task::Task> waitingTasks(store::Connection& db, store::Query& keys) {
    std::vector<int64_t> found;
    while (keys.step())
        found.push_back(keys.integer(0));
    return store::readRows(db, found);
}

} // namespace

SqliteBroker::SqliteBroker(store::Database& database, const std::vector<std::string>& writableTables)
    : m_database(database), m_applier(writableTables) {}

template <class T>
void SqliteBroker::post(std::function<Result<T>(store::Connection&)> work, Then<T> then) {
    auto answer = std::make_shared<std::optional<T>>();
    m_database.post(
        [work = std::move(work), answer](store::Connection& db) -> Result<void> {
            Result<T> result = work(db);
            if (!result)
                return result.error();
            answer->emplace(std::move(*result));
            return {};
        },
        [answer, then = std::move(then)](const Result<void>& committed) {
            then(committed ? Result<T>(std::move(**answer)) : Result<T>(committed.error()));
        });
}

Result<int64_t> SqliteBroker::takeOwnership(base::Instant now) {
    return m_database.write([now](store::Connection& db) -> Result<int64_t> {
        db.run("UPDATE owner SET epoch=epoch+1, pid=?, started_at=?", int(::getpid()), now);
        store::Query row = db.query("SELECT epoch FROM owner");
        row.step();
        return row.integer(0);
    });
}

Result<Broker::Moves> SqliteBroker::rescue(int64_t epoch, const std::map<std::string, task::Idempotent>& types,
                                           base::Instant now) {
    return m_database.write([=](store::Connection& db) -> Result<Moves> {
        std::vector<std::string> ids;
        store::Query rows = db.query("SELECT id FROM task WHERE state='started' AND epoch<? ORDER BY key", epoch);
        while (rows.step())
            ids.push_back(rows.text(0));
        Moves moves;
        for (const auto& id : ids) {
            auto ledger = store::readLedger(db, {id});
            if (!ledger)
                continue;
            Ending ending;
            ending.attempt = ledger->task.attempt;
            ending.epoch = ledger->epoch;
            ending.now = now;
            const auto type = types.find(ledger->task.type);
            const bool mayRepeat = type != types.end() && type->second == task::Idempotent::Yes;
            const bool attemptsLeft = ledger->spentAttempts() < ledger->task.maxAttempts;
            Departure departure;
            if (ledger->task.cancelRequested) {
                departure = {TaskState::Revoked, "revoked", {}, 0, 0};
                departure.details.note = "cancelled; the worker ended with the engine";
            } else if (mayRepeat && attemptsLeft) {
                departure = {TaskState::Retry, "interrupted", {}, 0, 0};
                departure.details.scheduledFor = now;
                departure.details.note = "the engine ended while it ran";
            } else {
                departure = {TaskState::Failure, "failure", {}, 0, 0};
                departure.details.reason = task::FailureReason::WorkerLost;
                departure.details.errorType = "WorkerLost";
                departure.details.errorMessage =
                    mayRepeat ? "the engine ended while the last attempt ran; nothing of it was committed"
                              : "the engine ended while it ran; nothing of it was committed, and this type is not "
                                "repeated by itself. Launch it again if it is still wanted";
                departure.details.note = "the engine ended while it ran";
            }
            task::Task task = ledger->task;
            if (!moveRunning(db, task, ending, departure))
                continue;
            if (departure.to == TaskState::Retry) {
                // Due at once: the next claim takes it.
                moveWaiting(db, task, TaskState::Pending, {{}, {}, {}, {}, {}, {}, "due"}, now);
            }
            moves.push_back({TaskState::Started, std::move(task)});
        }
        return moves;
    });
}

Result<Broker::Moves> SqliteBroker::enqueueIn(store::Connection& db, std::vector<task::Task>& tasks) {
    Moves moves;
    for (task::Task& task : tasks) {
        if (!task.idempotencyKey.empty()) {
            auto earlier = earlierTask(db, task);
            if (!earlier)
                return earlier.error();
            if (*earlier) {
                const TaskState state = (*earlier)->state;
                moves.push_back({state, std::move(**earlier)});
                continue;
            }
            db.run("INSERT INTO idempotency(key, request_hash, task_id, expires_at) VALUES(?,?,?,?) ON CONFLICT(key) "
                   "DO UPDATE SET request_hash=excluded.request_hash, task_id=excluded.task_id, "
                   "expires_at=excluded.expires_at",
                   task.idempotencyKey, requestHash(task), task.id.text, task.createdAt + kIdempotencyWindow);
        }
        store::insertTask(db, task, 0, task.triggeredBy.empty() ? "" : "by " + task.triggeredBy);
        moves.push_back({std::nullopt, task});
    }
    return moves;
}

void SqliteBroker::enqueue(std::vector<task::Task> tasks, Then<Moves> then) {
    auto shared = std::make_shared<std::vector<task::Task>>(std::move(tasks));
    post<Moves>([shared](store::Connection& db) { return enqueueIn(db, *shared); }, std::move(then));
}

void SqliteBroker::claim(ClaimRequest request, Then<Moves> then) {
    post<Moves>(
        [request = std::move(request)](store::Connection& db) -> Result<Moves> {
            struct Candidate {
                int priority;
                int64_t key;
                std::string id, type;
            };
            std::vector<Candidate> candidates;
            for (const auto& [queue, free] : request.free) {
                // A few more than there are slots, in case types are at their own limit.
                store::Query rows = db.query("SELECT priority, key, id, type FROM task WHERE state='pending' AND "
                                             "queue=? ORDER BY priority DESC, key LIMIT ?",
                                             queue, free + (request.typeRoom.empty() ? 0 : 64));
                auto room = request.typeRoom;
                int taken = 0;
                while (taken < free && rows.step()) {
                    const auto limited = room.find(rows.text(3));
                    if (limited != room.end() && limited->second-- <= 0)
                        continue;
                    candidates.push_back({rows.intAt(0), rows.integer(1), rows.text(2), rows.text(3)});
                    ++taken;
                }
            }
            std::sort(candidates.begin(), candidates.end(), [](const Candidate& a, const Candidate& b) {
                return a.priority != b.priority ? a.priority > b.priority : a.key < b.key;
            });
            Moves moves;
            int started = 0;
            for (const Candidate& candidate : candidates) {
                if (started >= request.total)
                    break;
                auto task = store::readTask(db, {candidate.id});
                if (!task)
                    continue;
                if (task->expiresAt && *task->expiresAt <= request.now) {
                    const MoveDetails expired{task::FailureReason::Expired, "Expired", "it was not begun in time",
                                              {}, {}, {}, "expired"};
                    if (moveWaiting(db, *task, TaskState::Failure, expired, request.now))
                        moves.push_back({TaskState::Pending, std::move(*task)});
                    continue;
                }
                if (db.run("UPDATE task SET state='started', attempt=attempt+1, epoch=?, started_at=?, finished_at=NULL, "
                           "worker=NULL WHERE key=? AND state='pending'",
                           request.epoch, request.now, task->key) != 1)
                    continue;
                task->state = TaskState::Started;
                task->startedAt = request.now;
                ++task->attempt;
                db.run("INSERT INTO attempt(task, number, started_at) VALUES(?,?,?)", task->key, task->attempt,
                       request.now);
                store::insertTransition(db, task->key, TaskState::Pending, TaskState::Started, task->attempt,
                                        request.epoch, request.now, "");
                moves.push_back({TaskState::Pending, std::move(*task)});
                ++started;
            }
            return moves;
        },
        std::move(then));
}

void SqliteBroker::cancel(task::TaskId id, Requester requester, base::Instant now, Then<Moves> then) {
    post<Moves>(
        [id, requester, now](store::Connection& db) -> Result<Moves> {
            auto task = store::readTask(db, id);
            if (!task)
                return unknownTask(id);
            if (task::isTerminal(task->state))
                return Error{ErrorCode::Conflict, std::string("task already ") + task::toText(task->state), {}, {}};
            const TaskState from = task->state;
            if (from == TaskState::Started) {
                if (task->cancelRequested)
                    return Error{ErrorCode::Conflict, "cancelling the task was already asked for", {}, {}};
                db.run("UPDATE task SET cancel_requested=1 WHERE key=? AND state='started'", task->key);
                task->cancelRequested = true;
            } else {
                moveWaiting(db, *task, TaskState::Revoked, {{}, {}, {}, {}, {}, {}, "cancelled by " + requester.name}, now);
            }
            auditTask(db, "task_cancelled", *task, requester, now);
            return Moves{{from, std::move(*task)}};
        },
        std::move(then));
}

void SqliteBroker::reschedule(task::TaskId id, base::Instant eta, Requester requester, base::Instant now,
                              Then<Moves> then) {
    post<Moves>(
        [id, eta, requester, now](store::Connection& db) -> Result<Moves> {
            auto task = store::readTask(db, id);
            if (!task)
                return unknownTask(id);
            const TaskState from = task->state;
            if (task::isTerminal(from))
                return Error{ErrorCode::Conflict, std::string("task already ") + task::toText(from),
                             "Retry it instead", {}};
            if (from == TaskState::Started)
                return Error{ErrorCode::Conflict, "the task is running", "Cancel it, then launch it for later", {}};
            const MoveDetails details{{}, {}, {}, {}, {}, eta, "rescheduled by " + requester.name};
            if (from == TaskState::Scheduled) {
                db.run("UPDATE task SET scheduled_for=? WHERE key=? AND state='scheduled'", eta, task->key);
                task->scheduledFor = eta;
            } else {
                moveWaiting(db, *task, TaskState::Scheduled, details, now);
            }
            auditTask(db, "task_rescheduled", *task, requester, now);
            return Moves{{from, std::move(*task)}};
        },
        std::move(then));
}

void SqliteBroker::stage(base::Instant now, int limit, Then<Moves> then) {
    post<Moves>(
        [now, limit](store::Connection& db) -> Result<Moves> {
            store::Query keys = db.query("SELECT key FROM task WHERE state IN ('scheduled','retry') AND "
                                         "scheduled_for<=? ORDER BY scheduled_for LIMIT ?",
                                         now, limit);
            Moves moves;
            for (task::Task& task : waitingTasks(db, keys)) {
                const TaskState from = task.state;
                if (moveWaiting(db, task, TaskState::Pending, {{}, {}, {}, {}, {}, {}, "due"}, now))
                    moves.push_back({from, std::move(task)});
            }
            return moves;
        },
        std::move(then));
}

void SqliteBroker::expire(base::Instant now, int limit, Then<Moves> then) {
    post<Moves>(
        [now, limit](store::Connection& db) -> Result<Moves> {
            store::Query keys = db.query("SELECT key FROM task WHERE expires_at<=? AND expires_at IS NOT NULL AND state "
                                         "IN ('scheduled','pending','retry') ORDER BY expires_at LIMIT ?",
                                         now, limit);
            Moves moves;
            for (task::Task& task : waitingTasks(db, keys)) {
                const TaskState from = task.state;
                const MoveDetails expired{task::FailureReason::Expired, "Expired", "it was not begun in time",
                                          {}, {}, {}, "expired"};
                if (moveWaiting(db, task, TaskState::Failure, expired, now))
                    moves.push_back({from, std::move(task)});
            }
            return moves;
        },
        std::move(then));
}

void SqliteBroker::purge(std::string queue, Requester requester, base::Instant now, Then<Moves> then) {
    post<Moves>(
        [queue, requester, now](store::Connection& db) -> Result<Moves> {
            store::Query keys =
                db.query("SELECT key FROM task WHERE queue=? AND state IN ('scheduled','pending','retry') ORDER BY key",
                         queue);
            Moves moves;
            for (task::Task& task : waitingTasks(db, keys)) {
                const TaskState from = task.state;
                if (moveWaiting(db, task, TaskState::Revoked, {{}, {}, {}, {}, {}, {}, "purged by " + requester.name}, now))
                    moves.push_back({from, std::move(task)});
            }
            store::appendAudit(db,
                               {"queue_purged", requester.name, requester.type, "queue", queue, nullptr,
                                {{"revoked", moves.size()}}, {}},
                               now);
            return moves;
        },
        std::move(then));
}

void SqliteBroker::setPaused(std::string queue, Paused paused, Requester requester, base::Instant now,
                             Then<Paused> then) {
    post<Paused>(
        [queue, paused, requester, now](store::Connection& db) -> Result<Paused> {
            db.run("INSERT INTO queue(name, paused) VALUES(?,?) ON CONFLICT(name) DO UPDATE SET paused=excluded.paused",
                   queue, paused == Paused::Yes ? 1 : 0);
            store::appendAudit(db,
                               {paused == Paused::Yes ? "queue_paused" : "queue_resumed", requester.name,
                                requester.type, "queue", queue, nullptr, nullptr, {}},
                               now);
            return paused;
        },
        std::move(then));
}

Result<std::optional<base::Instant>> SqliteBroker::nextDue() const {
    return m_database.read([](store::Connection& db) -> Result<std::optional<base::Instant>> {
        store::Query row = db.query("SELECT min(scheduled_for) FROM task WHERE state IN ('scheduled','retry')");
        row.step();
        return row.instantOrNone(0);
    });
}

Result<std::optional<base::Instant>> SqliteBroker::nextExpiry() const {
    return m_database.read([](store::Connection& db) -> Result<std::optional<base::Instant>> {
        store::Query row = db.query("SELECT min(expires_at) FROM task WHERE expires_at IS NOT NULL AND state IN "
                                    "('scheduled','pending','retry')");
        row.step();
        return row.instantOrNone(0);
    });
}

void SqliteBroker::end(Ending ending, Then<Moves> then) {
    auto shared = std::make_shared<Ending>(std::move(ending));
    post<Moves>([this, shared](store::Connection& db) { return commitEnding(db, *shared); }, std::move(then));
}

} // namespace core::broker
