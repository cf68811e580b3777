#pragma once

#include "core/api/Message.h"
#include "core/base/Result.h"

namespace core::api {

/// Whoever carries requests to an engine: a socket to a running one, or the router of one in this process.
class ApiClient {
  public:
    virtual ~ApiClient() = default;
    /// The answer, which may be a problem document. An Error: there was none.
    virtual base::Result<Response> send(const Request& request) = 0;
};

} // namespace core::api
