// Retention broken off: what is live is not touched, and the rest goes with the next process.
#include "tests/support/BrokerDriver.h"
#include "tests/support/Campaign.h"
#include "tests/support/EngineProcess.h"
#include "tests/support/TemporaryFolder.h"

#include <gtest/gtest.h>
#include <set>

namespace {

using core::base::Result;
using core::store::Connection;
using tests::BrokerDriver;
using Milliseconds = std::chrono::milliseconds;

constexpr int kKilled = 128 + 9;

class BrokenOffRetention : public testing::Test {
  protected:
    using Ids = std::set<std::string>;

    Ids ids(const std::string& condition) const {
        auto db = *Connection::open(file(), core::store::OpenMode::ReadOnly);
        Ids found;
        core::store::Query rows = db->query("SELECT id FROM task WHERE " + condition);
        while (rows.step())
            found.insert(rows.text(0));
        return found;
    }
    int prune(int dyingWrite) const {
        tests::EngineProcess process({"--crash", "k13d", m_folder.path().string(), std::to_string(dyingWrite)},
                                     [](const std::string&) {});
        process.listenUntil([] { return false; }, Milliseconds(60'000));
        return process.finish(Milliseconds(10'000));
    }
    std::string violations(const Ids& live) const {
        tests::Acknowledged told;
        told.enqueued = live;
        return tests::describe(tests::checkStore(file(), told, {}));
    }
    std::filesystem::path file() const { return m_folder / "core.db"; }

    const tests::TemporaryFolder m_folder{tests::TemporaryFolder::Storage::Memory};
    const std::string m_isLive = "state IN ('scheduled','pending','started','retry')";
};

TEST_F(BrokenOffRetention, K13TakingAwayWhatIsOldMayBreakOffAtAnyWriteAndTouchesNothingThatIsLive) {
    const tests::Campaign campaign("K13 killed while what is old goes, every n-th write", 8, 200);
    int died = 0;
    size_t gone = 0;
    for (int round = 0; round < campaign.rounds(); ++round) {
        for (const char* suffix : {"", "-wal", "-shm"})
            std::filesystem::remove(file().string() + suffix);
        {
            BrokerDriver driver(campaign.seedOf(round));
            ASSERT_TRUE(driver.open(file()) && driver.work(40));
            // Messages are kept longer than their tasks; the checker wants both.
            ASSERT_TRUE(driver.database().write([](Connection& db) -> Result<void> {
                db.run("DELETE FROM outbox");
                return {};
            }));
        }
        const Ids live = ids(m_isLive), all = ids("1");
        ASSERT_GT(all.size(), live.size());
        const int status = prune(1 + round * (campaign.isFull() ? 1 : 9));
        ASSERT_TRUE(status == kKilled || status == 0) << status;
        died += status == kKilled ? 1 : 0;
        EXPECT_EQ(ids(m_isLive), live) << "round " << round;
        ASSERT_EQ(violations(live), "") << "round " << round;
        ASSERT_EQ(prune(0), 0);
        EXPECT_EQ(ids(m_isLive), live) << "round " << round;
        ASSERT_EQ(violations(live), "") << "round " << round;
        gone += all.size() - ids("1").size();
        BrokerDriver next(2);
        EXPECT_TRUE(next.open(file()) && next.runOneTask());
    }
    campaign.report(std::to_string(died) + " died, " + std::to_string(gone) + " tasks went, no live one");
    EXPECT_GE(died, 4);
    EXPECT_GE(gone, 100u);
}

} // namespace
