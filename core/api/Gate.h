#pragma once

#include "core/api/Message.h"

#include <optional>
#include <string>
#include <vector>

namespace core::api {

/// Limits of the door to sockets.
inline constexpr size_t kMostHeaderBytes = 16 * 1024;
inline constexpr size_t kMostBodyBytes = 1024 * 1024;
inline constexpr size_t kMostConnections = 64;

/// The part of a request's head that decides whether it may come in. Every field holds all values of its header.
struct RequestHead {
    std::string method; ///< as sent
    std::string target; ///< path and query, as sent
    std::vector<std::string> host, origin, authorization, contentType, fetchSite, actor;
};

/// What the gate compares with.
struct GateRules {
    unsigned short port = 0;
    std::string token;
    std::vector<std::string> allowedOrigins = {}; ///< none: a request of a web page never comes in
};

/// Thread: any. Decides on the head alone, before a body is read: nullopt lets the request in, otherwise the problem
/// to answer with. `open`: the route needs no token. Order: Host (421), Origin and Sec-Fetch-Site (403), token (401),
/// content type of a POST (415).
enum class Door { Token, Open };
std::optional<Response> refuse(const RequestHead& head, const GateRules& rules, Door door);

/// Compares without telling by its duration where two texts differ.
bool equalInConstantTime(const std::string& a, const std::string& b);

/// The actor that a head names: 1 to 64 printable characters; anything else is nobody.
std::string actorOf(const RequestHead& head);

/// The head as a request without body. InvalidParams for a broken address; a method that the API does not know is
/// answered with 405 by the second form.
base::Result<Request> requestOf(const RequestHead& head);
std::optional<Method> methodOf(const RequestHead& head);

} // namespace core::api
