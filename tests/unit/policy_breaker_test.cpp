#include "core/policy/CircuitBreaker.h"
#include "core/policy/TokenBucket.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

using namespace core::policy;
using core::base::milliseconds;
using core::base::seconds;

namespace breaker_test {

constexpr milliseconds kStart{5'000'000};

/// A circuit that opened at kStart.
CircuitBreaker opened() {
    CircuitBreaker breaker;
    for (int i = 0; i < 5; ++i)
        breaker.ended(RunEnd::Failure, kStart);
    return breaker;
}

} // namespace breaker_test

using namespace breaker_test;

TEST(CircuitBreaker, FiveFailuresInARowOpenItForAMinute) {
    CircuitBreaker breaker;
    for (int failure = 1; failure <= 4; ++failure) {
        breaker.ended(RunEnd::Failure, kStart);
        EXPECT_EQ(breaker.state(kStart), BreakerState::Closed) << "failure " << failure;
        EXPECT_EQ(breaker.room(kStart), kNoLimit);
    }
    breaker.ended(RunEnd::Failure, kStart);
    EXPECT_EQ(breaker.state(kStart), BreakerState::Open);
    EXPECT_EQ(breaker.room(kStart), 0);
    EXPECT_EQ(breaker.openUntil(kStart), kStart + seconds(60));
    EXPECT_EQ(breaker.state(kStart + seconds(60) - milliseconds(1)), BreakerState::Open);
    EXPECT_EQ(breaker.state(kStart + seconds(60)), BreakerState::HalfOpen);
}

TEST(CircuitBreaker, ASuccessBetweenFailuresStartsTheCountAnew) {
    CircuitBreaker breaker;
    for (int round = 0; round < 10; ++round) {
        for (int i = 0; i < 4; ++i)
            breaker.ended(RunEnd::Failure, kStart);
        breaker.ended(RunEnd::Success, kStart);
    }
    EXPECT_EQ(breaker.state(kStart), BreakerState::Closed);
    EXPECT_EQ(breaker.failuresInARow(), 0);
}

TEST(CircuitBreaker, WhatSaysNothingOfTheTypeIsNotCounted) {
    CircuitBreaker breaker;
    for (int i = 0; i < 4; ++i)
        breaker.ended(RunEnd::Failure, kStart);
    for (int i = 0; i < 100; ++i)
        breaker.ended(RunEnd::Neutral, kStart);
    EXPECT_EQ(breaker.failuresInARow(), 4);
}

TEST(CircuitBreaker, HalfOpenLetsThreeTrialsBeginAndTwoSuccessesCloseIt) {
    const milliseconds later = kStart + seconds(60);
    CircuitBreaker breaker = opened();
    EXPECT_EQ(breaker.room(later), 3);
    breaker.begun(3, later);
    EXPECT_EQ(breaker.room(later), 0);
    breaker.ended(RunEnd::Success, later);
    breaker.ended(RunEnd::Failure, later);
    EXPECT_EQ(breaker.state(later), BreakerState::HalfOpen);
    breaker.ended(RunEnd::Success, later);
    EXPECT_EQ(breaker.state(later), BreakerState::Closed);
    EXPECT_EQ(breaker.room(later), kNoLimit);
    EXPECT_EQ(breaker.failuresInARow(), 0);
}

TEST(CircuitBreaker, ItOpensForAnotherMinuteWhenTwoSuccessesAreOutOfReach) {
    const milliseconds later = kStart + seconds(75);
    CircuitBreaker breaker = opened();
    breaker.begun(2, later);
    breaker.ended(RunEnd::Failure, later);
    breaker.ended(RunEnd::Failure, later);
    EXPECT_EQ(breaker.state(later), BreakerState::Open);
    EXPECT_EQ(breaker.openUntil(later), later + seconds(60));
    EXPECT_EQ(breaker.room(later + seconds(60)), 3);
}

TEST(CircuitBreaker, ACancelledTrialGivesItsPlaceBack) {
    const milliseconds later = kStart + seconds(60);
    CircuitBreaker breaker = opened();
    breaker.begun(3, later);
    breaker.ended(RunEnd::Neutral, later);
    EXPECT_EQ(breaker.room(later), 1);
    breaker.begun(1, later);
    for (int i = 0; i < 3; ++i)
        breaker.ended(RunEnd::Neutral, later);
    EXPECT_EQ(breaker.room(later), 3);
}

TEST(CircuitBreaker, WhatEndsWhileItIsOpenChangesNothing) {
    CircuitBreaker breaker = opened();
    for (int i = 0; i < 10; ++i)
        breaker.ended(RunEnd::Success, kStart + seconds(1));
    EXPECT_EQ(breaker.state(kStart + seconds(59)), BreakerState::Open);
    breaker.ended(RunEnd::Failure, kStart + seconds(59));
    EXPECT_EQ(breaker.state(kStart + seconds(60)), BreakerState::HalfOpen);
}

TEST(CircuitBreaker, AHoldOutweighsWhatTheRunsSayUntilItIsReset) {
    CircuitBreaker breaker;
    breaker.hold(BreakerHold::Closed);
    for (int i = 0; i < 50; ++i)
        breaker.ended(RunEnd::Failure, kStart);
    EXPECT_EQ(breaker.state(kStart), BreakerState::Closed);
    breaker.hold(BreakerHold::Open);
    EXPECT_EQ(breaker.room(kStart + std::chrono::hours(1000)), 0);
    EXPECT_FALSE(breaker.openUntil(kStart));
    breaker.hold(BreakerHold::None);
    EXPECT_EQ(breaker.state(kStart), BreakerState::Closed);
    EXPECT_EQ(breaker.failuresInARow(), 0);
}

RC_GTEST_PROP(CircuitBreakerProperty, WhateverHappensItLetsOnlyThreeTrialsRunAndNeverStaysShut, ()) {
    CircuitBreaker breaker;
    milliseconds now = kStart;
    int running = 0;
    for (int step = *rc::gen::inRange(1, 300); step > 0; --step) {
        now += milliseconds(*rc::gen::element(0, 10, 1'000, 61'000));
        const int room = breaker.room(now);
        RC_ASSERT(room >= 0 && (room <= 3 || room == kNoLimit));
        RC_ASSERT((breaker.state(now) == BreakerState::Open) == (room == 0 && breaker.openUntil(now).has_value()));
        if (*rc::gen::arbitrary<bool>()) {
            const int begin = std::min(room, *rc::gen::inRange(0, 4));
            breaker.begun(begin, now);
            running += begin;
        } else if (running > 0) {
            breaker.ended(*rc::gen::element(RunEnd::Neutral, RunEnd::Success, RunEnd::Failure), now);
            --running;
        }
    }
    // Once everything that runs has ended, a minute later there is room again.
    for (; running > 0; --running)
        breaker.ended(*rc::gen::element(RunEnd::Neutral, RunEnd::Success, RunEnd::Failure), now);
    RC_ASSERT(breaker.room(now + seconds(60)) > 0);
}
