#include "app/ExitStatus.h"

namespace app {

ExitStatus exitStatusOf(core::base::ErrorCode code) {
    using core::base::ErrorCode;
    switch (code) {
    case ErrorCode::InvalidParams: return ExitStatus::Usage;
    case ErrorCode::NotFound: return ExitStatus::NotFound;
    case ErrorCode::Conflict: return ExitStatus::Conflict;
    case ErrorCode::Unavailable:
    case ErrorCode::Unauthorized:
    case ErrorCode::Io:
    case ErrorCode::ReadOnly:
    case ErrorCode::Corrupt:
    case ErrorCode::Unsupported: return ExitStatus::Unavailable;
    case ErrorCode::Cancelled:
    case ErrorCode::Internal: return ExitStatus::Failed;
    }
    return ExitStatus::Failed;
}

} // namespace app
