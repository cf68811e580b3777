#include "tests/support/BrokerDriver.h"
#include "tests/support/Campaign.h"
#include "tests/support/PowerCut.h"
#include "tests/support/TemporaryFolder.h"

#include <future>
#include <gtest/gtest.h>

namespace {

using core::store::Connection;
using core::store::OpenMode;
using tests::BrokerDriver;
using tests::PowerCut;

enum class Durability { Full, Normal, Off };

/// What became of many power cuts.
struct Tally {
    int64_t cuts = 0, acknowledged = 0, lost = 0, corrupt = 0;
    std::string firstFailure;

    std::string text() const {
        return std::to_string(lost) + " of " + std::to_string(acknowledged) + " acknowledged lost (" +
               tests::percentText(double(lost), double(acknowledged)) + "), " + std::to_string(corrupt) +
               " stores damaged (" + tests::percentText(double(corrupt), double(cuts)) + ")";
    }
};

/// One machine whose power goes once, at a random moment of random work.
class Machine {
  public:
    Machine(const std::filesystem::path& emptyStore, uint64_t seed, Durability durability)
        : m_seed(seed), m_dice(seed), m_durability(durability) {
        // Most begin with a store that is there already; the others lose their power while they make it, too.
        if (m_dice.chance(90))
            std::filesystem::copy_file(emptyStore, m_file);
    }

    /// How many operations the work takes when the power stays.
    uint64_t measure() {
        PowerCut disk(m_seed);
        live(disk);
        return disk.operations();
    }

    void run(uint64_t cutAt, Tally& tally) {
        PowerCut disk(m_seed);
        disk.cutAt(cutAt);
        const tests::Acknowledged acknowledged = live(disk);
        const auto loss = PowerCut::kLosses[m_dice.below(std::size(PowerCut::kLosses))];
        disk.settle(loss);
        ++tally.cuts;
        tally.acknowledged += int64_t(acknowledged.enqueued.size() + acknowledged.ended.size());
        judge(acknowledged, tally);
    }

  private:
    /// Two sessions on the same store, the first of which ends in order.
    tests::Acknowledged live(PowerCut& disk) {
        const tests::DiskShim shim(m_folder.path(), disk);
        BrokerDriver driver(m_seed);
        const auto mode = m_durability == Durability::Normal ? OpenMode::RelaxedWriter : OpenMode::Writer;
        for (const int groups : {6, 30}) {
            if (!driver.open(m_file, mode))
                break;
            if (m_durability == Durability::Off)
                switchOff(driver);
            if (!driver.work(groups))
                break;
        }
        driver.close();
        return driver.acknowledged();
    }

    /// The writer's setting can be changed between two transactions only: on its own thread, after an answer.
    static void switchOff(BrokerDriver& driver) {
        auto writer = std::make_shared<Connection*>();
        std::promise<void> done;
        driver.database().post(
            [writer](Connection& db) -> core::base::Result<void> {
                *writer = &db;
                return {};
            },
            [writer, &done](const core::base::Result<void>&) {
                if (*writer)
                    (*writer)->exec("PRAGMA synchronous=OFF");
                done.set_value();
            });
        done.get_future().wait();
    }

    /// Of the store as it is found, and after the next owner has worked on it.
    std::vector<tests::Violation> violationsAfterwards(const tests::Acknowledged& acknowledged) {
        if (auto found = core::store::Database::open(m_file, BrokerDriver::migrations()); !found)
            return {{"I11", found.error().text()}};
        BrokerDriver next(m_seed + 1);
        auto violations = tests::checkStore(m_file, acknowledged, next.checks(tests::Running::Any));
        if (violations.empty() && (!next.open(m_file) || !next.runOneTask()))
            violations.push_back({"I11", "the store cannot be worked on any more"});
        next.close();
        if (violations.empty())
            violations = tests::checkStore(m_file, acknowledged, next.checks(tests::Running::OfThisOwner));
        return violations;
    }

    void judge(const tests::Acknowledged& acknowledged, Tally& tally) {
        const auto violations = violationsAfterwards(acknowledged);
        bool damaged = false;
        for (const auto& violation : violations) {
            const bool lost = violation.invariant == "I1" || violation.invariant == "I2" || violation.invariant == "I8";
            tally.lost += lost ? 1 : 0;
            damaged = damaged || !lost;
        }
        tally.corrupt += damaged ? 1 : 0;
        if (!violations.empty() && tally.firstFailure.empty())
            tally.firstFailure = "seed " + std::to_string(m_seed) + ":\n" + tests::describe(violations);
    }

    const uint64_t m_seed;
    tests::Dice m_dice;
    const Durability m_durability;
    const tests::TemporaryFolder m_folder{tests::TemporaryFolder::Storage::Memory};
    const std::filesystem::path m_file = m_folder / "core.db";
};

class PowerCuts : public testing::Test {
  protected:
    PowerCuts() {
        BrokerDriver driver(1);
        EXPECT_TRUE(driver.open(m_folder / "core.db"));
    }

    Tally cut(const tests::Campaign& campaign, Durability durability) {
        Tally tally;
        // The lives differ in length: some end before their cut, and lose their power while nothing is written.
        const uint64_t typical = Machine(m_folder / "core.db", 1, durability).measure();
        for (int round = 0; round < campaign.rounds(); ++round) {
            const uint64_t seed = campaign.seedOf(round);
            Machine(m_folder / "core.db", seed, durability).run(1 + tests::Dice(seed).below(typical), tally);
        }
        return tally;
    }

    const tests::TemporaryFolder m_folder{tests::TemporaryFolder::Storage::Memory};
};

TEST_F(PowerCuts, NothingAcknowledgedIsLostAndNothingIsDamagedWithOurSettings) {
    const tests::Campaign campaign("R2 power cut, synchronous=FULL", 300, 4000);
    const Tally tally = cut(campaign, Durability::Full);
    campaign.report(tally.text());
    EXPECT_EQ(tally.lost, 0) << tally.firstFailure;
    EXPECT_EQ(tally.corrupt, 0) << tally.firstFailure;
}

TEST_F(PowerCuts, TheHarnessSeesTheLossesOfSynchronousNormal) {
    const tests::Campaign campaign("R2 control, synchronous=NORMAL", 60, 1000);
    const Tally tally = cut(campaign, Durability::Normal);
    campaign.report(tally.text());
    EXPECT_GT(double(tally.lost), 0.2 * double(tally.acknowledged)) << "of acknowledged tasks and ends";
    EXPECT_EQ(tally.corrupt, 0) << "NORMAL forgets, it does not damage: " << tally.firstFailure;
}

TEST_F(PowerCuts, TheHarnessSeesTheDamageOfSynchronousOff) {
    const tests::Campaign campaign("R2 control, synchronous=OFF", 60, 1000);
    const Tally tally = cut(campaign, Durability::Off);
    campaign.report(tally.text());
    EXPECT_GT(double(tally.corrupt), 0.1 * double(tally.cuts));
}

} // namespace
