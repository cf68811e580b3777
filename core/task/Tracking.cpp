#include "core/task/Tracking.h"

namespace core::task {

std::optional<std::string> Tracking::wordFor(TaskState state) const {
    switch (state) {
    case TaskState::Started: return running;
    case TaskState::Success: return succeeded;
    case TaskState::Failure: return failed;
    case TaskState::Revoked: return cancelled;
    case TaskState::Scheduled:
    case TaskState::Pending:
    case TaskState::Retry: return std::nullopt;
    }
    return std::nullopt;
}

} // namespace core::task
