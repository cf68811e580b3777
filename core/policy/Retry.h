#pragma once

#include "core/base/Time.h"
#include "core/task/Outcome.h"
#include "core/task/TaskState.h"
#include "core/task/TaskType.h"

namespace core::policy {

/// So many dead workers in a row and the task is poison: it is not run again by itself.
inline constexpr int kPoisonDeaths = 3;
/// A task whose worker died is tried again this soon: the death was the worker's, not the task's.
inline constexpr base::milliseconds kDelayAfterDeath{1000};

/// How long to wait before retry number `retryNumber` (1 = the first). Fixed: the policy's delay. Exponential:
/// delay × 2^(retryNumber-1). Neither is ever longer than the cap. With full jitter (what exponential delays have unless the
/// policy says otherwise) the result lies evenly between 0 and that delay, as `random01` (0..1) says. Values outside their ranges count as the nearest end.
base::milliseconds retryDelay(const task::RetryPolicy& policy, int retryNumber, double random01);

enum class AttemptEnd {
    Failed,     ///< the handler came back with a failure
    SoftLimit,  ///< the handler gave up at its soft limit
    HardLimit,  ///< the process was stopped at its hard limit
    WorkerLost, ///< the process died or spoke rubbish
    Interrupted ///< the engine is stopping: the attempt is not counted
};

enum class CancelRequested { No, Yes };

/// What is known of an attempt that did not succeed.
struct FailedAttempt {
    AttemptEnd end = AttemptEnd::Failed;
    task::Retryable retryable = task::Retryable::Yes;    ///< of the outcome; Failed only
    task::Idempotent idempotent = task::Idempotent::Yes; ///< of the task type; WorkerLost only
    CancelRequested cancel = CancelRequested::No;
    int spentAttempts = 1; ///< this one included, interrupted ones left out
    int maxAttempts = 1;
    int workerDeaths = 0; ///< this one included
};

/// Where the task goes, and how soon it is tried again.
struct RetryDecision {
    task::TaskState to = task::TaskState::Failure; ///< Retry, Failure, Revoked or Pending; always a legal move
    task::FailureReason reason = task::FailureReason::None; ///< with Failure
    base::milliseconds delay{0};                            ///< with Retry
};

/// A requested cancel wins over everything. Time limits and permanent errors are final. A lost worker costs an attempt
/// and is tried again only when the type may run twice; the third death makes the task poison. An interrupted attempt
/// goes back to the queue.
RetryDecision decideRetry(const task::RetryPolicy& policy, const FailedAttempt& attempt, double random01);

} // namespace core::policy
