#include "core/api/Problem.h"

#include <array>

namespace core::api {

using base::Error;
using base::ErrorCode;
using base::FieldError;
using base::Json;

namespace {

struct StatusRow {
    ErrorCode code;
    int status;
};

/// Read from left to right for answers, from right to left (first match) for bodies that are no problem documents.
constexpr std::array<StatusRow, 11> kStatusTable{{{ErrorCode::InvalidParams, 400},
                                                  {ErrorCode::Unauthorized, 401},
                                                  {ErrorCode::NotFound, 404},
                                                  {ErrorCode::Conflict, 409},
                                                  {ErrorCode::Cancelled, 499},
                                                  {ErrorCode::Internal, 500},
                                                  {ErrorCode::Io, 500},
                                                  {ErrorCode::Corrupt, 500},
                                                  {ErrorCode::Unsupported, 501},
                                                  {ErrorCode::Unavailable, 503},
                                                  {ErrorCode::ReadOnly, 507}}};

ErrorCode codeFromStatus(int status) {
    for (const StatusRow& row : kStatusTable)
        if (row.status == status)
            return row.code;
    if (status == 403)
        return ErrorCode::Unauthorized;
    return status >= 400 && status < 500 ? ErrorCode::InvalidParams : ErrorCode::Internal;
}

ErrorCode codeFromText(const std::string& text, int status) {
    for (const StatusRow& row : kStatusTable)
        if (text == base::toText(row.code))
            return row.code;
    return codeFromStatus(status);
}

} // namespace

int statusOf(ErrorCode code) {
    for (const StatusRow& row : kStatusTable)
        if (row.code == code)
            return row.status;
    return 500;
}

const char* titleOf(int status) {
    switch (status) {
    case 200: return "OK";
    case 201: return "Created";
    case 202: return "Accepted";
    case 400: return "Bad Request";
    case 401: return "Unauthorized";
    case 403: return "Forbidden";
    case 404: return "Not Found";
    case 405: return "Method Not Allowed";
    case 409: return "Conflict";
    case 413: return "Content Too Large";
    case 415: return "Unsupported Media Type";
    case 421: return "Misdirected Request";
    case 431: return "Request Header Fields Too Large";
    case 499: return "Cancelled";
    case 500: return "Internal Server Error";
    case 501: return "Not Implemented";
    case 503: return "Service Unavailable";
    case 507: return "Insufficient Storage";
    default: return "Error";
    }
}

Response problem(const Error& error) {
    return problem(statusOf(error.code), error);
}

Response problem(int status, const Error& error) {
    Json errors = Json::array();
    for (const FieldError& field : error.fields)
        errors.push_back({{"field", field.field}, {"message", field.message}});
    Response response;
    response.status = status;
    response.contentType = "application/problem+json";
    response.document = {{"type", std::string("urn:beatwarden:problem:") + base::toText(error.code)},
                         {"title", titleOf(status)},
                         {"status", status},
                         {"detail", error.message},
                         {"code", base::toText(error.code)},
                         {"errors", errors}};
    if (!error.remedy.empty())
        response.document["remedy"] = error.remedy;
    return response;
}

Error errorOf(const Response& response) {
    const Json& document = response.document;
    const auto text = [&](const char* name) {
        return document.is_object() && document.contains(name) && document[name].is_string()
                   ? document[name].get<std::string>()
                   : std::string();
    };
    Error error{codeFromText(text("code"), response.status), text("detail"), text("remedy"), {}};
    if (error.message.empty())
        error.message = "the engine answered " + std::to_string(response.status) + " " + titleOf(response.status);
    if (document.is_object() && document.contains("errors") && document["errors"].is_array())
        for (const Json& field : document["errors"])
            if (field.is_object())
                error.fields.push_back({field.value("field", ""), field.value("message", "")});
    return error;
}

} // namespace core::api
