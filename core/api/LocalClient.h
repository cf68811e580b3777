#pragma once

#include "core/api/ApiClient.h"
#include "core/api/Router.h"

namespace core::api {

/// Thread: any but gui. Reaches an engine in the same process, by the same routes as everybody.
class LocalClient final : public ApiClient {
  public:
    /// `engine` outlives the client.
    explicit LocalClient(engine::Engine& engine) : m_router(engine) {}
    base::Result<Response> send(const Request& request) override { return m_router.handle(request); }

  private:
    Router m_router;
};

} // namespace core::api
