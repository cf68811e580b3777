#pragma once

#include "core/api/ApiClient.h"
#include "core/base/Time.h"

#include <string>

namespace core::api {

/// Thread: any, one request at a time. Reaches a running engine over 127.0.0.1; a connection per request.
class HttpClient final : public ApiClient {
  public:
    /// `patience`: for everything but the server's own waiting, which the query parameter `wait` adds to it.
    HttpClient(unsigned short port, std::string token, base::milliseconds patience = base::milliseconds(120'000))
        : m_port(port), m_token(std::move(token)), m_patience(patience) {}

    /// Unavailable: nobody took the request. Io: it was sent, but no answer came, so that it may have been done.
    base::Result<Response> send(const Request& request) override;

  private:
    const unsigned short m_port;
    const std::string m_token;
    const base::milliseconds m_patience;
};

} // namespace core::api
