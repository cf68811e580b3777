#include "tests/support/EngineHarness.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace {

using core::base::ErrorCode;
using core::base::Json;
using core::engine::Submission;
using core::engine::Workflow;
using core::task::Task;
using core::task::TaskState;
using tests::EngineHarness;

class WorkflowTest : public testing::Test {
  protected:
    WorkflowTest() { harness.start(); }

    static Submission of(const std::string& type, Json params = Json::object()) {
        Submission submission;
        submission.type = type;
        submission.params = std::move(params);
        return submission;
    }
    static Submission echo(const std::string& text) { return of("test_echo", {{"text", text}}); }

    std::vector<Task> submit(const Workflow& workflow) {
        auto tasks = harness.engine().workflows().submit(workflow, EngineHarness::kTester);
        EXPECT_TRUE(tasks) << (tasks ? "" : tasks.error().text());
        return tasks.value_or(std::vector<Task>());
    }
    Task end(const Task& task) { return harness.wait(task); }
    /// Results that a task was given, by the text that each echoed.
    std::vector<std::string> upstreamTexts(const Task& task) {
        std::vector<std::string> texts;
        const Json upstream = end(task).result.value("upstream", Json::array());
        for (const Json& one : upstream)
            texts.push_back(one["result"]["text"]);
        return texts;
    }

    EngineHarness harness;
};

TEST_F(WorkflowTest, AChainRunsOneAfterTheOtherAndGivesResultsOn) {
    Workflow workflow;
    workflow.chain({echo("first"), of("test_upstream")});
    const auto tasks = submit(workflow);
    ASSERT_EQ(tasks.size(), 2u);
    EXPECT_EQ(tasks[1].state, TaskState::Scheduled);
    EXPECT_EQ(tasks[1].waitsFor, 1);
    EXPECT_EQ(tasks[0].workflow, tasks[1].workflow);
    EXPECT_EQ(upstreamTexts(tasks[1]), std::vector<std::string>{"first"});
    EXPECT_GE(*end(tasks[1]).startedAt, *end(tasks[0]).finishedAt);
    harness.expectLegalHistory(tasks[1]);
}

TEST_F(WorkflowTest, AChordRunsItsBodyOnceWhenAllOfTheGroupAreDone) {
    Workflow workflow;
    std::vector<Submission> header;
    for (int i = 0; i < 8; ++i)
        header.push_back(echo(std::to_string(i)));
    workflow.chord(std::move(header), of("test_upstream"));
    const auto tasks = submit(workflow);
    ASSERT_EQ(tasks.size(), 9u);
    EXPECT_EQ(upstreamTexts(tasks[8]).size(), 8u);
    EXPECT_EQ(end(tasks[8]).attempt, 1);
}

TEST_F(WorkflowTest, WhatWaitsForAFailureIsRevokedDownTheWholeChain) {
    Workflow workflow;
    workflow.chain({of("test_fail_permanently"), echo("never"), echo("nor this")});
    const auto tasks = submit(workflow);
    EXPECT_EQ(end(tasks[0]).state, TaskState::Failure);
    EXPECT_EQ(end(tasks[1]).state, TaskState::Revoked);
    EXPECT_EQ(end(tasks[2]).state, TaskState::Revoked);
    EXPECT_EQ(end(tasks[2]).attempt, 0);
    harness.expectLegalHistory(tasks[2]);
}

TEST_F(WorkflowTest, ALongChainIsRevokedWithoutRecursion) {
    Workflow workflow;
    std::vector<Submission> links{of("test_fail_permanently")};
    for (int i = 0; i < 3000; ++i)
        links.push_back(echo("x"));
    workflow.chain(std::move(links));
    const auto tasks = submit(workflow);
    ASSERT_EQ(tasks.size(), 3001u);
    EXPECT_EQ(end(tasks.back()).state, TaskState::Revoked);
}

TEST_F(WorkflowTest, AWholeTreeIsCancelledWaitingAndRunning) {
    Workflow workflow;
    workflow.chain({of("test_sleep", {{"ms", 60'000}}), echo("later"), echo("last")});
    const auto tasks = submit(workflow);
    harness.waitFor(tasks[0], TaskState::Started);
    const auto cancelled = harness.engine().workflows().cancelTree(tasks[2].id, EngineHarness::kTester);
    ASSERT_TRUE(cancelled) << cancelled.error().text();
    EXPECT_EQ(*cancelled, 3);
    for (const Task& task : tasks)
        EXPECT_EQ(end(task).state, TaskState::Revoked);
    EXPECT_EQ(harness.engine().workflows().cancelTree(tasks[0].id, EngineHarness::kTester).error().code,
              ErrorCode::Conflict);
}

TEST_F(WorkflowTest, RetryingATreeRepeatsWhatFailedAndKeepsWhatSucceeded) {
    Workflow workflow;
    const auto header = workflow.group({echo("good"), of("test_fail_permanently")});
    workflow.add(of("test_upstream"), header);
    const auto tasks = submit(workflow);
    EXPECT_EQ(end(tasks[2]).state, TaskState::Revoked);
    const auto again = harness.engine().workflows().retryTree(tasks[0].id, EngineHarness::kTester);
    ASSERT_TRUE(again) << again.error().text();
    ASSERT_EQ(again->size(), 2u) << "the one that succeeded is not repeated";
    EXPECT_EQ((*again)[0].retryOf, tasks[1].id.text);
    EXPECT_EQ((*again)[1].retryOf, tasks[2].id.text);
    EXPECT_EQ((*again)[1].waitsFor, 1);
    EXPECT_EQ(end((*again)[1]).state, TaskState::Revoked) << "it fails again, as its parameters say";
    // Only what has not been retried yet is retried.
    const auto third = harness.engine().workflows().retryTree(tasks[0].id, EngineHarness::kTester);
    ASSERT_TRUE(third);
    EXPECT_EQ((*third)[0].retryOf, (*again)[0].id.text);
}

TEST_F(WorkflowTest, TheTreeOfAFollowUpIsThatOfItsParent) {
    const Task parent = harness.submit("test_follow");
    end(parent);
    ASSERT_TRUE(EngineHarness::eventually([&] { return harness.engine().workflows().tree(parent.id)->size() == 2; }));
    const auto tree = harness.engine().workflows().tree(parent.id);
    EXPECT_EQ((*tree)[1].task.parentId, parent.id.text);
    EXPECT_EQ(harness.engine().workflows().tree((*tree)[1].task.id)->size(), 2u);
}

TEST_F(WorkflowTest, AWorkflowSurvivesARestartInItsMiddle) {
    Workflow workflow;
    workflow.chain({of("test_sleep", {{"ms", 300}}), echo("after the restart")});
    const auto tasks = submit(workflow);
    harness.waitFor(tasks[0], TaskState::Started);
    harness.stop();
    harness.start();
    EXPECT_EQ(end(tasks[1]).state, TaskState::Success);
}

TEST_F(WorkflowTest, WrongWorkflowsAreRefusedWhole) {
    const auto refused = [&](const Workflow& workflow) {
        const auto answer = harness.engine().workflows().submit(workflow, EngineHarness::kTester);
        EXPECT_FALSE(answer);
        return answer ? std::string() : answer.error().text();
    };
    refused(Workflow());
    Workflow forward;
    forward.add(echo("a"), {1});
    forward.add(echo("b"));
    EXPECT_NE(refused(forward).find("step 1"), std::string::npos);
    Workflow unknown;
    unknown.chain({echo("a"), of("no_such_type")});
    EXPECT_NE(refused(unknown).find("step 2"), std::string::npos);
    EXPECT_TRUE(harness.engine().tasks().keys({}, {})->empty()) << "nothing of a refused workflow is kept";
}

} // namespace
