#pragma once

#include "core/broker/Broker.h"
#include "core/store/TaskStore.h"

namespace core::broker {

/// Moves a waiting task (scheduled, pending, retry) and, when that is its end, what waits for it; adds the moves.
/// False when somebody was faster. Thread: writer, as all here.
bool moveWaiting(store::Connection& db, store::TaskRow& row, task::TaskState to, base::Instant now,
                 const std::string& note, Broker::Moves& moves);
/// Ends a waiting task as failure `expired`.
bool expireWaiting(store::Connection& db, store::TaskRow& row, base::Instant now, Broker::Moves& moves);

/// How a running attempt leaves `started`.
struct Departure {
    task::TaskState to = task::TaskState::Failure;
    task::FailureReason reason = task::FailureReason::None;
    std::string outcome; ///< word of the attempt row: success, failure, retry, revoked, interrupted
    std::string errorType, errorMessage, traceback;
    base::Json result = nullptr;
    std::optional<base::Instant> scheduledFor;
    std::string note;      ///< for the history
    int interruptions = 0; ///< to add
    int deaths = 0;        ///< to add
};

/// Moves a running task, fenced by (started, attempt, epoch) of the ending, writes its attempt's row, and settles what
/// waits for it; adds the moves, its own first. False when somebody was faster. Errors are cut to kMaxStoredError.
bool moveRunning(store::Connection& db, store::TaskRow& row, const Ending& ending, const Departure& departure,
                 Broker::Moves& moves);

/// Longest error text and traceback that a row keeps, in bytes.
inline constexpr size_t kMaxStoredError = 10'000;
inline constexpr size_t kMaxStoredNote = 1'000;

} // namespace core::broker
