// The upkeep thread: loops are looked at exactly when they want to be, whatever the clock does.

#include "core/upkeep/LoopRunner.h"
#include "tests/support/EngineHarness.h"

#include <gtest/gtest.h>

using namespace std::chrono_literals;
using core::base::Instant;
using core::base::ManualClock;
using core::base::milliseconds;
using core::base::Result;
using core::upkeep::Loop;
using core::upkeep::LoopReport;
using core::upkeep::LoopRunner;
using core::upkeep::NextLook;

namespace loop_runner_test {

constexpr Instant kStart{std::chrono::sys_days(std::chrono::year(2026) / 11 / 20)};

/// Does what the test says, and notes when it was looked at.
class Probe final : public Loop {
  public:
    using Look = std::function<Result<NextLook>(Instant)>;
    Probe(std::string name, Look look) : m_name(std::move(name)), m_look(std::move(look)) {}
    std::string name() const override { return m_name; }
    Result<NextLook> look(Instant now) override {
        auto next = m_look(now);
        const std::lock_guard lock(m_mutex);
        m_looks.push_back(now);
        return next;
    }
    std::vector<Instant> looks() const {
        const std::lock_guard lock(m_mutex);
        return m_looks;
    }

  private:
    const std::string m_name;
    const Look m_look;
    mutable std::mutex m_mutex; // guards m_looks
    std::vector<Instant> m_looks;
};

class LoopRunnerTest : public testing::Test {
  protected:
    Probe& add(const std::string& name, Probe::Look look) {
        auto probe = std::make_unique<Probe>(name, std::move(look));
        Probe& added = *probe;
        m_loops.push_back(std::move(probe));
        return added;
    }
    /// Goes before what the looks use.
    std::unique_ptr<LoopRunner> run() { return std::make_unique<LoopRunner>(std::move(m_loops), clock); }
    static bool hasLooked(const Probe& probe, size_t times) {
        return tests::EngineHarness::eventually([&] { return probe.looks().size() >= times; });
    }
    static LoopReport report(const LoopRunner& runner, const std::string& name) {
        for (const LoopReport& each : runner.reports())
            if (each.name == name)
                return each;
        return {};
    }
    ManualClock clock{kStart};

  private:
    std::vector<std::unique_ptr<Loop>> m_loops;
};

} // namespace loop_runner_test

using namespace loop_runner_test;

TEST_F(LoopRunnerTest, ALoopIsLookedAtWhenItsTimeHasPassedAndNotEarlier) {
    Probe& slow = add("slow", [](Instant) { return NextLook{1h}; });
    Probe& fast = add("fast", [](Instant) { return NextLook{1s}; });
    const auto runner = run();
    ASSERT_TRUE(hasLooked(slow, 1) && hasLooked(fast, 1));
    clock.advance(999ms);
    clock.advance(1ms);
    ASSERT_TRUE(hasLooked(fast, 2));
    EXPECT_EQ(fast.looks()[1], kStart + 1s);
    clock.advance(1h);
    ASSERT_TRUE(hasLooked(slow, 2) && hasLooked(fast, 3));
    EXPECT_EQ(slow.looks().size(), 2u);
}

TEST_F(LoopRunnerTest, ALoopIsLookedAtToTheMillisecondAtTheInstantItNamed) {
    const Instant due = kStart + 12'345ms;
    Probe& probe = add("probe", [due](Instant now) { return NextLook{1h, now < due ? std::optional(due) : std::nullopt}; });
    const auto runner = run();
    ASSERT_TRUE(hasLooked(probe, 1));
    clock.advance(12'344ms);
    clock.advance(1ms);
    ASSERT_TRUE(hasLooked(probe, 2));
    EXPECT_EQ(probe.looks()[1], due);
}

TEST_F(LoopRunnerTest, AnInstantComesWithTheClockThatIsSetAndATimeSpanDoesNot) {
    const Instant due = kStart + 2h;
    Probe& watch = add("watch", [](Instant) { return NextLook{1h}; });
    Probe& instant = add("instant", [due](Instant now) { return NextLook{24h, now < due ? std::optional(due) : std::nullopt}; });
    const auto runner = run();
    ASSERT_TRUE(hasLooked(watch, 1) && hasLooked(instant, 1));
    clock.jump(-30min);
    ASSERT_TRUE(hasLooked(watch, 2) && hasLooked(instant, 2)) << "whoever is set is told";
    clock.jump(2h + 30min);
    ASSERT_TRUE(hasLooked(watch, 3) && hasLooked(instant, 3));
    EXPECT_EQ(instant.looks()[2], due);
    clock.advance(1h);
    ASSERT_TRUE(hasLooked(watch, 4));
    EXPECT_EQ(instant.looks().size(), 3u);
}

TEST_F(LoopRunnerTest, WhenTheClockIsSetAllAreLookedAtInTheirOrder) {
    std::mutex mutex;
    std::string order;
    for (const char* name : {"a", "b", "c"})
        add(name, [&, name](Instant) {
            const std::lock_guard lock(mutex);
            order += name;
            return NextLook{24h};
        });
    const auto runner = run();
    const auto is = [&](const std::string& wanted) {
        return tests::EngineHarness::eventually([&] {
            const std::lock_guard lock(mutex);
            return order == wanted;
        });
    };
    ASSERT_TRUE(is("abc"));
    clock.jump(10s);
    EXPECT_TRUE(is("abcabc"));
    clock.jump(-10s);
    EXPECT_TRUE(is("abcabcabc"));
}

TEST_F(LoopRunnerTest, ALoopThatIsWokenIsLookedAtButNoMoreOftenThanItsPace) {
    Probe& probe = add("probe", [](Instant) { return NextLook{24h}; });
    const auto runner = run();
    ASSERT_TRUE(hasLooked(probe, 1));
    clock.advance(LoopRunner::kPace);
    probe.wake();
    ASSERT_TRUE(hasLooked(probe, 2));
    for (int i = 0; i < 100; ++i)
        probe.wake();
    clock.advance(LoopRunner::kPace - 1ms);
    EXPECT_EQ(probe.looks().size(), 2u);
    clock.advance(1ms);
    ASSERT_TRUE(hasLooked(probe, 3));
    EXPECT_EQ(probe.looks()[2], kStart + 2 * LoopRunner::kPace);
}

TEST_F(LoopRunnerTest, ALoopThatFailsIsTriedAgainAfterAGrowingPauseAndTheOthersGoOn) {
    std::atomic<bool> broken{true};
    Probe& failing = add("failing", [&](Instant) -> Result<NextLook> {
        if (broken)
            return core::base::Error{core::base::ErrorCode::Io, "the disk is gone", {}, {}};
        return NextLook{1h};
    });
    Probe& sound = add("sound", [](Instant) { return NextLook{1s}; });
    const auto runner = run();
    ASSERT_TRUE(hasLooked(failing, 1));
    ASSERT_TRUE(hasLooked(sound, 1));
    for (size_t second = 1; second <= 120; ++second) {
        clock.advance(1s);
        ASSERT_TRUE(hasLooked(sound, second + 1));
    }
    const size_t tries = failing.looks().size();
    EXPECT_GE(tries, 6u);
    EXPECT_LE(tries, 14u) << "80 ms, 160 ms … 30 s";
    EXPECT_EQ(report(*runner, "failing").failures, tries);
    EXPECT_EQ(report(*runner, "failing").lastError, "the disk is gone");
    broken = false;
    runner->kick();
    ASSERT_TRUE(hasLooked(failing, tries + 1));
    EXPECT_TRUE(tests::EngineHarness::eventually([&] { return report(*runner, "failing").lastError.empty(); }));
    EXPECT_EQ(report(*runner, "sound").failures, 0u);
}

TEST_F(LoopRunnerTest, ALoopThatLeavesWhatIsDueDoesNotSpin) {
    Probe& probe = add("probe", [](Instant now) { return NextLook{1h, now}; });
    const auto runner = run();
    ASSERT_TRUE(hasLooked(probe, 1));
    clock.advance(LoopRunner::kPace);
    ASSERT_TRUE(hasLooked(probe, 2));
    EXPECT_EQ(probe.looks().size(), 2u);
}

TEST_F(LoopRunnerTest, ASuspendIsNoJumpAndWhatWasDueMeanwhileIsLookedAtOnce) {
    const Instant due = kStart + 1h;
    std::atomic<int> all{0};
    add("first", [&](Instant) {
        ++all;
        return NextLook{24h};
    });
    Probe& probe = add("probe", [due](Instant now) { return NextLook{24h, now < due ? std::optional(due) : std::nullopt}; });
    const auto runner = run();
    ASSERT_TRUE(hasLooked(probe, 1));
    clock.advance(8h); // both clocks
    ASSERT_TRUE(hasLooked(probe, 2));
    EXPECT_EQ(probe.looks()[1], kStart + 8h);
    EXPECT_EQ(all, 1) << "no clock was set";
}

TEST(SystemAlarm, RingsNotBeforeItsTimeAndWhenItIsWoken) {
    const core::base::RealClock clock;
    const auto alarm = clock.alarm();
    const auto boot = clock.sinceBoot() + 30ms;
    while (clock.sinceBoot() < boot)
        alarm->wait(boot, std::nullopt); // it may return for no reason
    const Instant wall = clock.now() + 30ms;
    while (clock.now() < wall)
        alarm->wait(milliseconds::max(), wall);
    alarm->wait(milliseconds::max(), clock.now() - 1h);
    alarm->wait(milliseconds(0), std::nullopt);
    alarm->wake();
    alarm->wait(milliseconds::max(), std::nullopt);
    std::atomic<bool> asked{false};
    std::jthread waker([&] {
        asked = true;
        alarm->wake();
    });
    while (!asked)
        alarm->wait(milliseconds::max(), std::nullopt);
    SUCCEED() << "nobody sleeps for ever";
}
