#pragma once

#include "core/api/Gate.h"
#include "core/base/Time.h"

#include <memory>

namespace core::api {

class Router;

struct HttpServerOptions {
    unsigned short port = 0; ///< 0: any free one
    std::string token;       ///< must not be empty
    std::vector<std::string> allowedOrigins = {};
    base::milliseconds requestTime{10'000}; ///< a request must have come in completely within this
    base::milliseconds idleTime{30'000};    ///< a kept connection without a request is closed after this
};

/// Puts sockets on 127.0.0.1 in front of a router. One io thread of its own moves bytes and applies the gate and the
/// limits; requests run on a HandlerPool, so that a waiting one blocks nobody. Thread: any for the public functions.
class HttpServer {
  public:
    /// Binds and begins. `router` outlives the server. Conflict when the port is taken.
    static base::Result<std::unique_ptr<HttpServer>> start(const Router& router, HttpServerOptions options);
    /// Ends waiting requests and answers them; who has connected and asks now is told that the engine stops (503), so that
    /// nobody has to guess whether a command was carried out. Waits for the handlers, and for slow clients a second.
    ~HttpServer();

    unsigned short port() const;

  private:
    class Implementation;
    explicit HttpServer(std::unique_ptr<Implementation> implementation);
    std::unique_ptr<Implementation> m_implementation;
};

} // namespace core::api
