#pragma once

#include "core/api/Message.h"
#include "core/base/Result.h"

namespace core::api {

/// The HTTP status of an error, from the one table of both directions.
int statusOf(base::ErrorCode code);

/// The error as an RFC 9457 problem document: type, title, status, detail, code, errors[{field, message}], remedy.
Response problem(const base::Error& error);
/// The same with an HTTP status of its own (405, 413, 415, 421, 431 …).
Response problem(int status, const base::Error& error);

/// The reason phrase of a status that this API uses.
const char* titleOf(int status);

/// The error that a response carries; for a foreign body one made from its status. Call it when !succeeded().
base::Error errorOf(const Response& response);

} // namespace core::api
