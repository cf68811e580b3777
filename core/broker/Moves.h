#pragma once

#include "core/broker/Broker.h"
#include "core/store/TaskStore.h"

namespace core::broker {

/// What a move writes besides the state.
struct MoveDetails {
    task::FailureReason reason = task::FailureReason::None;
    std::string errorType, errorMessage, traceback;
    std::optional<base::Json> result;
    std::optional<base::Instant> scheduledFor;
    std::string note; ///< for the history
};

/// Moves a waiting task (scheduled, pending, retry). False when it is no longer in `task.state`. Updates `task`.
bool moveWaiting(store::Connection& db, task::Task& task, task::TaskState to, const MoveDetails& details,
                 base::Instant now);

/// How a running attempt leaves `started`.
struct Departure {
    task::TaskState to = task::TaskState::Failure;
    std::string outcome; ///< word of the attempt row: success, failure, retry, revoked, interrupted
    MoveDetails details;
    int interruptions = 0; ///< to add
    int deaths = 0;        ///< to add
};

/// Moves a running task, fenced by (id, started, attempt, epoch). False when somebody was faster. Updates `task`.
bool moveRunning(store::Connection& db, task::Task& task, const Ending& ending, const Departure& departure);

} // namespace core::broker
