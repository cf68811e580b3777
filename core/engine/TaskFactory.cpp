#include "core/engine/TaskFactory.h"

#include "core/base/Uuid.h"

#include <algorithm>

namespace core::engine {

using base::Error;
using base::ErrorCode;
using base::Result;

namespace {

constexpr size_t kMaxParamsBytes = 512 * 1024;
constexpr int kMaxRetries = 100;
constexpr auto kMaxAhead = std::chrono::days(3660);

Error invalid(const std::string& message) {
    return {ErrorCode::InvalidParams, message, {}, {}};
}

Result<void> checkOptions(const Submission& submission, base::Instant now) {
    if (submission.priority && (*submission.priority < task::kLowestPriority || *submission.priority > task::kHighestPriority))
        return invalid("priority must be between 0 and 9");
    if (submission.maxRetries && (*submission.maxRetries < 0 || *submission.maxRetries > kMaxRetries))
        return invalid("max_retries must be between 0 and 100");
    if (submission.eta && submission.countdown)
        return invalid("give either eta or countdown, not both");
    if (submission.countdown && (submission.countdown->count() < 0 || *submission.countdown > kMaxAhead))
        return invalid("countdown must be between 0 seconds and ten years");
    if (submission.eta && *submission.eta > now + kMaxAhead)
        return invalid("eta is more than ten years ahead");
    if (submission.expiresIn && (submission.expiresIn->count() <= 0 || *submission.expiresIn > kMaxAhead))
        return invalid("expires must be more than 0 seconds and at most ten years");
    if (!submission.metadata.is_object())
        return invalid("metadata must be a JSON object");
    if (submission.idempotencyKey.size() > 200)
        return invalid("the idempotency key has more than 200 characters");
    return {};
}

Result<void> checkTimeout(const Submission& submission, const task::TaskType& type) {
    if (!submission.timeout || (submission.timeout->count() > 0 && *submission.timeout <= type.hardLimit))
        return {};
    return invalid("timeout must be more than 0 seconds and at most the limit of " + type.id + ", " +
                   std::to_string(type.hardLimit.count()) + " seconds");
}

} // namespace

Result<task::Task> TaskFactory::fromSubmission(const Submission& submission, const std::string& triggeredBy,
                                               base::Instant now) const {
    const auto type = m_registry.require(submission.type);
    if (!type)
        return type.error();
    if (auto options = checkOptions(submission, now); !options)
        return options.error();
    if (auto timeout = checkTimeout(submission, **type); !timeout)
        return timeout.error();
    auto params = (*type)->parameters.validate(submission.params);
    if (!params)
        return params.error();
    if (base::dumpJson(*params).size() + base::dumpJson(submission.metadata).size() > kMaxParamsBytes)
        return invalid("params and metadata together are larger than 512 KiB");

    task::Task task;
    task.id = {base::newUuidV7(now)};
    task.type = (*type)->id;
    task.queue = (*type)->queue;
    task.params = std::move(*params);
    task.metadata = submission.metadata;
    task.tags = submission.tags;
    task.priority = submission.priority.value_or(task::kDefaultPriority);
    task.maxAttempts = submission.maxRetries.value_or((*type)->retry.maxRetries) + 1;
    task.timeLimit = submission.timeout;
    task.createdAt = now;
    if (submission.countdown)
        task.scheduledFor = now + *submission.countdown;
    if (submission.eta)
        task.scheduledFor = *submission.eta;
    task.state = task.scheduledFor && *task.scheduledFor > now ? task::TaskState::Scheduled : task::TaskState::Pending;
    if (submission.expiresIn)
        task.expiresAt = now + *submission.expiresIn;
    task.idempotencyKey = submission.idempotencyKey;
    task.triggeredBy = triggeredBy;
    return task;
}

Submission TaskFactory::submissionOf(const task::Schedule& schedule, base::Instant instant) {
    Submission submission;
    submission.type = schedule.type;
    submission.params = schedule.params;
    submission.priority = schedule.priority;
    submission.metadata = {{"schedule", schedule.name}, {"instant", base::formatInstant(instant)}};
    return submission;
}

Result<const task::TaskType*> TaskFactory::typeForSchedule(const std::string& name) const {
    auto type = m_registry.require(name);
    if (type && (*type)->danger != task::DangerLevel::None)
        return Error{ErrorCode::InvalidParams, "'" + (*type)->title + "' is for a person to start: no schedule may",
                     "Give another task type, and start this one by hand when it is needed", {}};
    return type;
}

Result<task::Task> TaskFactory::fromSchedule(const task::Schedule& schedule, base::Instant instant,
                                             base::Instant now) const {
    if (const auto type = typeForSchedule(schedule.type); !type)
        return type.error();
    auto task = fromSubmission(submissionOf(schedule, instant), std::string(task::kBySchedule) + schedule.name, now);
    if (task && schedule.expires)
        task->expiresAt = instant + *schedule.expires;
    return task;
}

Result<task::Task> TaskFactory::forBackfill(const task::Schedule& schedule, base::Instant instant, const std::string& tag,
                                            const std::string& actor, base::Instant now) const {
    Submission submission = submissionOf(schedule, instant);
    submission.metadata["backfill"] = tag;
    submission.metadata["keep"] = true; // as the results of what the beat launched
    submission.tags = {tag};
    auto task = fromSubmission(submission, actor, now);
    if (task && schedule.expires)
        task->expiresAt = now + *schedule.expires;
    return task;
}

Result<task::Task> TaskFactory::fromTrigger(const broker::TriggeredTask& wanted, base::Instant now) const {
    Submission submission;
    submission.type = wanted.type;
    submission.params = wanted.consequence.params;
    submission.priority = wanted.consequence.priority;
    submission.metadata = wanted.metadata;
    if (wanted.countdown.count() > 0)
        submission.countdown = wanted.countdown;
    auto task = fromSubmission(submission, wanted.launcher, now);
    if (task)
        task->parentId = wanted.parent;
    return task;
}

Result<task::Task> TaskFactory::again(const task::Task& original, const std::optional<base::Json>& params,
                                      const std::string& triggeredBy, base::Instant now) const {
    Submission submission;
    submission.type = original.type;
    submission.params = params.value_or(original.params);
    submission.priority = original.priority;
    submission.maxRetries = original.maxAttempts - 1;
    submission.metadata = original.metadata;
    submission.tags = original.tags;
    auto task = fromSubmission(submission, triggeredBy, now);
    if (task) {
        task->retryOf = original.id.text;
        task->timeLimit = original.timeLimit;
    }
    return task;
}

Result<std::vector<broker::NewTask>> TaskFactory::fromFollowUps(const std::vector<task::FollowUp>& followUps,
                                                           const task::TaskId& parent, base::Instant now) const {
    const bool linked = std::any_of(followUps.begin(), followUps.end(), [](const auto& next) { return !next.after.empty(); });
    const std::string workflow = linked ? base::newUuidV7(now) : std::string();
    std::vector<broker::NewTask> tasks;
    for (const task::FollowUp& next : followUps) {
        for (const size_t upstream : next.after)
            if (upstream >= tasks.size())
                return invalid("a follow-up can only wait for one that comes before it").in("follow-up " + next.type);
        Submission submission;
        submission.type = next.type;
        submission.params = next.params;
        submission.priority = next.priority;
        if (next.countdown.count() > 0)
            submission.countdown = next.countdown;
        auto task = fromSubmission(submission, "task:" + parent.text, now);
        if (!task)
            return task.error().in("follow-up " + next.type);
        task->parentId = parent.text;
        task->workflow = workflow;
        tasks.emplace_back(std::move(*task), next.after);
    }
    return tasks;
}

} // namespace core::engine
