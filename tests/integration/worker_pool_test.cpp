#include "tests/integration/worker_pool_harness.h"

#include "core/worker/Messages.h"

#include <csignal>
#include <fstream>
#include <set>
#include <sys/wait.h>
#include <unistd.h>

namespace tests::worker {

using core::task::Retryable;
using core::task::Verdict;
using core::worker::WorkerState;

class WorkerPoolTest : public PoolTest {
  protected:
    /// The kind of loss of a task that must not finish.
    LossKind lossOf(const std::string& task) {
        const Ending ending = recorder.ending(task);
        EXPECT_TRUE(ending.loss) << task << " finished";
        if (!ending.loss)
            return LossKind::Shutdown;
        lastMessage = ending.loss->message;
        return ending.loss->kind;
    }
    void expectFailure(const Ending& ending, const std::string& type, Retryable retryable) {
        ASSERT_TRUE(ending.outcome) << (ending.loss ? ending.loss->message : "no ending");
        EXPECT_EQ(ending.outcome->verdict, Verdict::Failure);
        EXPECT_EQ(ending.outcome->errorType, type);
        EXPECT_EQ(ending.outcome->retryable, retryable);
    }
    std::string lastMessage;
};

/// A worker whose answers to recalls come at the worst moments, again and again.
class SlowAnswerTest : public WorkerPoolTest {
  protected:
    SlowAnswerTest() {
        options.workers = 1;
        options.batchPatience = milliseconds(0); // every batch is recalled
    }
    ~SlowAnswerTest() override { ::unsetenv("BEATWARDEN_TEST_SLOW_ANSWER"); }
    void runTwo(const std::string& first, const std::string& second) {
        ASSERT_TRUE(awaitIdle(1));
        ASSERT_TRUE(pool->run({jobOf(first, "test_echo"), jobOf(second, "test_echo")}));
    }
};

TEST_F(SlowAnswerTest, ARecallMayBeAnsweredAfterTheEndOfItsBatch) {
    ::setenv("BEATWARDEN_TEST_SLOW_ANSWER", "after the next batch", 1);
    startPool();
    runTwo("one", "two");
    runTwo("three", "four");
    for (const char* task : {"one", "two", "three", "four"})
        EXPECT_TRUE(recorder.ending(task).outcome) << task;
}

TEST_F(SlowAnswerTest, AReturnedAttemptMayHaveMovedToTheFrontByThen) {
    ::setenv("BEATWARDEN_TEST_SLOW_ANSWER", "after the first outcome", 1);
    startPool();
    runTwo("one", "two");
    EXPECT_TRUE(recorder.ending("one").outcome);
    EXPECT_EQ(lossOf("two"), LossKind::NotBegun);
    runTwo("three", "four");
    EXPECT_TRUE(recorder.ending("three").outcome);
    EXPECT_EQ(lossOf("four"), LossKind::NotBegun) << "the same process goes on";
}

TEST_F(SlowAnswerTest, AWorkerThatDiesBeforeItBeganAnythingIsNoDeathOfItsJobs) {
    ::setenv("BEATWARDEN_TEST_SLOW_ANSWER", "never", 1);
    startPool();
    runTwo("one", "two");
    EXPECT_EQ(lossOf("one"), LossKind::NotBegun) << lastMessage;
    EXPECT_EQ(lossOf("two"), LossKind::NotBegun) << lastMessage;
    // The second death in a row may be the job's own doing: it is counted, so that it does not go on for ever.
    ASSERT_TRUE(awaitIdle(1));
    ASSERT_TRUE(pool->run({jobOf("three", "test_echo")}));
    EXPECT_EQ(lossOf("three"), LossKind::WorkerDied) << lastMessage;
}

TEST_F(SlowAnswerTest, AnAnswerThatNobodyAskedForIsABreach) {
    ::setenv("BEATWARDEN_TEST_SLOW_ANSWER", "unasked", 1);
    options.batchPatience = kPatience;
    startPool();
    runTwo("one", "two");
    EXPECT_EQ(lossOf("one"), LossKind::ProtocolError);
}

TEST_F(WorkerPoolTest, ATaskRunsInAnotherProcessAndItsOutcomeComesBack) {
    startPool();
    const Ending echo = runToEnd("one", "test_echo", {{"text", "Grüße"}, {"value", {{"list", {1, 2.5, nullptr}}}}});
    ASSERT_TRUE(echo.outcome);
    EXPECT_EQ(echo.outcome->verdict, Verdict::Success);
    EXPECT_EQ(echo.outcome->result, Json::parse(R"({"text":"Grüße","value":{"list":[1,2.5,null]}})"));

    const Ending told = runToEnd("two", "test_context");
    ASSERT_TRUE(told.outcome);
    EXPECT_EQ(told.outcome->result["task"], "two");
    EXPECT_EQ(told.outcome->result["attempt"], 1);
    EXPECT_EQ(told.outcome->result["triggered_by"], "tester");
    EXPECT_EQ(told.outcome->result["database"], options.database.string());
    EXPECT_NE(told.outcome->result["pid"], int(::getpid()));
}

TEST_F(WorkerPoolTest, AProgramThatIsNotThereIsSaidAtStart) {
    options.workerProgram = folder / "missing-worker";
    pool = std::make_unique<core::worker::WorkerPool>(options, clock, recorder);
    const auto started = pool->start();
    ASSERT_FALSE(started);
    EXPECT_NE(started.error().text().find("missing-worker"), std::string::npos);
    EXPECT_FALSE(run("one", "test_echo"));
}

TEST_F(WorkerPoolTest, AProgramThatIsNotAWorkerIsSaidAtStart) {
    options.workerProgram = "/bin/true";
    pool = std::make_unique<core::worker::WorkerPool>(options, clock, recorder);
    const auto started = pool->start();
    ASSERT_FALSE(started);
    EXPECT_NE(started.error().text().find("exited with status 0"), std::string::npos) << started.error().text();
}

TEST_F(WorkerPoolTest, AnExceptionIsATransientFailureWithItsTypeAndTheLastLogLines) {
    startPool();
    const Ending ending = runToEnd("one", "test_fail", {{"message", "the disk sneezed"}});
    expectFailure(ending, "std::runtime_error", Retryable::Yes);
    EXPECT_EQ(ending.outcome->errorMessage, "the disk sneezed");
    EXPECT_NE(ending.outcome->traceback.find("std::runtime_error: the disk sneezed"), std::string::npos);
    EXPECT_NE(ending.outcome->traceback.find("info: about to fail"), std::string::npos);

    const Ending nested = runToEnd("two", "test_fail_nested");
    ASSERT_TRUE(nested.outcome);
    EXPECT_EQ(nested.outcome->errorMessage, "the outer failure");
    EXPECT_NE(nested.outcome->traceback.find("caused by std::invalid_argument: the inner cause"), std::string::npos);

    expectFailure(runToEnd("three", "test_fail_with_value"), "int", Retryable::Yes);
    expectRecovered();
}

TEST_F(WorkerPoolTest, APermanentFailureSaysSoAndKeepsItsBody) {
    startPool();
    const Ending ending = runToEnd("one", "test_fail_permanently");
    expectFailure(ending, "TestRefused", Retryable::No);
    EXPECT_EQ(ending.outcome->result["hint"], "stop trying");
}

TEST_F(WorkerPoolTest, AFailureMayDependOnTheAttempt) {
    startPool();
    ASSERT_TRUE(run("first", "test_fail_times", {{"times", 1}}, 1));
    expectFailure(recorder.ending("first"), "std::runtime_error", Retryable::Yes);
    ASSERT_TRUE(awaitIdle(2));
    ASSERT_TRUE(run("second", "test_fail_times", {{"times", 1}}, 2));
    const Ending second = recorder.ending("second");
    ASSERT_TRUE(second.outcome);
    EXPECT_EQ(second.outcome->verdict, Verdict::Success);
    EXPECT_EQ(second.job.attempt, 2);
}

TEST_F(WorkerPoolTest, UnknownTypesAndWrongParametersArePermanentFailures) {
    startPool();
    expectFailure(runToEnd("one", "no_such_type"), "UnknownTaskType", Retryable::No);
    expectFailure(runToEnd("two", "test_echo", {{"text", 7}}), "InvalidParams", Retryable::No);
    expectFailure(runToEnd("three", "test_echo", Json::array()), "InvalidParams", Retryable::No);
}

TEST_F(WorkerPoolTest, AnOutcomeOverTheLimitIsAPermanentFailureThatSaysSo) {
    startPool();
    const Ending huge = runToEnd("huge", "test_huge", {{"mb", 9}});
    expectFailure(huge, "OutcomeTooLarge", Retryable::No);
    EXPECT_NE(huge.outcome->errorMessage.find("8388608"), std::string::npos);
    expectFailure(runToEnd("deep", "test_deep", {{"levels", 500}}), "InvalidOutcome", Retryable::No);

    const Ending large = runToEnd("large", "test_huge", {{"mb", 7}});
    ASSERT_TRUE(large.outcome);
    EXPECT_EQ(large.outcome->result.get_ref<const std::string&>().size(), size_t(7) << 20);
}

TEST_F(WorkerPoolTest, ParametersOverTheLimitAreAPermanentFailureAndTheWorkerStaysFree) {
    startPool();
    const Ending ending = runToEnd("one", "test_echo", {{"text", std::string(9 << 20, 'x')}});
    expectFailure(ending, "ParametersTooLarge", Retryable::No);
    expectRecovered();
}

TEST_F(WorkerPoolTest, ACrashIsALossWithItsSignalAndTheNeighbourIsUndisturbed) {
    startPool();
    ASSERT_TRUE(run("neighbour", "test_sleep", {{"ms", 60'000}}));
    ASSERT_TRUE(recorder.awaitProgress("neighbour"));
    const int neighbour = pidOf("neighbour");
    ASSERT_TRUE(run("crash", "test_crash"));
    EXPECT_EQ(lossOf("crash"), LossKind::WorkerDied);
    EXPECT_NE(lastMessage.find("was killed by signal 11"), std::string::npos) << lastMessage;
    ASSERT_TRUE(awaitIdle(1));
    EXPECT_EQ(pidOf("neighbour"), neighbour);
    pool->cancel({"neighbour"}, 1);
    EXPECT_EQ(lossOf("neighbour"), LossKind::Cancelled);
    expectRecovered();
}

TEST_F(WorkerPoolTest, AnExitIsALossWithItsStatus) {
    startPool();
    ASSERT_TRUE(run("one", "test_exit", {{"status", 7}}));
    EXPECT_EQ(lossOf("one"), LossKind::WorkerDied);
    EXPECT_NE(lastMessage.find("exited with status 7"), std::string::npos) << lastMessage;
    expectRecovered();
}

TEST_F(WorkerPoolTest, KillMinusNineOfABusyWorkerIsSeenAtOnce) {
    startPool();
    ASSERT_TRUE(run("one", "test_spin"));
    ASSERT_TRUE(recorder.awaitProgress("one"));
    ASSERT_EQ(::kill(pidOf("one"), SIGKILL), 0);
    EXPECT_EQ(lossOf("one"), LossKind::WorkerDied) << "its death is seen, not its silence";
    EXPECT_NE(lastMessage.find("signal 9"), std::string::npos) << lastMessage;
    expectRecovered();
}

TEST_F(WorkerPoolTest, KillMinusNineOfAnIdleWorkerIsMadeGood) {
    startPool();
    const int victim = pool->workers()[0].pid;
    ASSERT_EQ(::kill(victim, SIGKILL), 0);
    ASSERT_TRUE(recorder.await([&] { return recorder.countOf("lost") == 1; }));
    expectRecovered();
    EXPECT_NE(pool->workers()[0].pid, victim);
    const auto lock = recorder.locked();
    EXPECT_EQ(recorder.countOf("started"), 3u);
}

TEST_F(WorkerPoolTest, RubbishOnTheSocketIsAProtocolErrorAndTheWorkerIsKilled) {
    startPool();
    ASSERT_TRUE(run("one", "test_rubbish"));
    const int pid = pidOf("one");
    EXPECT_EQ(lossOf("one"), LossKind::ProtocolError);
    EXPECT_NE(lastMessage.find("broke the protocol"), std::string::npos) << lastMessage;
    EXPECT_EQ(::kill(pid, 0), -1);
    expectRecovered();
}

TEST_F(WorkerPoolTest, AFrameAboutAnotherTaskIsAProtocolError) {
    startPool();
    ASSERT_TRUE(run("one", "test_foreign_frame"));
    EXPECT_EQ(lossOf("one"), LossKind::ProtocolError);
    expectRecovered();
    const auto lock = recorder.locked();
    EXPECT_TRUE(recorder.progress.empty() || recorder.progress.front().task == "one");
}

TEST_F(WorkerPoolTest, OfTwoOutcomesTheFirstStandsAndTheWorkerIsKilled) {
    startPool();
    const Ending ending = runToEnd("one", "test_two_outcomes");
    ASSERT_TRUE(ending.outcome);
    EXPECT_EQ(ending.outcome->result, "first");
    ASSERT_TRUE(recorder.await([&] { return recorder.countOf("lost") == 1; }));
    expectRecovered();
    const auto lock = recorder.locked();
    EXPECT_EQ(recorder.endings["one"].size(), 1u);
}

TEST_F(WorkerPoolTest, AHandlerThatClaimsToBeCancelledIsAFailure) {
    startPool();
    expectFailure(runToEnd("one", "test_false_cancel"), "core::task::Cancelled", Retryable::Yes);
}

TEST_F(WorkerPoolTest, ACancelledHandlerStopsAndItsProcessLivesOn) {
    startPool();
    ASSERT_TRUE(run("one", "test_sleep", {{"ms", 60'000}}));
    ASSERT_TRUE(recorder.awaitProgress("one"));
    const int pid = pidOf("one");
    pool->cancel({"one"}, 1);
    EXPECT_EQ(lossOf("one"), LossKind::Cancelled);
    expectRecovered();
    EXPECT_EQ(pool->workers()[0].pid, pid);
}

TEST_F(WorkerPoolTest, AHandlerThatEndsWellAlthoughCancelledIsFinished) {
    startPool();
    ASSERT_TRUE(run("one", "test_late_obeyer"));
    ASSERT_TRUE(recorder.awaitProgress("one"));
    pool->cancel({"one"}, 1);
    const Ending ending = recorder.ending("one");
    ASSERT_TRUE(ending.outcome);
    EXPECT_EQ(ending.outcome->result, "finished although cancelled");
    expectRecovered();
}

TEST_F(WorkerPoolTest, ACancelOfAnotherAttemptOrAnUnknownTaskIsIgnored) {
    startPool();
    ASSERT_TRUE(run("one", "test_sleep", {{"ms", 200}}, 2));
    ASSERT_TRUE(recorder.awaitProgress("one"));
    pool->cancel({"one"}, 1);
    pool->cancel({"nobody"}, 1);
    const Ending ending = recorder.ending("one");
    ASSERT_TRUE(ending.outcome);
    EXPECT_EQ(ending.outcome->verdict, Verdict::Success);
}

TEST_F(WorkerPoolTest, AStubbornHandlerIsEndedByATermSignalAndThenKilled) {
    startPool();
    ASSERT_TRUE(run("stubborn", "test_stubborn"));
    ASSERT_TRUE(run("deaf", "test_stubborn", {{"ignore_term", true}}));
    ASSERT_TRUE(recorder.awaitProgress("stubborn"));
    ASSERT_TRUE(recorder.awaitProgress("deaf"));
    pool->cancel({"stubborn"}, 1);
    pool->cancel({"deaf"}, 1);
    EXPECT_EQ(lossOf("stubborn"), LossKind::Cancelled);
    EXPECT_NE(lastMessage.find("signal 15"), std::string::npos) << lastMessage;
    EXPECT_EQ(lossOf("deaf"), LossKind::Cancelled);
    EXPECT_NE(lastMessage.find("signal 9"), std::string::npos) << lastMessage;
    expectRecovered();
}

TEST_F(WorkerPoolTest, TheSoftLimitReachesTheHandler) {
    startPool();
    Job job = jobOf("one", "test_sleep", {{"ms", 60'000}});
    job.softLimit = milliseconds(200);
    job.hardLimit = milliseconds(30'000);
    ASSERT_TRUE(pool->run(job));
    const Ending ending = recorder.ending("one");
    expectFailure(ending, "SoftTimeLimitExceeded", Retryable::No);
    EXPECT_NE(ending.outcome->errorMessage.find("0.2 s"), std::string::npos) << ending.outcome->errorMessage;
    expectRecovered();
}

TEST_F(WorkerPoolTest, TheHardLimitEndsASpinningHandler) {
    startPool();
    for (const char* task : {"spin", "deaf"}) {
        Job job = jobOf(task, task == std::string("spin") ? "test_spin" : "test_stubborn");
        if (task == std::string("deaf"))
            job.params["ignore_term"] = true;
        job.softLimit = milliseconds(200);
        job.hardLimit = milliseconds(1000);
        ASSERT_TRUE(pool->run(job));
    }
    EXPECT_EQ(lossOf("spin"), LossKind::HardLimit);
    EXPECT_NE(lastMessage.find("passed the hard limit of 1 s and was killed by signal 15"), std::string::npos)
        << lastMessage;
    EXPECT_EQ(lossOf("deaf"), LossKind::HardLimit);
    EXPECT_NE(lastMessage.find("signal 9"), std::string::npos) << lastMessage;
    expectRecovered();
}

TEST_F(WorkerPoolTest, AWorkerThatFallsSilentIsKilled) {
    options.heartbeatTimeout = milliseconds(2500);
    startPool();
    ASSERT_TRUE(run("one", "test_sleep", {{"ms", 60'000}}));
    ASSERT_TRUE(recorder.awaitProgress("one"));
    ASSERT_EQ(::kill(pidOf("one"), SIGSTOP), 0);
    EXPECT_EQ(lossOf("one"), LossKind::Silent);
    EXPECT_NE(lastMessage.find("no sign of life for 2.5 s"), std::string::npos) << lastMessage;
    expectRecovered();
}

TEST_F(WorkerPoolTest, AHandlerThatComputesWithoutPauseIsNotSilent) {
    options.heartbeatTimeout = milliseconds(2500);
    startPool();
    const Ending ending = runToEnd("one", "test_spin", {{"ms", 4000}});
    ASSERT_TRUE(ending.outcome) << ending.loss->message;
    EXPECT_EQ(ending.outcome->verdict, Verdict::Success);
}

TEST_F(WorkerPoolTest, ProgressIsCoalescedAndTheLastOneArrives) {
    startPool();
    const Ending ending = runToEnd("one", "test_progress", {{"steps", 200}, {"ms", 2}});
    ASSERT_TRUE(ending.outcome);
    const auto lock = recorder.locked();
    ASSERT_FALSE(recorder.progress.empty());
    EXPECT_LT(recorder.progress.size(), 100u);
    EXPECT_EQ(recorder.progress.front().text, "step 1 of 200");
    EXPECT_EQ(recorder.progress.back().text, "step 200 of 200");
    EXPECT_EQ(recorder.progress.back().percent, 99);
}

TEST_F(WorkerPoolTest, LogLinesArriveInOrderAndAFloodIsCutWithAMarker) {
    startPool();
    ASSERT_TRUE(runToEnd("few", "test_log", {{"lines", 3}}).outcome);
    ASSERT_TRUE(runToEnd("flood", "test_log_flood", {{"mb", 3}}).outcome);
    const auto lock = recorder.locked();
    ASSERT_GE(recorder.log.size(), 4u);
    EXPECT_EQ(recorder.log[0].text, "line 1");
    EXPECT_EQ(recorder.log[2].text, "line 3");
    size_t bytes = 0;
    for (const Told& told : recorder.log)
        bytes += told.task == "flood" ? told.text.size() : 0;
    EXPECT_GT(bytes, size_t(900'000));
    EXPECT_LE(bytes, core::worker::kMaxLogBytes + 100);
    EXPECT_NE(recorder.log.back().text.find("truncated"), std::string::npos);
}

TEST_F(WorkerPoolTest, ChangesFollowUpsAndMessagesTravelWithTheOutcome) {
    startPool();
    const Ending change = runToEnd("one", "test_change",
                                   {{"kind", "update"}, {"table", "crisis"}, {"values", {{"level", 2}}},
                                    {"where", {{"id", "x"}}}, {"expect_rows", 1}});
    ASSERT_TRUE(change.outcome);
    ASSERT_EQ(change.outcome->changes.changes.size(), 1u);
    EXPECT_EQ(change.outcome->changes.changes[0].table, "crisis");
    EXPECT_EQ(change.outcome->changes.changes[0].expectRows, 1);
    const Ending follow = runToEnd("two", "test_follow", {{"type", "test_fail"}});
    ASSERT_TRUE(follow.outcome);
    ASSERT_EQ(follow.outcome->followUps.size(), 1u);
    EXPECT_EQ(follow.outcome->followUps[0].type, "test_fail");
    const Ending message = runToEnd("three", "test_outbox", {{"channel", "email"}, {"body", {{"to", "chief"}}}});
    ASSERT_TRUE(message.outcome);
    ASSERT_EQ(message.outcome->outbox.size(), 1u);
    EXPECT_EQ(message.outcome->outbox[0].body["to"], "chief");
}

TEST_F(WorkerPoolTest, AWorkerIsReplacedAfterItsShareOfTasks) {
    options.workers = 1;
    options.recycleAfterTasks = 3;
    startPool();
    std::set<int> pids;
    for (int i = 0; i < 7; ++i) {
        ASSERT_TRUE(awaitIdle(1));
        const Ending ending = runToEnd("task-" + std::to_string(i), "test_context");
        ASSERT_TRUE(ending.outcome);
        pids.insert(ending.outcome->result["pid"].get<int>());
    }
    EXPECT_EQ(pids.size(), 3u);
    const auto lock = recorder.locked();
    EXPECT_EQ(recorder.countOf("lost"), 0u);
}

TEST_F(WorkerPoolTest, AWorkerThatGrewIsReplacedAfterItsTask) {
    options.workers = 1;
    options.recycleAboveRssBytes = 250ll << 20;
    startPool();
    const int first = pool->workers()[0].pid;
    ASSERT_TRUE(runToEnd("small", "test_memory", {{"mb", 1}}).outcome);
    ASSERT_TRUE(awaitIdle(1));
    EXPECT_EQ(pool->workers()[0].pid, first);
    ASSERT_TRUE(runToEnd("large", "test_memory", {{"mb", 300}}).outcome);
    ASSERT_TRUE(awaitIdle(1));
    EXPECT_NE(pool->workers()[0].pid, first);
    expectRecovered();
}

#if !defined(BEATWARDEN_ADDRESS_SANITIZER) && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
TEST_F(WorkerPoolTest, ATaskThatWantsTooMuchMemoryFailsAlone) {
    startPool();
    expectFailure(runToEnd("one", "test_memory", {{"mb", 4096}}), "std::bad_alloc", Retryable::Yes);
    expectRecovered();
}
#endif

TEST_F(WorkerPoolTest, OneWorkerTakesOneTaskAtATime) {
    startPool();
    ASSERT_TRUE(run("one", "test_sleep", {{"ms", 60'000}}));
    ASSERT_TRUE(run("two", "test_sleep", {{"ms", 60'000}}));
    EXPECT_EQ(pool->idleWorkers(), 0);
    EXPECT_FALSE(run("three", "test_echo"));
    for (const auto& status : pool->workers())
        EXPECT_EQ(status.state, WorkerState::Busy);
}

TEST_F(WorkerPoolTest, ManyTasksEndExactlyOnceEach) {
    options.workers = 4;
    startPool();
    constexpr int kTasks = 400;
    for (int i = 0; i < kTasks; ++i) {
        ASSERT_TRUE(awaitIdle(1));
        const std::string task = "task-" + std::to_string(i);
        ASSERT_TRUE(i % 40 == 7 ? run(task, "test_exit") : run(task, "test_echo", {{"number", i}}));
    }
    ASSERT_TRUE(recorder.await([&] { return recorder.endings.size() == size_t(kTasks); }));
    ASSERT_TRUE(awaitIdle(4));
    const auto lock = recorder.locked();
    for (const auto& [task, endings] : recorder.endings)
        EXPECT_EQ(endings.size(), 1u) << task;
}

} // namespace tests::worker
