#include "core/api/Documents.h"
#include "core/api/routes/Routes.h"
#include "core/engine/Engine.h"

namespace core::api {

using base::Error;
using base::ErrorCode;
using base::Json;
using base::Result;

namespace {

constexpr double kLongestIntervalSeconds = 366.0 * 86'400;

Result<Json> listSchedules(const Call& call) {
    const auto entries = call.engine.schedules().list();
    if (!entries)
        return entries.error();
    Json documents = Json::array();
    for (const engine::ScheduleEntry& entry : *entries)
        documents.push_back(toDocument(entry, call.engine.clock().now()));
    Json document = Json::object();
    document["schedules"] = std::move(documents);
    return document;
}

Result<Json> showSchedule(const Call& call) {
    const auto entries = call.engine.schedules().list();
    if (!entries)
        return entries.error();
    for (const engine::ScheduleEntry& entry : *entries)
        if (entry.name == call.path.at("name"))
            return toDocument(entry, call.engine.clock().now());
    return Error{ErrorCode::NotFound, "there is no schedule '" + call.path.at("name") + "'",
                 "`beatwarden beat list` shows those that exist", {}};
}

Result<Json> addSchedule(const Call& call) {
    engine::ScheduleEntry entry;
    entry.name = call.bodyText("name");
    entry.type = call.bodyText("type");
    entry.cron = call.bodyText("cron");
    entry.every = base::seconds(call.body.value("every_seconds", int64_t(0)));
    entry.params = call.body.value("params", Json::object());
    entry.enabled = call.body.value("enabled", true);
    if (const std::string zone = call.bodyText("zone"); !zone.empty())
        entry.zone = zone;
    if (entry.cron.empty() == (entry.every.count() == 0))
        return Error{ErrorCode::InvalidParams, "exactly one of cron and every_seconds is needed",
                     "For example cron '0 6 * * *' or every_seconds 900", {}};
    const auto added = call.engine.schedules().add(entry, call.actor());
    if (!added)
        return added.error();
    return toDocument(*added, call.engine.clock().now());
}

Result<Json> removeSchedule(const Call& call) {
    const std::string name = call.path.at("name");
    if (const auto removed = call.engine.schedules().remove(name, call.actor()); !removed)
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

task::ParameterSchema entrySchema() {
    return task::ParameterSchema(
        {requiredText("name", "Unique name"), requiredText("type", "Task type"),
         textField("cron", "Five fields, for example `*/15 * * * *`"),
         integerField("every_seconds", "Instead of cron", 1, kLongestIntervalSeconds),
         textField("zone", "IANA zone of the cron expression; UTC when absent"),
         objectField("params", "Parameters of every task"), flagField("enabled", "true when absent")});
}

} // namespace

std::vector<Route> scheduleRoutes() {
    std::vector<Route> routes;
    routes.push_back({.method = Method::Get, .pattern = "/api/v1/schedules",
                      .summary = "Entries of the beat schedule with next and last fire", .query = {}, .body = {},
                      .handle = listSchedules});
    routes.push_back({.method = Method::Post, .pattern = "/api/v1/schedules", .summary = "Add an entry", .query = {},
                      .body = entrySchema(), .success = 201, .handle = addSchedule});
    routes.push_back({.method = Method::Get, .pattern = "/api/v1/schedules/{name}", .summary = "One entry",
                      .query = {}, .body = {}, .handle = showSchedule});
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
