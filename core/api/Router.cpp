#include "core/api/Router.h"

#include "core/api/OpenApi.h"
#include "core/api/Problem.h"
#include "core/api/routes/Routes.h"
#include "core/base/Log.h"
#include "core/engine/Engine.h"

#include <charconv>
#include <exception>

namespace core::api {

using base::Error;
using base::ErrorCode;
using base::Json;
using base::Result;
using task::ParameterKind;

namespace {

std::vector<std::string_view> segmentsOf(std::string_view path) {
    std::vector<std::string_view> segments;
    while (!path.empty()) {
        path.remove_prefix(1);
        const size_t end = path.find('/');
        segments.push_back(path.substr(0, end));
        path = end == std::string_view::npos ? std::string_view() : path.substr(end);
    }
    return segments;
}

bool isPlaceholder(std::string_view segment) {
    return !segment.empty() && segment.front() == '{';
}

/// How well a path fits a pattern: -1 not at all, otherwise the number of fixed segments.
int fit(std::string_view pattern, std::string_view path) {
    if (path.empty() || path.front() != '/')
        return -1;
    const auto wanted = segmentsOf(pattern);
    const auto given = segmentsOf(path);
    if (wanted.size() != given.size())
        return -1;
    int fixed = 0;
    for (size_t i = 0; i < wanted.size(); ++i) {
        if (isPlaceholder(wanted[i]) ? given[i].empty() : wanted[i] != given[i])
            return -1;
        fixed += isPlaceholder(wanted[i]) ? 0 : 1;
    }
    return fixed;
}

Result<std::map<std::string, std::string>> placeholdersOf(std::string_view pattern, std::string_view path) {
    std::map<std::string, std::string> values;
    const auto wanted = segmentsOf(pattern);
    const auto given = segmentsOf(path);
    for (size_t i = 0; i < wanted.size(); ++i) {
        if (!isPlaceholder(wanted[i]))
            continue;
        auto value = percentDecode(given[i]);
        if (!value)
            return value.error();
        values[std::string(wanted[i].substr(1, wanted[i].size() - 2))] = std::move(*value);
    }
    return values;
}

/// The text of a query parameter as its schema's kind; text that does not fit stays text, and the schema refuses it.
Json typed(const task::Parameter& parameter, const std::string& text) {
    const char* end = text.data() + text.size();
    if (parameter.kind == ParameterKind::Integer) {
        int64_t number = 0;
        if (const auto read = std::from_chars(text.data(), end, number); read.ec == std::errc() && read.ptr == end)
            return number;
    } else if (parameter.kind == ParameterKind::Number) {
        double number = 0;
        if (const auto read = std::from_chars(text.data(), end, number); read.ec == std::errc() && read.ptr == end)
            return number;
    } else if (parameter.kind == ParameterKind::Boolean && (text == "true" || text == "false")) {
        return text == "true";
    }
    return text;
}

Result<Json> queryOf(const Route& route, const Fields& fields) {
    Json query = Json::object();
    for (const auto& [name, text] : fields) {
        if (query.contains(name))
            return Error{ErrorCode::InvalidParams, "the parameter '" + name + "' is given twice", "Give it once", {}};
        query[name] = text;
        for (const task::Parameter& parameter : route.query.parameters())
            if (parameter.name == name)
                query[name] = typed(parameter, text);
    }
    return route.query.validate(query);
}

Result<Json> bodyOf(const Route& route, const Json& body) {
    if (!body.is_null() && !body.is_object())
        return Error{ErrorCode::InvalidParams, "the body must be a JSON object", {}, {}};
    return route.body.validate(body);
}

} // namespace

Router::Router(engine::Engine& engine) : m_engine(engine) {
    for (auto group : {systemRoutes, taskRoutes, taskCommandRoutes, bulkRoutes, workflowRoutes, queueRoutes,
                       taskTypeRoutes, scheduleRoutes, backfillRoutes, triggerRoutes, programmeRoutes, dutyRoutes,
                       fallbackRoutes})
        for (Route& route : group())
            m_routes.push_back(std::move(route));
    m_routes.push_back({.method = Method::Get,
                        .pattern = "/api/v1/openapi.json",
                        .summary = "This description",
                        .query = {},
                        .body = {},
                        .handle = [this](const Call&) -> Result<Json> { return m_openApi; }});
    m_openApi = describe(m_routes, engine.status().version);
}

const Route* Router::find(Method method, std::string_view path) const {
    const Route* best = nullptr;
    int bestFit = -1;
    for (const Route& route : m_routes) {
        const int fixed = route.method == method ? fit(route.pattern, path) : -1;
        if (fixed > bestFit) {
            best = &route;
            bestFit = fixed;
        }
    }
    return best;
}

Response Router::handle(const Request& request) const {
    const Route* route = find(request.method, request.path);
    if (!route)
        return refuseUnknown(request);
    try {
        return answer(*route, request);
    } catch (const std::exception& failure) {
        // The only place where exceptions of handlers and third-party code end.
        base::log(base::LogLevel::Error, "api", route->pattern + ": " + failure.what());
        return problem({ErrorCode::Internal, "the engine could not answer this request",
                        "The reason is in its log", {}});
    }
}

Response Router::answer(const Route& route, const Request& request) const {
    auto path = placeholdersOf(route.pattern, request.path);
    if (!path)
        return problem(path.error());
    auto query = queryOf(route, request.query);
    if (!query)
        return problem(query.error());
    auto body = bodyOf(route, request.body);
    if (!body)
        return problem(body.error());
    const Call call{request, std::move(*path), std::move(*query), std::move(*body), m_engine};
    auto document = route.handle(call);
    if (!document)
        return problem(document.error());
    Response response;
    response.status = route.success;
    response.document = std::move(*document);
    return response;
}

Response Router::refuseUnknown(const Request& request) const {
    std::string allowed;
    for (const Method method : {Method::Get, Method::Post, Method::Delete})
        if (find(method, request.path))
            allowed += (allowed.empty() ? "" : ", ") + std::string(toText(method));
    if (allowed.empty())
        return problem({ErrorCode::NotFound, "there is no " + request.path + " here",
                        "The addresses are listed in /api/v1/openapi.json", {}});
    Response response = problem(405, {ErrorCode::InvalidParams,
                                      std::string(toText(request.method)) + " does not go with " + request.path,
                                      "Use " + allowed, {}});
    response.headers.emplace_back("Allow", allowed);
    return response;
}

} // namespace core::api
