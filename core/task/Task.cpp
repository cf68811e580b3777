#include "core/task/Task.h"

namespace core::task {

namespace {

base::Json orNull(const std::string& text) {
    return text.empty() ? base::Json() : base::Json(text);
}

base::Json orNull(const std::optional<base::Instant>& instant) {
    return instant ? base::Json(base::formatInstant(*instant)) : base::Json();
}

base::Json orNull(const std::optional<double>& number) {
    return number ? base::Json(*number) : base::Json();
}

base::Json errorOf(const Task& task) {
    if (task.errorType.empty() && task.errorMessage.empty())
        return nullptr;
    return {{"type", orNull(task.errorType)}, {"message", orNull(task.errorMessage)},
            {"traceback", orNull(task.traceback)}};
}

/// 100 when the work is done, the last report while it runs, otherwise unknown: never an invented number.
base::Json progressOf(const Task& task) {
    if (task.state == TaskState::Success)
        return 100;
    return orNull(task.progress);
}

} // namespace

base::Json toDocument(const Task& task) {
    return {{"id", task.id.text},
            {"type", task.type},
            {"queue", task.queue},
            {"state", toText(task.state)},
            {"reason", orNull(toText(task.reason))},
            {"progress", progressOf(task)},
            {"progress_text", orNull(task.progressText)},
            {"progress_fields", task.progressFields},
            {"eta_seconds", orNull(task.etaSeconds)},
            {"priority", task.priority},
            {"params", task.params},
            {"metadata", task.metadata},
            {"tags", task.tags},
            {"result", task.result},
            {"error", errorOf(task)},
            {"attempt", task.attempt},
            {"max_attempts", task.maxAttempts},
            {"time_limit_seconds", task.timeLimit ? base::Json(double(task.timeLimit->count()) / 1000.0) : base::Json()},
            {"created_at", base::formatInstant(task.createdAt)},
            {"scheduled_for", orNull(task.scheduledFor)},
            {"started_at", orNull(task.startedAt)},
            {"finished_at", orNull(task.finishedAt)},
            {"expires_at", orNull(task.expiresAt)},
            {"worker", orNull(task.worker)},
            {"parent_id", orNull(task.parentId)},
            {"retry_of", orNull(task.retryOf)},
            {"idempotency_key", orNull(task.idempotencyKey)},
            {"triggered_by", orNull(task.triggeredBy)}};
}

} // namespace core::task
