#pragma once

#include "core/api/Route.h"

#include <vector>

namespace core::api {

/// Thread: any but gui, several at once. Maps requests to the engine's services: the one meaning of every verb,
/// whether it comes through a socket or from a command in the same process. Never throws; every refusal is a problem
/// document.
class Router {
  public:
    /// `engine` outlives the router.
    explicit Router(engine::Engine& engine);
    Router(const Router&) = delete;
    Router& operator=(const Router&) = delete;

    Response handle(const Request& request) const;

    const std::vector<Route>& routes() const { return m_routes; }
    /// The route that a request would reach; nullptr for none.
    const Route* find(Method method, std::string_view path) const;

  private:
    Response answer(const Route& route, const Request& request) const;
    Response refuseUnknown(const Request& request) const;

    engine::Engine& m_engine;
    std::vector<Route> m_routes;
    base::Json m_openApi;
};

} // namespace core::api
