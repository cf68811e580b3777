#pragma once

#include "core/api/Message.h"
#include "core/task/ParameterSchema.h"

#include <functional>
#include <map>
#include <string>
#include <vector>

namespace core::engine {
class Engine;
struct Actor;
} // namespace core::engine

namespace core::api {

/// Who may use a route: holders of the token, or everybody who reaches the port.
enum class Access { Token, Open };

/// A request whose path, query and body have been checked against its route.
struct Call {
    const Request& request;
    std::map<std::string, std::string> path; ///< `{id}` → its text
    base::Json query;                        ///< typed, defaults filled in
    base::Json body;                         ///< typed, defaults filled in
    engine::Engine& engine;

    /// Who is recorded as the asker.
    engine::Actor actor() const;
    /// The query's or body's text, empty when absent.
    std::string queryText(const char* name) const;
    std::string bodyText(const char* name) const;
};

/// One door of the API. Its schemas are checked before the handler runs and are what openapi.json shows.
struct Route {
    Method method = Method::Get;
    std::string pattern; ///< `/api/v1/tasks/{id}/cancel`; a fixed segment wins over a placeholder
    std::string summary; ///< one line
    Access access = Access::Token;
    task::ParameterSchema query;
    task::ParameterSchema body;
    int success = 200;
    std::function<base::Result<base::Json>(const Call& call)> handle;
};

/// A parameter of a query or body, said briefly.
task::Parameter textField(std::string name, std::string description);
task::Parameter requiredText(std::string name, std::string description);
task::Parameter integerField(std::string name, std::string description, double minimum, double maximum);
task::Parameter numberField(std::string name, std::string description, double minimum, double maximum);
task::Parameter flagField(std::string name, std::string description);
task::Parameter objectField(std::string name, std::string description);
task::Parameter listField(std::string name, std::string description);

} // namespace core::api
