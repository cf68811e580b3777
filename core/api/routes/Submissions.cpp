#include "core/api/routes/Submissions.h"

#include "core/task/Queue.h"

namespace core::api {

using base::Error;
using base::ErrorCode;
using base::Json;
using base::Result;

namespace {

constexpr double kLongestDelaySeconds = 10.0 * 365 * 86'400;

std::optional<base::milliseconds> secondsOf(const Json& body, const char* name) {
    if (!body.contains(name))
        return std::nullopt;
    return base::milliseconds(int64_t(body[name].get<double>() * 1000));
}

} // namespace

Result<engine::Submission> submissionOf(const Json& body) {
    engine::Submission submission;
    submission.type = body.value("type", std::string());
    submission.params = body.value("params", Json::object());
    submission.metadata = body.value("metadata", Json::object());
    submission.tags = body.value("tags", std::vector<std::string>());
    submission.idempotencyKey = body.value("idempotency_key", std::string());
    submission.countdown = secondsOf(body, "countdown");
    submission.expiresIn = secondsOf(body, "expires");
    submission.timeout = secondsOf(body, "timeout");
    if (body.contains("priority"))
        submission.priority = body["priority"].get<int>();
    if (body.contains("max_retries"))
        submission.maxRetries = body["max_retries"].get<int>();
    if (const std::string eta = body.value("eta", std::string()); !eta.empty()) {
        const auto instant = base::parseInstant(eta);
        if (!instant)
            return instant.error();
        submission.eta = *instant;
    }
    if (submission.eta && submission.countdown)
        return Error{ErrorCode::InvalidParams, "eta and countdown say the same thing twice", "Give one of them",
                     {{"countdown", "not together with eta"}}};
    return submission;
}

task::ParameterSchema submissionSchema() {
    return task::ParameterSchema(
        {requiredText("type", "Task type, see task-types"), objectField("params", "Parameters of the type"),
         integerField("priority", "0 (last) to 9 (first)", task::kLowestPriority, task::kHighestPriority),
         textField("eta", "Not before this ISO-8601 time"),
         numberField("countdown", "Not before so many seconds from now", 0, kLongestDelaySeconds),
         numberField("expires", "Failure `expired` unless begun within so many seconds", 0, kLongestDelaySeconds),
         numberField("timeout", "Seconds for each attempt, at most the type's hard limit", 0, kLongestDelaySeconds),
         integerField("max_retries", "Instead of the type's own number", 0, 100),
         objectField("metadata", "Kept with the task"), listField("tags", "Kept with the task"),
         textField("idempotency_key", "The same key and parameters within 24 hours: the same task again")});
}

} // namespace core::api
