#include "tests/integration/worker_pool_harness.h"
#include "tests/support/Programs.h"

#include <atomic>
#include <csignal>
#include <cstdio>
#include <fcntl.h>
#include <fstream>
#include <iterator>
#include <poll.h>
#include <spawn.h>
#include <sstream>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

namespace tests::worker {

namespace {

size_t openDescriptors(const std::string& process = "self") {
    const std::filesystem::directory_iterator folder("/proc/" + process + "/fd");
    return size_t(std::distance(begin(folder), end(folder)));
}

std::string contentOf(const std::filesystem::path& file) {
    std::ifstream in(file);
    return {std::istreambuf_iterator<char>(in), {}};
}

/// A process of which only the death is of interest; opened while it lives.
class Watched {
  public:
    explicit Watched(int pid) : m_fd(int(::syscall(SYS_pidfd_open, pid, 0))) { EXPECT_GE(m_fd, 0) << "pid " << pid; }
    Watched(const Watched&) = delete;
    ~Watched() { ::close(m_fd); }
    bool diesInTime() const {
        pollfd death{m_fd, POLLIN, 0};
        return ::poll(&death, 1, int(std::chrono::milliseconds(kPatience).count())) == 1;
    }

  private:
    int m_fd;
};

/// Waits until a child has ended, without reaping it.
void awaitZombie(int pid) {
    siginfo_t info{};
    ASSERT_EQ(::waitid(P_PID, id_t(pid), &info, WEXITED | WNOWAIT), 0);
}

} // namespace

class WorkerLifecycleTest : public PoolTest {};

TEST_F(WorkerLifecycleTest, AStoppedPoolLeavesNoProcessAndNoDescriptor) {
    const size_t before = openDescriptors();
    for (int round = 0; round < 3; ++round) {
        startPool();
        ASSERT_TRUE(run("crash-" + std::to_string(round), "test_crash"));
        ASSERT_TRUE(run("spin-" + std::to_string(round), "test_spin"));
        ASSERT_TRUE(recorder.ending("crash-" + std::to_string(round)).loss);
        pool->stop(milliseconds(0));
        EXPECT_TRUE(recorder.ending("spin-" + std::to_string(round)).loss);
        pool.reset();
        EXPECT_EQ(::waitpid(-1, nullptr, WNOHANG), -1);
        EXPECT_EQ(errno, ECHILD);
        EXPECT_EQ(openDescriptors(), before);
    }
}

TEST_F(WorkerLifecycleTest, StoppingLetsARunningTaskEndWithinItsGrace) {
    startPool();
    ASSERT_TRUE(run("short", "test_sleep", {{"ms", 300}}));
    ASSERT_TRUE(recorder.awaitProgress("short"));
    pool->stop(std::chrono::duration_cast<milliseconds>(kPatience));
    const auto lock = recorder.locked();
    ASSERT_EQ(recorder.endings["short"].size(), 1u);
    EXPECT_TRUE(recorder.endings["short"].front().outcome);
    EXPECT_EQ(recorder.countOf("lost"), 0u);
    EXPECT_EQ(recorder.countOf("stopped"), 2u);
}

TEST_F(WorkerLifecycleTest, StoppingKillsWhatDoesNotEndAndSaysShutdown) {
    startPool();
    ASSERT_TRUE(run("sleeper", "test_sleep", {{"ms", 60'000}}));
    ASSERT_TRUE(run("deaf", "test_stubborn", {{"ignore_term", true}}));
    ASSERT_TRUE(recorder.awaitProgress("sleeper"));
    ASSERT_TRUE(recorder.awaitProgress("deaf"));
    pool->stop(milliseconds(100));
    for (const char* task : {"sleeper", "deaf"}) {
        const Ending ending = recorder.ending(task);
        ASSERT_TRUE(ending.loss) << task;
        EXPECT_EQ(ending.loss->kind, LossKind::Shutdown);
    }
    EXPECT_FALSE(run("late", "test_echo"));
    EXPECT_EQ(pool->idleWorkers(), 0);
    const auto lock = recorder.locked();
    EXPECT_FALSE(recorder.endings.contains("late"));
}

TEST_F(WorkerLifecycleTest, ACancelledTaskStaysCancelledWhenThePoolStops) {
    startPool();
    ASSERT_TRUE(run("deaf", "test_stubborn", {{"ignore_term", true}}));
    ASSERT_TRUE(recorder.awaitProgress("deaf"));
    pool->cancel({"deaf"}, 1);
    pool->stop(milliseconds(0));
    const Ending ending = recorder.ending("deaf");
    ASSERT_TRUE(ending.loss);
    EXPECT_EQ(ending.loss->kind, LossKind::Cancelled);
}

TEST_F(WorkerLifecycleTest, ATaskHandedToAWorkerThatHasJustDiedRunsInItsReplacement) {
    /// Holds the io thread in a callback, so that it cannot notice the death.
    struct Holder final : core::worker::WorkerObserver {
        explicit Holder(Recorder& recorder) : recorder(recorder) {}
        void workerChanged(const WorkerStatus& w, const std::string& what) override { recorder.workerChanged(w, what); }
        void roomAvailable() override { recorder.roomAvailable(); }
        void progressed(const TaskId& task, int attempt, const core::task::Progress& progress) override {
            recorder.progressed(task, attempt, progress);
            std::unique_lock lock(mutex);
            opened.wait(lock, [this] { return open; });
        }
        void logged(const TaskId& t, int a, core::base::LogLevel l, const std::string& x) override {
            recorder.logged(t, a, l, x);
        }
        void finished(const Job& job, Outcome outcome, std::chrono::microseconds ran) override {
            recorder.finished(job, std::move(outcome), ran);
        }
        void lost(const Job& job, const Loss& loss) override { recorder.lost(job, loss); }

        Recorder& recorder;
        std::mutex mutex;
        std::condition_variable opened;
        bool open = false;
    } holder(recorder);

    pool = std::make_unique<core::worker::WorkerPool>(options, clock, holder);
    ASSERT_TRUE(pool->start());
    ASSERT_TRUE(awaitIdle(2));
    ASSERT_TRUE(run("holding", "test_sleep", {{"ms", 10}}));
    ASSERT_TRUE(recorder.awaitProgress("holding"));
    int idlePid = 0;
    for (const auto& status : pool->workers())
        if (status.state == core::worker::WorkerState::Idle)
            idlePid = status.pid;
    ASSERT_NE(idlePid, 0);
    ASSERT_EQ(::kill(idlePid, SIGKILL), 0);
    awaitZombie(idlePid);
    ASSERT_TRUE(run("carried", "test_context"));
    {
        const std::lock_guard lock(holder.mutex);
        holder.open = true;
    }
    holder.opened.notify_all();
    const Ending ending = recorder.ending("carried");
    ASSERT_TRUE(ending.outcome) << ending.loss->message;
    EXPECT_NE(ending.outcome->result["pid"], idlePid);
    pool->stop(milliseconds(0)); // before the holder goes
}

TEST_F(WorkerLifecycleTest, AWorkerThatDiesAtStartIsTriedAgainEverMoreSlowlyUntilItWorks) {
    options.workers = 1;
    options.workerProgram = folder / "worker";
    std::filesystem::copy_file(tests::testWorkerProgram(), options.workerProgram);
    startPool();
    std::filesystem::remove(options.workerProgram);
    std::ofstream(options.workerProgram) << "#!/bin/sh\nexit 5\n";
    std::filesystem::permissions(options.workerProgram, std::filesystem::perms::owner_all);

    const auto killedAt = std::chrono::steady_clock::now();
    ASSERT_EQ(::kill(pool->workers()[0].pid, SIGKILL), 0);
    // The first start worked; then one at once, and one each after 0.25 s and 1 s.
    ASSERT_TRUE(recorder.await([&] { return recorder.countOf("started") == 4; }));
    EXPECT_GE(std::chrono::steady_clock::now() - killedAt, std::chrono::milliseconds(1250));
    // In one step: a half copied program would be tried as well.
    std::filesystem::copy_file(tests::testWorkerProgram(), folder / "worker.new");
    std::filesystem::rename(folder / "worker.new", options.workerProgram);
    expectRecovered();
}

TEST_F(WorkerLifecycleTest, TheWorkersDieWithTheEngine) {
    int ends[2];
    ASSERT_EQ(::pipe2(ends, O_CLOEXEC), 0);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
    std::string program = tests::testWorkerProgram(), role = "--engine";
    char* const arguments[] = {program.data(), role.data(), program.data(), nullptr};
    pid_t engine = 0;
    ASSERT_EQ(::posix_spawn(&engine, program.c_str(), &actions, nullptr, arguments, environ), 0);
    posix_spawn_file_actions_destroy(&actions);
    ::close(ends[1]);

    FILE* lines = ::fdopen(ends[0], "r");
    int first = 0, second = 0;
    ASSERT_EQ(std::fscanf(lines, "%d %d", &first, &second), 2);
    std::fclose(lines);
    {
        const Watched one(first), two(second);
        ::kill(engine, SIGKILL);
        EXPECT_TRUE(one.diesInTime());
        EXPECT_TRUE(two.diesInTime());
    }
    ::waitpid(engine, nullptr, 0);
}

TEST_F(WorkerLifecycleTest, TheChildrenOfAKilledWorkerGoWithIt) {
    startPool();
    ASSERT_TRUE(run("parent", "test_children", {{"count", 2}}));
    ASSERT_TRUE(recorder.await([&] { return !recorder.log.empty(); }));
    const Json pids = Json::parse(recorder.log.front().text);
    ASSERT_EQ(pids.size(), 2u);
    const Watched one(pids[0]), two(pids[1]);
    ASSERT_EQ(::kill(pidOf("parent"), SIGKILL), 0);
    EXPECT_EQ(recorder.ending("parent").loss->kind, LossKind::WorkerDied);
    EXPECT_TRUE(one.diesInTime());
    EXPECT_TRUE(two.diesInTime());
    expectRecovered();
}

TEST_F(WorkerLifecycleTest, AWorkerIsConfined) {
    startPool();
    Job job = jobOf("one", "test_sleep", {{"ms", 60'000}});
    job.hardLimit = milliseconds(600'000);
    ASSERT_TRUE(pool->run(job));
    ASSERT_TRUE(recorder.awaitProgress("one"));
    const int pid = pidOf("one");
    const std::string proc = "/proc/" + std::to_string(pid);
    EXPECT_EQ(openDescriptors(std::to_string(pid)), 4u) << "only the three standard streams and the socket";
    EXPECT_NE(contentOf(proc + "/status").find("NoNewPrivs:\t1"), std::string::npos);
    EXPECT_EQ(std::stoi(contentOf(proc + "/oom_score_adj")), 500);
    EXPECT_EQ(::getpgid(pid), pid);

    std::map<std::string, std::string> soft;
    std::istringstream limits(contentOf(proc + "/limits"));
    for (std::string line; std::getline(limits, line);)
        soft[line.substr(0, line.find("  "))] = line.substr(26, line.find(' ', 26) - 26);
    EXPECT_EQ(soft["Max core file size"], "0");
    EXPECT_EQ(soft["Max open files"], "64");
    EXPECT_EQ(soft["Max file size"], std::to_string(256 << 20));
    EXPECT_NEAR(std::stod(soft["Max cpu time"]), 1205, 3);
#if !defined(BEATWARDEN_ADDRESS_SANITIZER) && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
    EXPECT_EQ(soft["Max address space"], std::to_string(2ll << 30));
#endif
}

TEST_F(WorkerLifecycleTest, AHardLimitIsReadFromTheGivenClock) {
    core::base::ManualClock manual(core::base::makeDate(2026, 11, 20));
    pool = std::make_unique<core::worker::WorkerPool>(options, manual, recorder);
    ASSERT_TRUE(pool->start());
    ASSERT_TRUE(awaitIdle(2));
    ASSERT_TRUE(run("one", "test_stubborn")); // 600 s
    ASSERT_TRUE(recorder.awaitProgress("one"));
    manual.advance(milliseconds(599'000));
    ASSERT_TRUE(run("two", "test_echo"));
    ASSERT_TRUE(recorder.ending("two").outcome);
    {
        const auto lock = recorder.locked();
        EXPECT_FALSE(recorder.endings.contains("one"));
    }
    manual.advance(milliseconds(2'000));
    const Ending ending = recorder.ending("one");
    ASSERT_TRUE(ending.loss);
    EXPECT_EQ(ending.loss->kind, LossKind::HardLimit);
    pool->stop(milliseconds(0)); // before the clock goes
}

TEST_F(WorkerLifecycleTest, AWorkerStartedByHandSaysThatItIsNotMeantFor) {
    for (const char* role : {"--worker", "--nonsense"}) {
        std::string program = tests::testWorkerProgram(), word = role, file = "/nonexistent/core.db", notes = "/nonexistent/notes";
        char* const arguments[] = {program.data(), word.data(), file.data(), notes.data(), nullptr};
        pid_t pid = 0;
        ASSERT_EQ(::posix_spawn(&pid, program.c_str(), nullptr, nullptr, arguments, environ), 0);
        int status = 0;
        ASSERT_EQ(::waitpid(pid, &status, 0), pid);
        ASSERT_TRUE(WIFEXITED(status));
        EXPECT_EQ(WEXITSTATUS(status), std::string(role) == "--worker" ? 1 : 2);
    }
}

} // namespace tests::worker
