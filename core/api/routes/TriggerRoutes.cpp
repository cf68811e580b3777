#include "core/api/Documents.h"
#include "core/api/routes/Routes.h"
#include "core/engine/Engine.h"

namespace core::api {

using base::Json;
using base::Result;

namespace {

Result<Json> triggerDocument(const Result<engine::TriggerStatus>& trigger) {
    if (!trigger)
        return trigger.error();
    return toDocument(*trigger);
}

Result<Json> listTriggers(const Call& call) {
    const auto triggers = call.engine.triggers().list();
    if (!triggers)
        return triggers.error();
    Json documents = Json::array();
    for (const engine::TriggerStatus& trigger : *triggers)
        documents.push_back(toDocument(trigger));
    return Json{{"triggers", std::move(documents)}};
}

Result<Json> showTrigger(const Call& call) {
    return triggerDocument(call.engine.triggers().find(call.path.at("name")));
}

Result<Json> enableTrigger(const Call& call) {
    return triggerDocument(call.engine.triggers().setEnabled(call.path.at("name"), true, call.actor()));
}

Result<Json> disableTrigger(const Call& call) {
    return triggerDocument(call.engine.triggers().setEnabled(call.path.at("name"), false, call.actor()));
}

} // namespace

std::vector<Route> triggerRoutes() {
    std::vector<Route> routes;
    routes.push_back({.method = Method::Get, .pattern = "/api/v1/triggers",
                      .summary = "What follows from what, and what came of it", .query = {}, .body = {},
                      .handle = listTriggers});
    routes.push_back({.method = Method::Get, .pattern = "/api/v1/triggers/{name}", .summary = "One trigger",
                      .query = {}, .body = {}, .handle = showTrigger});
    routes.push_back({.method = Method::Post, .pattern = "/api/v1/triggers/{name}/enable",
                      .summary = "Let tasks follow again", .query = {}, .body = {}, .handle = enableTrigger});
    routes.push_back({.method = Method::Post, .pattern = "/api/v1/triggers/{name}/disable",
                      .summary = "Let nothing follow any more", .query = {}, .body = {}, .handle = disableTrigger});
    return routes;
}

} // namespace core::api
