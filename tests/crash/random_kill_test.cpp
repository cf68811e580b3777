#include "tests/support/Campaign.h"
#include "tests/support/Checker.h"
#include "tests/support/Dice.h"
#include "tests/support/EngineProcess.h"
#include "tests/support/TemporaryFolder.h"

#include <csignal>
#include <gtest/gtest.h>
#include <memory>
#include <sstream>
#include <thread>

namespace {

using tests::EngineProcess;
using Milliseconds = std::chrono::milliseconds;
using Steady = std::chrono::steady_clock;

constexpr int kRoundsBetweenChecks = 20;
constexpr Milliseconds kPatience{60'000}; ///< with a start or an orderly end on a busy machine

/// One data directory whose engine is killed again and again, and what its clients were told meanwhile.
class KilledEngine {
  public:
    KilledEngine(uint64_t seed, std::string mode) : m_dice(seed), m_mode(std::move(mode)) {}

    /// One life: begins, works, and is killed at a random moment; workers are killed, and both are stopped for a
    /// while, along the way. Returns what was wrong.
    std::string liveAndDie() {
        m_ready = false;
        EngineProcess engine({m_mode, m_folder.path().string(), std::to_string(m_dice.below(1u << 30))},
                             [this](const std::string& line) { hear(line); });
        // Most are killed at work, some while they begin.
        if (m_dice.chance(85) && !engine.listenUntil([this] { return m_ready; }, kPatience))
            return "the engine did not start";
        engine.listen(aMoment());
        while (m_dice.chance(40)) {
            strike(engine);
            engine.listen(aMoment());
        }
        engine.kill();
        ++m_kills;
        return survivors();
    }

    /// The engine starts once more, does what is left, and ends in order.
    std::string drain() {
        EngineProcess engine({"--drain", m_folder.path().string()}, [this](const std::string& line) { hear(line); });
        engine.listenUntil([&] { return false; }, kPatience); // ends with its output
        const int status = engine.finish(kPatience);
        return status == 0 ? survivors() : "the engine did not finish its work: status " + std::to_string(status);
    }

    std::vector<tests::Violation> check(tests::Running running) const {
        tests::CheckOptions options;
        options.running = running;
        options.effectTypes = {"test_effect", "test_once"};
        options.effectTable = "health_check";
        return tests::checkStore(m_folder / "core.db", m_acknowledged, options);
    }

    int kills() const { return m_kills; }
    int workerKills() const { return m_workerKills; }
    int pauses() const { return m_pauses; }
    size_t acknowledged() const { return m_acknowledged.enqueued.size() + m_acknowledged.ended.size(); }

  private:
    Milliseconds aMoment() { return Milliseconds(m_dice.between(1, 21)); }

    /// Kills a worker, or stops a worker or the engine for a while.
    void strike(EngineProcess& engine) {
        const auto workers = engine.workers();
        const bool pause = m_dice.chance(25);
        const pid_t victim = workers.empty() || (pause && m_dice.chance(50)) ? engine.pid() : m_dice.pick(workers);
        if (!pause && victim != engine.pid()) {
            ::kill(victim, SIGKILL);
            ++m_workerKills;
        } else {
            ::kill(victim, SIGSTOP);
            std::this_thread::sleep_for(aMoment()); // that long it stands still
            ::kill(victim, SIGCONT);
            ++m_pauses;
        }
    }

    void hear(const std::string& line) {
        std::istringstream words(line);
        std::string what, id, more;
        words >> what >> id >> more;
        if (what == "ready") {
            m_ready = true;
        } else if (what == "E") {
            m_acknowledged.enqueued.insert(id);
            if (more != "-")
                m_acknowledged.keys[more] = id;
        } else if (what == "K") {
            m_acknowledged.keys.try_emplace(id, "");
        } else if (what == "D") {
            m_acknowledged.ended[id] = more;
        }
    }

    /// No process outlives the engine for more than a second.
    std::string survivors() const {
        const auto deadline = Steady::now() + Milliseconds(1000);
        while (!tests::processesNaming(m_folder.path().string()).empty()) {
            if (Steady::now() > deadline)
                return "a worker outlives its engine";
            std::this_thread::sleep_for(Milliseconds(1)); // between two looks
        }
        return {};
    }

    tests::Dice m_dice;
    const std::string m_mode;
    const tests::TemporaryFolder m_folder{tests::TemporaryFolder::Storage::Memory};
    tests::Acknowledged m_acknowledged;
    bool m_ready = false;
    int m_kills = 0, m_workerKills = 0, m_pauses = 0;
};

TEST(RandomKills, NothingAcknowledgedIsLostOrDoneTwiceHoweverOftenEngineAndWorkersAreKilled) {
    const tests::Campaign campaign("R1 kill -9 of engine, workers, both", 120, 2000);
    KilledEngine engine(campaign.seedOf(0), "--drive");
    for (int round = 1; round <= campaign.rounds(); ++round) {
        ASSERT_EQ(engine.liveAndDie(), "") << "round " << round;
        if (round % kRoundsBetweenChecks == 0) {
            const auto violations = engine.check(tests::Running::Any);
            ASSERT_TRUE(violations.empty()) << "after round " << round << ":\n" << tests::describe(violations);
        }
    }
    ASSERT_EQ(engine.drain(), "");
    const auto violations = engine.check(tests::Running::None);
    campaign.report(std::to_string(engine.kills()) + " kills of the engine, " + std::to_string(engine.workerKills()) +
                    " of workers, " + std::to_string(engine.pauses()) + " pauses; " +
                    std::to_string(engine.acknowledged()) + " acknowledged, " + std::to_string(violations.size()) +
                    " violations");
    EXPECT_TRUE(violations.empty()) << tests::describe(violations);
}

TEST(RandomKills, TheHarnessSeesAnAcknowledgementThatComesBeforeTheCommit) {
    const tests::Campaign campaign("R1 control, acknowledged before the commit", 60, 200);
    KilledEngine engine(campaign.seedOf(0), "--drive-early");
    std::vector<tests::Violation> violations;
    for (int round = 1; round <= campaign.rounds() && violations.empty(); ++round) {
        ASSERT_EQ(engine.liveAndDie(), "");
        violations = engine.check(tests::Running::Any);
    }
    campaign.report("noticed after " + std::to_string(engine.kills()) + " kills");
    ASSERT_FALSE(violations.empty());
    EXPECT_EQ(violations.front().invariant, "I8") << tests::describe(violations);
}

} // namespace
