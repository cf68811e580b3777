#pragma once

#include "core/base/Json.h"

#include <nlohmann/json.hpp>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

namespace core::api {

enum class Method { Get, Post, Delete };

/// `GET`, `POST`, `DELETE`.
const char* toText(Method method);

/// A name and its text, in order: query parameters, response headers.
using Fields = std::vector<std::pair<std::string, std::string>>;

/// One request of a client, already admitted by whoever carries it (see Gate.h for sockets).
struct Request {
    Method method = Method::Get;
    std::string path;            ///< `/api/v1/tasks`, percent-decoded by the router, without query
    Fields query;                ///< decoded
    base::Json body = nullptr;   ///< null: none
    std::string actor;           ///< who asks; empty: an unnamed client of the API
    std::stop_token stop;        ///< a waiting request ends early with `queue_unavailable`
};

/// What comes back: a JSON document, or text when `contentType` says so.
struct Response {
    int status = 200;
    base::Json document = nullptr;
    std::string text;
    std::string contentType = "application/json";
    Fields headers = {};

    bool succeeded() const { return status >= 200 && status < 300; }
    /// What goes over the wire.
    std::string body() const { return contentType.find("json") == std::string::npos ? text : base::dumpJson(document); }
};

/// Splits `a=1&b=x%20y`. InvalidParams for a bad escape or a control character.
base::Result<Fields> parseQuery(std::string_view text);
/// Decodes `%41`; `+` stays. InvalidParams for a bad escape or a control character.
base::Result<std::string> percentDecode(std::string_view text);
/// Escapes everything but unreserved characters (RFC 3986).
std::string percentEncode(std::string_view text);
/// `/path?name=value&…`.
std::string targetOf(const Request& request);

} // namespace core::api
