#include "core/engine/StoreOpening.h"
#include "core/store/Connection.h"
#include "tests/support/Campaign.h"
#include "tests/support/Checker.h"
#include "tests/support/EngineHarness.h"

#include <gtest/gtest.h>

namespace {

using core::base::milliseconds;
using core::store::Connection;

class Recovery : public testing::Test, protected tests::EngineHarness {
  protected:
    Recovery() : EngineHarness(tests::TemporaryFolder::Storage::Memory) {}

    std::filesystem::path file() const { return options().dataDirectory / "core.db"; }

    /// A store as an engine leaves it that is killed while `running` of its `rows` tasks run.
    void fill(int rows, int running) {
        start(0);
        for (int made = 0; made < rows; made += 1000) {
            std::vector<core::engine::Submission> submissions(size_t(std::min(1000, rows - made)));
            for (size_t i = 0; i < submissions.size(); ++i) {
                submissions[i].type = made + int(i) < running ? "test_sleep" : "test_echo";
                submissions[i].maxRetries = 5;
                if (made + int(i) >= running)
                    submissions[i].countdown = std::chrono::hours(1000);
            }
            ASSERT_TRUE(engine().tasks().submitAll(submissions, kTester));
        }
        stop();
        auto db = *Connection::open(file(), core::store::OpenMode::RelaxedWriter);
        db->exec("UPDATE task SET state='started', version=version+1, attempt=attempt+1, started_at=created_at, "
                 "epoch=(SELECT epoch FROM owner) WHERE state='pending'");
        EXPECT_EQ(db->changes(), running);
        db->exec("INSERT INTO transition(task, version, from_state, to_state, attempt, epoch, at) SELECT key, version, "
                 "'pending', 'started', attempt, epoch, started_at FROM task WHERE state='started'");
        tests::signTasks(*db);
        std::filesystem::remove(options().dataDirectory / core::engine::kHighWaterFile); // it did not stop in order
    }

    int64_t tasksOfOwnersBefore() {
        auto db = *Connection::open(file(), core::store::OpenMode::ReadOnly);
        core::store::Query row =
            db->query("SELECT count(*) FROM task WHERE state='started' AND epoch<(SELECT epoch FROM owner)");
        row.step();
        return row.integer(0);
    }
};

TEST_F(Recovery, AKilledEngineWithManyTasksIsReadyAgainAndItsOrphansArePutBack) {
    const tests::Campaign campaign("R24 recovery, rows in the store", 20'000, 1'000'000);
    const int running = campaign.rounds() / 100;
    fill(campaign.rounds(), running);
    const auto begun = std::chrono::steady_clock::now();
    start(2);
    const auto ready = std::chrono::duration_cast<milliseconds>(std::chrono::steady_clock::now() - begun);
    EXPECT_TRUE(eventually([this] { return tasksOfOwnersBefore() == 0; }));
    const auto putBack = std::chrono::duration_cast<milliseconds>(std::chrono::steady_clock::now() - begun);
    campaign.report(std::to_string(running) + " were running; ready after " + std::to_string(ready.count()) +
                    " ms, all put back after " + std::to_string(putBack.count()) + " ms");
    if (campaign.isFull()) {
        EXPECT_LE(ready, milliseconds(2000));
        EXPECT_LE(putBack, ready + milliseconds(1000));
    }
    stop();
    tests::CheckOptions check;
    check.running = tests::Running::None;
    EXPECT_EQ(tests::describe(tests::checkStore(file(), {}, check)), "");
}

TEST_F(Recovery, TheHarnessSeesOrphansThatNobodyPutBack) {
    fill(200, 20);
    auto db = *Connection::open(file(), core::store::OpenMode::RelaxedWriter);
    db->exec("UPDATE owner SET epoch=epoch+1");
    EXPECT_EQ(tasksOfOwnersBefore(), 20) << "an owner that did not rescue them";
}

} // namespace
