#include "core/api/Documents.h"
#include "core/api/routes/Routes.h"
#include "core/engine/Engine.h"

namespace core::api {

using base::Error;
using base::ErrorCode;
using base::Json;
using base::Result;

namespace {

constexpr int kForecastDays = 7, kMostForecastDays = 31;
constexpr double kLongestIntervalSeconds = 366.0 * 86'400, kLongestLatenessSeconds = 7.0 * 86'400;

Result<Json> listSchedules(const Call& call) {
    const auto entries = call.engine.schedules().list();
    const auto waiting = call.engine.schedules().waiting();
    if (!entries || !waiting)
        return entries ? waiting.error() : entries.error();
    Json documents = Json::array();
    for (const engine::ScheduleEntry& entry : *entries)
        documents.push_back(toDocument(entry));
    Json document = Json::object();
    document["schedules"] = std::move(documents);
    document["waiting_for_their_type"] = Json::array();
    for (const task::Schedule& schedule : *waiting)
        document["waiting_for_their_type"].push_back({{"name", schedule.name}, {"type", schedule.type}});
    return document;
}

Result<Json> entryDocument(const Result<engine::ScheduleEntry>& entry) {
    if (!entry)
        return entry.error();
    return toDocument(*entry);
}

Result<Json> showSchedule(const Call& call) {
    return entryDocument(call.engine.schedules().find(call.path.at("name")));
}

Result<Json> addSchedule(const Call& call) {
    const auto schedule = task::scheduleFromJson(call.body);
    if (!schedule)
        return schedule.error();
    return entryDocument(call.engine.schedules().add(*schedule, call.actor()));
}

/// What the body does not name stays as it is; null is the default.
Result<Json> changeSchedule(const Call& call) {
    const std::string name = call.path.at("name");
    const auto entry = call.engine.schedules().find(name);
    if (!entry)
        return entry.error();
    Json document = task::toJson(*entry);
    const bool otherTimes = call.body.contains("cron") || call.body.contains("every_seconds") || call.body.contains("once_at");
    if (otherTimes)
        for (const char* key : {"cron", "every_seconds", "once_at"})
            document.erase(key);
    for (const auto& [key, value] : call.request.body.items()) // a checked body has no null left
        if (value.is_null())
            document.erase(key);
    for (const auto& [key, value] : call.body.items())
        document[key] = value;
    const auto schedule = task::scheduleFromJson(document);
    if (!schedule)
        return schedule.error();
    return entryDocument(call.engine.schedules().change(*schedule, *entry, call.actor()));
}

Result<Json> resetSchedule(const Call& call) {
    return entryDocument(call.engine.schedules().reset(call.path.at("name"), std::nullopt, call.actor()));
}

Result<Json> scheduleHistory(const Call& call) {
    const auto fires = call.engine.schedules().history(call.path.at("name"), call.query.value("limit", 50));
    if (!fires)
        return fires.error();
    Json documents = Json::array();
    for (const store::FireRow& fire : *fires)
        documents.push_back(toDocument(fire));
    return Json{{"schedule", call.path.at("name")}, {"firings", std::move(documents)}};
}

Result<Json> previewSchedule(const Call& call) {
    const auto schedule = task::scheduleFromJson(call.body);
    if (!schedule)
        return schedule.error();
    const auto preview = call.engine.schedules().preview(*schedule, call.query.value("count", 10));
    if (!preview)
        return preview.error();
    Json next = Json::array();
    for (const base::Instant at : preview->next)
        next.push_back(base::formatInstant(at));
    Json problems = Json::array();
    for (const base::FieldError& problem : preview->problems)
        problems.push_back({{"field", problem.field}, {"message", problem.message}});
    return Json{{"next", std::move(next)},
                {"words", preview->words},
                {"warnings", preview->warnings},
                {"problems", std::move(problems)}};
}

Result<Json> comingSchedules(const Call& call) {
    const base::Instant now = call.engine.clock().now();
    const auto load = call.engine.schedules().coming(now, now + std::chrono::days(call.query.value("days", kForecastDays)));
    if (!load)
        return load.error();
    return toDocument(*load, call.query.value("firings", false) ? SingleFirings::With : SingleFirings::Without);
}

Result<Json> removeSchedule(const Call& call) {
    const std::string name = call.path.at("name");
    if (const auto removed = call.engine.schedules().remove(name, std::nullopt, call.actor()); !removed)
        return removed.error();
    return Json{{"name", name}, {"removed", true}};
}

Result<Json> runNow(const Call& call) {
    const auto task = call.engine.schedules().runNow(call.path.at("name"), call.actor());
    if (!task)
        return task.error();
    return task::toDocument(*task);
}

Result<Json> enableSchedule(const Call& call) {
    if (const auto done = call.engine.schedules().setEnabled(call.path.at("name"), true, call.actor()); !done)
        return done.error();
    return showSchedule(call);
}

Result<Json> disableSchedule(const Call& call) {
    if (const auto done = call.engine.schedules().setEnabled(call.path.at("name"), false, call.actor()); !done)
        return done.error();
    return showSchedule(call);
}

/// Name and type are needed for a new entry only.
task::ParameterSchema entrySchema(std::vector<task::Parameter> first) {
    for (task::Parameter& each : std::vector<task::Parameter>{
             textField("cron", "Five fields, for example `*/15 * * * *`"),
             integerField("every_seconds", "Instead of cron: elapsed time between firings", 1, kLongestIntervalSeconds),
             textField("once_at", "Instead of cron: one ISO-8601 instant"),
             textField("zone", "IANA zone of the cron expression; UTC when absent"),
             textField("starts_at", "Nothing fires before"), textField("ends_at", "Nothing fires after"),
             objectField("params", "Parameters of every task"), flagField("enabled", "true when absent"),
             textField("catch_up", "What was missed: `none`, `one` (when absent) or `all` (up to ten)"),
             integerField("max_lateness_seconds", "Later than this nothing fires", 1, kLongestLatenessSeconds),
             textField("overlap", "When the task before has not ended: `skip` (when absent), `queue-one`, `allow`, "
                                  "`cancel-old`"),
             integerField("expires_seconds", "A task that has not begun by then is not run", 1, kLongestIntervalSeconds),
             integerField("spread_seconds", "Shifts the firings by up to so much, ever the same", 0, 30),
             integerField("priority", "Of the tasks", 0, 9)})
        first.push_back(std::move(each));
    return task::ParameterSchema(std::move(first));
}

task::ParameterSchema newEntrySchema() {
    return entrySchema({requiredText("name", "Unique name"), requiredText("type", "Task type")});
}

} // namespace

std::vector<Route> scheduleRoutes() {
    std::vector<Route> routes;
    routes.push_back({.method = Method::Get, .pattern = "/api/v1/schedules",
                      .summary = "Entries of the beat schedule with next and last fire", .query = {}, .body = {},
                      .handle = listSchedules});
    routes.push_back({.method = Method::Post, .pattern = "/api/v1/schedules", .summary = "Add an entry", .query = {},
                      .body = newEntrySchema(), .success = 201, .handle = addSchedule});
    routes.push_back({.method = Method::Get, .pattern = "/api/v1/schedules/{name}", .summary = "One entry",
                      .query = {}, .body = {}, .handle = showSchedule});
    routes.push_back({.method = Method::Post, .pattern = "/api/v1/schedules/{name}",
                      .summary = "Change an entry; what is not named stays", .query = {}, .body = entrySchema({}),
                      .handle = changeSchedule});
    routes.push_back({.method = Method::Post, .pattern = "/api/v1/schedules/{name}/reset",
                      .summary = "Back to what came with the program", .query = {}, .body = {},
                      .handle = resetSchedule});
    routes.push_back({.method = Method::Get, .pattern = "/api/v1/schedules/{name}/history",
                      .summary = "What became of its instants, newest first",
                      .query = task::ParameterSchema({integerField("limit", "At most; 50 when absent", 1, 1000)}),
                      .body = {}, .handle = scheduleHistory});
    routes.push_back({.method = Method::Get, .pattern = "/api/v1/schedules/coming",
                      .summary = "What the enabled entries will start, by hour, with the expected run times",
                      .query = task::ParameterSchema({integerField("days", "From now on; 7 when absent", 1, kMostForecastDays),
                                                      flagField("firings", "Each firing too")}),
                      .body = {}, .handle = comingSchedules});
    routes.push_back({.method = Method::Post, .pattern = "/api/v1/schedules/preview",
                      .summary = "When a definition would fire; changes nothing",
                      .query = task::ParameterSchema({integerField("count", "Firings; 10 when absent", 1, 100)}),
                      .body = newEntrySchema(), .handle = previewSchedule});
    routes.push_back({.method = Method::Delete, .pattern = "/api/v1/schedules/{name}", .summary = "Remove an entry",
                      .query = {}, .body = {}, .handle = removeSchedule});
    routes.push_back({.method = Method::Post, .pattern = "/api/v1/schedules/{name}/run-now",
                      .summary = "Start the entry's task now", .query = {}, .body = {}, .success = 201,
                      .handle = runNow});
    routes.push_back({.method = Method::Post, .pattern = "/api/v1/schedules/{name}/enable",
                      .summary = "Fire the entry again", .query = {}, .body = {}, .handle = enableSchedule});
    routes.push_back({.method = Method::Post, .pattern = "/api/v1/schedules/{name}/disable",
                      .summary = "Fire the entry no more", .query = {}, .body = {}, .handle = disableSchedule});
    return routes;
}

} // namespace core::api
