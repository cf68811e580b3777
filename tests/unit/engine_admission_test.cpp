#include "core/engine/Admission.h"

#include <gtest/gtest.h>

#include <vector>

using namespace core::engine;
using core::base::ManualClock;
using core::base::milliseconds;
using core::base::seconds;
using core::broker::Ending;
using core::broker::EndingKind;
using core::policy::BreakerHold;
using core::policy::BreakerState;
using core::policy::RunEnd;
using core::task::FailureReason;
using core::task::TaskState;

namespace admission_test {

core::task::TaskType taskType(const char* id, core::task::RateLimit rate = {}) {
    core::task::TaskType type;
    type.id = id;
    type.queue = "default";
    type.rate = rate;
    return type;
}

class AdmissionTest : public testing::Test {
  protected:
    AdmissionTest() {
        m_registry.add(taskType("plain"));
        m_registry.add(taskType("rated", {6, seconds(60), 2}));
        AdmissionOptions options;
        options.queueRates["exports"] = {1, seconds(1), 1};
        m_admission = std::make_unique<Admission>(m_registry, m_clock, options);
        m_admission->setListener(
            [this](const std::string& type, BreakerState state) { m_heard.emplace_back(type, state); });
    }
    /// What `narrow` leaves of nothing for types and of 4 slots for two queues.
    std::map<std::string, int> types(int concurrencyRoom = -1) {
        std::map<std::string, int> typeRoom;
        m_queues = {{"default", 4}, {"exports", 4}};
        if (concurrencyRoom >= 0)
            typeRoom["plain"] = concurrencyRoom;
        m_admission->narrow(typeRoom, m_queues);
        return typeRoom;
    }
    void fail(const char* type, int times) {
        for (int i = 0; i < times; ++i)
            m_admission->ended(type, RunEnd::Failure);
    }

    core::task::TaskRegistry m_registry;
    ManualClock m_clock{core::base::makeDate(2026, 3, 2)};
    std::unique_ptr<Admission> m_admission;
    std::map<std::string, int> m_queues;
    std::vector<std::pair<std::string, BreakerState>> m_heard;
};

Ending outcome(core::task::Outcome outcome) {
    Ending ending;
    ending.outcome = std::move(outcome);
    return ending;
}

core::task::Task ended(TaskState state, FailureReason reason = FailureReason::None) {
    core::task::Task task;
    task.state = state;
    task.reason = reason;
    return task;
}

} // namespace admission_test

using namespace admission_test;

TEST_F(AdmissionTest, AnOpenCircuitLetsNothingOfItsTypeBeginAndSaysWhy) {
    fail("plain", 5);
    EXPECT_EQ(types().at("plain"), 0);
    const TypeStatus status = m_admission->status("plain");
    EXPECT_EQ(status.breaker, BreakerState::Open);
    EXPECT_EQ(status.waitsFor, "circuit open until 2026-03-02T00:01:00Z");
    EXPECT_EQ(m_heard, (std::vector<std::pair<std::string, BreakerState>>{{"plain", BreakerState::Open}}));
}

TEST_F(AdmissionTest, AClosedDoorThatOpensAsksOnceForAnotherLook) {
    fail("plain", 5);
    types();
    EXPECT_FALSE(m_admission->takeReopened());
    m_clock.advance(seconds(60));
    EXPECT_TRUE(m_admission->takeReopened());
    EXPECT_FALSE(m_admission->takeReopened());
    m_admission->announce();
    EXPECT_EQ(m_heard.back().second, BreakerState::HalfOpen);
    EXPECT_EQ(types().at("plain"), 3);
}

TEST_F(AdmissionTest, AWallClockThatJumpsNeitherOpensNorClosesADoor) {
    fail("plain", 5);
    m_clock.jump(std::chrono::hours(5));
    EXPECT_EQ(types().at("plain"), 0);
    m_clock.jump(std::chrono::hours(-50));
    m_clock.advance(seconds(60));
    EXPECT_EQ(types().at("plain"), 3);
}

TEST_F(AdmissionTest, TheSmallestOfConcurrencyRateAndCircuitCounts) {
    EXPECT_EQ(types(7).at("plain"), 7);
    fail("plain", 5);
    EXPECT_EQ(types(7).at("plain"), 0);
    m_clock.advance(seconds(60));
    EXPECT_EQ(types(7).at("plain"), 3);
    EXPECT_EQ(types(1).at("plain"), 1);
}

TEST_F(AdmissionTest, ARateLimitedTypeWaitsUntilItsNextRunMayBegin) {
    EXPECT_EQ(types().at("rated"), 2);
    m_admission->started("rated", "default", 2);
    EXPECT_EQ(types().at("rated"), 0);
    EXPECT_EQ(m_admission->status("rated").waitsFor, "rate limit 6/m burst 2, next at 2026-03-02T00:00:10Z");
    m_clock.advance(seconds(10));
    EXPECT_TRUE(m_admission->takeReopened());
    EXPECT_EQ(types().at("rated"), 1);
    EXPECT_EQ(m_admission->status("rated").waitsFor, "");
}

TEST_F(AdmissionTest, AQueueWithARateIsTakenOutUntilItHasRoomAndNoOtherIs) {
    types();
    EXPECT_EQ(m_queues, (std::map<std::string, int>{{"default", 4}, {"exports", 1}}));
    m_admission->started("plain", "exports");
    types();
    EXPECT_EQ(m_queues, (std::map<std::string, int>{{"default", 4}}));
    m_clock.advance(seconds(1));
    types();
    EXPECT_EQ(m_queues.at("exports"), 1);
}

TEST_F(AdmissionTest, RetriesWithoutRoomWaitAndHaveRoomAgainWithinAMinute) {
    EXPECT_EQ(m_admission->retryRoom(), 60);
    m_admission->started("plain", "default", 1000);
    EXPECT_EQ(m_admission->retryRoom(), 100);
    m_admission->retried(100);
    EXPECT_EQ(m_admission->retryRoom(), 0);
    EXPECT_TRUE(m_admission->retryBudget().roomAt);
    m_clock.advance(seconds(61));
    EXPECT_EQ(m_admission->retryRoom(), 60);
    EXPECT_FALSE(m_admission->retryBudget().roomAt);
}

TEST_F(AdmissionTest, AHeldCircuitSaysWhoHoldsItAndWhy) {
    m_admission->hold("plain", {BreakerHold::Open, "the mail server moves", "amira", m_clock.now()});
    EXPECT_EQ(types().at("plain"), 0);
    EXPECT_EQ(m_admission->status("plain").waitsFor, "circuit held open by amira: the mail server moves");
    EXPECT_FALSE(m_admission->takeReopened());
    m_admission->hold("plain", {});
    EXPECT_FALSE(types().contains("plain"));
    EXPECT_EQ(m_heard.back().second, BreakerState::Closed);
}

TEST_F(AdmissionTest, WhatIsNotKnownIsNotLimited) {
    m_admission->started("somebody else's", "default");
    m_admission->ended("somebody else's", RunEnd::Failure);
    m_admission->hold("somebody else's", {BreakerHold::Open, "no such type", "amira", m_clock.now()});
    EXPECT_TRUE(m_admission->status("somebody else's").waitsFor.empty());
}

TEST(RunEndOf, OnlyWhatSpeaksOfTheTypeCounts) {
    using core::task::Outcome;
    const Ending passing = outcome(Outcome::transientFailure("Busy", "the disk is busy"));
    EXPECT_EQ(runEndOf(passing, ended(TaskState::Retry)), RunEnd::Failure);
    EXPECT_EQ(runEndOf(passing, ended(TaskState::Failure, FailureReason::Error)), RunEnd::Failure);
    EXPECT_EQ(runEndOf(passing, ended(TaskState::Revoked)), RunEnd::Neutral);
    const Ending refused = outcome(Outcome::permanentFailure("not_found", "there is no such run"));
    EXPECT_EQ(runEndOf(refused, ended(TaskState::Failure, FailureReason::Error)), RunEnd::Neutral);
    const Ending overTime = outcome(Outcome::permanentFailure("SoftTimeLimitExceeded", "9 minutes"));
    EXPECT_EQ(runEndOf(overTime, ended(TaskState::Failure, FailureReason::Timeout)), RunEnd::Failure);
    EXPECT_EQ(runEndOf(outcome(Outcome::success(1)), ended(TaskState::Success)), RunEnd::Success);
    EXPECT_EQ(runEndOf(outcome(Outcome::success(1)), ended(TaskState::Failure, FailureReason::Rejected)),
              RunEnd::Neutral);
    Ending lost;
    for (const auto& [kind, says] : {std::pair(EndingKind::Timeout, RunEnd::Failure),
                                     std::pair(EndingKind::WorkerLost, RunEnd::Failure),
                                     std::pair(EndingKind::Interrupted, RunEnd::Neutral)}) {
        lost.kind = kind;
        EXPECT_EQ(runEndOf(lost, ended(TaskState::Failure, FailureReason::Timeout)), says);
    }
}
