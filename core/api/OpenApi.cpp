#include "core/api/OpenApi.h"

#include <algorithm>

namespace core::api {

using base::Json;

namespace {

/// `GET /api/v1/tasks/{id}/log` → `get_tasks_id_log`.
std::string operationId(const Route& route) {
    std::string id = toText(route.method);
    std::transform(id.begin(), id.end(), id.begin(), [](unsigned char c) { return char(std::tolower(c)); });
    std::string path = route.pattern;
    if (const std::string prefix = "/api/v1"; path.starts_with(prefix))
        path.erase(0, prefix.size());
    for (const char c : path) {
        if (c == '/' || c == '-' || c == '.')
            id += '_';
        else if (c != '{' && c != '}')
            id += c;
    }
    return id;
}

Json parametersOf(const Route& route) {
    Json parameters = Json::array();
    for (size_t open = route.pattern.find('{'); open != std::string::npos; open = route.pattern.find('{', open + 1)) {
        const size_t close = route.pattern.find('}', open);
        parameters.push_back({{"name", route.pattern.substr(open + 1, close - open - 1)},
                              {"in", "path"},
                              {"required", true},
                              {"schema", {{"type", "string"}}}});
    }
    const Json schema = route.query.toJsonSchema();
    for (const task::Parameter& parameter : route.query.parameters())
        parameters.push_back({{"name", parameter.name},
                              {"in", "query"},
                              {"required", parameter.presence == task::Presence::Required},
                              {"schema", schema["properties"][parameter.name]}});
    return parameters;
}

Json responsesOf(const Route& route) {
    Json success{{"description", route.summary}};
    success["content"]["application/json"]["schema"] = {{"type", "object"}};
    Json failure{{"description", "A problem document (RFC 9457)"}};
    failure["content"]["application/problem+json"]["schema"] = {{"$ref", "#/components/schemas/Problem"}};
    Json responses = Json::object();
    responses[std::to_string(route.success)] = success;
    responses["default"] = failure;
    return responses;
}

Json operationOf(const Route& route) {
    Json operation{{"operationId", operationId(route)}, {"summary", route.summary}};
    if (Json parameters = parametersOf(route); !parameters.empty())
        operation["parameters"] = std::move(parameters);
    if (route.method == Method::Post) {
        Json schema = route.body.toJsonSchema();
        schema.erase("$schema");
        operation["requestBody"]["content"]["application/json"]["schema"] = std::move(schema);
    }
    operation["responses"] = responsesOf(route);
    if (route.access == Access::Open)
        operation["security"] = Json::array();
    return operation;
}

Json problemSchema() {
    Json text{{"type", "string"}};
    Json field{{"type", "object"}};
    field["properties"] = {{"field", text}, {"message", text}};
    Json errors{{"type", "array"}, {"items", field}};
    Json schema{{"type", "object"}};
    schema["required"] = {"type", "title", "status", "detail", "code", "errors"};
    schema["properties"] = {{"type", text},   {"title", text}, {"status", {{"type", "integer"}}}, {"detail", text},
                            {"code", text},   {"remedy", text}, {"errors", errors}};
    return schema;
}

} // namespace

Json describe(const std::vector<Route>& routes, const std::string& version) {
    Json paths = Json::object();
    for (const Route& route : routes) {
        std::string method = toText(route.method);
        std::transform(method.begin(), method.end(), method.begin(), [](unsigned char c) { return char(std::tolower(c)); });
        paths[route.pattern][method] = operationOf(route);
    }
    Json document{{"openapi", "3.1.0"}};
    document["info"] = {{"title", "Beatwarden"}, {"version", version}};
    document["paths"] = paths;
    document["components"]["schemas"]["Problem"] = problemSchema();
    document["components"]["securitySchemes"]["token"] = {{"type", "http"}, {"scheme", "bearer"}};
    Json token = Json::object();
    token["token"] = Json::array();
    document["security"] = Json::array({token});
    return document;
}

} // namespace core::api
