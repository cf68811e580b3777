#include "core/base/Log.h"
#include "core/broker/Moves.h"
#include "core/broker/SqliteBroker.h"
#include "core/policy/Retry.h"

namespace core::broker {

using base::Result;
using store::TaskRow;
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
Departure wordsOf(const Ending& ending) {
    Departure words;
    switch (ending.kind) {
    case EndingKind::Outcome:
        words.errorType = ending.outcome.errorType;
        words.errorMessage = ending.outcome.errorMessage;
        words.traceback = ending.outcome.traceback;
        words.result = ending.outcome.result;
        words.note = ending.outcome.errorType;
        break;
    case EndingKind::Timeout:
        words.errorType = "TimeLimitExceeded";
        words.errorMessage = words.note = ending.message;
        break;
    case EndingKind::WorkerLost:
        words.errorType = "WorkerLost";
        words.errorMessage = ending.message + "; nothing of the attempt was committed";
        words.note = ending.message;
        break;
    case EndingKind::Cancelled:
        words.note = "cancelled while it ran";
        words.result = ending.outcome.result; // what the handler wanted to keep
        break;
    case EndingKind::Interrupted: words.note = ending.message; break;
    }
    return words;
}

/// How an attempt that did not succeed leaves `started`.
Departure failedDeparture(const TaskRow& row, const Ending& ending) {
    Departure departure = wordsOf(ending);
    departure.interruptions = ending.kind == EndingKind::Interrupted ? 1 : 0;
    departure.deaths = ending.kind == EndingKind::WorkerLost ? 1 : 0;
    const bool cancelled = row.task.cancelRequested || ending.kind == EndingKind::Cancelled;
    const policy::FailedAttempt attempt{endOf(ending),
                                        ending.outcome.retryable,
                                        ending.idempotent,
                                        cancelled ? policy::CancelRequested::Yes : policy::CancelRequested::No,
                                        row.spentAttempts(),
                                        row.task.maxAttempts,
                                        row.deaths + departure.deaths};
    const policy::RetryDecision decision = policy::decideRetry(ending.retry, attempt, ending.random01);
    departure.to = decision.to;
    departure.reason = decision.reason;
    departure.outcome = decision.to == TaskState::Pending ? "interrupted" : task::toText(decision.to);
    if (decision.to == TaskState::Retry)
        departure.scheduledFor = ending.now + decision.delay;
    return departure;
}

void insertOutbox(store::Connection& db, const task::Task& task, const std::vector<task::OutboxMessage>& messages,
                  int& number, base::Instant now) {
    for (const task::OutboxMessage& message : messages)
        db.run("INSERT INTO outbox(idempotency_key, task_id, channel, body, created_at, next_attempt_at) "
               "VALUES(?,?,?,?,?,?)",
               task.id.text + ":" + std::to_string(++number), task.id.text, message.channel,
               base::dumpJson(message.body), now, now);
}

/// The end of an attempt that did not succeed; its notice when it was the last.
bool commitFailure(store::Connection& db, TaskRow& row, const Ending& ending, const Departure& departure,
                   Broker::Moves& moves) {
    if (!moveRunning(db, row, ending, departure, moves))
        return false;
    int number = 0;
    if (row.task.state == TaskState::Failure)
        insertOutbox(db, row.task, ending.onFailure, number, ending.now);
    return true;
}

bool changesNothing(const Ending& ending) {
    return ending.outcome.changes.empty() && ending.outcome.outbox.empty() && ending.followUps.empty() &&
           ending.onSuccess.empty();
}

} // namespace

Result<void> SqliteBroker::addFollowUps(store::Connection& db, const Ending& ending, const task::Task& task,
                                        Moves& moves) {
    try {
        std::vector<NewTask> followUps = ending.followUps;
        for (NewTask& next : followUps)
            task::carryDepth(task.metadata, next.task.metadata);
        auto added = enqueueIn(db, followUps);
        if (!added)
            return added.error();
        std::move(added->begin(), added->end(), std::back_inserter(moves));
    } catch (const store::SqlError& error) {
        // A follow-up that the store refuses is a refusal of this outcome; anything else (disk) fails the whole commit.
        if (error.toError().code != base::ErrorCode::Conflict)
            throw;
        return error.toError();
    }
    return {};
}

Result<void> SqliteBroker::commitSuccess(store::Connection& db, const Ending& ending, TaskRow& row,
                                         Moves& moves) {
    Departure departure;
    departure.to = TaskState::Success;
    departure.outcome = "success";
    departure.result = ending.outcome.result;
    const bool mayGoOn = !row.task.cancelRequested; // who was asked to stop starts nothing more
    if (!moveRunning(db, row, ending, departure, moves) || changesNothing(ending))
        return {};
    if (auto applied = applyChanges(db, ending, row.task, moves); !applied)
        return applied;
    int number = 0;
    insertOutbox(db, row.task, ending.outcome.outbox, number, ending.now);
    insertOutbox(db, row.task, ending.onSuccess, number, ending.now);
    return mayGoOn ? addFollowUps(db, ending, row.task, moves) : Result<void>();
}

/// The change set, and what triggers make of the rows that it changes.
Result<void> SqliteBroker::applyChanges(store::Connection& db, const Ending& ending, const task::Task& task, Moves& moves) {
    const task::ChangeSet& changes = ending.outcome.changes;
    if (!m_triggers || !m_triggers->listensTo(changes))
        return m_applier.apply(db, changes, ending.now);
    Triggers::Watch watch(*m_triggers, db, &task, ending.now);
    if (auto applied = m_applier.apply(db, changes, ending.now); !applied)
        return applied;
    watch.follow(moves);
    return {};
}

/// False when the attempt no longer runs.
bool SqliteBroker::commitEnding(store::Connection& db, const Ending& ending, Moves& moves) {
    auto row = store::readTaskRow(db, ending.task);
    if (!row || row->task.state != TaskState::Started || row->task.attempt != ending.attempt ||
        row->epoch != ending.epoch)
        return false;
    if (ending.kind != EndingKind::Outcome || ending.outcome.verdict != task::Verdict::Success)
        return commitFailure(db, *row, ending, failedDeparture(*row, ending), moves);
    if (changesNothing(ending))
        return bool(commitSuccess(db, ending, *row, moves));
    const TaskRow before = *row;
    const size_t movesBefore = moves.size();
    db.run("SAVEPOINT success");
    const auto done = commitSuccess(db, ending, *row, moves);
    if (!done)
        db.run("ROLLBACK TO success");
    db.run("RELEASE success");
    if (done)
        return true;
    // The result is kept, so that a person can see what would have been written.
    moves.erase(moves.begin() + ptrdiff_t(movesBefore), moves.end());
    *row = before;
    Ending rejected = ending;
    rejected.outcome = task::Outcome::permanentFailure(base::toText(done.error().code), done.error().text(),
                                                       ending.outcome.result);
    Departure refused = failedDeparture(*row, rejected);
    refused.reason = task::FailureReason::Rejected;
    return commitFailure(db, *row, rejected, refused, moves);
}

void SqliteBroker::end(std::shared_ptr<const std::vector<Ending>> endings, std::optional<ClaimRequest> next,
                       Then<Ended> then) {
    post<Ended>(
        [this, endings = std::move(endings), next = std::move(next)](store::Connection& db) -> Result<Ended> {
            Ended ended;
            for (const Ending& ending : *endings) {
                try {
                    ended.fenced += commitEnding(db, ending, ended.moves) ? 0 : 1;
                } catch (const store::DamagedRow& damaged) {
                    base::log(base::LogLevel::Error, "broker", damaged.what());
                    store::quarantine(db, damaged.key(), ending.now);
                    ++ended.fenced;
                }
            }
            claimIn(db, next, ended.moves);
            return ended;
        },
        std::move(then), store::Duty::Finish);
}

} // namespace core::broker
