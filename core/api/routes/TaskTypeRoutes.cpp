#include "core/api/Documents.h"
#include "core/api/routes/Routes.h"
#include "core/engine/Engine.h"

namespace core::api {

using base::Error;
using base::ErrorCode;
using base::Json;
using base::Result;

namespace {

Json budgetDocument(const engine::RetryBudgetStatus& budget) {
    return {{"room", budget.room}, {"room_at", instantOrNull(budget.roomAt)}};
}

Result<Json> listTypes(const Call& call) {
    const bool withStatus = call.query.value("status", false);
    Json types = Json::array();
    for (const std::string& id : call.engine.registry().ids()) {
        types.push_back(toDocument(*call.engine.registry().find(id)));
        if (withStatus)
            types.back()["status"] = toDocument(*call.engine.taskTypes().status(id));
    }
    Json document = Json::object();
    document["task_types"] = std::move(types);
    if (withStatus)
        document["retry_budget"] = budgetDocument(call.engine.taskTypes().retryBudget());
    return document;
}

/// The type that the path names: one that does not exist is not found, rather than a wrong parameter.
Result<std::string> typeOf(const Call& call) {
    const auto type = call.engine.registry().require(call.path.at("type"));
    if (!type)
        return Error{ErrorCode::NotFound, type.error().message, "See task-types", {}};
    return (*type)->id;
}

Result<Json> typeStatus(const Call& call) {
    const auto type = typeOf(call);
    if (!type)
        return type.error();
    return toDocument(*call.engine.taskTypes().status(*type));
}

Result<Json> setBreaker(const Call& call) {
    using policy::BreakerHold;
    const auto type = typeOf(call);
    if (!type)
        return type.error();
    const std::string action = call.bodyText("action");
    const BreakerHold hold = action == "open"    ? BreakerHold::Open
                             : action == "close" ? BreakerHold::Closed
                                                 : BreakerHold::None;
    const auto status = call.engine.taskTypes().setBreaker(*type, hold, call.bodyText("reason"), call.actor());
    if (!status)
        return status.error();
    return toDocument(*status);
}

task::ParameterSchema breakerSchema() {
    task::Parameter action = requiredText("action", "open and close hold the circuit so; reset lets it judge itself");
    action.kind = task::ParameterKind::Choice;
    action.choices = {"open", "close", "reset"};
    return task::ParameterSchema({action, requiredText("reason", "Why, for the record: at least 3 characters")});
}

} // namespace

std::vector<Route> taskTypeRoutes() {
    using task::ParameterSchema;
    std::vector<Route> routes;
    routes.push_back({.method = Method::Get, .pattern = "/api/v1/task-types",
                      .summary = "What can be started, with its parameters",
                      .query = ParameterSchema({flagField("status", "With circuit breaker, rate and retry budget")}),
                      .body = {}, .handle = listTypes});
    routes.push_back({.method = Method::Get, .pattern = "/api/v1/task-types/{type}/status",
                      .summary = "What lets tasks of this type begin, or keeps them waiting", .query = {}, .body = {},
                      .handle = typeStatus});
    routes.push_back({.method = Method::Post, .pattern = "/api/v1/task-types/{type}/breaker",
                      .summary = "Hold the circuit of this type open or closed, or let it judge itself", .query = {},
                      .body = breakerSchema(), .handle = setBreaker});
    return routes;
}

} // namespace core::api
