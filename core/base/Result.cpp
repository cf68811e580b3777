#include "core/base/Result.h"

namespace core::base {

const char* toText(ErrorCode code) {
    switch (code) {
    case ErrorCode::InvalidParams: return "invalid_params";
    case ErrorCode::NotFound: return "not_found";
    case ErrorCode::Conflict: return "conflict";
    case ErrorCode::Unavailable: return "queue_unavailable";
    case ErrorCode::Unauthorized: return "unauthorized";
    case ErrorCode::Io: return "io_error";
    case ErrorCode::ReadOnly: return "read_only";
    case ErrorCode::Corrupt: return "corrupt";
    case ErrorCode::Unsupported: return "unsupported";
    case ErrorCode::Cancelled: return "cancelled";
    case ErrorCode::Internal: return "internal";
    }
    return "internal";
}

} // namespace core::base
