#include "core/broker/Moves.h"
#include "core/broker/SqliteBroker.h"

#include <unistd.h>

namespace core::broker {

using base::Error;
using base::ErrorCode;
using base::Result;
using store::TaskRow;
using task::TaskState;

namespace {

/// How an attempt that an earlier owner left running is put back.
Departure departureOf(const TaskRow& row, bool mayRepeat, bool begun, base::Instant now) {
    Departure departure;
    departure.note = "the engine ended while it ran";
    if (row.task.cancelRequested) {
        departure.to = TaskState::Revoked;
        departure.outcome = "revoked";
        departure.note = "cancelled; the worker ended with the engine";
    } else if (!begun) {
        departure.to = TaskState::Pending;
        departure.outcome = "interrupted";
        departure.note = "the engine ended before a worker had begun it";
        departure.interruptions = 1;
    } else if (mayRepeat && row.spentAttempts() < row.task.maxAttempts) {
        departure.to = TaskState::Retry;
        departure.outcome = "interrupted";
        departure.scheduledFor = now;
    } else {
        departure.to = TaskState::Failure;
        departure.outcome = "failure";
        departure.reason = task::FailureReason::WorkerLost;
        departure.errorType = "WorkerLost";
        departure.errorMessage =
            mayRepeat ? "the engine ended while the last attempt ran; nothing of it was committed"
                      : "the engine ended while it ran; nothing of it was committed, and this type is not "
                        "repeated by itself. Launch it again if it is still wanted";
    }
    return departure;
}

std::vector<int64_t> keysLeftRunning(store::Connection& db, int64_t epoch) {
    std::vector<int64_t> keys;
    store::Query rows = db.query("SELECT key FROM task WHERE state='started' AND epoch<? ORDER BY key", epoch);
    while (rows.step())
        keys.push_back(rows.integer(0));
    return keys;
}

} // namespace

Result<int64_t> SqliteBroker::takeOwnership(base::Instant now) {
    return m_database.write([now](store::Connection& db) -> Result<int64_t> {
        db.run("UPDATE owner SET epoch=epoch+1, pid=?, started_at=?, alive_at=?", int(::getpid()), now, now);
        store::Query row = db.query("SELECT epoch FROM owner");
        row.step();
        return row.integer(0);
    });
}

void SqliteBroker::renew(int64_t epoch, base::Instant now, Then<bool> then) {
    post<bool>(
        [epoch, now](store::Connection& db) -> Result<bool> {
            if (db.run("UPDATE owner SET alive_at=? WHERE epoch=?", now, epoch) != 1)
                return Error{ErrorCode::Conflict, "another engine owns the data directory by now", {}, {}};
            return true;
        },
        std::move(then), store::Duty::Pulse);
}

Result<Broker::Moves> SqliteBroker::rescue(int64_t epoch, const std::map<std::string, task::Idempotent>& types,
                                           const MayHaveBegun& mayHaveBegun, base::Instant now) {
    return m_database.write([&](store::Connection& db) -> Result<Moves> {
        Moves moves;
        for (const int64_t key : keysLeftRunning(db, epoch)) {
            std::optional<TaskRow> row;
            try {
                row = store::readTaskRow(db, key);
            } catch (const store::DamagedRow& damaged) {
                store::quarantine(db, damaged.key(), now);
                continue;
            }
            Ending ending;
            ending.attempt = row->task.attempt;
            ending.epoch = row->epoch;
            ending.now = now;
            ending.worker = row->task.worker;
            const auto type = types.find(row->task.type);
            const bool mayRepeat = type != types.end() && type->second == task::Idempotent::Yes;
            const bool begun = mayHaveBegun(key, row->task.attempt, row->epoch);
            Moves steps;
            if (!moveRunning(db, *row, ending, departureOf(*row, mayRepeat, begun, now), steps))
                continue;
            if (row->task.state == TaskState::Retry) // due at once: the next claim takes it
                moveWaiting(db, *row, TaskState::Pending, now, "due", steps);
            moves.push_back({TaskState::Started, row->task});
        }
        Moves withConsequences = moves; // those are counted with all that waits when the engine starts
        follow(db, withConsequences);
        return moves;
    });
}

} // namespace core::broker
