#include "core/api/Documents.h"
#include "core/api/TaskSelection.h"
#include "core/api/routes/Routes.h"
#include "core/engine/Engine.h"

namespace core::api {

using base::Json;
using base::Result;

namespace {

Result<Json> listQueues(const Call& call) {
    const auto queues = call.engine.queues().list();
    if (!queues)
        return queues.error();
    Json documents = Json::array();
    for (const engine::QueueStatus& queue : *queues)
        documents.push_back(toDocument(queue, call.engine.clock().now()));
    Json document = Json::object();
    document["queues"] = std::move(documents);
    return document;
}

Result<Json> oneQueue(const Call& call, const std::string& name) {
    const auto queues = call.engine.queues().list();
    if (!queues)
        return queues.error();
    for (const engine::QueueStatus& queue : *queues)
        if (queue.name == name)
            return toDocument(queue, call.engine.clock().now());
    return requireQueue(name).error();
}

Result<Json> showQueue(const Call& call) {
    const std::string name = call.path.at("queue");
    if (const auto known = requireQueue(name); !known)
        return known.error();
    return oneQueue(call, name);
}

Result<Json> pauseQueue(const Call& call) {
    const std::string name = call.path.at("queue");
    if (const auto known = requireQueue(name); !known)
        return known.error();
    if (const auto paused = call.engine.queues().pause(name, call.actor()); !paused)
        return paused.error();
    return oneQueue(call, name);
}

Result<Json> resumeQueue(const Call& call) {
    const std::string name = call.path.at("queue");
    if (const auto known = requireQueue(name); !known)
        return known.error();
    if (const auto resumed = call.engine.queues().resume(name, call.actor()); !resumed)
        return resumed.error();
    return oneQueue(call, name);
}

Result<Json> purgeQueue(const Call& call) {
    const std::string name = call.path.at("queue");
    if (const auto known = requireQueue(name); !known)
        return known.error();
    const auto purged = call.engine.queues().purge(name, call.actor());
    if (!purged)
        return purged.error();
    return Json{{"queue", name}, {"revoked", *purged}};
}

} // namespace

std::vector<Route> queueRoutes() {
    std::vector<Route> routes;
    routes.push_back({.method = Method::Get, .pattern = "/api/v1/queues",
                      .summary = "Queues: depth by state, oldest age, slots, paused", .query = {}, .body = {},
                      .handle = listQueues});
    routes.push_back({.method = Method::Get, .pattern = "/api/v1/queues/{queue}", .summary = "One queue", .query = {},
                      .body = {}, .handle = showQueue});
    routes.push_back({.method = Method::Post, .pattern = "/api/v1/queues/{queue}/pause",
                      .summary = "Begin no more tasks of this queue", .query = {}, .body = {}, .handle = pauseQueue});
    routes.push_back({.method = Method::Post, .pattern = "/api/v1/queues/{queue}/resume",
                      .summary = "Begin tasks of this queue again", .query = {}, .body = {}, .handle = resumeQueue});
    routes.push_back({.method = Method::Post, .pattern = "/api/v1/queues/{queue}/purge",
                      .summary = "Revoke everything that waits in this queue", .query = {}, .body = {},
                      .handle = purgeQueue});
    return routes;
}

} // namespace core::api
