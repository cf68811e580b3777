#include "core/task/TaskState.h"

namespace core::task {

namespace {
constexpr std::array<FailureReason, 7> kAllReasons{FailureReason::None,    FailureReason::Error,
                                                   FailureReason::Timeout, FailureReason::WorkerLost,
                                                   FailureReason::Expired, FailureReason::Rejected,
                                                   FailureReason::Poison};
} // namespace

const char* toText(TaskState state) {
    switch (state) {
    case TaskState::Scheduled: return "scheduled";
    case TaskState::Pending: return "pending";
    case TaskState::Started: return "started";
    case TaskState::Retry: return "retry";
    case TaskState::Success: return "success";
    case TaskState::Failure: return "failure";
    case TaskState::Revoked: return "revoked";
    }
    return "failure";
}

std::optional<TaskState> stateFromText(std::string_view text) {
    for (const TaskState state : kAllStates)
        if (text == toText(state))
            return state;
    return std::nullopt;
}

const char* toText(FailureReason reason) {
    switch (reason) {
    case FailureReason::None: return "";
    case FailureReason::Error: return "error";
    case FailureReason::Timeout: return "timeout";
    case FailureReason::WorkerLost: return "worker_lost";
    case FailureReason::Expired: return "expired";
    case FailureReason::Rejected: return "rejected";
    case FailureReason::Poison: return "poison";
    }
    return "error";
}

std::optional<FailureReason> reasonFromText(std::string_view text) {
    for (const FailureReason reason : kAllReasons)
        if (text == toText(reason))
            return reason;
    return std::nullopt;
}

bool isTerminal(TaskState state) {
    return state == TaskState::Success || state == TaskState::Failure || state == TaskState::Revoked;
}

bool mayMove(TaskState from, TaskState to) {
    using S = TaskState;
    switch (from) {
    case S::Scheduled: return to == S::Pending || to == S::Revoked || to == S::Failure;
    case S::Pending: return to == S::Started || to == S::Revoked || to == S::Scheduled || to == S::Failure;
    case S::Retry: return to == S::Pending || to == S::Revoked || to == S::Failure || to == S::Scheduled;
    case S::Started:
        return to == S::Success || to == S::Failure || to == S::Retry || to == S::Revoked || to == S::Pending;
    case S::Success:
    case S::Failure:
    case S::Revoked: return false;
    }
    return false;
}

} // namespace core::task
