#include "tests/support/EngineHarness.h"

#include <gtest/gtest.h>

#include <algorithm>

// The features of the task manager, each by the name that it has there. The table is in core/engine/README.md.

namespace {

using core::base::ErrorCode;
using core::base::Json;
using core::base::milliseconds;
using core::engine::Submission;
using core::task::FailureReason;
using core::task::Task;
using core::task::TaskState;
using tests::EngineHarness;

class TaskManager : public testing::Test, protected EngineHarness {
  protected:
    Task submitFor(const std::string& type, Json params, milliseconds timeout) {
        Submission submission;
        submission.type = type;
        submission.params = std::move(params);
        submission.timeout = timeout;
        return submit(submission);
    }
    std::vector<std::string> idsIn(std::vector<TaskState> states) {
        core::store::TaskFilter filter;
        filter.states = std::move(states);
        std::vector<std::string> ids;
        const auto page = engine().tasks().page(filter, 0, 100);
        EXPECT_TRUE(page);
        for (const Task& task : *page)
            ids.push_back(task.id.text);
        std::ranges::sort(ids);
        return ids;
    }
    std::string logOf(const Task& task) {
        std::string text;
        const auto detail = engine().tasks().detail(task.id);
        for (const auto& line : detail->log)
            text += line.text + "\n";
        return text;
    }
};

TEST_F(TaskManager, ATaskIsSubmittedLookedAtAndItsResultRead) {
    start();
    const Task submitted = submit("test_echo", {{"text", "hello"}});
    EXPECT_EQ(submitted.state, TaskState::Pending);
    EXPECT_EQ(wait(submitted).state, TaskState::Success);
    EXPECT_EQ(engine().tasks().find(submitted.id)->result["text"], "hello");
}

TEST_F(TaskManager, ATaskOverItsTimeoutFailsAndSaysSo) {
    start();
    const Task task = wait(submitFor("test_sleep", {{"ms", 60'000}}, milliseconds(2000)));
    EXPECT_EQ(task.state, TaskState::Failure);
    EXPECT_EQ(task.reason, FailureReason::Timeout);
    EXPECT_EQ(task.errorType, "SoftTimeLimitExceeded");
    EXPECT_EQ(core::task::toDocument(task)["time_limit_seconds"], 2.0);
}

TEST_F(TaskManager, ATimeoutReachesAHandlerThatNeverLooks) {
    start();
    const Task task = wait(submitFor("test_spin", Json::object(), milliseconds(300)));
    EXPECT_EQ(task.state, TaskState::Failure);
    EXPECT_EQ(task.reason, FailureReason::Timeout);
    EXPECT_EQ(task.errorType, "TimeLimitExceeded");
}

TEST_F(TaskManager, ATimeoutLongerThanTheTypesLimitIsRefused) {
    start(0);
    for (const milliseconds timeout : {milliseconds(0), milliseconds(-1), milliseconds(600'001)}) {
        Submission submission;
        submission.type = "test_echo";
        submission.timeout = timeout;
        EXPECT_EQ(engine().tasks().submit(submission, kTester).error().code, ErrorCode::InvalidParams);
    }
    EXPECT_EQ(submitFor("test_echo", Json::object(), milliseconds(600'000)).timeLimit, milliseconds(600'000));
}

TEST_F(TaskManager, ProgressIsReadWhileATaskRuns) {
    start();
    const Task task = submit("test_keeper", Json::object());
    Task seen;
    ASSERT_TRUE(eventually([&] { return (seen = *engine().tasks().find(task.id)).progress.has_value(); }));
    EXPECT_EQ(*seen.progress, 30);
    EXPECT_EQ(seen.progressText, "three of ten");
    EXPECT_EQ(core::task::toDocument(seen)["progress_fields"], (Json{{"done", 3}, {"of", 10}}));
    EXPECT_TRUE(engine().tasks().cancel(task.id, kTester));
    wait(task);
}

TEST_F(TaskManager, ACancelledTaskCleansUpKeepsItsPartialResultAndLeavesItsProcessAlive) {
    start(1);
    const Task task = submit("test_keeper", Json::object());
    ASSERT_TRUE(eventually([&] { return engine().tasks().find(task.id)->progress.has_value(); }));
    const int pid = engine().status().workers.front().pid;
    ASSERT_TRUE(engine().tasks().cancel(task.id, kTester));
    const Task ended = wait(task);
    EXPECT_EQ(ended.state, TaskState::Revoked);
    EXPECT_EQ(ended.result, (Json{{"done", 3}}));
    EXPECT_TRUE(eventually([&] { return logOf(task).find("cleaned up") != std::string::npos; }));
    EXPECT_EQ(wait(submit("test_echo")).state, TaskState::Success);
    EXPECT_EQ(engine().status().workers.front().pid, pid);
    expectLegalHistory(ended);
}

TEST_F(TaskManager, ATaskStoppedByItsTimeoutKeepsItsPartialResultAndCleansUp) {
    start();
    const Task task = wait(submitFor("test_keeper", {{"trouble", true}}, milliseconds(2000)));
    EXPECT_EQ(task.errorType, "SoftTimeLimitExceeded");
    EXPECT_EQ(task.result, (Json{{"done", 3}}));
    EXPECT_NE(task.traceback.find("cleaning up failed: the broom is broken"), std::string::npos);
}

TEST_F(TaskManager, AnEndedTaskCannotBeCancelled) {
    start();
    const Task task = wait(submit("test_echo"));
    EXPECT_EQ(engine().tasks().cancel(task.id, kTester).error().code, ErrorCode::Conflict);
    EXPECT_EQ(engine().tasks().cancel({"no such task"}, kTester).error().code, ErrorCode::NotFound);
}

TEST_F(TaskManager, WaitingEndsAtItsTimeoutAndTheTaskGoesOn) {
    start();
    const Task task = submit("test_sleep", {{"ms", 2000}});
    const auto early = engine().tasks().wait(task.id, milliseconds(20));
    ASSERT_TRUE(early);
    EXPECT_FALSE(core::task::isTerminal(early->state));
    EXPECT_EQ(wait(task).state, TaskState::Success);
}

TEST_F(TaskManager, MetadataAndTagsAreKeptAndFound) {
    start();
    Submission submission;
    submission.type = "test_echo";
    submission.metadata = {{"user_id", "user-123"}, {"description", "Process user data"}};
    submission.tags = {"nightly", "import"};
    const Task task = wait(submit(submission));
    EXPECT_EQ(task.metadata["user_id"], "user-123");
    EXPECT_EQ(task.tags, submission.tags);
    core::store::TaskFilter byTag;
    byTag.search = "nightly";
    EXPECT_EQ(engine().tasks().page(byTag, 0, 10)->size(), 1u);
    byTag.search = "weekly";
    EXPECT_TRUE(engine().tasks().page(byTag, 0, 10)->empty());
}

TEST_F(TaskManager, TasksAreListedByState) {
    start(1);
    const Task done = wait(submit("test_echo"));
    const Task failed = wait(submit("test_fail_permanently"));
    const Task running = waitFor(submit("test_sleep", {{"ms", 60'000}}), TaskState::Started);
    const Task waiting = submit("test_echo");
    EXPECT_EQ(idsIn({TaskState::Started}), std::vector{running.id.text});
    EXPECT_EQ(idsIn({TaskState::Pending}), std::vector{waiting.id.text});
    EXPECT_EQ(idsIn({TaskState::Success}), std::vector{done.id.text});
    EXPECT_EQ(idsIn({TaskState::Failure}), std::vector{failed.id.text});
    EXPECT_EQ(idsIn({}).size(), 4u);
    EXPECT_TRUE(engine().tasks().cancel(running.id, kTester));
}

TEST_F(TaskManager, AnErrorIsCapturedWithItsTypeMessageAndTraceback) {
    start();
    const Task task = wait(submit("test_fail_nested"));
    EXPECT_EQ(task.state, TaskState::Failure);
    EXPECT_EQ(task.errorMessage, "the outer failure");
    EXPECT_NE(task.traceback.find("caused by std::invalid_argument: the inner cause"), std::string::npos);
}

TEST_F(TaskManager, AStoppedManagerHandsItsTasksToTheNextOne) {
    start(1);
    const Task running = waitFor(submit("test_sleep", {{"ms", 1500}}), TaskState::Started);
    const Task waiting = submit("test_echo");
    stop();
    start(1);
    EXPECT_EQ(wait(running).state, TaskState::Success);
    EXPECT_EQ(wait(waiting).state, TaskState::Success);
    EXPECT_EQ(engine().tasks().find(running.id)->attempt, 2);
    expectLegalHistory(running);
}

} // namespace
