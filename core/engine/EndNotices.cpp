#include "core/engine/EndNotices.h"

namespace core::engine {

using broker::EndingKind;
using task::EndFacts;
using task::NoticeOn;

namespace {

/// What is to be said if the task fails with this ending.
EndFacts failureOf(const broker::Ending& ending, EndFacts facts) {
    facts.end = NoticeOn::Failure;
    if (ending.kind != EndingKind::Outcome) {
        facts.errorType = ending.kind == EndingKind::Timeout ? "TimeLimitExceeded" : "WorkerLost";
        facts.errorMessage = ending.message;
    } else if (ending.outcome.verdict == task::Verdict::Failure) {
        facts.errorType = ending.outcome.errorType;
        facts.errorMessage = ending.outcome.errorMessage;
    } else { // a success that the commit refuses
        facts.errorType = "rejected";
        facts.errorMessage = "what it wanted to write was refused";
    }
    return facts;
}

} // namespace

std::vector<std::string> addNotices(broker::Ending& ending, const task::TaskType& type, const worker::Job& job) {
    if (type.notify.empty())
        return {};
    EndFacts facts;
    facts.taskId = ending.task.text;
    facts.triggeredBy = job.triggeredBy;
    facts.params = job.params;
    facts.result = ending.outcome.result;
    facts.ran = ending.ran;
    facts.at = ending.now;
    std::vector<std::string> problems;
    if (ending.kind == EndingKind::Outcome && ending.outcome.verdict == task::Verdict::Success) {
        task::Notices notices = noticesOf(type, facts);
        ending.onSuccess = std::move(notices.messages);
        problems = std::move(notices.problems);
    }
    task::Notices notices = noticesOf(type, failureOf(ending, std::move(facts)));
    ending.onFailure = std::move(notices.messages);
    if (ending.onSuccess.empty()) // else they are about what hardly ever happens
        std::move(notices.problems.begin(), notices.problems.end(), std::back_inserter(problems));
    return problems;
}

} // namespace core::engine
