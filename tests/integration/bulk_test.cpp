#include "tests/support/EngineHarness.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace {

using core::base::ErrorCode;
using core::base::milliseconds;
using core::engine::BulkRequest;
using core::store::BulkAct;
using core::store::BulkKind;
using core::store::BulkState;
using core::task::Task;
using core::task::TaskState;
using tests::EngineHarness;

class BulkTest : public testing::Test {
  protected:
    BulkTest() {
        harness.start();
        EXPECT_TRUE(harness.engine().queues().pause("default", EngineHarness::kTester));
    }

    std::vector<Task> waiting(int count) {
        std::vector<core::engine::Submission> submissions(size_t(count), core::engine::Submission{});
        for (auto& submission : submissions) {
            submission.type = "test_echo";
            submission.params = {{"text", "x"}};
        }
        return *harness.engine().tasks().submitAll(submissions, EngineHarness::kTester);
    }
    BulkAct begin(BulkRequest request) {
        auto act = harness.engine().bulk().begin(request, EngineHarness::kTester);
        EXPECT_TRUE(act) << (act ? "" : act.error().text());
        return act.value_or(BulkAct());
    }
    BulkAct done(const BulkAct& act) {
        BulkAct now;
        EXPECT_TRUE(EngineHarness::eventually([&] {
            now = *harness.engine().bulk().find(act.id);
            return now.state == BulkState::Done;
        }));
        return now;
    }
    TaskState stateOf(const Task& task) { return harness.engine().tasks().find(task.id)->state; }

    EngineHarness harness;
};

TEST_F(BulkTest, AnActTouchesTheTasksOfItsBeginningAndNoOthers) {
    const auto tasks = waiting(450);
    BulkRequest request;
    request.filter.queue = "default";
    request.hold = milliseconds(400);
    const BulkAct act = begin(request);
    EXPECT_EQ(act.total, 450);
    const auto later = waiting(1);
    const BulkAct after = done(act);
    EXPECT_EQ(after.changed, 450);
    EXPECT_EQ(stateOf(tasks.front()), TaskState::Revoked);
    EXPECT_EQ(stateOf(tasks.back()), TaskState::Revoked);
    EXPECT_EQ(stateOf(later.front()), TaskState::Pending) << "it came after the set was frozen";
}

TEST_F(BulkTest, AnActThatIsUndoneInTimeDoesNothing) {
    const auto tasks = waiting(3);
    BulkRequest request;
    request.ids = {tasks[0].id, tasks[1].id};
    request.hold = std::chrono::minutes(5);
    const BulkAct act = begin(request);
    const auto undone = harness.engine().bulk().undo(act.id, EngineHarness::kTester);
    ASSERT_TRUE(undone) << undone.error().text();
    EXPECT_EQ(undone->state, BulkState::Undone);
    EXPECT_EQ(harness.engine().bulk().undo(act.id, EngineHarness::kTester).error().code, ErrorCode::Conflict);
    EXPECT_EQ(stateOf(tasks[0]), TaskState::Pending);
}

TEST_F(BulkTest, AnActSurvivesARestartAndIsDoneByTheNextOwner) {
    const auto tasks = waiting(2);
    BulkRequest request;
    request.ids = {tasks[0].id, tasks[1].id};
    request.hold = milliseconds(1000);
    const BulkAct act = begin(request);
    harness.stop();
    harness.start();
    EXPECT_EQ(done(act).changed, 2);
    EXPECT_EQ(stateOf(tasks[0]), TaskState::Revoked);
}

TEST_F(BulkTest, RetryingManyMakesOneNewTaskForEach) {
    const auto tasks = waiting(5);
    BulkRequest cancel;
    cancel.filter.queue = "default";
    cancel.hold = milliseconds(0);
    done(begin(cancel));
    BulkRequest retry;
    retry.kind = BulkKind::Retry;
    retry.filter.queue = "default";
    retry.hold = milliseconds(0);
    EXPECT_EQ(done(begin(retry)).changed, 5);
    const auto related = harness.engine().tasks().detail(tasks[0].id)->related;
    ASSERT_EQ(related.size(), 1u);
    EXPECT_EQ(related[0].retryOf, tasks[0].id.text);
}

TEST_F(BulkTest, ReschedulingManyMovesThemToTheNewTime) {
    const auto tasks = waiting(2);
    BulkRequest request;
    request.kind = BulkKind::Reschedule;
    request.ids = {tasks[0].id, tasks[1].id};
    request.eta = tasks[0].createdAt + std::chrono::hours(2);
    request.hold = milliseconds(0);
    done(begin(request));
    EXPECT_EQ(stateOf(tasks[1]), TaskState::Scheduled);
    EXPECT_EQ(harness.engine().tasks().find(tasks[1].id)->scheduledFor, request.eta);
}

TEST_F(BulkTest, WrongRequestsAreRefusedInWords) {
    const auto refused = [&](const BulkRequest& request) {
        return harness.engine().bulk().begin(request, EngineHarness::kTester).error().code;
    };
    EXPECT_EQ(refused({}), ErrorCode::InvalidParams) << "nothing matches";
    waiting(1);
    BulkRequest longHold;
    longHold.hold = std::chrono::hours(1);
    EXPECT_EQ(refused(longHold), ErrorCode::InvalidParams);
    BulkRequest noTime;
    noTime.kind = BulkKind::Reschedule;
    EXPECT_EQ(refused(noTime), ErrorCode::InvalidParams);
    BulkRequest terminalOnly;
    terminalOnly.filter.states = {TaskState::Success};
    EXPECT_EQ(refused(terminalOnly), ErrorCode::InvalidParams);
    EXPECT_EQ(harness.engine().bulk().undo("nonsense", EngineHarness::kTester).error().code, ErrorCode::NotFound);
}

} // namespace
