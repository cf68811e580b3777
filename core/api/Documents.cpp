#include "core/api/Documents.h"

#include "core/base/Zone.h"
#include "core/beat/CronExpression.h"

namespace core::api {

using base::Json;

Json instantOrNull(const std::optional<base::Instant>& instant) {
    return instant ? Json(base::formatInstant(*instant)) : Json();
}

Json textOrNull(const std::string& text) {
    return text.empty() ? Json() : Json(text);
}

Json toDocument(const task::TaskType& type) {
    static constexpr const char* kDanger[] = {"none", "confirm", "typed"};
    Json document{{"type", type.id},
                  {"celery_name", type.celeryName},
                  {"queue", type.queue},
                  {"title", type.title},
                  {"description", type.description},
                  {"parameters", type.parameters.toJsonSchema()},
                  {"max_retries", type.retry.maxRetries},
                  {"retry_delay_seconds", type.retry.delay.count()},
                  {"retry_backoff", type.retry.backoff == task::Backoff::Fixed ? "fixed" : "exponential"},
                  {"retry_cap_seconds", type.retry.cap.count()},
                  {"rate", type.rate.limits() ? Json(task::toText(type.rate)) : Json()},
                  {"soft_limit_seconds", type.softLimit.count()},
                  {"hard_limit_seconds", type.hardLimit.count()},
                  {"idempotent", type.idempotent == task::Idempotent::Yes},
                  {"expected_duration", textOrNull(type.expectedDuration)},
                  {"danger", kDanger[size_t(type.danger)]},
                  {"result", type.resultSchema}};
    return document;
}

Json toDocument(const task::Attempt& attempt) {
    Json error = nullptr;
    if (!attempt.errorType.empty() || !attempt.errorMessage.empty())
        error = {{"type", textOrNull(attempt.errorType)}, {"message", textOrNull(attempt.errorMessage)}};
    return {{"attempt", attempt.number},
            {"started_at", base::formatInstant(attempt.startedAt)},
            {"ended_at", instantOrNull(attempt.endedAt)},
            {"outcome", textOrNull(attempt.outcome)},
            {"error", error},
            {"worker", textOrNull(attempt.worker)}};
}

Json toDocument(const task::Transition& transition) {
    return {{"at", base::formatInstant(transition.at)},
            {"from", transition.from ? Json(task::toText(*transition.from)) : Json()},
            {"to", task::toText(transition.to)},
            {"attempt", transition.attempt},
            {"note", textOrNull(transition.note)}};
}

Json toDocument(const engine::TaskLogLine& line) {
    return {{"at", base::formatInstant(line.at)},
            {"attempt", line.attempt},
            {"level", base::toText(line.level)},
            {"text", line.text}};
}

Json toDocument(const engine::QueueStatus& queue, base::Instant now) {
    Json depth = Json::object();
    for (const task::TaskState state : task::kAllStates)
        depth[task::toText(state)] = queue.of(state);
    Json age = nullptr;
    if (queue.oldestWaiting)
        age = double((now - *queue.oldestWaiting).count()) / 1000.0;
    return {{"name", queue.name},
            {"slots", queue.slots},
            {"paused", queue.paused},
            {"depth", depth},
            {"oldest_waiting_at", instantOrNull(queue.oldestWaiting)},
            {"oldest_waiting_seconds", age}};
}

Json toDocument(const engine::ScheduleEntry& entry) {
    Json document = task::toJson(entry);
    for (const char* key : {"cron", "every_seconds", "once_at", "starts_at", "ends_at", "max_lateness_seconds",
                            "expires_seconds", "priority"})
        document.emplace(key, nullptr);
    document["zone"] = entry.zone;
    document["params"] = entry.params;
    document["enabled"] = entry.enabled;
    document["catch_up"] = task::toText(entry.catchUp);
    document["overlap"] = task::toText(entry.overlap);
    document["spread_seconds"] = entry.spread.count();
    document["shift_seconds"] = entry.shift.count();
    document["built_in"] = entry.builtIn;
    document["changed"] = !entry.changes.empty();
    document["next_fire_at"] = instantOrNull(entry.nextFire);
    document["last_fire_at"] = instantOrNull(entry.lastFire);
    document["last_task_id"] = textOrNull(entry.lastTask);
    document["last_state"] = textOrNull(entry.lastState);
    return document;
}

Json toDocument(const store::FireRow& fire) {
    return {{"schedule", fire.schedule},
            {"instant", base::formatInstant(fire.instant)},
            {"outcome", store::toText(fire.outcome)},
            {"decided_at", base::formatInstant(fire.at)},
            {"late_ms", fire.late.count()},
            {"note", textOrNull(fire.note)},
            {"task_id", fire.task ? Json(*fire.task) : Json()},
            {"state", fire.state ? Json(task::toText(*fire.state)) : Json()},
            {"run_ms", fire.runTime ? Json(fire.runTime->count()) : Json()}};
}

Json toDocument(const worker::WorkerStatus& worker) {
    return {{"name", worker.name},
            {"pid", worker.pid},
            {"state", worker::toText(worker.state)},
            {"task_id", textOrNull(worker.task.text)},
            {"tasks_done", worker.tasksDone},
            {"rss_bytes", worker.rssBytes},
            {"started_at", base::formatInstant(worker.startedAt)},
            {"last_heartbeat_at", base::formatInstant(worker.lastHeartbeat)}};
}

Json toDocument(const engine::TypeStatus& status) {
    using policy::BreakerHold;
    Json held = nullptr;
    if (status.decision.hold != BreakerHold::None)
        held = {{"hold", status.decision.hold == BreakerHold::Open ? "open" : "closed"},
                {"reason", status.decision.reason},
                {"by", status.decision.by},
                {"at", base::formatInstant(status.decision.at)}};
    return {{"type", status.type},
            {"breaker", policy::toText(status.breaker)},
            {"failures_in_a_row", status.failuresInARow},
            {"open_until", instantOrNull(status.openUntil)},
            {"held", held},
            {"rate", status.rate.limits() ? Json(task::toText(status.rate)) : Json()},
            {"rate_opens_at", instantOrNull(status.rateOpensAt)},
            {"running", status.running},
            {"waits_for", textOrNull(status.waitsFor)}};
}

} // namespace core::api
