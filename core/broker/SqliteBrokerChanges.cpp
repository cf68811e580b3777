#include "core/broker/Moves.h"
#include "core/broker/SqliteBroker.h"
#include "core/store/AuditLog.h"

namespace core::broker {

using base::Error;
using base::ErrorCode;
using base::Result;
using store::TaskRow;
using task::TaskState;

namespace {

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

std::vector<int64_t> keysOf(store::Query keys) {
    std::vector<int64_t> found;
    while (keys.step())
        found.push_back(keys.integer(0));
    return found;
}

/// Calls `move` for the row of each key; what is damaged is put aside, what vanished left out.
template <class MoveOne>
void forRows(store::Connection& db, const std::vector<int64_t>& keys, base::Instant now, MoveOne move) {
    for (const int64_t key : keys) {
        try {
            if (auto row = store::readTaskRow(db, key))
                move(*row);
        } catch (const store::DamagedRow& damaged) {
            store::quarantine(db, damaged.key(), now);
        }
    }
}

bool waits(const TaskRow& row) {
    return row.task.state != TaskState::Started && !task::isTerminal(row.task.state);
}

/// Waiting: revoked. Running: marked. False when there is nothing to cancel any more.
bool cancelRow(store::Connection& db, TaskRow& row, const Requester& requester, base::Instant now,
               Broker::Moves& moves) {
    if (waits(row)) {
        if (!moveWaiting(db, row, TaskState::Revoked, now, "cancelled by " + requester.name, moves))
            return false;
    } else {
        if (row.task.state != TaskState::Started || row.task.cancelRequested)
            return false;
        const store::Fence fence = store::fenceOf(row);
        row.task.cancelRequested = true;
        if (!store::updateTask(db, row, fence))
            return false;
        moves.push_back({TaskState::Started, row.task});
    }
    auditTask(db, "task_cancelled", row.task, requester, now);
    return true;
}

} // namespace

void SqliteBroker::cancel(task::TaskId id, Requester requester, base::Instant now, Then<Moves> then) {
    post<Moves>(
        [id, requester, now](store::Connection& db) -> Result<Moves> {
            auto row = store::readTaskRow(db, id);
            if (!row)
                return unknownTask(id);
            if (task::isTerminal(row->task.state))
                return Error{ErrorCode::Conflict, std::string("task already ") + task::toText(row->task.state), {}, {}};
            Moves moves;
            if (!cancelRow(db, *row, requester, now, moves))
                return Error{ErrorCode::Conflict, "cancelling the task was already asked for", {}, {}};
            return moves;
        },
        std::move(then), store::Duty::Act);
}

void SqliteBroker::cancelMany(std::vector<task::TaskId> ids, Requester requester, base::Instant now, Then<Moves> then) {
    post<Moves>(
        [ids = std::move(ids), requester, now](store::Connection& db) -> Result<Moves> {
            Moves moves;
            for (const task::TaskId& id : ids)
                if (auto row = store::readTaskRow(db, id))
                    cancelRow(db, *row, requester, now, moves);
            return moves;
        },
        std::move(then), store::Duty::Act);
}

void SqliteBroker::reschedule(task::TaskId id, base::Instant eta, Requester requester, base::Instant now,
                              Then<Moves> then) {
    post<Moves>(
        [id, eta, requester, now](store::Connection& db) -> Result<Moves> {
            auto row = store::readTaskRow(db, id);
            if (!row)
                return unknownTask(id);
            const TaskState from = row->task.state;
            if (task::isTerminal(from))
                return Error{ErrorCode::Conflict, std::string("task already ") + task::toText(from),
                             "Retry it instead", {}};
            if (from == TaskState::Started)
                return Error{ErrorCode::Conflict, "the task is running", "Cancel it, then launch it for later", {}};
            if (row->task.waitsFor > 0)
                return Error{ErrorCode::Conflict, "the task waits for other tasks of its workflow", {}, {}};
            Moves moves;
            row->task.scheduledFor = eta;
            if (from == TaskState::Scheduled) {
                if (store::updateTask(db, *row, store::fenceOf(*row)))
                    moves.push_back({from, row->task});
            } else {
                moveWaiting(db, *row, TaskState::Scheduled, now, "rescheduled by " + requester.name, moves);
            }
            auditTask(db, "task_rescheduled", row->task, requester, now);
            return moves;
        },
        std::move(then));
}

// The upkeep's questions name their index: without that SQLite reads every waiting task, of which there may be millions.

void SqliteBroker::stage(base::Instant now, int limit, int retries, Then<Moves> then) {
    post<Moves>(
        [now, limit, retries](store::Connection& db) -> Result<Moves> {
            Moves moves;
            const auto stageState = [&](TaskState state, int most) {
                forRows(db,
                        keysOf(db.query("SELECT key FROM task INDEXED BY task_due WHERE state=? AND state IN "
                                        "('scheduled','retry') AND blockers=0 AND scheduled_for<=? ORDER BY scheduled_for "
                                        "LIMIT ?",
                                        task::toText(state), now, most)),
                        now, [&](TaskRow& row) {
                            if (waits(row) && row.task.waitsFor == 0) // what the row says, not what its index says
                                moveWaiting(db, row, TaskState::Pending, now, "due", moves);
                        });
            };
            stageState(TaskState::Retry, std::min(limit, retries));
            stageState(TaskState::Scheduled, limit - int(moves.size()));
            return moves;
        },
        std::move(then));
}

void SqliteBroker::shiftRetries(base::milliseconds by, base::Instant now, Then<Moves> then) {
    post<Moves>(
        [by, now](store::Connection& db) -> Result<Moves> {
            Moves moves;
            forRows(db, keysOf(db.query("SELECT key FROM task INDEXED BY task_due WHERE state='retry' AND state IN "
                                   "('scheduled','retry') AND blockers=0")),
                    now, [&](TaskRow& row) {
                        if (row.task.state != TaskState::Retry || !row.task.scheduledFor)
                            return;
                        row.task.scheduledFor = *row.task.scheduledFor + by;
                        if (store::updateTask(db, row, store::fenceOf(row)))
                            moves.push_back({TaskState::Retry, row.task});
                    });
            return moves;
        },
        std::move(then));
}

void SqliteBroker::expire(base::Instant now, int limit, Then<Moves> then) {
    post<Moves>(
        [now, limit](store::Connection& db) -> Result<Moves> {
            Moves moves;
            forRows(db,
                    keysOf(db.query("SELECT key FROM task INDEXED BY task_expiry WHERE expires_at<=? AND expires_at IS NOT "
                                    "NULL AND state IN ('scheduled','pending','retry') ORDER BY expires_at LIMIT ?",
                                    now, limit)),
                    now, [&](TaskRow& row) {
                        if (waits(row))
                            expireWaiting(db, row, now, moves);
                    });
            return moves;
        },
        std::move(then));
}

void SqliteBroker::purge(std::string queue, Requester requester, base::Instant now, Then<Moves> then) {
    post<Moves>(
        [queue, requester, now](store::Connection& db) -> Result<Moves> {
            Moves moves;
            forRows(db,
                    keysOf(db.query("SELECT key FROM task WHERE queue=? AND state IN ('scheduled','pending','retry') "
                                    "ORDER BY key",
                                    queue)),
                    now, [&](TaskRow& row) {
                        if (waits(row))
                            moveWaiting(db, row, TaskState::Revoked, now, "purged by " + requester.name, moves);
                    });
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
        store::Query row = db.query("SELECT scheduled_for FROM task INDEXED BY task_due WHERE state IN "
                                    "('scheduled','retry') AND blockers=0 AND scheduled_for IS NOT NULL "
                                    "ORDER BY scheduled_for LIMIT 1");
        return row.step() ? row.instantOrNone(0) : std::nullopt;
    });
}

Result<std::optional<base::Instant>> SqliteBroker::nextExpiry() const {
    return m_database.read([](store::Connection& db) -> Result<std::optional<base::Instant>> {
        store::Query row = db.query("SELECT expires_at FROM task INDEXED BY task_expiry WHERE expires_at IS NOT NULL AND "
                                    "state IN ('scheduled','pending','retry') ORDER BY expires_at LIMIT 1");
        return row.step() ? row.instantOrNone(0) : std::nullopt;
    });
}

} // namespace core::broker
