#include "core/store/Connection.h"
#include "tests/support/EngineHarness.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace {

using core::base::ErrorCode;
using core::base::milliseconds;
using core::engine::EngineOptions;
using core::engine::Submission;
using core::policy::BreakerHold;
using core::policy::BreakerState;
using core::task::Task;
using core::task::TaskState;
using tests::EngineHarness;

class AdmissionInTheEngine : public testing::Test, protected EngineHarness {
  protected:
    /// A task of one type that ends as it is told, and is not tried again.
    Task submitOne(TaskState end, const std::string& key = {}) {
        Submission submission;
        submission.type = "test_fail_times";
        submission.params = {{"times", end == TaskState::Failure ? 1 : 0}};
        submission.maxRetries = 0;
        submission.idempotencyKey = key;
        return submit(submission);
    }
    void openTheCircuit() {
        for (int i = 0; i < 5; ++i)
            ASSERT_EQ(wait(submitOne(TaskState::Failure)).state, TaskState::Failure);
        ASSERT_EQ(circuit().breaker, BreakerState::Open);
    }
    core::engine::TypeStatus circuit() { return *engine().taskTypes().status("test_fail_times"); }
    core::base::Result<core::engine::TypeStatus> setCircuit(BreakerHold hold, const std::string& reason) {
        return engine().taskTypes().setBreaker("test_fail_times", hold, reason, kTester);
    }
    /// When the attempts of these tasks began, in order.
    std::vector<core::base::Instant> starts(const std::vector<Task>& tasks) {
        std::vector<core::base::Instant> starts;
        for (const Task& task : tasks)
            starts.push_back(wait(task).startedAt.value_or(core::base::Instant()));
        std::ranges::sort(starts);
        return starts;
    }
};

TEST_F(AdmissionInTheEngine, AnOpenCircuitLetsItsTasksWaitWithTheReasonAndDisturbsNoOtherType) {
    start();
    openTheCircuit();
    const Task waiting = submitOne(TaskState::Success);
    EXPECT_EQ(circuit().waitsFor.rfind("circuit open until 20", 0), 0u) << circuit().waitsFor;
    EXPECT_EQ(wait(submit("test_echo")).state, TaskState::Success);
    EXPECT_EQ(engine().tasks().find(waiting.id)->state, TaskState::Pending);
}

TEST_F(AdmissionInTheEngine, AHalfOpenCircuitIsClosedByTrialsThatSucceed) {
    EngineOptions quick = options();
    quick.admission.breaker.openFor = milliseconds(50);
    start(quick);
    const auto subscription = engine().events().subscribe();
    openTheCircuit();
    for (int i = 0; i < 3; ++i)
        EXPECT_EQ(wait(submitOne(TaskState::Success)).state, TaskState::Success);
    EXPECT_EQ(circuit().breaker, BreakerState::Closed);
    std::vector<std::string> heard;
    eventually([&] {
        for (const auto& event : subscription->drain().events)
            if (event->kind == core::events::EventKind::BreakerChanged && event->subject == "test_fail_times")
                heard.push_back(event->detail);
        return !heard.empty() && heard.back() == "closed";
    });
    EXPECT_EQ(heard.front(), "open");
    EXPECT_EQ(heard.back(), "closed");
}

TEST_F(AdmissionInTheEngine, AHundredTasksBehindAnOpenCircuitDoNotHideTheQueueFromOthers) {
    start();
    ASSERT_TRUE(setCircuit(BreakerHold::Open, "the registry is being moved"));
    Submission blocked;
    blocked.type = "test_fail_times";
    blocked.params = {{"times", 0}};
    blocked.priority = 9;
    ASSERT_TRUE(engine().tasks().submitAll(std::vector<Submission>(200, blocked), kTester));
    EXPECT_EQ(wait(submit("test_echo")).state, TaskState::Success);
}

TEST_F(AdmissionInTheEngine, WhatAPersonDecidedIsKeptOverARestartAndAudited) {
    start();
    ASSERT_TRUE(setCircuit(BreakerHold::Open, "the registry is being moved"));
    const Task waiting = submitOne(TaskState::Success);
    stop();
    start();
    EXPECT_EQ(circuit().breaker, BreakerState::Open);
    EXPECT_EQ(circuit().waitsFor, "circuit held open by tester: the registry is being moved");
    EXPECT_EQ(wait(submit("test_echo")).state, TaskState::Success);
    EXPECT_EQ(engine().tasks().find(waiting.id)->state, TaskState::Pending);
    ASSERT_TRUE(setCircuit(BreakerHold::None, "it has been moved"));
    EXPECT_EQ(wait(waiting).state, TaskState::Success);
    stop();
    auto database = core::store::Connection::open(folder() / "data" / "core.db", core::store::OpenMode::ReadOnly);
    ASSERT_TRUE(database);
    auto rows = (*database)->query("SELECT action, actor, entity_id, reason FROM audit_log WHERE entity_type='task_type' "
                                   "ORDER BY seq");
    for (const char* action : {"breaker_opened", "breaker_reset"}) {
        ASSERT_TRUE(rows.step());
        EXPECT_EQ(rows.text(0), action);
        EXPECT_EQ(rows.text(1), "tester");
        EXPECT_EQ(rows.text(2), "test_fail_times");
    }
    EXPECT_EQ(rows.text(3), "it has been moved");
}

TEST_F(AdmissionInTheEngine, ACircuitHeldClosedStaysClosedWhateverFails) {
    start();
    ASSERT_TRUE(setCircuit(BreakerHold::Closed, "we know, and want every try"));
    for (int i = 0; i < 8; ++i)
        EXPECT_EQ(wait(submitOne(TaskState::Failure)).state, TaskState::Failure);
    EXPECT_EQ(circuit().breaker, BreakerState::Closed);
    EXPECT_EQ(circuit().waitsFor, "");
}

TEST_F(AdmissionInTheEngine, AnOverrideWithoutAReasonOrOfAnUnknownTypeIsRefused) {
    start(0);
    for (const char* reason : {"", "  ", "no", " a \n"})
        EXPECT_EQ(setCircuit(BreakerHold::Open, reason).error().code, ErrorCode::InvalidParams) << reason;
    EXPECT_EQ(setCircuit(BreakerHold::Open, std::string(501, 'x')).error().code, ErrorCode::InvalidParams);
    EXPECT_EQ(engine().taskTypes().setBreaker("no_such", BreakerHold::Open, "because", kTester).error().code,
              ErrorCode::InvalidParams);
    EXPECT_EQ(circuit().breaker, BreakerState::Closed);
}

TEST_F(AdmissionInTheEngine, WhatATaskRefusesForItsOwnParametersOpensNoCircuit) {
    start();
    for (int i = 0; i < 8; ++i)
        EXPECT_EQ(wait(submit("test_fail_permanently")).state, TaskState::Failure);
    EXPECT_EQ(engine().taskTypes().status("test_fail_permanently")->breaker, BreakerState::Closed);
}

TEST_F(AdmissionInTheEngine, TasksOfARatedTypeBeginNoFasterThanTheirRate) {
    start();
    std::vector<Task> tasks;
    for (int i = 0; i < 12; ++i) // enough for the engine to learn that they are short
        tasks.push_back(submit("test_rated"));
    const auto begun = starts(tasks);
    EXPECT_GE(begun.back() - begun.front(), milliseconds(11 * 100 - 10)); // stored times are read a moment apart
}

TEST_F(AdmissionInTheEngine, TasksOfARatedQueueBeginNoFasterThanItsRate) {
    EngineOptions rated = options();
    rated.admission.queueRates["metrics"] = {10, core::base::seconds(1), 1};
    start(rated);
    std::vector<Task> tasks;
    for (int i = 0; i < 12; ++i)
        tasks.push_back(submit("test_metrics"));
    const auto begun = starts(tasks);
    EXPECT_GE(begun.back() - begun.front(), milliseconds(11 * 100 - 10));
}

} // namespace
