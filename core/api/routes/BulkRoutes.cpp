#include "core/api/Documents.h"
#include "core/api/TaskSelection.h"
#include "core/api/routes/Routes.h"
#include "core/engine/Engine.h"

namespace core::api {

using base::Error;
using base::ErrorCode;
using base::Json;
using base::Result;

namespace {

Json documentOf(const store::BulkAct& act) {
    return {{"id", act.id},
            {"act", store::toText(act.kind)},
            {"state", store::toText(act.state)},
            {"total", act.total},
            {"position", act.position},
            {"changed", act.changed},
            {"created_at", base::formatInstant(act.createdAt)},
            {"due_at", base::formatInstant(act.dueAt)},
            {"eta", instantOrNull(act.eta)},
            {"actor", act.actor}};
}

Result<Json> answerOf(const Result<store::BulkAct>& act) {
    if (!act)
        return act.error();
    return documentOf(*act);
}

Result<engine::BulkRequest> requestOf(const Call& call) {
    engine::BulkRequest request;
    const auto kind = store::bulkKindFromText(call.bodyText("act"));
    if (!kind)
        return Error{ErrorCode::InvalidParams, "act must be cancel, retry or reschedule", {},
                     {{"act", "cancel, retry or reschedule"}}};
    request.kind = *kind;
    for (const std::string& id : call.body.value("ids", std::vector<std::string>()))
        request.ids.push_back({id});
    if (request.ids.empty() == call.bodyText("filter").empty())
        return Error{ErrorCode::InvalidParams, "exactly one of ids and filter is needed", {}, {}};
    if (request.ids.empty()) {
        const auto words = parseSelection(call.bodyText("filter"));
        if (!words)
            return words.error();
        auto filter = selectTasks(*words);
        if (!filter)
            return filter.error();
        request.filter = std::move(*filter);
    }
    if (const std::string eta = call.bodyText("eta"); !eta.empty()) {
        const auto instant = base::parseInstant(eta);
        if (!instant)
            return instant.error();
        request.eta = *instant;
    }
    if (call.body.contains("hold_seconds"))
        request.hold = base::milliseconds(int64_t(call.body["hold_seconds"].get<double>() * 1000));
    return request;
}

Result<Json> beginBulk(const Call& call) {
    const auto request = requestOf(call);
    if (!request)
        return request.error();
    return answerOf(call.engine.bulk().begin(*request, call.actor()));
}

Result<Json> undoBulk(const Call& call) {
    return answerOf(call.engine.bulk().undo(call.path.at("id"), call.actor()));
}

Result<Json> showBulk(const Call& call) {
    return answerOf(call.engine.bulk().find(call.path.at("id")));
}

Result<Json> listBulk(const Call& call) {
    const auto acts = call.engine.bulk().recent(50);
    if (!acts)
        return acts.error();
    Json documents = Json::array();
    for (const store::BulkAct& act : *acts)
        documents.push_back(documentOf(act));
    return Json{{"bulk", documents}};
}

} // namespace

std::vector<Route> bulkRoutes() {
    using task::ParameterSchema;
    std::vector<Route> routes;
    routes.push_back({.method = Method::Post, .pattern = "/api/v1/bulk",
                      .summary = "Cancel, retry or reschedule many tasks, after a while in which it can be undone",
                      .query = {},
                      .body = ParameterSchema({requiredText("act", "cancel, retry or reschedule"),
                                               listField("ids", "Task ids"),
                                               textField("filter", "For example `state:failure queue:exports`"),
                                               textField("eta", "Of a reschedule: an ISO-8601 time"),
                                               numberField("hold_seconds", "Can be undone for so long; 10", 0, 600)}),
                      .success = 201, .handle = beginBulk});
    routes.push_back({.method = Method::Get, .pattern = "/api/v1/bulk", .summary = "Acts on many tasks, newest first",
                      .query = {}, .body = {}, .handle = listBulk});
    routes.push_back({.method = Method::Get, .pattern = "/api/v1/bulk/{id}", .summary = "How far an act is",
                      .query = {}, .body = {}, .handle = showBulk});
    routes.push_back({.method = Method::Post, .pattern = "/api/v1/bulk/{id}/undo",
                      .summary = "Undo an act that has not begun", .query = {}, .body = {}, .handle = undoBulk});
    return routes;
}

} // namespace core::api
