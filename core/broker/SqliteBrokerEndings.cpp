#include "core/broker/Moves.h"
#include "core/broker/SqliteBroker.h"
#include "core/policy/Retry.h"

namespace core::broker {

using base::Result;
using task::TaskState;

namespace {

constexpr int kPoisonDeaths = 3;
constexpr base::milliseconds kAfterDeath{1000};

/// Failure, or another try when the policy still gives one.
Departure failOrRetry(const store::TaskLedger& ledger, const Ending& ending) {
    const task::Outcome& outcome = ending.outcome;
    Departure departure;
    departure.details.errorType = outcome.errorType;
    departure.details.errorMessage = outcome.errorMessage;
    departure.details.traceback = outcome.traceback;
    departure.details.result = outcome.result;
    const bool timedOut = outcome.errorType == "SoftTimeLimitExceeded";
    const bool again = outcome.retryable == task::Retryable::Yes && !ledger.task.cancelRequested && !timedOut &&
                       ledger.spentAttempts() < ledger.task.maxAttempts;
    if (again) {
        const auto delay = policy::retryDelay(ending.retry, ledger.spentAttempts(), ending.random01);
        departure.to = TaskState::Retry;
        departure.outcome = "retry";
        departure.details.scheduledFor = ending.now + delay;
        departure.details.note = "tried again after " + std::to_string(delay.count() / 1000) + " s";
        return departure;
    }
    departure.to = ledger.task.cancelRequested ? TaskState::Revoked : TaskState::Failure;
    departure.outcome = ledger.task.cancelRequested ? "revoked" : "failure";
    departure.details.reason = ledger.task.cancelRequested ? task::FailureReason::None
                               : timedOut                  ? task::FailureReason::Timeout
                                                           : task::FailureReason::Error;
    departure.details.note = departure.details.errorType;
    return departure;
}

/// The worker is gone: another try, failure, or quarantine after the third death.
Departure afterDeath(const store::TaskLedger& ledger, const Ending& ending) {
    Departure departure;
    departure.deaths = 1;
    departure.details.errorType = "WorkerLost";
    departure.details.errorMessage = ending.message;
    departure.details.note = ending.message;
    const bool attemptsLeft = ledger.spentAttempts() < ledger.task.maxAttempts;
    if (ledger.task.cancelRequested) {
        departure.to = TaskState::Revoked;
        departure.outcome = "revoked";
    } else if (ledger.deaths + 1 >= kPoisonDeaths) {
        departure.to = TaskState::Failure;
        departure.outcome = "failure";
        departure.details.reason = task::FailureReason::Poison;
        departure.details.errorMessage += "; it ended " + std::to_string(kPoisonDeaths) +
                                          " workers and is not run again by itself";
    } else if (attemptsLeft && ending.idempotent == task::Idempotent::Yes) {
        departure.to = TaskState::Retry;
        departure.outcome = "retry";
        departure.details.scheduledFor = ending.now + kAfterDeath;
    } else {
        departure.to = TaskState::Failure;
        departure.outcome = "failure";
        departure.details.reason = task::FailureReason::WorkerLost;
        departure.details.errorMessage += "; nothing of the attempt was committed";
    }
    return departure;
}

Departure departureOf(const store::TaskLedger& ledger, const Ending& ending) {
    Departure departure;
    switch (ending.kind) {
    case EndingKind::Outcome: return failOrRetry(ledger, ending);
    case EndingKind::WorkerLost: return afterDeath(ledger, ending);
    case EndingKind::Timeout:
        departure.to = TaskState::Failure;
        departure.outcome = "failure";
        departure.details.reason = task::FailureReason::Timeout;
        departure.details.errorType = "TimeLimitExceeded";
        departure.details.errorMessage = ending.message;
        departure.details.note = ending.message;
        return departure;
    case EndingKind::Cancelled:
        departure.to = TaskState::Revoked;
        departure.outcome = "revoked";
        departure.details.note = "cancelled while it ran";
        return departure;
    case EndingKind::Interrupted:
        departure.to = ledger.task.cancelRequested ? TaskState::Revoked : TaskState::Pending;
        departure.outcome = "interrupted";
        departure.interruptions = 1;
        departure.details.note = ending.message;
        return departure;
    }
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
