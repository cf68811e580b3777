#include "core/broker/Moves.h"
#include "core/broker/SqliteBroker.h"
#include "core/policy/Retry.h"

namespace core::broker {

using base::Result;
using task::TaskState;

namespace {

policy::AttemptEnd endOf(const Ending& ending) {
    switch (ending.kind) {
    case EndingKind::Outcome:
        return ending.outcome.errorType == "SoftTimeLimitExceeded" ? policy::AttemptEnd::SoftLimit
                                                                   : policy::AttemptEnd::Failed;
    case EndingKind::Timeout: return policy::AttemptEnd::HardLimit;
    case EndingKind::WorkerLost: return policy::AttemptEnd::WorkerLost;
    case EndingKind::Cancelled:
    case EndingKind::Interrupted: return policy::AttemptEnd::Interrupted;
    }
    return policy::AttemptEnd::Failed;
}

/// What people read about the end: the handler's own error, or what became of the worker.
MoveDetails detailsOf(const Ending& ending) {
    MoveDetails details;
    switch (ending.kind) {
    case EndingKind::Outcome:
        details.errorType = ending.outcome.errorType;
        details.errorMessage = ending.outcome.errorMessage;
        details.traceback = ending.outcome.traceback;
        details.result = ending.outcome.result;
        details.note = ending.outcome.errorType;
        break;
    case EndingKind::Timeout:
        details.errorType = "TimeLimitExceeded";
        details.errorMessage = details.note = ending.message;
        break;
    case EndingKind::WorkerLost:
        details.errorType = "WorkerLost";
        details.errorMessage = ending.message + "; nothing of the attempt was committed";
        details.note = ending.message;
        break;
    case EndingKind::Cancelled: details.note = "cancelled while it ran"; break;
    case EndingKind::Interrupted: details.note = ending.message; break;
    }
    return details;
}

/// How an attempt that did not succeed leaves `started`.
Departure departureOf(const store::TaskLedger& ledger, const Ending& ending) {
    Departure departure;
    departure.details = detailsOf(ending);
    departure.interruptions = ending.kind == EndingKind::Interrupted ? 1 : 0;
    departure.deaths = ending.kind == EndingKind::WorkerLost ? 1 : 0;
    const bool cancelled = ledger.task.cancelRequested || ending.kind == EndingKind::Cancelled;
    const policy::FailedAttempt attempt{endOf(ending),
                                        ending.outcome.retryable,
                                        ending.idempotent,
                                        cancelled ? policy::CancelRequested::Yes : policy::CancelRequested::No,
                                        ledger.spentAttempts(),
                                        ledger.task.maxAttempts,
                                        ledger.deaths + departure.deaths};
    const policy::RetryDecision decision = policy::decideRetry(ending.retry, attempt, ending.random01);
    departure.to = decision.to;
    departure.details.reason = decision.reason;
    departure.outcome = decision.to == TaskState::Pending ? "interrupted" : task::toText(decision.to);
    if (decision.to == TaskState::Retry)
        departure.details.scheduledFor = ending.now + decision.delay;
    return departure;
}

} // namespace

Result<Broker::Moves> SqliteBroker::commitSuccess(store::Connection& db, Ending& ending, store::TaskLedger& ledger) {
    Departure departure{TaskState::Success, "success", {}, 0, 0};
    departure.details.result = ending.outcome.result;
    task::Task task = ledger.task;
    if (!moveRunning(db, task, ending, departure))
        return Moves{};
    if (auto applied = m_applier.apply(db, ending.outcome.changes, ending.now); !applied)
        return applied.error();
    int number = 0;
    for (const task::OutboxMessage& message : ending.outcome.outbox)
        db.run("INSERT INTO outbox(idempotency_key, task_id, channel, body, created_at, next_attempt_at) "
               "VALUES(?,?,?,?,?,?)",
               task.id.text + ":" + std::to_string(++number), task.id.text, message.channel,
               base::dumpJson(message.body), ending.now, ending.now);
    auto moves = enqueueIn(db, ending.followUps);
    if (!moves)
        return moves.error();
    moves->insert(moves->begin(), {TaskState::Started, std::move(task)});
    return moves;
}

Result<Broker::Moves> SqliteBroker::commitEnding(store::Connection& db, Ending& ending) {
    auto ledger = store::readLedger(db, ending.task);
    if (!ledger || ledger->task.state != TaskState::Started || ledger->task.attempt != ending.attempt ||
        ledger->epoch != ending.epoch)
        return Moves{};
    if (ending.kind == EndingKind::Outcome && ending.outcome.verdict == task::Verdict::Success) {
        db.exec("SAVEPOINT success");
        auto moves = commitSuccess(db, ending, *ledger);
        if (!moves)
            db.exec("ROLLBACK TO success");
        db.exec("RELEASE success");
        if (moves)
            return moves;
        // The result is kept, so that a person can see what would have been written.
        ending.outcome = task::Outcome::permanentFailure(base::toText(moves.error().code), moves.error().text(),
                                                         ending.outcome.result);
        Departure refused = departureOf(*ledger, ending);
        refused.details.reason = task::FailureReason::Rejected;
        task::Task task = ledger->task;
        if (!moveRunning(db, task, ending, refused))
            return Moves{};
        return Moves{{TaskState::Started, std::move(task)}};
    }
    task::Task task = ledger->task;
    if (!moveRunning(db, task, ending, departureOf(*ledger, ending)))
        return Moves{};
    return Moves{{TaskState::Started, std::move(task)}};
}

} // namespace core::broker
