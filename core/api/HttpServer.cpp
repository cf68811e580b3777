#include "core/api/HttpServer.h"

#include "core/api/HandlerPool.h"
#include "core/api/Problem.h"
#include "core/api/Router.h"
#include "core/base/Log.h"

#include <boost/asio/bind_executor.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>

#include <atomic>
#include <set>
#include <thread>

namespace core::api {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using asio::ip::tcp;
using base::Error;
using base::ErrorCode;
using base::Result;

namespace {

/// A refused client may still be sending; so much of it is read and dropped so that it gets to see the answer.
constexpr size_t kMostDiscarded = 8 * 1024 * 1024;
constexpr std::chrono::seconds kDiscardTime{2};
/// How long a server that stops waits for what those who have connected still send.
constexpr std::chrono::seconds kLastCall{1};

std::vector<std::string> valuesOf(const http::fields& fields, beast::string_view name) {
    std::vector<std::string> values;
    const auto [first, last] = fields.equal_range(name);
    for (auto field = first; field != last; ++field)
        values.emplace_back(field->value());
    return values;
}

RequestHead headOf(const http::request_header<>& header) {
    return {std::string(header.method_string()), std::string(header.target()),
            valuesOf(header, "Host"),            valuesOf(header, "Origin"),
            valuesOf(header, "Authorization"),   valuesOf(header, "Content-Type"),
            valuesOf(header, "Sec-Fetch-Site"),  valuesOf(header, "X-Beatwarden-Actor")};
}

/// The problem that a reading error means to the client; nullopt: nobody is there to be told.
std::optional<Response> problemOf(beast::error_code code) {
    if (code == http::error::header_limit || code == http::error::buffer_overflow)
        return problem(431, {ErrorCode::InvalidParams, "the head of the request is larger than 16 KB", {}, {}});
    if (code == http::error::body_limit)
        return problem(413, {ErrorCode::InvalidParams, "the body is larger than 1 MB", "Send less at once", {}});
    if (code.category() == http::make_error_code(http::error::bad_method).category() &&
        code != http::error::end_of_stream && code != http::error::partial_message)
        return problem(400, {ErrorCode::InvalidParams, "this is not a well-formed HTTP request", {}, {}});
    return std::nullopt;
}

} // namespace

/// Thread: io for everything but the construction and `stop`.
class HttpServer::Implementation {
  public:
    Implementation(const Router& router, HttpServerOptions options)
        : router(router), options(std::move(options)), acceptor(io), handlers(kMostConnections) {}

    Result<void> begin();
    void stop();
    void accept();
    void admit(tcp::socket socket);
    void windDown();
    void endWhenEmpty();

    class Connection;

    const Router& router;
    const HttpServerOptions options;
    GateRules rules;
    asio::io_context io{1};
    tcp::acceptor acceptor;
    asio::steady_timer lastCall{io};
    std::set<std::shared_ptr<Connection>> connections; ///< io thread only
    bool windingDown = false;                          ///< io thread only: no request is carried out any more
    std::stop_source stopping;
    std::thread thread;
    HandlerPool handlers; // last: handlers end before the rest goes
};

/// One client. Lives as long as one of its operations; the server's set can close it.
class HttpServer::Implementation::Connection : public std::enable_shared_from_this<Connection> {
  public:
    Connection(Implementation& server, tcp::socket socket) : m_server(server), m_stream(std::move(socket)) {}

    void begin() { waitForRequest(m_server.options.requestTime); }
    void refuse() { answerAndClose(problem({ErrorCode::Unavailable, "too many connections", "Try again", {}})); }
    void close() { m_stream.close(); }
    /// Between two requests of a kept connection: nobody waits for an answer.
    bool isIdle();
    bool isBeingHandled() const { return m_handled; }

  private:
    void waitForRequest(base::milliseconds patience);
    void readHead();
    void headArrived(beast::error_code code);
    void readBody();
    void bodyArrived(beast::error_code code);
    void dispatch(Request request);
    void answer(const Response& response);
    void answerAndClose(const Response& response);
    void written(beast::error_code code);
    void discardThenClose();
    void leave();

    template <class F>
    auto onIo(F function) {
        return [self = shared_from_this(), function = std::move(function)](beast::error_code code, size_t = 0) {
            function(code);
        };
    }

    Implementation& m_server;
    beast::tcp_stream m_stream;
    beast::flat_buffer m_buffer{kMostHeaderBytes + 64 * 1024};
    std::optional<http::request_parser<http::string_body>> m_parser;
    http::response<http::string_body> m_response;
    RequestHead m_head;
    bool m_closing = false;
    bool m_kept = false;    ///< has had an answer
    bool m_waiting = false; ///< for the first byte of a request
    bool m_handled = false; ///< a handler has its request
    size_t m_discarded = 0;
};

bool HttpServer::Implementation::Connection::isIdle() {
    beast::error_code code;
    return m_kept && m_waiting && m_stream.socket().available(code) == 0;
}

void HttpServer::Implementation::Connection::waitForRequest(base::milliseconds patience) {
    m_parser.emplace();
    m_parser->header_limit(kMostHeaderBytes);
    m_parser->body_limit(kMostBodyBytes);
    if (m_buffer.size() > 0)
        return readHead();
    m_waiting = true;
    m_stream.expires_after(patience);
    m_stream.async_read_some(m_buffer.prepare(4096),
                             [self = shared_from_this()](beast::error_code code, size_t size) {
                                 self->m_waiting = false;
                                 self->m_buffer.commit(size);
                                 if (code)
                                     return self->leave();
                                 self->readHead();
                             });
}

void HttpServer::Implementation::Connection::readHead() {
    m_stream.expires_after(m_server.options.requestTime);
    http::async_read_header(m_stream, m_buffer, *m_parser, onIo([this](beast::error_code code) { headArrived(code); }));
}

void HttpServer::Implementation::Connection::headArrived(beast::error_code code) {
    // The limit of the body is noticed with the head when its length was announced; who it is still comes first.
    const bool headComplete = !code || code == http::error::body_limit;
    if (!headComplete) {
        const auto refusal = problemOf(code);
        return refusal ? answerAndClose(*refusal) : leave();
    }
    m_head = headOf(m_parser->get());
    const std::string path = m_head.target.substr(0, m_head.target.find('?'));
    const Route* route = m_server.router.find(methodOf(m_head).value_or(Method::Get), path);
    const Door door = route && route->access == Access::Open ? Door::Open : Door::Token;
    if (const auto refusal = core::api::refuse(m_head, m_server.rules, door))
        return answerAndClose(*refusal);
    if (code)
        return answerAndClose(*problemOf(code));
    if (!methodOf(m_head)) {
        Response refusal = problem(405, {ErrorCode::InvalidParams, "this method is not used here",
                                         "Use GET, POST or DELETE", {}});
        refusal.headers.emplace_back("Allow", "GET, POST, DELETE");
        return answerAndClose(refusal);
    }
    readBody();
}

void HttpServer::Implementation::Connection::readBody() {
    if (beast::iequals(m_parser->get()[http::field::expect], "100-continue")) {
        static const std::string kGoOn = "HTTP/1.1 100 Continue\r\n\r\n";
        asio::async_write(m_stream, asio::buffer(kGoOn), onIo([this](beast::error_code code) {
                              if (code)
                                  return leave();
                              m_parser->get().erase(http::field::expect);
                              readBody();
                          }));
        return;
    }
    http::async_read(m_stream, m_buffer, *m_parser, onIo([this](beast::error_code code) { bodyArrived(code); }));
}

void HttpServer::Implementation::Connection::bodyArrived(beast::error_code code) {
    if (code) {
        const auto refusal = problemOf(code);
        return refusal ? answerAndClose(*refusal) : leave();
    }
    if (m_server.windingDown)
        return answerAndClose(problem({ErrorCode::Unavailable, "the engine is stopping", "Try again", {}}));
    m_stream.expires_never();
    auto request = requestOf(m_head);
    if (!request)
        return answer(problem(request.error()));
    if (const std::string& body = m_parser->get().body(); !body.empty()) {
        auto json = base::parseJson(body);
        if (!json)
            return answer(problem(json.error()));
        request->body = std::move(*json);
    }
    request->stop = m_server.stopping.get_token();
    dispatch(std::move(*request));
}

void HttpServer::Implementation::Connection::dispatch(Request request) {
    m_handled = true;
    m_server.handlers.run([self = shared_from_this(), request = std::move(request)] {
        auto response = std::make_shared<const Response>(self->m_server.router.handle(request));
        asio::post(self->m_server.io, [self, response] { self->answer(*response); });
    });
}

void HttpServer::Implementation::Connection::answer(const Response& response) {
    m_handled = false;
    m_kept = true;
    const bool keep = !m_closing && !m_server.windingDown && m_parser->keep_alive();
    m_response = {};
    m_response.version(11);
    m_response.result(static_cast<unsigned>(response.status));
    m_response.reason(titleOf(response.status));
    m_response.set(http::field::server, "beatwarden");
    m_response.set(http::field::content_type, response.contentType);
    m_response.set(http::field::cache_control, "no-store");
    m_response.set("X-Content-Type-Options", "nosniff");
    for (const auto& [name, value] : response.headers)
        m_response.set(name, value);
    m_response.body() = response.body();
    m_response.keep_alive(keep);
    m_response.prepare_payload();
    m_stream.expires_after(m_server.options.requestTime);
    http::async_write(m_stream, m_response, onIo([this](beast::error_code code) { written(code); }));
}

void HttpServer::Implementation::Connection::answerAndClose(const Response& response) {
    m_closing = true;
    answer(response);
}

void HttpServer::Implementation::Connection::written(beast::error_code code) {
    if (code)
        return leave();
    if (m_response.keep_alive())
        return waitForRequest(m_server.options.idleTime);
    beast::error_code ignored;
    m_stream.socket().shutdown(tcp::socket::shutdown_send, ignored);
    m_stream.expires_after(kDiscardTime);
    discardThenClose();
}

void HttpServer::Implementation::Connection::discardThenClose() {
    m_buffer.clear();
    m_stream.async_read_some(m_buffer.prepare(16 * 1024), [self = shared_from_this()](beast::error_code code, size_t n) {
        self->m_discarded += n;
        if (code || self->m_discarded > kMostDiscarded)
            return self->leave();
        self->discardThenClose();
    });
}

void HttpServer::Implementation::Connection::leave() {
    close();
    m_server.connections.erase(shared_from_this());
    m_server.endWhenEmpty();
}

Result<void> HttpServer::Implementation::begin() {
    if (options.token.empty())
        return Error{ErrorCode::Internal, "the API has no token", {}, {}};
    beast::error_code code;
    const tcp::endpoint endpoint(asio::ip::address_v4::loopback(), options.port);
    acceptor.open(endpoint.protocol(), code);
    if (!code)
        acceptor.set_option(asio::socket_base::reuse_address(true), code);
    if (!code)
        acceptor.bind(endpoint, code);
    if (!code)
        acceptor.listen(asio::socket_base::max_listen_connections, code);
    if (code == asio::error::address_in_use)
        return Error{ErrorCode::Conflict, "port " + std::to_string(options.port) + " is already in use",
                     "Choose another with --api-port, or leave it out", {}};
    if (code)
        return Error{ErrorCode::Io, "cannot listen on 127.0.0.1:" + std::to_string(options.port) + ": " +
                                        code.message(), "Choose another port with --api-port", {}};
    rules = {acceptor.local_endpoint().port(), options.token, options.allowedOrigins};
    accept();
    thread = std::thread([this] { io.run(); });
    return {};
}

void HttpServer::Implementation::accept() {
    acceptor.async_accept([this](beast::error_code code, tcp::socket socket) {
        if (code == asio::error::operation_aborted)
            return;
        if (!code)
            admit(std::move(socket));
        else
            base::log(base::LogLevel::Warning, "api", "a connection could not be accepted: " + code.message());
        if (!windingDown)
            accept();
    });
}

void HttpServer::Implementation::admit(tcp::socket socket) {
    beast::error_code ignored;
    socket.set_option(tcp::no_delay(true), ignored);
    const bool full = connections.size() >= kMostConnections;
    const auto connection = std::make_shared<Connection>(*this, std::move(socket));
    if (!full)
        connections.insert(connection);
    full ? connection->refuse() : connection->begin();
}

void HttpServer::Implementation::stop() {
    stopping.request_stop();
    asio::post(io, [this] { windDown(); });
}

/// Whoever has connected gets an answer: what a handler has is answered, what comes now is told to ask another engine.
void HttpServer::Implementation::windDown() {
    windingDown = true;
    beast::error_code code;
    acceptor.non_blocking(true, code);
    while (!code) {
        tcp::socket socket = acceptor.accept(code);
        if (!code)
            admit(std::move(socket));
    }
    acceptor.close(code);
    std::vector<std::shared_ptr<Connection>> idle;
    std::copy_if(connections.begin(), connections.end(), std::back_inserter(idle),
                 [](const auto& connection) { return connection->isIdle(); });
    for (const auto& connection : idle)
        connection->close();
    lastCall.expires_after(kLastCall);
    lastCall.async_wait([this](beast::error_code) {
        for (const auto& connection : connections)
            if (!connection->isBeingHandled())
                connection->close();
    });
    endWhenEmpty();
}

void HttpServer::Implementation::endWhenEmpty() {
    if (windingDown && connections.empty())
        io.stop();
}

Result<std::unique_ptr<HttpServer>> HttpServer::start(const Router& router, HttpServerOptions options) {
    auto implementation = std::make_unique<Implementation>(router, std::move(options));
    if (const auto begun = implementation->begin(); !begun)
        return begun.error();
    return std::unique_ptr<HttpServer>(new HttpServer(std::move(implementation)));
}

HttpServer::HttpServer(std::unique_ptr<Implementation> implementation) : m_implementation(std::move(implementation)) {}

HttpServer::~HttpServer() {
    m_implementation->stop();
    m_implementation->thread.join();
}

unsigned short HttpServer::port() const {
    return m_implementation->rules.port;
}

} // namespace core::api
