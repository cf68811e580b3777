#include "core/api/HttpClient.h"
#include "core/api/HttpServer.h"
#include "core/api/Problem.h"
#include "core/api/Router.h"
#include "tests/support/FakeEngine.h"

#include <gtest/gtest.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>

namespace tests::api_server {

using core::api::Method;
using core::api::Request;
using core::base::Json;
using core::base::milliseconds;
using core::task::TaskState;

const std::string kToken(64, 'c');

/// A client that sends whatever bytes it is told to.
class RawClient {
  public:
    explicit RawClient(unsigned short port) : m_socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(port);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        m_connected = ::connect(m_socket, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
    }
    ~RawClient() { ::close(m_socket); }
    RawClient(const RawClient&) = delete;
    RawClient& operator=(const RawClient&) = delete;

    bool connected() const { return m_connected; }
    /// What the server has taken of it: a server that has refused takes no more.
    size_t send(const std::string& bytes) {
        size_t sent = 0;
        while (sent < bytes.size()) {
            const ssize_t n = ::send(m_socket, bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL);
            if (n <= 0)
                break;
            sent += size_t(n);
        }
        return sent;
    }
    /// Everything until the server closes, or one whole answer; at most `patience` of silence.
    std::string receive(milliseconds patience = milliseconds(10'000)) {
        std::string text;
        while (!isWhole(text)) {
            pollfd watched{m_socket, POLLIN, 0};
            if (::poll(&watched, 1, int(patience.count())) <= 0)
                return text + "<silence>";
            char buffer[4096];
            const ssize_t n = ::recv(m_socket, buffer, sizeof buffer, 0);
            if (n <= 0)
                break;
            text.append(buffer, size_t(n));
        }
        return text;
    }
    /// True when the server closes without a word.
    bool isClosed(milliseconds patience) { return receive(patience).empty(); }

  private:
    static bool isWhole(const std::string& text) {
        const size_t end = text.find("\r\n\r\n");
        const size_t length = text.find("Content-Length: ");
        return end != std::string::npos && length != std::string::npos &&
               text.size() >= end + 4 + size_t(std::stoul(text.substr(length + 16)));
    }
    int m_socket;
    bool m_connected = false;
};

int statusOf(const std::string& answer) {
    return answer.starts_with("HTTP/1.1 ") ? std::stoi(answer.substr(9, 3)) : 0;
}

class ApiServer : public testing::Test {
  protected:
    void SetUp() override { begin({}); }
    void begin(core::api::HttpServerOptions options) {
        server.reset();
        options.token = kToken;
        auto started = core::api::HttpServer::start(router, options);
        ASSERT_TRUE(started) << started.error().text();
        server = std::move(*started);
    }
    std::string host() const { return "127.0.0.1:" + std::to_string(server->port()); }
    /// A request with good headers, but for `changed`.
    std::string request(const std::string& line, std::map<std::string, std::string> changed = {},
                        const std::string& body = {}) const {
        std::map<std::string, std::string> headers{{"Host", host()}, {"Authorization", "Bearer " + kToken}};
        if (!body.empty() || line.starts_with("POST")) {
            headers["Content-Type"] = "application/json";
            headers["Content-Length"] = std::to_string(body.size());
        }
        for (const auto& [name, value] : changed)
            headers[name] = value;
        std::string text = line + " HTTP/1.1\r\n";
        for (const auto& [name, value] : headers)
            if (value != "-")
                text += name + ": " + value + "\r\n";
        return text + "\r\n" + body;
    }
    std::string ask(const std::string& bytes) {
        RawClient client(server->port());
        client.send(bytes);
        return client.receive();
    }
    int status(const std::string& line, std::map<std::string, std::string> changed = {}, const std::string& body = {}) {
        return statusOf(ask(request(line, std::move(changed), body)));
    }

    tests::FakeEngine engine;
    core::api::Router router{engine};
    std::unique_ptr<core::api::HttpServer> server;
};

core::engine::Submission echo() {
    core::engine::Submission submission;
    submission.type = "test_echo";
    return submission;
}

std::string filled(std::string pattern) {
    for (size_t open = pattern.find('{'); open != std::string::npos; open = pattern.find('{'))
        pattern.replace(open, pattern.find('}') - open + 1, "x");
    return pattern;
}

TEST_F(ApiServer, EveryRouteButTheLivenessProbeNeedsTheTokenAndOurHost) {
    for (const auto& route : router.routes()) {
        const std::string line = std::string(core::api::toText(route.method)) + " " + filled(route.pattern);
        const bool open = route.pattern == "/healthz";
        EXPECT_EQ(status(line, {{"Authorization", "-"}}), open ? 200 : 401) << line;
        EXPECT_EQ(status(line, {{"Authorization", "Bearer " + std::string(64, 'd')}}), open ? 200 : 401) << line;
        EXPECT_EQ(status(line, {{"Host", "evil.example"}}), 421) << line;
        EXPECT_EQ(status(line, {{"Origin", "https://evil.example"}}), 403) << line;
        EXPECT_EQ(status(line, {{"Sec-Fetch-Site", "cross-site"}}), 403) << line;
        const int admitted = status(line);
        EXPECT_TRUE(admitted != 401 && admitted != 403 && admitted != 421 && admitted != 415 && admitted > 0)
            << line << " " << admitted;
        if (route.method == Method::Post) {
            EXPECT_EQ(status(line, {{"Content-Type", "text/plain"}}, "{}"), 415) << line;
        }
    }
    EXPECT_TRUE(engine.page({}, 0, 10)->empty()) << "no request without a body may have started a task";
}

TEST_F(ApiServer, UnknownAddressesAndVerbsAreHiddenWithoutTheToken) {
    for (const char* verb : {"GET", "POST", "DELETE", "PUT", "PATCH", "HEAD", "OPTIONS", "BREW"})
        EXPECT_EQ(status(std::string(verb) + " /api/v1/nothing", {{"Authorization", "-"}}), 401) << verb;
    for (const char* verb : {"PUT", "PATCH", "HEAD", "OPTIONS", "BREW"})
        EXPECT_EQ(status(std::string(verb) + " /api/v1/tasks"), 405) << verb;
    EXPECT_EQ(status("GET /api/v1/nothing"), 404);
    EXPECT_EQ(status("DELETE /api/v1/tasks"), 405);
}

TEST_F(ApiServer, AnswersSayNothingToWebPagesAndAreNotKept) {
    const std::string answer = ask(request("GET /api/v1/tasks"));
    EXPECT_EQ(answer.find("Access-Control"), std::string::npos);
    EXPECT_NE(answer.find("Cache-Control: no-store"), std::string::npos);
    EXPECT_NE(answer.find("X-Content-Type-Options: nosniff"), std::string::npos);
    const std::string refused = ask(request("GET /api/v1/tasks", {{"Authorization", "-"}}));
    EXPECT_NE(refused.find("WWW-Authenticate: Bearer"), std::string::npos);
    EXPECT_NE(refused.find("application/problem+json"), std::string::npos);
    EXPECT_EQ(refused.find(kToken), std::string::npos);
}

TEST_F(ApiServer, AKeptConnectionServesOneRequestAfterTheOther) {
    RawClient client(server->port());
    for (int i = 0; i < 3; ++i) {
        client.send(request("GET /healthz"));
        EXPECT_EQ(statusOf(client.receive()), 200);
    }
    client.send(request("GET /healthz") + request("GET /api/v1/nothing"));
    EXPECT_EQ(statusOf(client.receive()), 200);
}

TEST_F(ApiServer, TooMuchIsRefused) {
    EXPECT_EQ(status("GET /healthz", {{"X-Padding", std::string(20'000, 'x')}}), 431);
    EXPECT_EQ(status("GET /healthz?" + std::string(20'000, 'x')), 431);
    EXPECT_EQ(status("GET /healthz", {{"X-Padding", std::string(10'000, 'x')}}), 200);

    const std::string large(1024 * 1024 + 1, ' ');
    EXPECT_EQ(status("POST /api/v1/tasks", {}, large), 413);
    EXPECT_EQ(status("POST /api/v1/tasks", {{"Authorization", "-"}}, large), 401) << "who comes before how much";
    EXPECT_EQ(status("POST /api/v1/tasks", {{"Content-Length", "99999999999"}}), 413);
    std::string chunked;
    for (int i = 0; i < 20; ++i)
        chunked += "10000\r\n" + std::string(0x10000, ' ') + "\r\n";
    EXPECT_EQ(statusOf(ask(request("POST /api/v1/tasks", {{"Content-Length", "-"}, {"Transfer-Encoding", "chunked"}}) +
                           chunked + "0\r\n\r\n")),
              413);
    const std::string body = R"({"type":"test_echo","metadata":{"a":")" + std::string(900'000, 'x') + "\"}}";
    EXPECT_EQ(status("POST /api/v1/tasks", {}, body), 201);

    std::string deep(40, '['), shallow(20, '[');
    deep += std::string(40, ']');
    shallow += std::string(20, ']');
    const std::string head = R"({"type":"test_echo","metadata":{"a":)";
    EXPECT_EQ(status("POST /api/v1/tasks", {}, head + deep + "}}"), 400);
    EXPECT_EQ(status("POST /api/v1/tasks", {}, head + shallow + "}}"), 201);
}

TEST_F(ApiServer, RubbishIsRefusedAndTheServerGoesOn) {
    for (const char* body : {"{", "{\"type\":}", "nonsense", "{} {}", "{\"type\":\"test_echo\"", "\xff\xfe", "[]", "7"})
        EXPECT_EQ(status("POST /api/v1/tasks", {}, body), 400) << body;
    for (const std::string& bytes :
         {std::string("\r\n\r\n\r\n"), std::string("GET\r\n\r\n"), std::string("\x16\x03\x01\x02\x00\x01\x00\x01\xfc", 9),
          std::string("GET / HTTP/9.9\r\n\r\n"), "GET /healthz HTTP/1.1\nHost: " + host() + "\n\n",
          request("POST /api/v1/tasks", {{"Content-Length", "-1"}}),
          request("POST /api/v1/tasks", {{"Transfer-Encoding", "chunked"}}, "{}"),
          request("GET /healthz", {{"X", "a\r\nHost: evil.example"}})}) {
        RawClient client(server->port());
        client.send(bytes);
        const int got = statusOf(client.receive(milliseconds(500)));
        EXPECT_TRUE(got == 0 || got >= 400) << bytes << " " << got;
    }
    EXPECT_EQ(status("GET /api/v1/tasks?search=%zz"), 400);
    EXPECT_EQ(status("GET /api/v1/tasks?colour=red"), 400);
    EXPECT_EQ(status("GET /healthz"), 200);
}

TEST_F(ApiServer, ARequestIsNotCarriedOutTwiceInOneBody) {
    const std::string smuggled = request("POST /api/v1/tasks", {{"Transfer-Encoding", "chunked"}}, "0\r\n\r\n");
    const int got = statusOf(ask(smuggled + request("POST /api/v1/tasks", {}, R"({"type":"test_echo"})")));
    EXPECT_GE(got, 400);
    EXPECT_TRUE(engine.page({}, 0, 10)->empty());
}

TEST_F(ApiServer, ASlowOrSilentClientIsPutOut) {
    core::api::HttpServerOptions options;
    options.requestTime = milliseconds(150);
    options.idleTime = milliseconds(300);
    begin(options);
    RawClient silent(server->port());
    EXPECT_TRUE(silent.isClosed(milliseconds(5'000)));
    RawClient half(server->port());
    half.send("GET /healthz HTTP/1.1\r\nHo");
    EXPECT_TRUE(half.isClosed(milliseconds(5'000)));
    RawClient body(server->port());
    body.send(request("POST /api/v1/tasks", {{"Content-Length", "100"}}, "{"));
    EXPECT_TRUE(body.isClosed(milliseconds(5'000)));
    RawClient idle(server->port());
    idle.send(request("GET /healthz"));
    EXPECT_EQ(statusOf(idle.receive()), 200);
    EXPECT_TRUE(idle.isClosed(milliseconds(5'000)));
}

TEST_F(ApiServer, ConnectionsAreCountedAndRoomIsGivenBack) {
    std::vector<std::unique_ptr<RawClient>> crowd;
    for (size_t i = 0; i < core::api::kMostConnections; ++i) {
        crowd.push_back(std::make_unique<RawClient>(server->port()));
        crowd.back()->send(request("GET /healthz"));
        ASSERT_EQ(statusOf(crowd.back()->receive()), 200);
    }
    EXPECT_EQ(status("GET /healthz"), 503);
    crowd.clear();
    int after = 503;
    for (int i = 0; i < 500 && after == 503; ++i)
        after = status("GET /healthz");
    EXPECT_EQ(after, 200);
}

TEST_F(ApiServer, WaitingRequestsBlockNobody) {
    const auto task = engine.submit(echo(), {});
    ASSERT_TRUE(task);
    std::vector<std::unique_ptr<RawClient>> waiting;
    for (int i = 0; i < 40; ++i) {
        waiting.push_back(std::make_unique<RawClient>(server->port()));
        waiting.back()->send(request("GET /api/v1/tasks/" + task->id.text + "?wait=60"));
    }
    while (engine.waiters() < 30)
        std::this_thread::yield();
    EXPECT_EQ(status("GET /api/v1/tasks"), 200);
    engine.finish(task->id.text, TaskState::Success);
    for (const auto& client : waiting)
        EXPECT_NE(client->receive().find("\"state\":\"success\""), std::string::npos);
}

TEST_F(ApiServer, StoppingDoesNotWaitForWaitingRequests) {
    const auto task = engine.submit(echo(), {});
    RawClient client(server->port());
    client.send(request("GET /api/v1/tasks/" + task->id.text + "?wait=60"));
    while (engine.waiters() == 0)
        std::this_thread::yield();
    const auto before = std::chrono::steady_clock::now();
    server.reset();
    EXPECT_LT(std::chrono::steady_clock::now() - before, std::chrono::seconds(5));
    EXPECT_EQ(statusOf(client.receive()), 503) << "what was being handled is answered";
}

TEST_F(ApiServer, WhoHasConnectedBeforeItStopsIsToldAndNothingOfTheirsIsCarriedOut) {
    const std::string body = R"({"type":"echo"})";
    const std::string command = request("POST /api/v1/tasks", {}, body);
    const unsigned short port = server->port();
    std::vector<std::unique_ptr<RawClient>> clients;
    for (int i = 0; i < 20; ++i) {
        clients.push_back(std::make_unique<RawClient>(port));
        clients.back()->send(command.substr(0, i % 2 == 0 ? 0 : command.size() - 1));
    }
    std::jthread stopping([this] { server.reset(); });
    while (RawClient(port).connected())
        std::this_thread::yield();
    for (size_t i = 0; i < clients.size(); ++i)
        clients[i]->send(i % 2 == 0 ? command : command.substr(command.size() - 1));
    for (const auto& client : clients)
        EXPECT_EQ(statusOf(client->receive()), 503);
    stopping.join();
    EXPECT_EQ(engine.page({}, 0, 100)->size(), 0u);
}

TEST_F(ApiServer, AKeptConnectionThatAsksForNothingDelaysNoStop) {
    RawClient client(server->port());
    client.send(request("GET /healthz", {{"Connection", "keep-alive"}}));
    EXPECT_EQ(statusOf(client.receive()), 200);
    server.reset();
    EXPECT_TRUE(client.isClosed(milliseconds(5'000)));
}

TEST_F(ApiServer, ExpectContinueIsAnsweredBeforeTheBody) {
    const std::string body = R"({"type":"test_echo"})";
    const std::string whole = request("POST /api/v1/tasks", {{"Expect", "100-continue"}}, body);
    RawClient client(server->port());
    client.send(whole.substr(0, whole.size() - body.size()));
    std::string answer;
    client.send(body);
    answer = client.receive();
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 100 Continue")) << answer;
    EXPECT_NE((answer + client.receive(milliseconds(200))).find("HTTP/1.1 201"), std::string::npos);
}

TEST_F(ApiServer, ItsOwnClientAsksAndUnderstands) {
    core::api::HttpClient client(server->port(), kToken);
    Request start;
    start.method = Method::Post;
    start.path = "/api/v1/tasks";
    start.body = {{"type", "test_echo"}};
    start.actor = "amara";
    const auto started = client.send(start);
    ASSERT_TRUE(started) << started.error().text();
    EXPECT_EQ(started->status, 201);
    EXPECT_EQ(started->document["triggered_by"], "amara");
    Request list;
    list.path = "/api/v1/tasks";
    list.query = {{"search", "a b&c=d%"}, {"state", "pending"}};
    const auto listed = client.send(list);
    ASSERT_TRUE(listed);
    EXPECT_EQ(listed->document["tasks"].size(), 1u);

    core::api::HttpClient stranger(server->port(), std::string(64, 'e'));
    EXPECT_EQ(core::api::errorOf(*stranger.send(list)).code, core::base::ErrorCode::Unauthorized);
    const unsigned short port = server->port();
    server.reset();
    core::api::HttpClient late(port, kToken);
    const auto nobody = late.send(list);
    ASSERT_FALSE(nobody);
    EXPECT_EQ(nobody.error().code, core::base::ErrorCode::Unavailable);
}

TEST_F(ApiServer, ATakenPortIsAConflictAndAnEmptyTokenOpensNothing) {
    core::api::HttpServerOptions options;
    options.token = kToken;
    options.port = server->port();
    const auto second = core::api::HttpServer::start(router, options);
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().code, core::base::ErrorCode::Conflict);
    options.port = 0;
    options.token.clear();
    EXPECT_FALSE(core::api::HttpServer::start(router, options));
}

TEST_F(ApiServer, ListensOnLoopbackOnly) {
    RawClient client(server->port());
    EXPECT_TRUE(client.connected());
    const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(server->port());
    address.sin_addr.s_addr = htonl(0x7f000002); // 127.0.0.2 reaches a socket that listens on every address
    EXPECT_NE(::connect(socket, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    ::close(socket);
}

} // namespace tests::api_server
