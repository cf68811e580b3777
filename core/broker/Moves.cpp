#include "core/broker/Moves.h"

namespace core::broker {

namespace {

std::optional<std::string> textOrNull(const std::string& text) {
    return text.empty() ? std::nullopt : std::optional(text);
}

/// Brings the value in memory to what the row now says.
void applyToTask(task::Task& task, task::TaskState to, const MoveDetails& details, base::Instant now) {
    task.state = to;
    task.reason = details.reason;
    task.errorType = details.errorType;
    task.errorMessage = details.errorMessage;
    task.traceback = details.traceback;
    if (details.result)
        task.result = *details.result;
    if (details.scheduledFor)
        task.scheduledFor = details.scheduledFor;
    if (task::isTerminal(to))
        task.finishedAt = now;
}

} // namespace

bool moveWaiting(store::Connection& db, task::Task& task, task::TaskState to, const MoveDetails& details,
                 base::Instant now) {
    const auto finished = task::isTerminal(to) ? std::optional(now) : std::nullopt;
    const int changed = db.run("UPDATE task SET state=?, reason=?, error_type=coalesce(?, error_type), "
                               "error_message=coalesce(?, error_message), scheduled_for=coalesce(?, scheduled_for), "
                               "finished_at=? WHERE key=? AND state=?",
                               task::toText(to), task::toText(details.reason), textOrNull(details.errorType),
                               textOrNull(details.errorMessage), details.scheduledFor, finished, task.key,
                               task::toText(task.state));
    if (changed != 1)
        return false;
    store::insertTransition(db, task.key, task.state, to, task.attempt, 0, now, details.note);
    MoveDetails kept = details;
    if (kept.errorType.empty() && kept.errorMessage.empty()) {
        kept.errorType = task.errorType;
        kept.errorMessage = task.errorMessage;
        kept.traceback = task.traceback;
    }
    applyToTask(task, to, kept, now);
    return true;
}

bool moveRunning(store::Connection& db, task::Task& task, const Ending& ending, const Departure& departure) {
    const MoveDetails& details = departure.details;
    const auto result = details.result && !details.result->is_null()
                            ? std::optional(base::dumpJson(*details.result))
                            : std::nullopt;
    const auto finished = task::isTerminal(departure.to) ? std::optional(ending.now) : std::nullopt;
    const int changed =
        db.run("UPDATE task SET state=?, reason=?, error_type=?, error_message=?, traceback=?, result=?, "
               "scheduled_for=coalesce(?, scheduled_for), finished_at=?, worker=?, interruptions=interruptions+?, "
               "deaths=deaths+?, cancel_requested=0 WHERE key=? AND state='started' AND attempt=? AND epoch=?",
               task::toText(departure.to), task::toText(details.reason), textOrNull(details.errorType),
               textOrNull(details.errorMessage), textOrNull(details.traceback), result, details.scheduledFor, finished,
               textOrNull(ending.worker), departure.interruptions, departure.deaths, task.key, ending.attempt,
               ending.epoch);
    if (changed != 1)
        return false;
    db.run("UPDATE attempt SET ended_at=?, outcome=?, error_type=?, error_message=?, worker=? WHERE task=? AND number=?",
           ending.now, departure.outcome, textOrNull(details.errorType), textOrNull(details.errorMessage),
           textOrNull(ending.worker), task.key, ending.attempt);
    store::insertTransition(db, task.key, task::TaskState::Started, departure.to, ending.attempt, ending.epoch,
                            ending.now, details.note);
    applyToTask(task, departure.to, details, ending.now);
    task.worker = ending.worker;
    task.cancelRequested = false;
    return true;
}

} // namespace core::broker
