#include "core/engine/Admission.h"
#include "core/packs/Packs.h"
#include "core/policy/Retry.h"
#include "core/store/Database.h"
#include "core/store/EngineSchema.h"
#include "tests/support/CommandLine.h"
#include "tests/support/EngineHarness.h"
#include "tests/support/EngineProcess.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <csignal>
#include <future>
#include <thread>

// What is promised, each promise by its name, where no other test says it. The table is in tests/README.md.

namespace tests::guarantees {

using core::base::Json;
using core::base::milliseconds;
using core::base::seconds;
using core::engine::Submission;
using core::task::FailureReason;
using core::task::Task;
using core::task::TaskState;

class Guarantees : public testing::Test, protected EngineHarness {
  protected:
    /// With circuits that stay closed: a worker that a test kills says nothing about its task.
    void startPatient(int workers, milliseconds grace = milliseconds(1000)) {
        auto patient = options(workers);
        patient.admission.breaker.failuresToOpen = 1'000'000;
        patient.stopGrace = grace;
        patient.slotsPerQueue = workers;
        start(patient);
    }
    /// A task that has begun: its handler has spoken.
    Task begun(const std::string& type, Json params, int maxRetries = 0) {
        Submission submission;
        submission.type = type;
        submission.params = std::move(params);
        submission.maxRetries = maxRetries;
        const Task task = submit(submission);
        EXPECT_TRUE(eventually([&] { return engine().tasks().find(task.id)->progress.has_value(); }));
        return task;
    }
    Task found(const Task& task) { return engine().tasks().find(task.id).value_or(Task()); }
    std::vector<core::task::Attempt> attemptsOf(const Task& task) {
        const auto detail = engine().tasks().detail(task.id);
        return detail ? detail->attempts : std::vector<core::task::Attempt>();
    }
    pid_t workerOf(const Task& task) {
        for (const auto& worker : engine().status().workers)
            if (worker.task == task.id)
                return worker.pid;
        return 0;
    }

    void TearDown() override { stop(); } // before the clock goes

    const core::base::RealClock clock;
    core::base::ManualClock manual{clock.now()};
};

// ---- Delivery, crash, rescue

TEST_F(Guarantees, AWorkerThatIsKilledIsNoticedWithinAHundredMilliseconds) {
    startPatient(2);
    std::vector<milliseconds> times;
    for (int i = 0; i < 9; ++i) {
        const Task task = begun("test_sleep", {{"ms", 60'000}});
        const auto events = engine().events().subscribe(core::events::Interest::inTask(task.id));
        const auto killed = clock.sinceBoot();
        ASSERT_EQ(::kill(workerOf(task), SIGKILL), 0);
        TaskState state = TaskState::Started;
        while (state == TaskState::Started)
            for (const auto& event : events->waitAndDrain(milliseconds(10'000)).events)
                if (event->task)
                    state = event->task->state;
        times.push_back(clock.sinceBoot() - killed);
        EXPECT_EQ(found(task).reason, FailureReason::WorkerLost);
    }
    std::ranges::sort(times);
    EXPECT_LE(times[times.size() / 2], milliseconds(100)) << "the median, with the commit of the loss";
}

TEST_F(Guarantees, WhatAKilledEngineLeftRunningRunsAgainWithinASecondOfTheNextStart) {
    std::vector<std::string> ids;
    {
        EngineProcess process({options().dataDirectory.string(), "4", "60000"},
                              [&](const std::string& id) { ids.push_back(id); });
        ASSERT_TRUE(process.listenUntil([&] { return ids.size() == 4; }, milliseconds(20'000)));
        process.kill();
    }
    startPatient(4);
    const auto ready = clock.sinceBoot();
    EXPECT_TRUE(eventually([&] { return engine().runningSnapshot().size() == 4; }));
    EXPECT_LE(clock.sinceBoot() - ready, milliseconds(1000));
}

TEST_F(Guarantees, APoisonedTaskIsNeverRunAgainByItselfNotEvenByTheNextEngine) {
    startPatient(1);
    const Task task = wait(submit("test_crash"));
    EXPECT_EQ(task.reason, FailureReason::Poison);
    EXPECT_EQ(attemptsOf(task).size(), 3u);
    EXPECT_LT(task.attempt, task.maxAttempts) << "attempts were left";
    stop();
    startPatient(1);
    EXPECT_EQ(wait(submit("test_echo")).state, TaskState::Success);
    EXPECT_EQ(found(task).reason, FailureReason::Poison);
    EXPECT_EQ(attemptsOf(task).size(), 3u);
}

// ---- Behaviour under failure

TEST_F(Guarantees, EveryCommitIsWrittenThroughToTheDiskAndRequestsThatWaitShareOne) {
    const auto database = *core::store::Database::open(folder() / "core.db", core::store::engineMigrations());
    const auto answered = database->write([](core::store::Connection& db) -> core::base::Result<std::string> {
        core::store::Query mode = db.query("PRAGMA journal_mode"), sync = db.query("PRAGMA synchronous");
        mode.step();
        sync.step();
        return mode.text(0) + " " + sync.text(0);
    });
    EXPECT_EQ(answered.value_or(""), "wal 2") << "2 is FULL";

    std::promise<void> mayEnd;
    const auto held = mayEnd.get_future().share();
    std::atomic<int> answers{0};
    const auto count = [&](const core::base::Result<void>&) { ++answers; };
    database->post([held](core::store::Connection&) -> core::base::Result<void> { held.wait(); return {}; }, count);
    const auto before = database->statistics().commits;
    for (int i = 0; i < 100; ++i)
        database->post([](core::store::Connection& db) -> core::base::Result<void> {
            db.run("UPDATE owner SET heartbeat_at=heartbeat_at");
            return {};
        }, count);
    mayEnd.set_value();
    EXPECT_TRUE(eventually([&] { return answers == 101; }));
    EXPECT_LE(database->statistics().commits - before, 2u) << "the one that was held, and one for the hundred";
}

TEST_F(Guarantees, AWallClockThatIsSetMovesNoTimeLimitAndNoCircuit) {
    core::task::TaskRegistry registry;
    core::packs::registerAll(registry);
    core::engine::Admission admission(registry, manual);
    const std::string type = registry.ids().front();
    for (int i = 0; i < 5; ++i)
        admission.ended(type, core::policy::RunEnd::Failure);
    for (const auto by : {std::chrono::hours(5), -std::chrono::hours(10)}) {
        manual.jump(by);
        EXPECT_EQ(admission.status(type).breaker, core::policy::BreakerState::Open);
    }
    manual.advance(seconds(60));
    EXPECT_EQ(admission.status(type).breaker, core::policy::BreakerState::HalfOpen);


    start(options(1), {}, manual);
    const Task task = begun("test_sleep", {{"ms", 500}});
    manual.jump(std::chrono::hours(24));
    EXPECT_EQ(wait(task).state, TaskState::Success);
}

TEST_F(Guarantees, AWallClockThatIsSetChangesNoPauseBeforeARetry) {
    start(options(1), {}, manual);
    const Task task = submit("test_fail_at_length", {{"kb", 1}, {"how", "error"}});
    ASSERT_EQ(waitFor(task, TaskState::Retry).state, TaskState::Retry);
    const auto pause = [&] { return *found(task).scheduledFor - manual.now(); };
    for (const auto by : {std::chrono::hours(5), -std::chrono::hours(30)}) {
        const auto before = pause();
        manual.jump(by);
        manual.advance(milliseconds(20)); // the upkeep looks again
        EXPECT_TRUE(eventually([&] { return pause() == before - milliseconds(20); }));
        EXPECT_EQ(found(task).state, TaskState::Retry);
    }
    manual.advance(std::chrono::hours(1));
    EXPECT_EQ(wait(task).state, TaskState::Failure) << "the second try";
    EXPECT_EQ(attemptsOf(task).size(), 2u);
}

// ---- Retry, dead letter, limits, shutdown

TEST_F(Guarantees, APauseIsFiveSecondsDoubledEachTimeUpToAQuarterOfAnHourUnlessTheTypeSaysOtherwise) {
    const core::task::RetryPolicy ours;
    EXPECT_EQ(ours.jitter, core::task::Jitter::AsBackoff);
    const int expected[] = {5, 10, 20, 40, 80, 160, 320, 640, 900, 900};
    for (int retry = 1; retry <= 10; ++retry) {
        EXPECT_EQ(core::policy::retryDelay(ours, retry, 1), seconds(expected[retry - 1]));
        EXPECT_EQ(core::policy::retryDelay(ours, retry, 0), seconds(0)) << "full jitter: as chance has it";
    }
}

TEST_F(Guarantees, EveryTypeIsTriedBetweenOnceAndTenTimes) {
    core::task::TaskRegistry registry;
    core::packs::registerAll(registry);
    for (const std::string& id : registry.ids()) {
        EXPECT_GE(registry.find(id)->retry.maxRetries, 0) << id;
        EXPECT_LE(registry.find(id)->retry.maxRetries, 9) << id;
    }
    EXPECT_EQ(registry.require("resilience_crisis_activation").value()->retry.maxRetries, 0) << "a person decides";
}

TEST_F(Guarantees, ADeadTaskStaysAndIsExportedWithWhatWasAskedAndWhyItFailed) {
    start(options(1));
    const Task dead = wait(submit("test_fail", {{"message", "the roster is empty"}}));
    wait(submit("test_echo"));
    stop();
    const Finished listed = CommandLine(options().dataDirectory).run({"task", "list", "--state", "dead", "--json"});
    EXPECT_EQ(listed.status, 0) << listed.err;
    const auto page = core::base::parseJson(listed.out);
    ASSERT_TRUE(page) << listed.out;
    ASSERT_EQ((*page)["tasks"].size(), 1u);
    const Json& exported = (*page)["tasks"][0];
    EXPECT_EQ(exported["id"], dead.id.text);
    EXPECT_EQ(exported["params"]["message"], "the roster is empty");
    EXPECT_EQ(exported["error"]["message"], "the roster is empty");
    EXPECT_TRUE(exported["error"]["traceback"].is_string());
}

TEST_F(Guarantees, TheSoftLimitIsAskedForThenComesSigtermAndFiveSecondsLaterSigkill) {
    startPatient(2);
    Submission deaf;
    deaf.type = "test_stubborn";
    deaf.params = {{"ms", 60'000}, {"ignore_term", true}};
    deaf.timeout = milliseconds(500);
    Submission obedient;
    obedient.type = "test_sleep";
    obedient.params = {{"ms", 60'000}};
    obedient.timeout = milliseconds(500);
    const Task killed = submit(deaf), asked = wait(submit(obedient));
    EXPECT_EQ(asked.errorType, "SoftTimeLimitExceeded");
    EXPECT_LT(*asked.finishedAt - *asked.startedAt, milliseconds(500)) << "the soft limit is a tenth before the hard one";
    const Task ended = wait(killed);
    EXPECT_EQ(ended.errorType, "TimeLimitExceeded");
    EXPECT_NE(ended.errorMessage.find("signal 9"), std::string::npos) << ended.errorMessage;
    EXPECT_GE(*ended.finishedAt - *ended.startedAt, milliseconds(5500));
    EXPECT_LT(*ended.finishedAt - *ended.startedAt, milliseconds(7500));
}

TEST_F(Guarantees, AStopBeginsNothingMoreLetsRunningTasksEndWithinItsGraceAndEmptiesTheLog) {
    startPatient(1, seconds(20));
    const Task running = begun("test_sleep", {{"ms", 600}});
    const Task waiting = submit("test_sleep", {{"ms", 1}});
    stop();
    std::error_code none;
    const auto log = std::filesystem::file_size(options().dataDirectory / "core.db-wal", none);
    EXPECT_TRUE(none || log == 0) << log;
    start(options(0));
    EXPECT_EQ(found(running).state, TaskState::Success);
    EXPECT_EQ(found(waiting).state, TaskState::Pending);
    EXPECT_TRUE(attemptsOf(waiting).empty());
}

TEST_F(Guarantees, WhatDoesNotEndWithinTheGraceIsKilledAndGoesBackWithoutSpendingAnAttempt) {
    startPatient(1, milliseconds(200));
    const Task stubborn = begun("test_stubborn", {{"ms", 60'000}});
    const pid_t worker = workerOf(stubborn);
    stop();
    EXPECT_NE(::kill(worker, 0), 0) << "no process outlives the engine";
    start(options(0));
    EXPECT_EQ(found(stubborn).state, TaskState::Pending);
    ASSERT_EQ(attemptsOf(stubborn).size(), 1u);
    EXPECT_EQ(attemptsOf(stubborn)[0].outcome, "interrupted");
    stop();
    start(options(1));
    EXPECT_EQ(waitFor(stubborn, TaskState::Started).state, TaskState::Started) << "its type has no retries";
}

TEST_F(Guarantees, ASecondRequestToStopEndsTheGrace) {
    startPatient(1, std::chrono::hours(1));
    const Task task = begun("test_sleep", {{"ms", 3'600'000}});
    std::thread first([&] { engine().stop(); });
    EXPECT_TRUE(eventually([&] { return engine().status().stopping; }));
    engine().stopAtOnce();
    first.join();
    stop();
    start(options(0));
    EXPECT_EQ(found(task).state, TaskState::Pending);
    EXPECT_EQ(attemptsOf(task).front().outcome, "interrupted");
}

} // namespace tests::guarantees
