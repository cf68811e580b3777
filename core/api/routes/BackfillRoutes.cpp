#include "core/api/Documents.h"
#include "core/api/routes/Routes.h"
#include "core/engine/Engine.h"

namespace core::api {

using base::Error;
using base::ErrorCode;
using base::Instant;
using base::Json;
using base::Result;

namespace {

Result<Instant> instantOf(const std::string& field, const std::string& text) {
    const auto instant = base::parseInstant(text);
    if (instant)
        return instant;
    return Error{ErrorCode::InvalidParams, field + ": " + instant.error().message, instant.error().remedy,
                 {{field, instant.error().message}}};
}

struct Window {
    Instant from{}, to{};
};

Result<Window> windowOf(const Call& call) {
    if (call.bodyText("from").empty())
        return Error{ErrorCode::InvalidParams, "from is required", "Give the begin of the window, or the instants",
                     {{"from", "from is required"}}};
    Window window{{}, call.engine.clock().now()};
    for (const auto& [field, into] : {std::pair<const char*, Instant&>{"from", window.from}, {"to", window.to}})
        if (const std::string text = call.bodyText(field); !text.empty()) {
            const auto instant = instantOf(field, text);
            if (!instant)
                return instant.error();
            into = *instant;
        }
    return window;
}

Result<std::vector<Instant>> instantsOf(const Call& call) {
    std::vector<Instant> instants;
    for (const std::string& text : call.body.value("instants", std::vector<std::string>())) {
        const auto instant = instantOf("instants", text);
        if (!instant)
            return instant.error();
        instants.push_back(*instant);
    }
    return instants;
}

/// What is to be done: the instants of the body, or all that are missing in its window.
Result<engine::BackfillRequest> backfillRequestOf(const Call& call) {
    engine::BackfillRequest request;
    request.schedule = call.path.at("name");
    request.definition = call.bodyText("definition");
    if (const std::string word = call.bodyText("order"); !word.empty()) {
        const auto order = engine::backfillOrderFromText(word);
        if (!order)
            return Error{ErrorCode::InvalidParams, "order must be one-after-another or together", {},
                         {{"order", "one-after-another or together"}}};
        request.order = *order;
    }
    auto instants = instantsOf(call);
    if (!instants)
        return instants.error();
    request.instants = std::move(*instants);
    if (call.bodyText("from").empty() && call.body.contains("instants"))
        return request;
    const auto window = windowOf(call);
    if (!window)
        return window.error();
    request.from = window->from;
    request.to = window->to;
    return request;
}

Result<Json> planBackfill(const Call& call) {
    if (call.body.contains("instants"))
        return Error{ErrorCode::InvalidParams, "a dry run looks at a window, not at single instants",
                     "Leave out instants", {{"instants", "not with dry_run"}}};
    const auto window = windowOf(call);
    if (!window)
        return window.error();
    const auto plan = call.engine.schedules().backfillPlan(call.path.at("name"), window->from, window->to);
    if (!plan)
        return plan.error();
    return toDocument(*plan);
}

Result<Json> backfillSchedule(const Call& call) {
    if (call.body.value("dry_run", false))
        return planBackfill(call);
    auto request = backfillRequestOf(call);
    if (!request)
        return request.error();
    int64_t left = 0;
    if (!call.body.contains("instants")) {
        const auto plan = call.engine.schedules().backfillPlan(request->schedule, *request->from, *request->to);
        if (!plan)
            return plan.error();
        for (const engine::JudgedInstant& missing : plan->instants)
            request->instants.push_back(missing.instant);
        if (request->definition.empty())
            request->definition = plan->definition;
        left = plan->missing - int64_t(plan->instants.size());
        if (plan->instants.empty())
            return toDocument(request->schedule, engine::BackfillResult(), left);
    }
    const auto result = call.engine.schedules().backfill(*request, call.actor());
    if (!result)
        return result.error();
    return toDocument(request->schedule, *result, left);
}

} // namespace

std::vector<Route> backfillRoutes() {
    std::vector<Route> routes;
    routes.push_back(
        {.method = Method::Post, .pattern = "/api/v1/schedules/{name}/backfill",
         .summary = "Make the tasks of instants that did not fire, or say which those are", .query = {},
         .body = task::ParameterSchema(
             {textField("from", "Begin of the window, an ISO-8601 instant; not needed with `instants`"),
              textField("to", "End of the window, included; now when absent"),
              flagField("dry_run", "Only say what would be made"),
              listField("instants", "Exactly these, of those that a dry run lists; all of them when absent, 500 at most"),
              textField("order", "`one-after-another` (when absent): each when the one before has succeeded; `together`"),
              textField("definition", "Of the dry run that was looked at: refuses when the entry was changed since")}),
         .handle = backfillSchedule});
    return routes;
}

} // namespace core::api
