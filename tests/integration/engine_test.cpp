#include "tests/support/EngineHarness.h"
#include "tests/support/MisbehavingTasks.h"
#include "tests/support/Programs.h"

#include <atomic>
#include <csignal>
#include <gtest/gtest.h>
#include <set>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

extern char** environ;

namespace {

using core::base::ErrorCode;
using core::base::Json;
using core::base::milliseconds;
using core::engine::Submission;
using core::task::FailureReason;
using core::task::Task;
using core::task::TaskState;
using tests::EngineHarness;

class EngineTest : public testing::Test, protected EngineHarness {
  protected:
    int workerOf(const Task& task) {
        for (const auto& worker : engine().status().workers)
            if (worker.task == task.id)
                return worker.pid;
        return 0;
    }
};

TEST_F(EngineTest, ATaskRunsInAWorkerAndItsResultIsKept) {
    start();
    const Task task = wait(submit("test_echo", {{"text", "hello"}}));
    EXPECT_EQ(task.state, TaskState::Success);
    EXPECT_EQ(task.result["text"], "hello");
    EXPECT_EQ(task.attempt, 1);
    EXPECT_TRUE(task.startedAt && task.finishedAt);
    EXPECT_NE(task.worker.find("pid"), std::string::npos);
    EXPECT_EQ(task.triggeredBy, "tester");
    const auto detail = engine().tasks().detail(task.id);
    ASSERT_TRUE(detail);
    ASSERT_EQ(detail->attempts.size(), 1u);
    EXPECT_EQ(detail->attempts[0].outcome, "success");
    expectLegalHistory(task);
}

TEST_F(EngineTest, AThrowingHandlerFailsWithItsTypeAndMessage) {
    start();
    const Task task = wait(submit("test_fail", {{"message", "the roster is empty"}}));
    EXPECT_EQ(task.state, TaskState::Failure);
    EXPECT_EQ(task.reason, FailureReason::Error);
    EXPECT_NE(task.errorMessage.find("the roster is empty"), std::string::npos);
    EXPECT_NE(task.errorType.find("runtime_error"), std::string::npos);
    expectLegalHistory(task);
}

TEST_F(EngineTest, AFailureIsTriedAgainAfterItsDelay) {
    start();
    const Task task = wait(submit("test_fail_times", {{"times", 1}}));
    EXPECT_EQ(task.state, TaskState::Success);
    EXPECT_EQ(task.attempt, 2);
    const auto detail = engine().tasks().detail(task.id);
    ASSERT_EQ(detail->attempts.size(), 2u);
    EXPECT_EQ(detail->attempts[0].outcome, "retry");
    EXPECT_GE(detail->attempts[1].startedAt - detail->attempts[0].startedAt, milliseconds(1000));
    expectLegalHistory(task);
}

TEST_F(EngineTest, AWaitingTaskIsCancelledAtOnce) {
    start();
    Submission later;
    later.type = "test_echo";
    later.countdown = std::chrono::hours(1);
    const Task task = submit(later);
    EXPECT_EQ(task.state, TaskState::Scheduled);
    const auto cancelled = engine().tasks().cancel(task.id, kTester);
    ASSERT_TRUE(cancelled);
    EXPECT_EQ(cancelled->state, TaskState::Revoked);
    EXPECT_EQ(engine().tasks().cancel(task.id, kTester).error().code, ErrorCode::Conflict);
    expectLegalHistory(task);
}

TEST_F(EngineTest, ARunningTaskIsRevokedOnlyOnceItHasStopped) {
    start();
    const Task task = submit("test_sleep", {{"ms", 60'000}});
    ASSERT_EQ(waitFor(task, TaskState::Started).state, TaskState::Started);
    const auto asked = engine().tasks().cancel(task.id, kTester);
    ASSERT_TRUE(asked);
    EXPECT_EQ(asked->state, TaskState::Started);
    EXPECT_TRUE(asked->cancelRequested);
    EXPECT_EQ(wait(task).state, TaskState::Revoked);
    EXPECT_TRUE(engine().runningSnapshot().empty());
    expectLegalHistory(task);
}

TEST_F(EngineTest, AKilledWorkerCostsAnAttemptAndTheTaskIsRunAgain) {
    start();
    Submission twice;
    twice.type = "test_sleep";
    twice.params = {{"ms", 700}};
    twice.maxRetries = 2;
    const Task task = submit(twice);
    // It has begun once it reports: a task that dies with its worker before that has cost nothing.
    ASSERT_TRUE(eventually([&] { return engine().tasks().find(task.id)->progress.has_value(); }));
    ::kill(workerOf(task), SIGKILL);
    const Task ended = wait(task);
    EXPECT_EQ(ended.state, TaskState::Success);
    EXPECT_EQ(ended.attempt, 2);
    const auto detail = engine().tasks().detail(task.id);
    EXPECT_EQ(detail->attempts[0].errorType, "WorkerLost");
    EXPECT_NE(detail->attempts[0].errorMessage.find("signal 9"), std::string::npos);
    expectLegalHistory(task);
}

TEST_F(EngineTest, ATaskThatKeepsKillingWorkersIsPoison) {
    start();
    const Task task = wait(submit("test_crash"));
    EXPECT_EQ(task.state, TaskState::Failure);
    EXPECT_EQ(task.reason, FailureReason::Poison);
    EXPECT_EQ(task.attempt, 3);
    EXPECT_EQ(wait(submit("test_echo")).state, TaskState::Success);
    expectLegalHistory(task);
}

TEST_F(EngineTest, RubbishFromAWorkerFailsItsTaskAndNothingElse) {
    start();
    const Task neighbour = submit("test_sleep", {{"ms", 800}});
    const Task task = wait(submit("test_rubbish", {{"bytes", 64}}));
    EXPECT_EQ(task.state, TaskState::Failure);
    EXPECT_EQ(task.reason, FailureReason::WorkerLost);
    EXPECT_EQ(wait(neighbour).state, TaskState::Success);
}

TEST_F(EngineTest, NoMoreTasksRunThanTheQueueHasSlots) {
    start(4);
    const auto events = engine().events().subscribe();
    std::vector<Task> tasks;
    for (int i = 0; i < 6; ++i)
        tasks.push_back(submit("test_metrics", Json::object()));
    for (const Task& task : tasks)
        EXPECT_EQ(wait(task).state, TaskState::Success);
    std::set<std::string> running;
    size_t most = 0;
    for (const auto& event : events->drain().events)
        if (event->kind == core::events::EventKind::TaskChanged) {
            if (event->task->state == TaskState::Started)
                running.insert(event->subject);
            else
                running.erase(event->subject);
            most = std::max(most, running.size());
        }
    EXPECT_GE(most, 1u);
    EXPECT_LE(most, 2u);
}

TEST_F(EngineTest, APausedQueueStartsNothingUntilItIsResumed) {
    start();
    ASSERT_TRUE(engine().queues().pause("default", kTester));
    const Task held = submit("test_echo");
    EXPECT_EQ(wait(submit("test_metrics")).state, TaskState::Success);
    EXPECT_EQ(engine().tasks().find(held.id)->state, TaskState::Pending);
    stop();
    start();
    EXPECT_EQ(engine().tasks().find(held.id)->state, TaskState::Pending) << "a pause survives a restart";
    ASSERT_TRUE(engine().queues().resume("default", kTester));
    EXPECT_EQ(wait(held).state, TaskState::Success);
    EXPECT_EQ(engine().queues().pause("nowhere", kTester).error().code, ErrorCode::NotFound);
}

TEST_F(EngineTest, WrongRequestsAreRefusedWithWordsAndStoreNothing) {
    start();
    const auto refused = [&](const Submission& submission) {
        return engine().tasks().submit(submission, kTester).error();
    };
    Submission unknown;
    unknown.type = "no_such_type";
    EXPECT_NE(refused(unknown).message.find("Invalid task_type: no_such_type. Must be one of: ["), std::string::npos);
    Submission extra;
    extra.type = "test_sleep";
    extra.params = {{"milliseconds", 1}};
    EXPECT_EQ(refused(extra).code, ErrorCode::InvalidParams);
    Submission notObject;
    notObject.type = "test_echo";
    notObject.params = Json::array();
    EXPECT_EQ(refused(notObject).message, "params must be a JSON object");
    Submission priority;
    priority.type = "test_echo";
    priority.priority = 10;
    EXPECT_EQ(refused(priority).message, "priority must be between 0 and 9");
    EXPECT_EQ(engine().tasks().find({"nothing"}).error().code, ErrorCode::NotFound);
    EXPECT_TRUE(engine().tasks().page({}, 0, 10)->empty());
}

TEST_F(EngineTest, RetryingByHandMakesALinkedTask) {
    start();
    const Task failed = wait(submit("test_fail", {{"message", "x"}}));
    const auto again = engine().tasks().retry(failed.id, Json{{"message", "y"}}, kTester);
    ASSERT_TRUE(again);
    EXPECT_EQ(again->retryOf, failed.id.text);
    EXPECT_NE(wait(*again).errorMessage.find("y"), std::string::npos);
    const auto detail = engine().tasks().detail(failed.id);
    ASSERT_EQ(detail->related.size(), 1u);
    EXPECT_EQ(detail->related[0].id, again->id);
    const Task running = submit("test_sleep", {{"ms", 60'000}});
    EXPECT_EQ(engine().tasks().retry(running.id, std::nullopt, kTester).error().code, ErrorCode::Conflict);
}

TEST_F(EngineTest, AFollowUpStartsWithItsParentsSuccess) {
    start();
    const Task parent = wait(submit("test_follow", {{"type", "test_echo"}, {"params", {{"text", "child"}}}}));
    ASSERT_EQ(parent.state, TaskState::Success);
    const auto detail = engine().tasks().detail(parent.id);
    ASSERT_EQ(detail->related.size(), 1u);
    const Task child = wait(detail->related[0]);
    EXPECT_EQ(child.parentId, parent.id.text);
    EXPECT_EQ(child.result["text"], "child");
    const Task wrong = wait(submit("test_follow", {{"type", "no_such_type"}, {"params", Json::object()}}));
    EXPECT_EQ(wrong.state, TaskState::Failure);
    EXPECT_NE(wrong.errorMessage.find("no_such_type"), std::string::npos);
}

TEST_F(EngineTest, AnIntervalFiresAndEachInstantOnlyOnce) {
    start();
    core::engine::ScheduleEntry entry;
    entry.name = "every-second";
    entry.type = "test_echo";
    entry.every = std::chrono::seconds(1);
    ASSERT_TRUE(engine().schedules().add(entry, kTester));
    EXPECT_EQ(engine().schedules().add(entry, kTester).error().code, ErrorCode::Conflict);
    core::store::TaskFilter filter;
    filter.type = "test_echo";
    ASSERT_TRUE(eventually([&] { return engine().tasks().page(filter, 0, 10)->size() >= 2; }));
    ASSERT_TRUE(engine().schedules().setEnabled("every-second", false, kTester));
    const auto fired = *engine().tasks().page(filter, 0, 100);
    for (const Task& task : fired)
        EXPECT_EQ(task.triggeredBy, "schedule:every-second");
    ASSERT_TRUE(engine().schedules().remove("every-second", std::nullopt, kTester));
    EXPECT_EQ(engine().schedules().remove("every-second", std::nullopt, kTester).error().code, ErrorCode::NotFound);
    entry.name = "never";
    entry.every = std::chrono::seconds(0);
    entry.cron = "0 0 30 2 *";
    EXPECT_EQ(engine().schedules().add(entry, kTester).error().code, ErrorCode::InvalidParams);
}

TEST_F(EngineTest, EventsOfOneTaskComeInTheOrderOfItsMoves) {
    start();
    const auto events = engine().events().subscribe();
    const Task task = wait(submit("test_echo"));
    std::vector<TaskState> states;
    uint64_t last = 0;
    for (const auto& event : events->drain().events) {
        EXPECT_GT(event->sequence, last);
        last = event->sequence;
        if (event->kind == core::events::EventKind::TaskChanged && event->subject == task.id.text)
            states.push_back(event->task->state);
    }
    EXPECT_EQ(states, (std::vector{TaskState::Pending, TaskState::Started, TaskState::Success}));
}

TEST_F(EngineTest, ASecondOwnerIsRefusedAndToldWhoOwnsIt) {
    start();
    const core::base::RealClock clock;
    const auto second = core::engine::startEngine(options(), {}, clock);
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().code, ErrorCode::Conflict);
    EXPECT_NE(second.error().message.find(std::to_string(::getpid())), std::string::npos);
}

TEST_F(EngineTest, TwoEnginesLiveInOneProcess) {
    start(1);
    EngineHarness other;
    other.start(1);
    const Task here = submit("test_echo", {{"text", "here"}});
    const Task there = other.submit("test_echo", {{"text", "there"}});
    EXPECT_EQ(wait(here).result["text"], "here");
    EXPECT_EQ(other.wait(there).result["text"], "there");
    EXPECT_FALSE(engine().tasks().find(there.id));
}

TEST_F(EngineTest, StoppingPutsRunningTasksBackWithoutCountingTheAttempt) {
    start();
    const Task task = submit("test_sleep", {{"ms", 3000}});
    ASSERT_EQ(waitFor(task, TaskState::Started).state, TaskState::Started);
    stop();
    start();
    const Task ended = wait(task);
    EXPECT_EQ(ended.state, TaskState::Success) << "the type has no retries: the interrupted attempt did not count";
    const auto detail = engine().tasks().detail(task.id);
    EXPECT_EQ(detail->attempts[0].outcome, "interrupted");
    expectLegalHistory(task);
}

/// An engine in a process of its own that is killed when the object goes.
class EngineProcess {
  public:
    EngineProcess(const std::filesystem::path& folder, int tasks, int milliseconds) {
        int ends[2];
        EXPECT_EQ(::pipe(ends), 0);
        const std::string program = tests::programFolder() + "/beatwarden-test-engine";
        std::string arguments[] = {program, folder.string(), std::to_string(tasks), std::to_string(milliseconds)};
        char* argv[] = {arguments[0].data(), arguments[1].data(), arguments[2].data(), arguments[3].data(), nullptr};
        posix_spawn_file_actions_t actions;
        posix_spawn_file_actions_init(&actions);
        posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
        posix_spawn_file_actions_addclose(&actions, ends[0]);
        EXPECT_EQ(::posix_spawn(&m_pid, program.c_str(), &actions, nullptr, argv, environ), 0);
        posix_spawn_file_actions_destroy(&actions);
        ::close(ends[1]);
        m_output = ::fdopen(ends[0], "r");
    }
    ~EngineProcess() {
        kill();
        ::fclose(m_output);
    }
    /// The next acknowledged task id; empty at the end.
    std::string nextAcknowledged() {
        char line[128];
        if (!std::fgets(line, sizeof line, m_output))
            return {};
        std::string id = line;
        id.pop_back();
        return id;
    }
    void kill() {
        if (m_pid > 0) {
            ::kill(m_pid, SIGKILL);
            ::waitpid(m_pid, nullptr, 0);
            m_pid = 0;
        }
    }

  private:
    pid_t m_pid = 0;
    FILE* m_output = nullptr;
};

TEST_F(EngineTest, NothingAcknowledgedIsLostWhenTheProgramIsKilled) {
    const auto data = options().dataDirectory;
    std::vector<std::string> acknowledged;
    {
        EngineProcess process(data, 40, 300);
        for (int i = 0; i < 25; ++i)
            acknowledged.push_back(process.nextAcknowledged());
        process.kill();
        while (true) {
            const std::string id = process.nextAcknowledged();
            if (id.empty())
                break;
            acknowledged.push_back(id);
        }
    }
    start();
    EXPECT_TRUE(eventually([&] { return !engine().runningSnapshot().empty(); })) << "what was interrupted runs again";
    for (const std::string& id : acknowledged) {
        const auto task = engine().tasks().wait({id}, milliseconds(30'000));
        ASSERT_TRUE(task) << id;
        EXPECT_EQ(task->state, TaskState::Success);
        expectLegalHistory(*task);
    }
}

TEST_F(EngineTest, AReadOnlyDirectoryIsAClearError) {
    // Root may write anywhere: a path below a file cannot be made by anybody.
    core::engine::EngineOptions options = this->options();
    options.dataDirectory = "/proc/version/data";
    const core::base::RealClock clock;
    const auto started = core::engine::startEngine(options, {}, clock);
    ASSERT_FALSE(started);
    EXPECT_FALSE(started.error().remedy.empty());
}

TEST_F(EngineTest, ADirectoryThatOthersMayWriteIsRefused) {
    std::filesystem::create_directories(options().dataDirectory);
    std::filesystem::permissions(options().dataDirectory, std::filesystem::perms::others_write,
                                 std::filesystem::perm_options::add);
    const core::base::RealClock clock;
    const auto started = core::engine::startEngine(options(), {}, clock);
    ASSERT_FALSE(started);
    EXPECT_EQ(started.error().code, ErrorCode::Unauthorized);
}

TEST_F(EngineTest, DamagedTelemetryIsPutAsideAndTheEngineStarts) {
    std::filesystem::create_directories(options().dataDirectory);
    std::filesystem::permissions(options().dataDirectory, std::filesystem::perms::owner_all);
    FILE* file = std::fopen((options().dataDirectory / "telemetry.db").c_str(), "w");
    for (int i = 0; i < 1000; ++i)
        std::fputs("rubbish ", file);
    std::fclose(file);
    start();
    EXPECT_EQ(wait(submit("test_echo")).state, TaskState::Success);
    EXPECT_TRUE(std::filesystem::exists(options().dataDirectory / "telemetry.db.damaged"));
}

} // namespace
