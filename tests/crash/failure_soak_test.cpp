#include "core/store/Connection.h"
#include "tests/support/Campaign.h"
#include "tests/support/EngineHarness.h"

#include <cmath>
#include <fstream>
#include <gtest/gtest.h>
#include <unistd.h>

namespace {

using core::store::Connection;
using core::store::Query;
using core::task::Task;
using core::task::TaskState;

constexpr size_t kMaxStored = 10 * 1024;
constexpr double kRetryWithin = 3600e3;  ///< milliseconds
constexpr int64_t kMaxGrowth = 48 << 20; ///< what the caches of the databases may still take

int64_t residentBytes() {
    int64_t total = 0, resident = 0;
    std::ifstream("/proc/self/statm") >> total >> resident;
    return resident * ::sysconf(_SC_PAGESIZE);
}

/// How far a sample is from being spread evenly over [0, 1), in units in which 1.95 has the probability 0.001
/// (Kolmogorov 1933).
double kolmogorov(std::vector<double> sample) {
    std::sort(sample.begin(), sample.end());
    const double n = double(sample.size());
    double distance = 0;
    for (size_t i = 0; i < sample.size(); ++i)
        distance = std::max({distance, std::abs(sample[i] - double(i) / n), std::abs(double(i + 1) / n - sample[i])});
    return distance * std::sqrt(n);
}

class FailureSoak : public testing::Test, protected tests::EngineHarness {
  protected:
    FailureSoak() : EngineHarness(tests::TemporaryFolder::Storage::Memory) {}

    void startSoak() {
        auto options = this->options(4);
        options.slotsPerQueue = 4;
        options.admission.breaker.failuresToOpen = 1'000'000'000;
        start(options);
    }

    int64_t of(TaskState state) {
        int64_t count = 0;
        for (const auto& queue : engine().queueSnapshot())
            count += queue.of(state);
        return count;
    }

    /// Lets so many tasks fail, a few hundred waiting at a time.
    void fail(int count, const char* how) {
        // A few are so soon tried again that they have failed for good by now.
        const auto failed = [&] { return of(TaskState::Retry) + of(TaskState::Failure); };
        const int64_t target = failed() + count;
        for (int made = 0; made < count; made += 100) {
            std::vector<core::engine::Submission> submissions(size_t(std::min(100, count - made)));
            for (auto& submission : submissions) {
                submission.type = "test_fail_at_length";
                submission.params = {{"how", how}};
            }
            ASSERT_TRUE(engine().tasks().submitAll(submissions, kTester));
            ASSERT_TRUE(eventually([&] { return of(TaskState::Pending) < 300; }, std::chrono::minutes(2)));
        }
        ASSERT_TRUE(eventually([&] { return failed() >= target; }, std::chrono::minutes(2)));
    }

    template <class Read>
    void readStore(Read read) {
        auto db = *Connection::open(options().dataDirectory / "core.db", core::store::OpenMode::ReadOnly);
        read(*db);
    }
};

TEST_F(FailureSoak, LongErrorsAreCutMemoryStaysAndRetriesAreSpread) {
    const tests::Campaign campaign("R21 failing tasks with errors of 1 MB", 1500, 100'000);
    startSoak();
    const int warmUp = std::max(200, campaign.rounds() / 5);
    fail(warmUp, "thrown");
    const int64_t before = residentBytes();
    fail(campaign.rounds() - warmUp, "thrown");
    const int64_t growth = residentBytes() - before;
    int64_t longest = 0;
    std::vector<double> delays;
    readStore([&](Connection& db) {
        Query lengths =
            db.query("SELECT max(max(length(error_message), length(traceback), length(error_type))) FROM task");
        lengths.step();
        longest = lengths.integer(0);
        Query moves = db.query("SELECT k.scheduled_for - t.at FROM task k JOIN transition t ON t.task=k.key AND "
                               "t.to_state='retry'");
        while (moves.step())
            delays.push_back(double(moves.integer(0)) / kRetryWithin);
    });
    const double spread = kolmogorov(delays);
    campaign.report("longest stored error " + std::to_string(longest) + " bytes; " + std::to_string(growth / 1024) +
                    " KiB more memory after the first fifth; " + std::to_string(delays.size()) +
                    " retries, Kolmogorov " + std::to_string(spread));
    EXPECT_LE(longest, int64_t(kMaxStored));
    EXPECT_LE(growth, kMaxGrowth);
    EXPECT_EQ(delays.size(), size_t(campaign.rounds()));
    EXPECT_LE(spread, 1.95);
}

TEST_F(FailureSoak, NoWayToFailStoresMoreThanTenKilobytes) {
    startSoak();
    for (const char* how : {"thrown", "returned", "type"})
        fail(1, how);
    readStore([&](Connection& db) {
        for (const char* table : {"task", "attempt"}) {
            Query rows = db.query(std::string("SELECT error_type, error_message FROM ") + table);
            while (rows.step()) {
                EXPECT_LE(rows.text(0).size(), kMaxStored) << table;
                EXPECT_LE(rows.text(1).size(), kMaxStored) << table;
            }
        }
        Query notes = db.query("SELECT max(length(note)) FROM transition");
        notes.step();
        EXPECT_LE(notes.integer(0), int64_t(kMaxStored));
    });
}

TEST_F(FailureSoak, TheHarnessSeesRetriesThatComeInStep) {
    std::vector<double> together(1000, 0.5), spread;
    for (int i = 0; i < 1000; ++i)
        spread.push_back(std::fmod(i * 0.6180339887, 1.0));
    EXPECT_GT(kolmogorov(together), 1.95);
    EXPECT_LT(kolmogorov(spread), 1.95);
}

} // namespace
