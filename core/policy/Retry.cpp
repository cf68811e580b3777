#include "core/policy/Retry.h"

#include <algorithm>
#include <cmath>

namespace core::policy {

using base::milliseconds;
using task::FailureReason;
using task::TaskState;

milliseconds retryDelay(const task::RetryPolicy& policy, int retryNumber, double random01) {
    const auto cap = std::max(milliseconds(policy.cap), milliseconds(0));
    milliseconds delay = std::clamp(milliseconds(policy.delay), milliseconds(0), cap);
    if (policy.backoff == task::Backoff::Exponential) {
        // Doubled step by step, so that no number of retries overflows.
        for (int retry = 1; retry < retryNumber && delay < cap && delay.count() > 0; ++retry)
            delay = delay > cap / 2 ? cap : delay * 2;
    }
    const bool jitter = policy.jitter == task::Jitter::Full ||
                        (policy.jitter == task::Jitter::AsBackoff && policy.backoff == task::Backoff::Exponential);
    if (jitter) {
        const double share = std::isnan(random01) ? 0.0 : std::clamp(random01, 0.0, 1.0);
        delay = milliseconds(std::llround(double(delay.count()) * share));
    }
    return delay;
}

RetryDecision decideRetry(const task::RetryPolicy& policy, const FailedAttempt& attempt, double random01) {
    if (attempt.cancel == CancelRequested::Yes)
        return {TaskState::Revoked, FailureReason::None, {}};
    const bool attemptsLeft = attempt.spentAttempts < attempt.maxAttempts;
    switch (attempt.end) {
    case AttemptEnd::Interrupted: return {TaskState::Pending, FailureReason::None, {}};
    case AttemptEnd::SoftLimit:
    case AttemptEnd::HardLimit: return {TaskState::Failure, FailureReason::Timeout, {}};
    case AttemptEnd::WorkerLost:
        if (attempt.workerDeaths >= kPoisonDeaths)
            return {TaskState::Failure, FailureReason::Poison, {}};
        if (attemptsLeft && attempt.idempotent == task::Idempotent::Yes)
            return {TaskState::Retry, FailureReason::None, kDelayAfterDeath};
        return {TaskState::Failure, FailureReason::WorkerLost, {}};
    case AttemptEnd::Failed:
        if (attemptsLeft && attempt.retryable == task::Retryable::Yes)
            return {TaskState::Retry, FailureReason::None, retryDelay(policy, attempt.spentAttempts, random01)};
        return {TaskState::Failure, FailureReason::Error, {}};
    }
    return {TaskState::Failure, FailureReason::Error, {}};
}

} // namespace core::policy
