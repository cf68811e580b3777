#include "core/api/routes/Routes.h"
#include "core/engine/Engine.h"
#include "core/engine/FallbackService.h"

namespace core::api {

using base::Json;
using base::Result;
namespace fallback = programme::fallback;

namespace {

Result<Json> listFallbacks(const Call& call) {
    const auto cards = call.engine.fallbacks().list();
    if (!cards)
        return cards.error();
    Json documents = Json::array();
    for (const fallback::FallbackCard& card : *cards)
        documents.push_back(fallback::toDocument(card));
    return Json{{"fallbacks", std::move(documents)}};
}

Result<Json> showFallback(const Call& call) {
    const auto detail = call.engine.fallbacks().show(call.path.at("id"));
    if (!detail)
        return detail.error();
    return fallback::toDocument(*detail);
}

engine::FallbackRequest fallbackRequest(const Call& call) {
    engine::FallbackRequest request;
    request.id = call.path.at("id");
    request.reason = call.bodyText("reason");
    request.approvedBy = call.bodyText("approved_by");
    if (call.body.contains("version"))
        request.version = call.body["version"].get<int64_t>();
    if (call.body.value("allow_stale", false))
        request.allowStale = fallback::AllowStale::Yes;
    return request;
}

Result<Json> changedFallback(const Result<fallback::FallbackCard>& card) {
    if (!card)
        return card.error();
    return fallback::toDocument(*card);
}

Result<Json> activateFallback(const Call& call) {
    return changedFallback(call.engine.fallbacks().activate(fallbackRequest(call), call.actor()));
}

Result<Json> deactivateFallback(const Call& call) {
    return changedFallback(call.engine.fallbacks().deactivate(fallbackRequest(call), call.actor()));
}

std::vector<task::Parameter> fallbackWords() {
    return {requiredText("reason", "Why, for the record: 10 to 500 characters"),
            requiredText("approved_by", "Who approves"),
            integerField("version", "As it was seen; refused when it is another by now", 1, 9.0e15)};
}

} // namespace

std::vector<Route> fallbackRoutes() {
    std::vector<task::Parameter> activation = fallbackWords();
    activation.push_back(flagField("allow_stale", "Although its days are over"));
    std::vector<Route> routes;
    routes.push_back({.method = Method::Get,
                      .pattern = "/api/v1/programme/fallbacks",
                      .summary = "Precomputed schedules for when people are lost: coverage, age, gaps",
                      .query = {},
                      .body = {},
                      .handle = listFallbacks});
    routes.push_back({.method = Method::Get,
                      .pattern = "/api/v1/programme/fallbacks/{id}",
                      .summary = "One of them, by id or scenario, with who takes over what on which day",
                      .query = {},
                      .body = {},
                      .handle = showFallback});
    routes.push_back({.method = Method::Post,
                      .pattern = "/api/v1/programme/fallbacks/{id}/activate",
                      .summary = "Put it in force",
                      .query = {},
                      .body = task::ParameterSchema(activation),
                      .handle = activateFallback});
    routes.push_back({.method = Method::Post,
                      .pattern = "/api/v1/programme/fallbacks/{id}/deactivate",
                      .summary = "Take it back",
                      .query = {},
                      .body = task::ParameterSchema(fallbackWords()),
                      .handle = deactivateFallback});
    return routes;
}

} // namespace core::api
