#include "core/api/HttpClient.h"

#include "core/api/Gate.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>

#include <cstdlib>

namespace core::api {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using asio::ip::tcp;
using base::Error;
using base::ErrorCode;
using base::Result;

namespace {

/// Larger than any page of tasks with their results.
constexpr uint64_t kLargestAnswer = 256ull << 20;
constexpr std::chrono::seconds kConnectTime{5};

http::request<http::string_body> wireFormOf(const Request& request, unsigned short port, const std::string& token) {
    http::request<http::string_body> wire;
    wire.version(11);
    wire.method_string(toText(request.method));
    wire.target(targetOf(request));
    wire.set(http::field::host, "127.0.0.1:" + std::to_string(port));
    wire.set(http::field::user_agent, "beatwarden");
    if (!token.empty())
        wire.set(http::field::authorization, "Bearer " + token);
    if (!request.actor.empty())
        wire.set("X-Beatwarden-Actor", request.actor);
    if (request.method == Method::Post) {
        wire.set(http::field::content_type, "application/json");
        wire.body() = request.body.is_null() ? "{}" : base::dumpJson(request.body);
    }
    wire.keep_alive(false);
    wire.prepare_payload();
    return wire;
}

base::milliseconds serverWaitOf(const Request& request) {
    for (const auto& [name, text] : request.query)
        if (name == "wait")
            return base::milliseconds(int64_t(std::strtod(text.c_str(), nullptr) * 1000));
    return {};
}

/// One request over one connection, step by step on an io_context that runs until it is done.
class Exchange {
  public:
    Exchange(unsigned short port, base::milliseconds patience) : m_stream(m_io), m_patience(patience) {
        m_stream.expires_after(kConnectTime);
        m_stream.async_connect(tcp::endpoint(asio::ip::address_v4::loopback(), port),
                               [this](beast::error_code code) { m_code = code; });
        run();
    }

    beast::error_code connected() const { return m_code; }

    beast::error_code perform(const http::request<http::string_body>& wire) {
        m_stream.expires_after(m_patience);
        http::async_write(m_stream, wire, [this](beast::error_code code, size_t) { m_code = code; });
        run();
        // Whoever refuses early may answer before all was sent.
        m_parser.body_limit(kLargestAnswer);
        http::async_read(m_stream, m_buffer, m_parser, [this](beast::error_code code, size_t) { m_code = code; });
        run();
        return m_code;
    }

    const http::response<http::string_body>& response() { return m_parser.get(); }

  private:
    void run() {
        m_io.restart();
        m_io.run();
    }

    asio::io_context m_io{1};
    beast::tcp_stream m_stream;
    const base::milliseconds m_patience;
    beast::flat_buffer m_buffer;
    http::response_parser<http::string_body> m_parser;
    beast::error_code m_code;
};

Result<Response> responseOf(const http::response<http::string_body>& wire) {
    Response response;
    response.status = int(wire.result_int());
    response.contentType = std::string(wire[http::field::content_type]);
    if (response.contentType.find("json") == std::string::npos) {
        response.text = wire.body();
        return response;
    }
    auto document = base::parseJson(wire.body(), 2 * base::kMaxJsonDepth);
    if (!document)
        return Error{ErrorCode::Unavailable, "the engine answered something that is no JSON",
                     "Check what listens on its port", {}};
    response.document = std::move(*document);
    return response;
}

} // namespace

Result<Response> HttpClient::send(const Request& request) {
    const auto wire = wireFormOf(request, m_port, m_token);
    if (wire.body().size() > kMostBodyBytes)
        return Error{ErrorCode::InvalidParams, "the request is larger than 1 MB", "Send less at once", {}};
    Exchange exchange(m_port, m_patience + serverWaitOf(request));
    const std::string who = "the engine on port " + std::to_string(m_port);
    if (const beast::error_code code = exchange.connected())
        return Error{ErrorCode::Unavailable, who + " cannot be reached: " + code.message(),
                     "Try again; if it hangs, restart it", {}};
    if (const beast::error_code code = exchange.perform(wire))
        return Error{ErrorCode::Io, who + " did not answer: " + code.message(),
                     "Look whether it was done before you try again", {}};
    return responseOf(exchange.response());
}

} // namespace core::api
