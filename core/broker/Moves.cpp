#include "core/broker/Moves.h"

#include "core/base/Text.h"
#include "core/broker/Dependencies.h"
#include "core/policy/Ageing.h"

namespace core::broker {

using store::TaskRow;
using task::TaskState;

bool moveWaiting(store::Connection& db, TaskRow& row, TaskState to, base::Instant now, const std::string& note,
                 Broker::Moves& moves) {
    const store::Fence fence = store::fenceOf(row);
    row.task.state = to;
    if (to == TaskState::Pending)
        row.rank = policy::rankOf(row.task.scheduledFor.value_or(now), row.task.priority);
    if (task::isTerminal(to))
        row.task.finishedAt = now;
    if (!store::moveTask(db, row, fence, now, note))
        return false;
    moves.push_back({fence.state, row.task});
    settleDependents(db, row, now, moves);
    return true;
}

bool expireWaiting(store::Connection& db, TaskRow& row, base::Instant now, Broker::Moves& moves) {
    row.task.reason = task::FailureReason::Expired;
    row.task.errorType = "Expired";
    row.task.errorMessage = "it was not begun in time";
    return moveWaiting(db, row, TaskState::Failure, now, "expired", moves);
}

bool moveRunning(store::Connection& db, TaskRow& row, const Ending& ending, const Departure& departure,
                 Broker::Moves& moves) {
    const store::Fence fence{TaskState::Started, ending.attempt, ending.epoch, row.task.version};
    task::Task& task = row.task;
    task.state = departure.to;
    task.reason = departure.reason;
    task.errorType = base::shortened(departure.errorType, kMaxStoredError);
    task.errorMessage = base::shortened(departure.errorMessage, kMaxStoredError);
    task.traceback = base::shortened(departure.traceback, kMaxStoredError);
    task.result = departure.result;
    task.worker = ending.worker;
    task.cancelRequested = false;
    // In a batch an attempt is claimed before it begins: what the worker measured is when it began.
    if (ending.ran && task.startedAt)
        task.startedAt = std::max(*task.startedAt, ending.now - *ending.ran);
    if (departure.scheduledFor)
        task.scheduledFor = departure.scheduledFor;
    if (task::isTerminal(departure.to))
        task.finishedAt = ending.now;
    row.interruptions += departure.interruptions;
    row.deaths += departure.deaths;
    if (!store::moveTask(db, row, fence, ending.now, base::shortened(departure.note, kMaxStoredNote)))
        return false;
    store::insertAttempt(db, task.key,
                         {ending.attempt, task.startedAt.value_or(ending.now), ending.now, departure.outcome,
                          task.errorType, task.errorMessage, ending.worker});
    moves.push_back({TaskState::Started, task});
    settleDependents(db, row, ending.now, moves);
    return true;
}

} // namespace core::broker
