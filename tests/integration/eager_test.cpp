#include "core/api/Health.h"
#include "tests/support/CommandLine.h"
#include "tests/support/EngineHarness.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <atomic>
#include <cstdlib>
#include <thread>
#include <unistd.h>

namespace tests::eager {

using core::base::Json;
using core::base::milliseconds;
using core::engine::Submission;
using core::engine::Workflow;
using core::task::FailureReason;
using core::task::Outcome;
using core::task::Task;
using core::task::TaskContext;
using core::task::TaskState;

/// What handlers in this process do and see.
struct Witness {
    std::thread::id ranOn;
    std::atomic<int> running{0}, mostAtOnce{0};
};

core::task::TaskType witnessed(Witness& witness) {
    core::task::TaskType type;
    type.id = "test_witnessed";
    type.celeryName = "app.tests.test_witnessed";
    type.queue = "default";
    type.title = type.description = "Says where it runs";
    type.run = [&witness](const Json&, TaskContext&) {
        witness.ranOn = std::this_thread::get_id();
        const int now = ++witness.running;
        witness.mostAtOnce = std::max(witness.mostAtOnce.load(), now);
        std::this_thread::yield();
        --witness.running;
        return Outcome::success("seen");
    };
    return type;
}

class EagerMode : public testing::Test, protected EngineHarness {
  protected:
    core::engine::EngineOptions eager(int workers = 4) const {
        auto eager = options(workers);
        eager.eager = true;
        eager.workerProgram = "/nonexistent/worker";
        return eager;
    }
    void startEager(int workers = 4) {
        core::task::TaskRegistry types;
        types.add(witnessed(witness));
        start(eager(workers), std::move(types));
    }
    static Submission of(const std::string& type, Json params = Json::object()) {
        Submission submission;
        submission.type = type;
        submission.params = std::move(params);
        return submission;
    }
    Task found(const Task& task) { return engine().tasks().find(task.id).value_or(Task()); }
    /// The newest task, once it runs.
    Task running() {
        EXPECT_TRUE(eventually([&] { return !engine().runningSnapshot().empty(); }));
        const auto tasks = engine().runningSnapshot();
        return tasks.empty() ? Task() : tasks.front();
    }

    Witness witness;
};

TEST_F(EagerMode, ATaskHasEndedWhenItsSubmissionReturns) {
    startEager();
    const auto events = engine().events().subscribe();
    const Task task = submit("test_echo", {{"text", "hello"}});
    EXPECT_EQ(task.state, TaskState::Success);
    EXPECT_EQ(task.result["text"], "hello");
    EXPECT_NE(task.worker.find("eager (pid " + std::to_string(::getpid()) + ")"), std::string::npos) << task.worker;
    std::vector<TaskState> states;
    for (const auto& event : events->drain().events)
        if (event->kind == core::events::EventKind::TaskChanged)
            states.push_back(event->task->state);
    EXPECT_EQ(states, (std::vector{TaskState::Pending, TaskState::Started, TaskState::Success}));
    expectLegalHistory(task);
    stop();
    startEager();
    EXPECT_EQ(found(task).result["text"], "hello") << "it is as durable as any";
}

TEST_F(EagerMode, ItRunsOnTheThreadThatSubmitsIt) {
    startEager();
    EXPECT_EQ(submit("test_witnessed").state, TaskState::Success);
    EXPECT_EQ(witness.ranOn, std::this_thread::get_id());
}

TEST_F(EagerMode, NoWorkerProcessIsStartedAndTheStatusSaysSo) {
    startEager();
    const auto status = engine().status();
    EXPECT_TRUE(status.eager);
    EXPECT_EQ(status.workerLimit, 1);
    ASSERT_EQ(status.workers.size(), 1u);
    EXPECT_EQ(status.workers.front().pid, ::getpid());
    const Json health = core::api::healthDocument(engine());
    EXPECT_EQ(health["eager"], true);
    EXPECT_EQ(health["status"], "degraded");
    EXPECT_NE(health.dump().find("eager mode: tasks run in the engine's own process"), std::string::npos);
}

TEST_F(EagerMode, AFailureIsTriedAgainAtOnceAndEveryTryIsAnAttempt) {
    startEager();
    const Task task = submit("test_fail_times", {{"times", 3}});
    EXPECT_EQ(task.state, TaskState::Success) << "the type waits a second before each of three retries";
    EXPECT_EQ(task.attempt, 4);
    EXPECT_EQ(engine().tasks().detail(task.id)->attempts.size(), 4u);
    expectLegalHistory(task);
}

TEST_F(EagerMode, FailuresInARowOpenNoCircuit) {
    startEager();
    for (int i = 0; i < 8; ++i)
        EXPECT_EQ(submit("test_fail", {{"message", "no"}}).state, TaskState::Failure);
}

TEST_F(EagerMode, AnErrorIsCapturedAsInAWorker) {
    startEager();
    const Task task = submit("test_fail", {{"message", "the roster is empty"}});
    EXPECT_EQ(task.reason, FailureReason::Error);
    EXPECT_NE(task.errorType.find("runtime_error"), std::string::npos);
    EXPECT_EQ(task.errorMessage, "the roster is empty");
    EXPECT_NE(task.traceback.find("in test_fail, attempt 1"), std::string::npos);
    const Task huge = submit("test_huge", {{"mb", 9}});
    EXPECT_EQ(huge.errorType, "OutcomeTooLarge") << "limits of outcomes are kept";
}

TEST_F(EagerMode, FollowUpsHaveEndedToo) {
    startEager();
    const Task parent = submit("test_follow", {{"type", "test_echo"}, {"params", {{"text", "child"}}}});
    ASSERT_EQ(parent.state, TaskState::Success);
    const auto related = engine().tasks().detail(parent.id)->related;
    ASSERT_EQ(related.size(), 1u);
    EXPECT_EQ(related[0].state, TaskState::Success);
}

TEST_F(EagerMode, AWholeWorkflowHasEndedWhenItsSubmissionReturns) {
    startEager();
    Workflow workflow;
    workflow.chord({of("test_echo", {{"text", "a"}}), of("test_echo", {{"text", "b"}})}, of("test_upstream"));
    const auto tasks = engine().workflows().submit(workflow, kTester);
    ASSERT_TRUE(tasks);
    ASSERT_EQ(tasks->size(), 3u);
    for (const Task& task : *tasks)
        EXPECT_EQ(task.state, TaskState::Success);
    EXPECT_EQ(tasks->back().result["upstream"].size(), 2u);
}

TEST_F(EagerMode, ProgressAndLogLinesAreTold) {
    startEager();
    const auto events = engine().events().subscribe();
    const Task task = submit("test_progress", {{"steps", 3}, {"ms", 0}});
    bool told = false;
    for (const auto& event : events->drain().events)
        told = told || (event->kind == core::events::EventKind::TaskProgress && event->subject == task.id.text);
    EXPECT_TRUE(told);
    const Task talker = submit("test_log", {{"lines", 3}});
    EXPECT_TRUE(eventually([&] { return engine().tasks().detail(talker.id)->log.size() == 3; }));
}

TEST_F(EagerMode, AHandlerThatLooksIsStoppedAtItsSoftLimit) {
    startEager();
    Submission sleeper = of("test_sleep", {{"ms", 60'000}});
    sleeper.timeout = milliseconds(200);
    const Task task = submit(sleeper);
    EXPECT_EQ(task.state, TaskState::Failure);
    EXPECT_EQ(task.reason, FailureReason::Timeout);
    EXPECT_EQ(task.errorType, "SoftTimeLimitExceeded");
}

TEST_F(EagerMode, ARunningTaskIsCancelledFromAnotherThread) {
    startEager();
    Task ended;
    std::thread submitter([&] { ended = submit("test_sleep", {{"ms", 60'000}}); });
    EXPECT_TRUE(engine().tasks().cancel(running().id, kTester));
    submitter.join();
    EXPECT_EQ(ended.state, TaskState::Revoked);
    expectLegalHistory(ended);
}

TEST_F(EagerMode, ATaskForLaterRunsWhenItsTimeHasCome) {
    startEager();
    Submission later = of("test_witnessed");
    later.countdown = milliseconds(300);
    const Task task = submit(later);
    EXPECT_EQ(task.state, TaskState::Scheduled);
    EXPECT_EQ(wait(task).state, TaskState::Success);
    EXPECT_NE(witness.ranOn, std::this_thread::get_id());
}

TEST_F(EagerMode, WhatMayNotBeginIsLeftWaiting) {
    startEager();
    ASSERT_TRUE(engine().queues().pause("default", kTester));
    const Task held = submit("test_echo");
    EXPECT_EQ(held.state, TaskState::Pending);
    ASSERT_TRUE(engine().queues().resume("default", kTester));
    EXPECT_EQ(wait(held).state, TaskState::Success);
}

TEST_F(EagerMode, SubmittersTakeTurns) {
    startEager();
    std::atomic<int> succeeded{0};
    std::vector<std::jthread> submitters;
    for (int i = 0; i < 4; ++i)
        submitters.emplace_back([&] {
            for (int n = 0; n < 10; ++n)
                succeeded += submit("test_witnessed").state == TaskState::Success ? 1 : 0;
        });
    submitters.clear();
    EXPECT_EQ(succeeded, 40);
    EXPECT_EQ(witness.mostAtOnce, 1);
}

TEST_F(EagerMode, StoppingPutsTheRunningTaskBackWithoutCountingTheAttempt) {
    startEager();
    Task left;
    std::thread submitter([&] { left = submit("test_sleep", {{"ms", 60'000}}); });
    running();
    engine().stopAtOnce();
    engine().stop();
    submitter.join();
    stop();
    start(options(0));
    EXPECT_EQ(found(left).state, TaskState::Pending);
    EXPECT_EQ(engine().tasks().detail(left.id)->attempts.front().outcome, "interrupted");
}

TEST_F(EagerMode, AnEngineThatOnlyLooksUpRunsNothingUntilSomethingIsSubmitted) {
    start(options(0));
    const Task earlier = submit("test_echo");
    stop();
    startEager(0);
    EXPECT_EQ(found(earlier).state, TaskState::Pending);
    EXPECT_EQ(submit("test_witnessed").state, TaskState::Success);
    EXPECT_EQ(found(earlier).state, TaskState::Success) << "a submission runs what waits";
}

/// A variable of the environment while the object lives.
class Environment {
  public:
    Environment(const char* name, const char* value) : m_name(name) { ::setenv(name, value, 1); }
    ~Environment() { ::unsetenv(m_name); }
    Environment(const Environment&) = delete;
    Environment& operator=(const Environment&) = delete;

  private:
    const char* m_name;
};

TEST(EagerModeOfTheProgram, TheEnvironmentTurnsItOnAndTheCommandSaysSo) {
    const TemporaryFolder folder;
    const CommandLine command(folder / "data");
    const Environment eager("BEATWARDEN_EAGER", "1");
    ASSERT_EQ(command.run({"programme", "create-sample"}).status, 0);
    const Finished started = command.run({"task", "start", "resilience_health_check", "--json"});
    EXPECT_EQ(started.status, 0) << started.err;
    const auto task = core::base::parseJson(started.out);
    ASSERT_TRUE(task) << started.out;
    EXPECT_EQ((*task)["state"], "success");
    EXPECT_NE(started.err.find("eager mode: tasks run in this process"), std::string::npos) << started.err;
}

TEST(EagerModeOfTheProgram, AWordThatSaysNeitherIsRefused) {
    const TemporaryFolder folder;
    const Environment eager("BEATWARDEN_EAGER", "perhaps");
    const Finished refused = CommandLine(folder / "data").run({"task", "list"});
    EXPECT_EQ(refused.status, 2);
    EXPECT_NE(refused.err.find("BEATWARDEN_EAGER is 'perhaps'"), std::string::npos) << refused.err;
}

} // namespace tests::eager
