#include "tests/support/Campaign.h"
#include "tests/support/Checker.h"
#include "tests/support/DeathModes.h"
#include "tests/support/Dice.h"
#include "tests/support/EngineHarness.h"

#include <cstdlib>
#include <gtest/gtest.h>

namespace {

using core::base::milliseconds;
using core::engine::Submission;
using core::task::Task;
using core::task::TaskState;

constexpr auto kGrace = milliseconds(5500); ///< beyond the limit: SIGTERM, five seconds, SIGKILL
constexpr auto kHardLimit = milliseconds(1000);
constexpr ptrdiff_t kReaders = 16; ///< descriptors of eight pooled readers, which come as they are needed and stay

ptrdiff_t entriesOf(const char* folder) {
    return std::distance(std::filesystem::directory_iterator(folder), {});
}

class WorkerMayhem : public testing::Test, protected tests::EngineHarness {
  protected:
    WorkerMayhem() : EngineHarness(tests::TemporaryFolder::Storage::Memory) {
        ::setenv("BEATWARDEN_TEST_NONCE", m_nonce.c_str(), 1);
    }
    ~WorkerMayhem() override { ::unsetenv("BEATWARDEN_TEST_NONCE"); }

    void startWith(int workers) {
        auto options = this->options(workers);
        options.slotsPerQueue = workers;
        options.admission.breaker.failuresToOpen = 1'000'000;
        start(options);
        ASSERT_TRUE(allWorkersIdle());
    }

    bool allWorkersIdle() {
        return eventually([this] {
            const auto workers = engine().status().workers;
            return std::all_of(workers.begin(), workers.end(),
                               [](const auto& w) { return w.state == core::worker::WorkerState::Idle; });
        });
    }

    Task submitDeath(const std::string& mode) { return submit("test_mayhem", {{"mode", mode}}); }

    /// What is wrong with how a task of this mode ended.
    static std::string misjudged(const tests::DeathMode& mode, const Task& task) {
        const bool well = task.state == TaskState::Success && mode.mayEndWell;
        const bool badly = task.state == TaskState::Failure && task.reason == mode.reason;
        if (well || badly)
            return {};
        return mode.name + " came to " + core::task::toText(task.state) + " " + core::task::toText(task.reason) + ": " +
               task.errorMessage;
    }

    const std::string m_nonce = "mayhem-" + std::to_string(::getpid());
};

TEST_F(WorkerMayhem, EveryWayToDieEndsItsTaskRightlyAndNothingElse) {
    const tests::Campaign campaign("R11 worker mayhem, 15 death modes", 45, 10'000);
    tests::Dice dice(campaign.seedOf(0));
    startWith(campaign.isFull() ? 32 : 8);
    EXPECT_EQ(wait(submit("test_echo")).state, TaskState::Success);
    const auto descriptors = entriesOf("/proc/self/fd"), threads = entriesOf("/proc/self/task");

    std::vector<std::pair<const tests::DeathMode*, Task>> dying;
    std::vector<Task> healthy;
    for (int i = 0; i < campaign.rounds(); ++i) {
        const auto& mode = tests::deathModes()[size_t(i) % tests::deathModes().size()];
        dying.emplace_back(&mode, submitDeath(mode.name));
        if (dice.chance(30))
            healthy.push_back(submit("test_echo", {{"number", i}}));
    }
    milliseconds latest{0};
    int wrong = 0;
    for (const auto& [mode, submitted] : dying) {
        Task task = submitted;
        eventually(
            [&] {
                task = wait(submitted);
                return core::task::isTerminal(task.state);
            },
            std::chrono::hours(1));
        const std::string judgement = misjudged(*mode, task);
        wrong += judgement.empty() ? 0 : 1;
        EXPECT_EQ(judgement, "");
        if (task.startedAt && task.finishedAt)
            latest = std::max(latest, std::chrono::duration_cast<milliseconds>(*task.finishedAt - *task.startedAt));
    }
    for (const Task& task : healthy)
        EXPECT_EQ(wait(task).state, TaskState::Success);
    EXPECT_TRUE(allWorkersIdle());
    EXPECT_TRUE(eventually([&] { return entriesOf("/proc/self/fd") <= descriptors + kReaders; }))
        << entriesOf("/proc/self/fd");
    EXPECT_TRUE(eventually([&] { return entriesOf("/proc/self/task") <= threads; }));
    campaign.report(std::to_string(wrong) + " ended wrongly; the latest " + std::to_string(latest.count()) +
                    " ms after its start; descriptors " + std::to_string(descriptors) + " → " +
                    std::to_string(entriesOf("/proc/self/fd")) + ", threads " + std::to_string(threads) + " → " +
                    std::to_string(entriesOf("/proc/self/task")));
    if (campaign.isFull()) {
        EXPECT_LE(latest, kHardLimit + kGrace);
    }
    stop();
    EXPECT_TRUE(eventually([this] { return tests::processesNaming(m_nonce).empty(); })) << "leftover processes";
    tests::CheckOptions check;
    check.running = tests::Running::None;
    EXPECT_EQ(tests::describe(tests::checkStore(options().dataDirectory / "core.db", {}, check)), "");
}

TEST_F(WorkerMayhem, AWorkerThatLeakedItsDescriptorsRunsNoOtherTask) {
    startWith(1);
    ASSERT_EQ(wait(submitDeath("descriptor_leak")).state, TaskState::Failure);
    for (int i = 0; i < 3; ++i) {
        const Task task = wait(submit("test_read_database"));
        EXPECT_EQ(task.state, TaskState::Success) << task.errorMessage;
    }
}

TEST_F(WorkerMayhem, AWorkerThatLeakedItsAddressSpaceRunsNoOtherTask) {
    startWith(1);
    ASSERT_EQ(wait(submitDeath("memory_bomb")).state, TaskState::Failure);
    const Task task = wait(submit("test_memory", {{"mb", 200}}));
    EXPECT_EQ(task.state, TaskState::Success) << task.errorMessage;
}

TEST_F(WorkerMayhem, TheHarnessSeesAModeThatItMisjudges) {
    startWith(1);
    const tests::DeathMode wrong{"segv", core::task::FailureReason::Timeout};
    EXPECT_NE(misjudged(wrong, wait(submitDeath("segv"))), "");
}

TEST_F(WorkerMayhem, TheHarnessSeesAProcessThatWasLeftBehind) {
    startWith(1);
    EXPECT_FALSE(tests::processesNaming(m_nonce).empty()) << "the workers themselves, while the engine lives";
}

} // namespace
