#pragma once

#include <array>
#include <optional>
#include <string_view>

namespace core::task {

/// The public states of a task; Celery's words, and `scheduled` for one whose time has not come.
enum class TaskState { Scheduled, Pending, Started, Retry, Success, Failure, Revoked };

inline constexpr std::array kAllStates{TaskState::Scheduled, TaskState::Pending, TaskState::Started, TaskState::Retry,
                                       TaskState::Success,   TaskState::Failure, TaskState::Revoked};

/// Why a task is in `failure` (or was refused).
enum class FailureReason { None, Error, Timeout, WorkerLost, Expired, Rejected, Poison };

const char* toText(TaskState state);
std::optional<TaskState> stateFromText(std::string_view text);
const char* toText(FailureReason reason);
std::optional<FailureReason> reasonFromText(std::string_view text);

/// Success, failure and revoked: nothing leaves them.
bool isTerminal(TaskState state);
/// The table of legal moves. The trigger of the task table says the same in SQL; a test compares every pair.
/// started → pending is the move of an attempt interrupted by shutdown or owner loss: it spends no attempt.
bool mayMove(TaskState from, TaskState to);

} // namespace core::task
