// What happens to tasks that one worker was handed together.
#include "core/worker/BegunNotes.h"
#include "core/worker/OldWorkers.h"
#include "tests/integration/worker_pool_harness.h"

#include <csignal>
#include <fstream>
#include <sys/wait.h>
#include <unistd.h>

namespace tests::worker {

using core::worker::BegunNotes;

class BatchTest : public PoolTest {
  protected:
    BatchTest() {
        options.workers = 1;
        options.epoch = 7;
    }
    /// Hands jobs to the one worker; keys count from 1.
    void runBatch(std::vector<Job> jobs) {
        for (size_t i = 0; i < jobs.size(); ++i)
            jobs[i].key = int64_t(i) + 1;
        ASSERT_TRUE(pool->run(std::move(jobs)));
    }
    static Job echoJob(const std::string& task) { return jobOf(task, "test_echo", {{"text", task}}); }
};

TEST_F(BatchTest, JobsOfABatchRunInOrderAndEachEndsOnce) {
    startPool();
    std::vector<Job> jobs;
    for (int i = 0; i < 200; ++i)
        jobs.push_back(echoJob("task-" + std::to_string(i)));
    runBatch(std::move(jobs));
    for (int i = 0; i < 200; ++i) {
        const auto ending = recorder.ending("task-" + std::to_string(i));
        ASSERT_TRUE(ending.outcome);
        EXPECT_EQ(ending.outcome->result.value("text", ""), "task-" + std::to_string(i));
    }
    EXPECT_TRUE(awaitIdle(1));
    const auto content = BegunNotes::read(BegunNotes::fileOf(folder.path(), 0));
    ASSERT_TRUE(content) << content.error().text();
    EXPECT_EQ(content->epoch, 7);
    ASSERT_EQ(content->notes.size(), 200u);
    EXPECT_EQ(content->notes.back().key, 200);
}

TEST_F(BatchTest, JobsBehindALongOneAreGivenBackUncounted) {
    options.batchPatience = milliseconds(20);
    startPool();
    runBatch({echoJob("quick"), jobOf("long", "test_sleep", {{"ms", 60'000}}), echoJob("behind"), echoJob("last")});
    EXPECT_TRUE(recorder.ending("quick").outcome);
    for (const char* task : {"behind", "last"}) {
        const auto ending = recorder.ending(task);
        ASSERT_TRUE(ending.loss) << task;
        EXPECT_EQ(ending.loss->kind, LossKind::NotBegun);
    }
    pool->cancel({"long"}, 1);
    EXPECT_EQ(recorder.ending("long").loss->kind, LossKind::Cancelled);
    expectRecovered();
}

TEST_F(BatchTest, AJobThatWaitsInTheWorkerIsCancelledWithoutTouchingTheOthers) {
    options.batchPatience = milliseconds(60'000);
    startPool();
    runBatch({jobOf("first", "test_sleep", {{"ms", 200}}), echoJob("unwanted"), echoJob("wanted")});
    pool->cancel({"unwanted"}, 1);
    EXPECT_EQ(recorder.ending("unwanted").loss->kind, LossKind::Cancelled);
    EXPECT_TRUE(recorder.ending("first").outcome);
    EXPECT_TRUE(recorder.ending("wanted").outcome);
}

TEST_F(BatchTest, OnlyTheOneThatKilledTheWorkerIsCounted) {
    startPool();
    runBatch({echoJob("before"), jobOf("killer", "test_crash"), echoJob("after")});
    EXPECT_EQ(recorder.ending("killer").loss->kind, LossKind::WorkerDied);
    EXPECT_EQ(recorder.ending("after").loss->kind, LossKind::NotBegun);
    const auto before = recorder.ending("before");
    // Its outcome may have been on its way, or have died with the worker.
    EXPECT_TRUE(before.outcome || before.loss->kind == LossKind::NotBegun);
    expectRecovered();
}

TEST_F(BatchTest, TheHardLimitOfAJobBeginsWhenTheOneBeforeItEnds) {
    options.batchPatience = milliseconds(60'000);
    startPool();
    Job limited = jobOf("limited", "test_sleep", {{"ms", 300}});
    limited.hardLimit = milliseconds(450);
    runBatch({jobOf("first", "test_sleep", {{"ms", 300}}), limited});
    EXPECT_TRUE(recorder.ending("limited").outcome) << "the time of the first one is not the second one's";
}

TEST_F(BatchTest, AtStopTheJobsThatHaveNotBegunComeBackUncounted) {
    options.batchPatience = milliseconds(60'000);
    startPool();
    runBatch({jobOf("running", "test_sleep", {{"ms", 60'000}}), echoJob("waiting")});
    ASSERT_TRUE(recorder.awaitProgress("running"));
    pool->stop(milliseconds(50));
    EXPECT_EQ(recorder.ending("running").loss->kind, LossKind::Shutdown);
    const auto waiting = recorder.ending("waiting").loss->kind;
    EXPECT_TRUE(waiting == LossKind::NotBegun || waiting == LossKind::Shutdown);
}

TEST(BegunNotesTest, NotesSurviveTheirWriterAndTellWhichOwnerTheyAreOf) {
    TemporaryFolder folder;
    const auto file = BegunNotes::fileOf(folder.path(), 3);
    ASSERT_TRUE(BegunNotes::create(file, 42));
    {
        auto notes = BegunNotes::open(file);
        ASSERT_TRUE(notes);
        for (int i = 0; i < int(BegunNotes::kKept) + 10; ++i)
            (*notes)->add({i, 1});
    }
    const auto content = BegunNotes::read(file);
    ASSERT_TRUE(content);
    EXPECT_EQ(content->epoch, 42);
    ASSERT_EQ(content->notes.size(), BegunNotes::kKept);
    EXPECT_EQ(content->notes.front().key, 10) << "the oldest were overwritten";
}

/// A process that notes what it begins, again and again, until it is killed.
pid_t startNoting(const std::filesystem::path& file) {
    int ready[2];
    if (::pipe(ready) != 0)
        return -1;
    const pid_t pid = ::fork();
    if (pid == 0) {
        auto notes = BegunNotes::open(file);
        if (!notes)
            ::_exit(1);
        for (int64_t key = 1;; ++key) {
            (*notes)->add({key, 1});
            if (key == 1)
                (void)!::write(ready[1], "x", 1);
        }
    }
    ::close(ready[1]);
    char byte = 0;
    const bool noting = ::read(ready[0], &byte, 1) == 1;
    ::close(ready[0]);
    return noting ? pid : -1;
}

TEST(OldWorkersTest, AWorkerThatOutlivedItsEngineIsEndedSoThatItsNotesStayAsTheyAre) {
    TemporaryFolder folder;
    const auto file = BegunNotes::fileOf(folder.path(), 0);
    ASSERT_TRUE(BegunNotes::create(file, 7));
    const pid_t worker = startNoting(file);
    ASSERT_GT(worker, 0);
    EXPECT_EQ(BegunNotes::read(file)->pid, worker);
    EXPECT_TRUE(core::worker::endOldWorkers(folder.path(), milliseconds(30'000)));
    const auto notes = [&] { return BegunNotes::read(file)->notes.back().key; };
    EXPECT_EQ(notes(), notes());
    int status = 0;
    ASSERT_EQ(::waitpid(worker, &status, WNOHANG), worker) << "it is gone by then";
    EXPECT_TRUE(WIFSIGNALED(status));
}

TEST(OldWorkersTest, AnotherProcessThatHasTheNumberOfAnOldWorkerIsLeftAlone) {
    TemporaryFolder folder;
    const auto file = BegunNotes::fileOf(folder.path(), 0);
    ASSERT_TRUE(BegunNotes::create(file, 7));
    const pid_t other = startNoting(file);
    ASSERT_GT(other, 0);
    {
        // As if the notes were of a process that started earlier.
        std::fstream bytes(file, std::ios::in | std::ios::out | std::ios::binary);
        const int64_t earlier = BegunNotes::read(file)->startedAt - 1;
        bytes.seekp(8 + 40 + 8 + 8);
        bytes.write(reinterpret_cast<const char*>(&earlier), sizeof earlier);
    }
    EXPECT_TRUE(core::worker::endOldWorkers(folder.path(), milliseconds(30'000)));
    EXPECT_EQ(::waitpid(other, nullptr, WNOHANG), 0) << "it lives";
    ::kill(other, SIGKILL);
    ::waitpid(other, nullptr, 0);
}

TEST(BegunNotesTest, DamagedShortOrMissingNotesAreRefused) {
    TemporaryFolder folder;
    const auto file = BegunNotes::fileOf(folder.path(), 0);
    EXPECT_FALSE(BegunNotes::read(file));
    ASSERT_TRUE(BegunNotes::create(file, 1));
    {
        std::fstream bytes(file, std::ios::in | std::ios::out | std::ios::binary);
        bytes.put('X');
    }
    EXPECT_EQ(BegunNotes::read(file).error().code, core::base::ErrorCode::Corrupt);
    std::filesystem::resize_file(file, 100);
    EXPECT_FALSE(BegunNotes::read(file));
    EXPECT_FALSE(BegunNotes::open(file));
}

} // namespace tests::worker
