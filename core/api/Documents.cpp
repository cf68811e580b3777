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
    Json schedules = Json::array();
    for (const task::DefaultSchedule& schedule : type.schedules)
        schedules.push_back({{"name", schedule.name}, {"cron", schedule.cron}, {"params", schedule.params}});
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
    document["schedules"] = schedules;
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

namespace {

std::optional<base::Instant> nextFireOf(const engine::ScheduleEntry& entry, base::Instant now) {
    if (entry.nextFire || !entry.enabled || entry.cron.empty())
        return entry.nextFire;
    const auto expression = beat::CronExpression::parse(entry.cron);
    const auto zone = base::Zone::find(entry.zone);
    return expression && zone ? expression->next(now, *zone) : std::nullopt;
}

} // namespace

Json toDocument(const engine::ScheduleEntry& entry, base::Instant now) {
    return {{"name", entry.name},
            {"type", entry.type},
            {"cron", textOrNull(entry.cron)},
            {"every_seconds", entry.every.count() > 0 ? Json(entry.every.count()) : Json()},
            {"zone", entry.zone},
            {"params", entry.params},
            {"enabled", entry.enabled},
            {"built_in", entry.builtIn},
            {"next_fire_at", instantOrNull(nextFireOf(entry, now))},
            {"last_fire_at", instantOrNull(entry.lastFire)},
            {"last_task_id", textOrNull(entry.lastTask)},
            {"last_state", textOrNull(entry.lastState)}};
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
