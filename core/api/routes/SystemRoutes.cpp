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
    routes.push_back({.method = Method::Get, .pattern = "/api/v1/workers", .summary = "Worker processes", .query = {},
                      .body = {}, .handle = workers});
    return routes;
}

} // namespace core::api
