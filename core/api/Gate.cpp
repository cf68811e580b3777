#include "core/api/Gate.h"

#include "core/api/Problem.h"

#include <algorithm>
#include <cctype>

namespace core::api {

using base::Error;
using base::ErrorCode;
using base::Result;

namespace {

constexpr size_t kLongestActor = 64;

bool isOurHost(const std::string& host, unsigned short port) {
    const std::string suffix = ":" + std::to_string(port);
    return host == "127.0.0.1" + suffix || host == "localhost" + suffix || host == "[::1]" + suffix;
}

std::optional<Response> refuseOrigin(const RequestHead& head, const GateRules& rules) {
    for (const std::string& origin : head.origin)
        if (std::find(rules.allowedOrigins.begin(), rules.allowedOrigins.end(), origin) == rules.allowedOrigins.end())
            return problem(403, {ErrorCode::Unauthorized, "requests from web pages are refused",
                                 "Call the API without an Origin header", {}});
    for (const std::string& site : head.fetchSite)
        if (site != "none" && site != "same-origin")
            return problem(403, {ErrorCode::Unauthorized, "requests from other sites are refused", {}, {}});
    return std::nullopt;
}

bool hasToken(const RequestHead& head, const std::string& token) {
    static constexpr std::string_view kScheme = "Bearer ";
    if (token.empty() || head.authorization.size() != 1 || !head.authorization[0].starts_with(kScheme))
        return false;
    return equalInConstantTime(head.authorization[0].substr(kScheme.size()), token);
}

bool isJson(const RequestHead& head) {
    if (head.contentType.size() != 1)
        return false;
    std::string type = head.contentType[0].substr(0, head.contentType[0].find(';'));
    while (!type.empty() && type.back() == ' ')
        type.pop_back();
    std::transform(type.begin(), type.end(), type.begin(), [](unsigned char c) { return char(std::tolower(c)); });
    return type == "application/json";
}

} // namespace

bool equalInConstantTime(const std::string& a, const std::string& b) {
    unsigned char difference = a.size() == b.size() ? 0 : 1;
    for (size_t i = 0; i < b.size(); ++i)
        difference |= static_cast<unsigned char>((i < a.size() ? a[i] : ~b[i]) ^ b[i]);
    return difference == 0;
}

std::optional<Response> refuse(const RequestHead& head, const GateRules& rules, Door door) {
    if (head.host.size() != 1 || !isOurHost(head.host[0], rules.port))
        return problem(421, {ErrorCode::Unauthorized, "the Host of the request is not this server",
                             "Address it as 127.0.0.1:" + std::to_string(rules.port), {}});
    if (auto refused = refuseOrigin(head, rules))
        return refused;
    if (door == Door::Token && !hasToken(head, rules.token)) {
        Response refused = problem({ErrorCode::Unauthorized, "the request has no valid token",
                                    "Send 'Authorization: Bearer …' with the token of api.json in the data directory",
                                    {}});
        refused.headers.emplace_back("WWW-Authenticate", "Bearer");
        return refused;
    }
    if (head.method == "POST" && !isJson(head))
        return problem(415, {ErrorCode::InvalidParams, "the body must be JSON", "Send Content-Type: application/json",
                             {}});
    return std::nullopt;
}

std::string actorOf(const RequestHead& head) {
    if (head.actor.size() != 1 || head.actor[0].empty() || head.actor[0].size() > kLongestActor)
        return {};
    const bool printable = std::all_of(head.actor[0].begin(), head.actor[0].end(),
                                       [](unsigned char c) { return c >= 0x20 && c < 0x7f; });
    return printable ? head.actor[0] : std::string();
}

std::optional<Method> methodOf(const RequestHead& head) {
    for (const Method method : {Method::Get, Method::Post, Method::Delete})
        if (head.method == toText(method))
            return method;
    return std::nullopt;
}

Result<Request> requestOf(const RequestHead& head) {
    const size_t mark = head.target.find('?');
    Request request;
    request.method = methodOf(head).value_or(Method::Get);
    request.path = head.target.substr(0, mark);
    if (request.path.empty() || request.path.front() != '/')
        return Error{ErrorCode::InvalidParams, "the address of the request does not begin with /", {}, {}};
    if (mark != std::string::npos) {
        auto query = parseQuery(std::string_view(head.target).substr(mark + 1));
        if (!query)
            return query.error();
        request.query = std::move(*query);
    }
    request.actor = actorOf(head);
    return request;
}

} // namespace core::api
