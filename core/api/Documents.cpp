#include "core/api/Documents.h"

#include "core/engine/ScheduleWords.h"

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
    document["words"] = engine::wordsOf(entry, entry.shift);
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

namespace {

Json hoursOf(const engine::ComingLoad& load) {
    Json hours = Json::array();
    for (base::Instant hour = std::chrono::floor<std::chrono::hours>(load.from); hour < load.to;
         hour += std::chrono::hours(1)) {
        const engine::ComingLoad::Slice slice = load.between(hour, hour + std::chrono::hours(1));
        hours.push_back({{"from", base::formatInstant(hour)},
                         {"firings", slice.firings},
                         {"busy_ms", slice.firings > slice.unknown || slice.firings == 0 ? Json(slice.busy.count()) : Json()},
                         {"unknown_firings", slice.unknown},
                         {"most_in_one_minute", slice.mostAtOnce},
                         {"overloaded", slice.overloaded}});
    }
    return hours;
}

Json partDocument(const engine::ComingLoad::Entry& entry) {
    return {{"name", entry.name},
            {"type", entry.type},
            {"queue", entry.queue},
            {"zone", textOrNull(entry.zone)},
            {"shift_seconds", entry.shift.count()},
            {"firings", entry.firings},
            {"expected_run_ms", entry.runTime ? Json(entry.runTime->median.count()) : Json()},
            {"expected_from_runs", entry.runTime ? Json(entry.runTime->runs) : Json()}};
}

Json partDocument(const engine::ComingLoad::ClockChange& change) {
    return {{"zone", change.zone},
            {"at", base::formatInstant(change.change.at)},
            {"by_seconds", change.change.by().count()},
            {"what", change.change.by().count() > 0 ? "skipped" : "repeated"}};
}

Json partDocument(const engine::ComingLoad::Overload& overload) {
    return {{"from", base::formatInstant(overload.from)},
            {"to", base::formatInstant(overload.to)},
            {"queue", textOrNull(overload.queue)},
            {"runs", overload.runs},
            {"slots", overload.slots}};
}

template <class Parts>
Json documentsOf(const Parts& parts) {
    Json documents = Json::array();
    for (const auto& part : parts)
        documents.push_back(partDocument(part));
    return documents;
}

Json firingsOf(const engine::ComingLoad& load) {
    Json documents = Json::array();
    for (const engine::ComingLoad::Firing& firing : load.firings)
        documents.push_back({{"schedule", load.entries[firing.entry].name},
                             {"instant", base::formatInstant(firing.instant)},
                             {"at", base::formatInstant(firing.at)},
                             {"last", base::formatInstant(firing.last)},
                             {"count", firing.count}});
    return documents;
}

} // namespace

Json toDocument(const engine::ComingLoad& load, SingleFirings singles) {
    Json document{{"from", base::formatInstant(load.from)},
                  {"to", base::formatInstant(load.to)},
                  {"entries", documentsOf(load.entries)},
                  {"hours", hoursOf(load)},
                  {"clock_changes", documentsOf(load.clockChanges)},
                  {"overloads", documentsOf(load.overloads)}};
    if (singles == SingleFirings::With)
        document["firings"] = firingsOf(load);
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

namespace {

Json instantDocuments(const std::vector<engine::JudgedInstant>& instants) {
    Json documents = Json::array();
    for (const engine::JudgedInstant& judged : instants)
        documents.push_back({{"instant", base::formatInstant(judged.instant)},
                             {"state", engine::toText(judged.state)},
                             {"note", textOrNull(judged.note)}});
    return documents;
}

} // namespace

Json toDocument(const engine::BackfillPlan& plan) {
    return {{"schedule", plan.schedule},
            {"from", base::formatInstant(plan.from)},
            {"to", base::formatInstant(plan.to)},
            {"dry_run", true},
            {"definition", plan.definition},
            {"instants", instantDocuments(plan.instants)},
            {"missing", plan.missing},
            {"fired", plan.fired},
            {"coming", plan.coming},
            {"damaged", plan.damaged},
            {"run_ms", plan.runTime ? Json(plan.runTime->count()) : Json()},
            {"warnings", plan.warnings}};
}

Json toDocument(const std::string& schedule, const engine::BackfillResult& result, int64_t left) {
    Json tasks = Json::array();
    for (const task::TaskId& task : result.tasks)
        tasks.push_back(task.text);
    return {{"schedule", schedule},
            {"dry_run", false},
            {"tag", textOrNull(result.tag)},
            {"tasks", std::move(tasks)},
            {"skipped", instantDocuments(result.skipped)},
            {"left", left}};
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

Json toDocument(const engine::TriggerStatus& trigger) {
    const auto secondsOf = [&](base::milliseconds task::Debounce::*time) {
        return trigger.rule.debounce ? Json(double(((*trigger.rule.debounce).*time).count()) / 1000) : Json();
    };
    const auto* rows = std::get_if<task::RowChanges>(&trigger.rule.listensTo);
    const auto* ends = std::get_if<task::TaskEnds>(&trigger.rule.listensTo);
    const char* state = !trigger.waitsFor.empty() ? "waiting" : trigger.enabled ? "enabled" : "disabled";
    return {{"name", trigger.name},
            {"about", trigger.rule.about},
            {"tables", rows ? Json(rows->tables) : Json()},
            {"task_types", ends ? Json(ends->types) : Json()},
            {"makes", trigger.makes},
            {"quiet_seconds", secondsOf(&task::Debounce::quiet)},
            {"longest_wait_seconds", secondsOf(&task::Debounce::longest)},
            {"key", textOrNull(trigger.rule.keyParameter)},
            {"enabled", trigger.enabled},
            {"state", state},
            {"waits_for", textOrNull(trigger.waitsFor)},
            {"missing", textOrNull(trigger.missing)},
            {"made", trigger.made},
            {"merged", trigger.merged},
            {"problems", trigger.problems},
            {"last_at", instantOrNull(trigger.lastAt)},
            {"last_task_id", textOrNull(trigger.lastTask)},
            {"last_problem", textOrNull(trigger.lastProblem)},
            {"last_problem_at", instantOrNull(trigger.lastProblemAt)}};
}

} // namespace core::api
