#include "tests/support/Campaign.h"
#include "tests/support/EngineHarness.h"

#include <algorithm>
#include <gtest/gtest.h>

namespace {

using core::base::milliseconds;
using core::events::EventKind;
using core::events::Interest;
using core::task::FailureReason;
using core::task::Task;
using core::task::TaskState;

constexpr milliseconds kHardLimit{1000}; ///< of `test_mayhem`

/// How late attempts were ended, after their limit.
class Lateness {
  public:
    void add(const Task& task) {
        m_late.push_back(std::chrono::duration_cast<milliseconds>(*task.finishedAt - *task.startedAt) - kHardLimit);
    }
    milliseconds percentile(int percent) const {
        auto sorted = m_late;
        std::sort(sorted.begin(), sorted.end());
        return sorted.at((sorted.size() * size_t(percent) + 99) / 100 - 1);
    }
    milliseconds least() const { return *std::min_element(m_late.begin(), m_late.end()); }
    bool withinTheBar() const {
        return percentile(99) <= milliseconds(100) && percentile(100) <= milliseconds(500) &&
               least() >= milliseconds(0);
    }

  private:
    std::vector<milliseconds> m_late;
};

class HardLimits : public testing::Test, protected tests::EngineHarness {
  protected:
    HardLimits() : EngineHarness(tests::TemporaryFolder::Storage::Memory) {
        auto options = this->options(8);
        options.slotsPerQueue = 8;
        options.admission.breaker.failuresToOpen = 1'000'000;
        start(options);
        m_workers = engine().events().subscribe(Interest::in({EventKind::WorkerChanged}));
    }

    /// `count` tasks that pass their limit in this way, all at once.
    Lateness run(int count, const std::string& mode) {
        std::vector<Task> tasks;
        for (int i = 0; i < count; ++i)
            tasks.push_back(submit("test_mayhem", {{"mode", mode}}));
        Lateness lateness;
        for (const Task& submitted : tasks) {
            Task task = submitted;
            while (!core::task::isTerminal(task.state))
                task = wait(submitted);
            EXPECT_EQ(task.state, TaskState::Failure);
            EXPECT_EQ(task.reason, FailureReason::Timeout) << task.errorMessage;
            lateness.add(task);
        }
        return lateness;
    }

    /// From when a worker was given a task to its death, beyond the limit: what the limit itself is late by. The rest is
    /// the way of a claim to its worker.
    milliseconds latestDeath() {
        std::map<std::string, core::base::Instant> busy;
        milliseconds latest{0};
        for (const auto& event : m_workers->drain().events) {
            if (event->detail == "busy")
                busy[event->subject] = event->at;
            else if (event->detail == "lost" && busy.contains(event->subject))
                latest = std::max(latest, std::chrono::duration_cast<milliseconds>(event->at - busy[event->subject]) -
                                              kHardLimit);
        }
        return latest;
    }

    std::shared_ptr<core::events::Subscription> m_workers;
};

TEST_F(HardLimits, TasksThatComputeForeverAreEndedAtTheirLimitWhileTheProcessorIsBusy) {
    const tests::Campaign campaign("R12 hard limit under full load", 16, 1000);
    const Lateness lateness = run(campaign.rounds(), "spin"); // eight at a time: they are the load
    campaign.report("ended after the limit: p50 " + std::to_string(lateness.percentile(50).count()) + " ms, p99 " +
                    std::to_string(lateness.percentile(99).count()) + " ms, max " +
                    std::to_string(lateness.percentile(100).count()) + " ms; from a worker's task to its death at most " +
                    std::to_string(latestDeath().count()) + " ms beyond the limit");
    EXPECT_GE(lateness.least(), milliseconds(0)) << "never before the limit";
    if (campaign.isFull()) {
        EXPECT_TRUE(lateness.withinTheBar());
    }
}

TEST_F(HardLimits, TheHarnessSeesATaskThatIsEndedTooLate) {
    // A stopped process hears no SIGTERM: it is killed five seconds later.
    EXPECT_FALSE(run(1, "stops_itself").withinTheBar());
}

} // namespace
