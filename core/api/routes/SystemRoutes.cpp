#include "core/api/Documents.h"
#include "core/api/Health.h"
#include "core/api/routes/Routes.h"
#include "core/engine/Engine.h"

namespace core::api {

using base::Json;
using base::Result;

namespace {

/// Says only that somebody is there: it is readable without the token.
Result<Json> alive(const Call&) {
    return Json{{"status", "ok"}};
}

Result<Json> health(const Call& call) {
    return healthDocument(call.engine);
}

Result<Json> taskTypes(const Call& call) {
    Json types = Json::array();
    for (const std::string& id : call.engine.registry().ids())
        types.push_back(toDocument(*call.engine.registry().find(id)));
    Json document = Json::object();
    document["task_types"] = std::move(types);
    return document;
}

Result<Json> workers(const Call& call) {
    Json list = Json::array();
    for (const worker::WorkerStatus& worker : call.engine.status().workers)
        list.push_back(toDocument(worker));
    Json document = Json::object();
    document["workers"] = std::move(list);
    return document;
}

} // namespace

std::vector<Route> systemRoutes() {
    std::vector<Route> routes;
    routes.push_back({.method = Method::Get, .pattern = "/healthz", .summary = "Whether the engine answers",
                      .access = Access::Open, .query = {}, .body = {}, .handle = alive});
    routes.push_back({.method = Method::Get, .pattern = "/api/v1/health", .summary = "How the engine is", .query = {},
                      .body = {}, .handle = health});
    routes.push_back({.method = Method::Get, .pattern = "/api/v1/task-types",
                      .summary = "What can be started, with its parameters", .query = {}, .body = {},
                      .handle = taskTypes});
    routes.push_back({.method = Method::Get, .pattern = "/api/v1/workers", .summary = "Worker processes", .query = {},
                      .body = {}, .handle = workers});
    return routes;
}

} // namespace core::api
