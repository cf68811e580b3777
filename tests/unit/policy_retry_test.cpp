#include "core/policy/Retry.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <limits>

using namespace core::policy;
using core::base::milliseconds;
using core::base::seconds;
using core::task::Backoff;
using core::task::FailureReason;
using core::task::Idempotent;
using core::task::Jitter;
using core::task::Retryable;
using core::task::RetryPolicy;
using core::task::TaskState;

namespace retry_test {

RetryPolicy exponential(seconds delay, seconds cap, Jitter jitter = Jitter::None) {
    return {10, Backoff::Exponential, delay, cap, jitter};
}

FailedAttempt attempt(AttemptEnd end, int spent, int most) {
    FailedAttempt result;
    result.end = end;
    result.spentAttempts = spent;
    result.maxAttempts = most;
    return result;
}

RetryPolicy anyPolicy() {
    return {*rc::gen::inRange(0, 100), *rc::gen::element(Backoff::Fixed, Backoff::Exponential),
            seconds(*rc::gen::inRange(0, 100'000)), seconds(*rc::gen::inRange(0, 100'000)),
            *rc::gen::element(Jitter::AsBackoff, Jitter::None, Jitter::Full)};
}

} // namespace retry_test

using namespace retry_test;

TEST(Retry, ExponentialDelaysDoubleUpToTheCap) {
    const RetryPolicy policy = exponential(seconds(60), seconds(300));
    const std::vector<seconds> expected{seconds(60), seconds(120), seconds(240), seconds(300), seconds(300)};
    for (size_t i = 0; i < expected.size(); ++i)
        EXPECT_EQ(retryDelay(policy, int(i) + 1, 0.5), expected[i]) << "retry " << i + 1;
}

TEST(Retry, FixedDelaysStayAsTheyAreButUnderTheCap) {
    EXPECT_EQ(retryDelay({3, Backoff::Fixed, seconds(60), seconds(3600), Jitter::None}, 1, 0), seconds(60));
    EXPECT_EQ(retryDelay({3, Backoff::Fixed, seconds(60), seconds(3600), Jitter::None}, 9, 0), seconds(60));
    EXPECT_EQ(retryDelay({3, Backoff::Fixed, seconds(60), seconds(45), Jitter::None}, 1, 0), seconds(45));
}

TEST(Retry, FullJitterSpreadsBetweenZeroAndTheDelay) {
    const RetryPolicy policy = exponential(seconds(60), seconds(300), Jitter::Full);
    EXPECT_EQ(retryDelay(policy, 2, 0.0), seconds(0));
    EXPECT_EQ(retryDelay(policy, 2, 0.25), seconds(30));
    EXPECT_EQ(retryDelay(policy, 2, 1.0), seconds(120));
}

TEST(Retry, ExponentialDelaysHaveFullJitterUnlessTheTypeSaysOtherwiseAndFixedOnesHaveNone) {
    EXPECT_EQ(retryDelay(RetryPolicy::exponential(3, seconds(60), seconds(300)), 2, 0.25), seconds(30));
    EXPECT_EQ(retryDelay(RetryPolicy::fixed(3, seconds(60)), 2, 0.25), seconds(60));
    EXPECT_EQ(retryDelay(exponential(seconds(60), seconds(300), Jitter::None), 2, 0.25), seconds(120));
}

TEST(Retry, AFixedDelayLongerThanTheUsualCapIsKept) {
    EXPECT_EQ(retryDelay(RetryPolicy::fixed(1, seconds(3600)), 1, 0), seconds(3600));
    EXPECT_EQ(retryDelay(RetryPolicy::fixed(1, seconds(60)), 1, 0), seconds(60));
}

TEST(Retry, ManyRetriesAndWildNumbersDoNotOverflow) {
    const auto longest = seconds(std::numeric_limits<int32_t>::max());
    EXPECT_EQ(retryDelay(exponential(seconds(1), longest), 1'000'000, 0), longest);
    EXPECT_EQ(retryDelay(exponential(seconds(0), longest), 1'000'000, 0), seconds(0));
    EXPECT_EQ(retryDelay(exponential(seconds(60), seconds(300)), 0, 0), seconds(60));
    EXPECT_EQ(retryDelay(exponential(seconds(60), seconds(300)), -5, 0), seconds(60));
    EXPECT_EQ(retryDelay(exponential(seconds(-60), seconds(300)), 3, 0), seconds(0));
    EXPECT_EQ(retryDelay(exponential(seconds(60), seconds(300), Jitter::Full), 1, 7.0), seconds(60));
    EXPECT_EQ(retryDelay(exponential(seconds(60), seconds(300), Jitter::Full), 1,
                         std::numeric_limits<double>::quiet_NaN()),
              seconds(0));
}

TEST(Retry, APassingFailureIsTriedAgainWhileAttemptsAreLeft) {
    const RetryPolicy policy = exponential(seconds(60), seconds(300));
    const RetryDecision second = decideRetry(policy, attempt(AttemptEnd::Failed, 2, 3), 0);
    EXPECT_EQ(second.to, TaskState::Retry);
    EXPECT_EQ(second.delay, seconds(120));
    const RetryDecision last = decideRetry(policy, attempt(AttemptEnd::Failed, 3, 3), 0);
    EXPECT_EQ(last.to, TaskState::Failure);
    EXPECT_EQ(last.reason, FailureReason::Error);
}

TEST(Retry, PermanentErrorsAndTimeLimitsAreFinal) {
    FailedAttempt permanent = attempt(AttemptEnd::Failed, 1, 5);
    permanent.retryable = Retryable::No;
    EXPECT_EQ(decideRetry({}, permanent, 0).reason, FailureReason::Error);
    EXPECT_EQ(decideRetry({}, permanent, 0).to, TaskState::Failure);
    for (const AttemptEnd end : {AttemptEnd::SoftLimit, AttemptEnd::HardLimit}) {
        const RetryDecision decision = decideRetry({}, attempt(end, 1, 5), 0);
        EXPECT_EQ(decision.to, TaskState::Failure);
        EXPECT_EQ(decision.reason, FailureReason::Timeout);
    }
}

TEST(Retry, ADeadWorkerIsTriedAgainSoonUntilTheTaskIsPoison) {
    FailedAttempt lost = attempt(AttemptEnd::WorkerLost, 1, 10);
    for (lost.workerDeaths = 1; lost.workerDeaths < kPoisonDeaths; ++lost.workerDeaths) {
        EXPECT_EQ(decideRetry({}, lost, 0).to, TaskState::Retry);
        EXPECT_EQ(decideRetry({}, lost, 0).delay, kDelayAfterDeath);
    }
    EXPECT_EQ(decideRetry({}, lost, 0).to, TaskState::Failure);
    EXPECT_EQ(decideRetry({}, lost, 0).reason, FailureReason::Poison);
}

TEST(Retry, ADeadWorkerEndsATaskThatMustNotRunTwice) {
    FailedAttempt lost = attempt(AttemptEnd::WorkerLost, 1, 10);
    lost.workerDeaths = 1;
    lost.idempotent = Idempotent::No;
    EXPECT_EQ(decideRetry({}, lost, 0).to, TaskState::Failure);
    EXPECT_EQ(decideRetry({}, lost, 0).reason, FailureReason::WorkerLost);
}

TEST(Retry, AnInterruptedAttemptGoesBackToTheQueue) {
    const RetryDecision decision = decideRetry({}, attempt(AttemptEnd::Interrupted, 1, 1), 0);
    EXPECT_EQ(decision.to, TaskState::Pending);
    EXPECT_EQ(decision.delay, milliseconds(0));
}

TEST(Retry, ARequestedCancelWinsOverEverything) {
    for (const AttemptEnd end : {AttemptEnd::Failed, AttemptEnd::SoftLimit, AttemptEnd::HardLimit,
                                 AttemptEnd::WorkerLost, AttemptEnd::Interrupted}) {
        FailedAttempt cancelled = attempt(end, 1, 5);
        cancelled.cancel = CancelRequested::Yes;
        EXPECT_EQ(decideRetry({}, cancelled, 0).to, TaskState::Revoked);
    }
}

RC_GTEST_PROP(RetryProperty, DelaysStayBetweenZeroAndTheCapAndNeverShrink, ()) {
    RetryPolicy policy = anyPolicy();
    const int retry = *rc::gen::inRange(1, 200);
    const double random = *rc::gen::inRange(0, 1001) / 1000.0;
    const milliseconds delay = retryDelay(policy, retry, random);
    RC_ASSERT(delay >= milliseconds(0));
    RC_ASSERT(delay <= milliseconds(policy.cap));
    RC_ASSERT(retryDelay(policy, retry + 1, random) >= delay);
    const milliseconds jittered = delay;
    policy.jitter = Jitter::None;
    RC_ASSERT(jittered <= retryDelay(policy, retry, random));
}

RC_GTEST_PROP(RetryProperty, EveryDecisionIsALegalMoveAndEnds, ()) {
    FailedAttempt failed;
    failed.end = *rc::gen::element(AttemptEnd::Failed, AttemptEnd::SoftLimit, AttemptEnd::HardLimit,
                                   AttemptEnd::WorkerLost, AttemptEnd::Interrupted);
    failed.retryable = *rc::gen::element(Retryable::No, Retryable::Yes);
    failed.idempotent = *rc::gen::element(Idempotent::No, Idempotent::Yes);
    failed.cancel = *rc::gen::element(CancelRequested::No, CancelRequested::Yes);
    failed.maxAttempts = *rc::gen::inRange(1, 10);
    failed.spentAttempts = *rc::gen::inRange(1, 12);
    failed.workerDeaths = *rc::gen::inRange(0, 5);
    const RetryDecision decision = decideRetry(anyPolicy(), failed, 0.5);
    RC_ASSERT(mayMove(TaskState::Started, decision.to));
    RC_ASSERT((decision.to == TaskState::Failure) == (decision.reason != FailureReason::None));
    if (decision.to == TaskState::Retry)
        RC_ASSERT(failed.spentAttempts < failed.maxAttempts);
    else
        RC_ASSERT(decision.delay == milliseconds(0));
}
