// What went wrong with time in schedulers that others run, each case as it was reported: the zone, the day, the
// expression, or what the clock did. The table is in tests/README.md.

#include "core/upkeep/LoopRunner.h"
#include "tests/support/BeatWorld.h"
#include "tests/support/EngineHarness.h"

#include <gtest/gtest.h>

#include <thread>

using namespace std::chrono_literals;
using core::base::Instant;
using core::task::CatchUp;
using core::task::Overlap;
using core::task::Schedule;
using tests::at;
using tests::BeatWorld;

namespace time_disasters {

using Dates = std::vector<std::string>;

/// An entry whose firings do not depend on what became of the task before.
Schedule cron(const std::string& name, const std::string& expression, const std::string& zone = "UTC") {
    Schedule schedule = tests::cron(name, expression, zone);
    schedule.overlap = Overlap::Allow;
    return schedule;
}

Schedule every(const std::string& name, core::base::seconds interval) {
    Schedule schedule = tests::every(name, interval);
    schedule.overlap = Overlap::Allow;
    return schedule;
}

/// What an expression fired between two instants, with the clock running as it does.
Dates fired(const std::string& expression, const std::string& zone, const std::string& from, const std::string& to) {
    BeatWorld world(at(from));
    world.add(cron("entry", expression, zone));
    world.sleepUntil(at(to));
    return world.dates("entry");
}

} // namespace time_disasters

using namespace time_disasters;

// ---- Clocks that are put forward and back

TEST(TimeDisasters, Celery1604TheMondayAfterTheClockWentBackFiresOnceAtNoon) {
    EXPECT_EQ(fired("0 12 * * 1", "Europe/Amsterdam", "2013-10-20T00:00:00Z", "2013-10-29T00:00:00Z"),
              (Dates{"2013-10-21T10:00:00Z fired", "2013-10-28T11:00:00Z fired"}));
    // The same with a daily entry: it came at four and at five.
    EXPECT_EQ(fired("0 17 * * *", "America/New_York", "2015-10-31T12:00:00Z", "2015-11-02T12:00:00Z"),
              (Dates{"2015-10-31T21:00:00Z fired", "2015-11-01T22:00:00Z fired"}));
}

TEST(TimeDisasters, Celery6438EveryMinuteGoesOnWhenTheClockGoesBack) {
    const Dates dates = fired("* * * * *", "Europe/Paris", "2020-10-24T23:30:30Z", "2020-10-25T03:30:30Z");
    ASSERT_EQ(dates.size(), 240u) << "every minute of four hours, two of which the clock calls two";
    for (size_t i = 0; i < dates.size(); ++i)
        EXPECT_EQ(dates[i], core::base::formatInstant(at("2020-10-24T23:31:00Z") + std::chrono::minutes(i)) + " fired");
}

TEST(TimeDisasters, Celery9653NothingIsAnHourLateOnTheDayTheClockGoesForward) {
    EXPECT_EQ(fired("0 9 * * *", "Europe/Zurich", "2025-03-29T00:00:00Z", "2025-04-01T00:00:00Z"),
              (Dates{"2025-03-29T08:00:00Z fired", "2025-03-30T07:00:00Z fired", "2025-03-31T07:00:00Z fired"}));
}

TEST(TimeDisasters, Celery10107AnHourlyEntryFiresInBothPassesOfTheRepeatedHour) {
    EXPECT_EQ(fired("0 * * * *", "US/Pacific", "2026-11-01T07:30:00Z", "2026-11-01T10:30:00Z"),
              (Dates{"2026-11-01T08:00:00Z fired", "2026-11-01T09:00:00Z fired", "2026-11-01T10:00:00Z fired"}));
}

TEST(TimeDisasters, DjangoCeleryBeat134ThursdaysAtTwoStayAtTwoWhenDaylightSavingBegins) {
    EXPECT_EQ(fired("0 14 * * 4", "America/Los_Angeles", "2018-03-07T00:00:00Z", "2018-03-16T00:00:00Z"),
              (Dates{"2018-03-08T22:00:00Z fired", "2018-03-15T21:00:00Z fired"}));
    EXPECT_EQ(fired("4 16 * * *", "America/New_York", "2025-03-08T12:00:00Z", "2025-03-10T12:00:00Z"),
              (Dates{"2025-03-08T21:04:00Z fired", "2025-03-09T20:04:00Z fired"}));
}

TEST(TimeDisasters, Robfig541TheHourThatIsSkippedFiresOnceAfterTheGap) {
    EXPECT_EQ(fired("0 2 * * *", "US/Pacific", "2025-03-08T12:00:00Z", "2025-03-10T12:00:00Z"),
              (Dates{"2025-03-09T10:00:00Z fired", "2025-03-10T09:00:00Z fired"}))
        << "at three, the first minute after the gap";
}

TEST(TimeDisasters, Bull2207AWeeklyEntryFiresOnceTheDayAfterTheClockWentBack) {
    EXPECT_EQ(fired("0 6 * * MON", "America/New_York", "2021-11-05T12:00:00Z", "2021-11-09T12:00:00Z"),
              (Dates{"2021-11-08T11:00:00Z fired"}));
}

TEST(TimeDisasters, Orca20179NoTickOfTheRepeatedHourFiresAgain) {
    BeatWorld world(at("2026-10-31T16:00:00Z"));
    world.add(cron("entry", "30 1 * * *", "America/New_York"));
    world.pass(24h, 60s); // a tick a minute, through 01:30 EDT and 01:30 EST
    EXPECT_EQ(world.dates("entry"), (Dates{"2026-11-01T05:30:00Z fired"}));
    // And what it broke: the next instant is strictly later than the one asked about, also inside the second pass.
    const auto expression = *core::beat::CronExpression::parse("30 1 * * *");
    const auto zone = *core::base::Zone::find("America/New_York");
    EXPECT_EQ(expression.next(at("2026-11-01T06:30:00Z"), zone), at("2026-11-02T06:30:00Z"));
}

TEST(TimeDisasters, HermesAgent109532NineInTorontoIsNineAllSeason) {
    for (const auto& [from, to] : {std::pair{"2026-03-07T00:00:00Z", "2026-03-15T00:00:00Z"},
                                   std::pair{"2026-10-30T00:00:00Z", "2026-11-08T00:00:00Z"}}) {
        const auto zone = *core::base::Zone::find("America/Toronto");
        BeatWorld world(at(from));
        world.add(cron("entry", "0 9 * * *", "America/Toronto"));
        world.sleepUntil(at(to));
        const auto fires = world.fires("entry");
        EXPECT_GE(fires.size(), 8u);
        for (const auto& fire : fires)
            EXPECT_EQ(zone.format(fire.instant).substr(11, 5), "09:00") << zone.format(fire.instant);
    }
}

TEST(TimeDisasters, HermesAgent109532TwoHoursLastTwoHoursOverEveryChange) {
    for (const auto& [start, next] : {std::pair{"2026-03-08T01:30:00-05:00", "2026-03-08T04:30:00-04:00"},
                                      std::pair{"2026-11-01T00:30:00-04:00", "2026-11-01T01:30:00-05:00"}}) {
        BeatWorld world(at(start));
        world.add(every("entry", 2h));
        world.sleepUntil(at(start) + 3h);
        ASSERT_EQ(world.fires("entry").size(), 1u);
        EXPECT_EQ(world.fires("entry")[0].instant, at(next));
    }
}

TEST(TimeDisasters, SidekiqEnterprise5049EveryMinuteOfTheRepeatedHourFires) {
    const Dates dates = fired("* * * * *", "America/Los_Angeles", "2021-11-07T07:59:30Z", "2021-11-07T10:00:30Z");
    EXPECT_EQ(dates.size(), 121u);
    const Dates fives = fired("*/5 * * * *", "America/Los_Angeles", "2021-11-07T07:59:30Z", "2021-11-07T10:00:30Z");
    EXPECT_EQ(fives.size(), 25u);
}

// ---- Clocks that are set

TEST(TimeDisasters, Quartznet1508ATriggerFiresWhenTheClockThatWasADayBehindIsPutRight) {
    BeatWorld world(at("2022-02-02T16:59:00Z"));
    world.add(cron("entry", "0 17 * * *"));
    world.look();
    world.clock().jump(-24h);
    world.sleepUntil(at("2022-02-01T16:59:30Z"));
    EXPECT_EQ(world.dates("entry"), Dates());
    world.clock().jump(24h);
    world.sleepUntil(at("2022-02-02T17:00:00Z"));
    EXPECT_EQ(world.dates("entry"), (Dates{"2022-02-02T17:00:00Z fired"}));
    // Wrong for so long that an instant passed: that one is over, and the next fires.
    world.clock().jump(-24h);
    world.sleepUntil(at("2022-02-01T17:01:00Z"));
    world.clock().jump(48h);
    world.sleepUntil(at("2022-02-04T17:00:00Z"));
    EXPECT_EQ(world.dates("entry").back(), "2022-02-04T17:00:00Z fired");
}

namespace time_disasters {

/// Wants to be looked at every second, and counts.
class Ticking final : public core::upkeep::Loop {
  public:
    explicit Ticking(std::atomic<int>& looks) : m_looks(looks) {}
    std::string name() const override { return "ticking"; }
    core::base::Result<core::upkeep::NextLook> look(Instant) override {
        ++m_looks;
        return core::upkeep::NextLook{1s};
    }

  private:
    std::atomic<int>& m_looks;
};

} // namespace time_disasters

TEST(TimeDisasters, Quartznet3148NoLoopSleepsForAsLongAsTheClockWasSetBack) {
    core::base::ManualClock clock(at("2026-07-22T12:00:00Z"));
    std::atomic<int> looks{0};
    std::vector<std::unique_ptr<core::upkeep::Loop>> loops;
    loops.push_back(std::make_unique<Ticking>(looks));
    core::upkeep::LoopRunner runner(std::move(loops), clock);
    const auto looked = [&](int times) { return tests::EngineHarness::eventually([&] { return looks >= times; }); };
    ASSERT_TRUE(looked(1));
    clock.jump(-24h);
    ASSERT_TRUE(looked(2)) << "a clock that is set is looked at";
    for (int second = 1; second <= 5; ++second) {
        clock.advance(1s);
        EXPECT_TRUE(looked(2 + second)) << second;
    }
}

TEST(TimeDisasters, Apscheduler351AnIntervalGoesOnWhenTheClockIsSetTwoMinutesBack) {
    BeatWorld world(at("2018-12-20T17:30:00Z"));
    world.add(every("interval", 10s));
    world.add(cron("minutely", "* * * * *"));
    world.pass(60s, 1s);
    EXPECT_EQ(world.fires("interval").size(), 6u);
    world.clock().jump(-2min);
    world.pass(121s, 1s);
    EXPECT_EQ(world.fires("interval").size(), 18u) << "it waited for the clock";
    EXPECT_EQ(world.fires("minutely").size(), 1u) << "17:31 has fired, and is not fired again";
    world.pass(60s, 1s);
    EXPECT_EQ(world.fires("minutely").size(), 2u) << "it goes on with the first minute that has not";
}

TEST(TimeDisasters, SidekiqScheduler283AClockSetForwardDoesNotFireEverythingAtOnce) {
    BeatWorld world(at("2019-07-25T12:00:30Z"));
    for (int i = 0; i < 20; ++i)
        world.add(cron("entry-" + std::to_string(i), std::to_string(i) + " * * * *"));
    world.look();
    world.clock().jump(std::chrono::days(400));
    world.pass(29s, 500ms);
    EXPECT_EQ(world.count("SELECT count(*) FROM fire"), 0);
    world.pass(1h);
    EXPECT_EQ(world.count("SELECT count(*) FROM fire WHERE outcome='fired'"), 20) << "each at its own minute";
}

TEST(TimeDisasters, SidekiqScheduler283AClockSetIntoThePastDoesNotStopTheSchedule) {
    BeatWorld world(at("2019-07-25T12:00:30Z"));
    world.add(cron("entry", "*/10 * * * *"));
    world.pass(30min);
    world.clock().jump(-std::chrono::days(400));
    world.pass(30min);
    const auto dates = world.dates("entry");
    ASSERT_EQ(dates.size(), 6u);
    EXPECT_EQ(dates[0], "2018-06-20T12:40:00Z fired") << "the oldest instant is of the year before";
}

// ---- Lost, and run twice

TEST(TimeDisasters, River791AWeeklyEntryFiresThoughTheProgramRestartsEveryDay) {
    BeatWorld world(at("2025-03-06T15:00:00Z"));
    world.add(cron("cron", "0 6 * * 1"));
    world.add(every("interval", std::chrono::days(7)));
    for (int day = 0; day < 60; ++day) {
        world.sleepUntil(world.clock().now() + 24h);
        world.restart();
    }
    EXPECT_EQ(world.fires("cron").size(), 9u);
    const auto intervals = world.fires("interval");
    ASSERT_EQ(intervals.size(), 8u);
    for (size_t i = 0; i < intervals.size(); ++i)
        EXPECT_EQ(intervals[i].instant, at("2025-03-06T15:00:00Z") + std::chrono::days(7 * (i + 1)));
}

TEST(TimeDisasters, ObanPy17ADailyEntryIsMissedOnNoneOfSixtyDays) {
    BeatWorld world(at("2026-04-06T12:00:00Z"));
    world.add(cron("entry", "0 19 * * *"));
    std::vector<std::unique_ptr<core::beat::Beat>> others;
    for (int day = 0; day < 60; ++day) {
        // A deployment: for a while several are there, and the one that was there before goes, at another minute every day.
        world.sleepUntil(at("2026-04-06T18:30:00Z") + std::chrono::days(day) + std::chrono::minutes(day));
        world.restart();
        others.push_back(world.makeBeat());
        ASSERT_TRUE(others.back()->look(world.clock().now()));
        world.sleepUntil(at("2026-04-07T12:00:00Z") + std::chrono::days(day));
        ASSERT_TRUE(others.back()->look(world.clock().now()));
        others.clear();
    }
    const auto fires = world.fires("entry");
    ASSERT_EQ(fires.size(), 60u);
    for (size_t day = 0; day < fires.size(); ++day) {
        EXPECT_EQ(fires[day].instant, at("2026-04-06T19:00:00Z") + std::chrono::days(day));
        EXPECT_EQ(fires[day].outcome, core::store::FireOutcome::Fired);
        EXPECT_LE(fires[day].late, 60s) << day;
    }
    EXPECT_EQ(world.count("SELECT count(*) FROM task"), 60);
}

namespace time_disasters {

/// Several beats on one store, each looking at the clock in its turn, at random.
void runTogether(BeatWorld& world, size_t beats, core::base::milliseconds time, core::base::milliseconds step) {
    std::vector<std::unique_ptr<core::beat::Beat>> all;
    for (size_t i = 0; i < beats; ++i)
        all.push_back(world.makeBeat());
    for (core::base::milliseconds passed{0}; passed < time; passed += step) {
        world.clock().advance(step);
        std::vector<std::jthread> lookers;
        for (const auto& beat : all)
            lookers.emplace_back([&] { EXPECT_TRUE(beat->look(world.clock().now())); });
    }
}

} // namespace time_disasters

TEST(TimeDisasters, Asynq371TwoServersSendOneMessageEveryFifteenSeconds) {
    BeatWorld world(at("2021-12-30T10:00:00Z"));
    world.add(every("notify", 15s));
    runTogether(world, 2, 5min, 5s);
    EXPECT_EQ(world.fires("notify").size(), 20u);
    EXPECT_EQ(world.count("SELECT count(*) FROM task"), 20);
}

TEST(TimeDisasters, Asynq1013FiveSchedulersMakeOneCopy) {
    BeatWorld world(at("2025-01-22T10:00:30Z"));
    world.add(cron("entry", "* * * * *"));
    runTogether(world, 5, 30min, 30s);
    EXPECT_EQ(world.fires("entry").size(), 30u);
    EXPECT_EQ(world.count("SELECT count(*) FROM task"), 30);
    EXPECT_EQ(world.count("SELECT count(DISTINCT task_id) FROM fire"), 30);
}

TEST(TimeDisasters, Oban1488AStaleOwnerThatComesBackDoublesNothing) {
    BeatWorld world(at("2026-07-12T10:00:30Z"));
    world.add(cron("entry", "0 * * * *"));
    const auto stale = world.makeBeat();
    ASSERT_TRUE(stale->look(world.clock().now()));
    for (int day = 0; day < 19; ++day)
        for (int hour = 0; hour < 24; ++hour) {
            world.sleepUntil(world.clock().now() + 1h);
            // It thinks that it owns the schedule, now and then, for nineteen days.
            if (hour % 5 == day % 5) {
                ASSERT_TRUE(stale->look(world.clock().now()));
            }
        }
    EXPECT_EQ(world.fires("entry").size(), 19u * 24);
    EXPECT_EQ(world.count("SELECT count(*) FROM task"), 19 * 24);
}

TEST(TimeDisasters, ObanPy32ThreeProcessesOfOneHostAreNotThreeOwners) {
    tests::EngineHarness first;
    first.start(0);
    for (int i = 0; i < 2; ++i) {
        auto second = core::engine::startEngine(first.options(0), core::task::TaskRegistry(), first.engine().clock());
        ASSERT_FALSE(second) << "a data directory has one owner";
        EXPECT_EQ(second.error().code, core::base::ErrorCode::Conflict) << second.error().text();
    }
    // And were they there at once, the instant has one row.
    BeatWorld world(at("2026-08-24T06:59:00Z"));
    world.add(cron("entry", "0 7 * * 1-5"));
    runTogether(world, 3, 3min, 1s);
    EXPECT_EQ(world.dates("entry"), (Dates{"2026-08-24T07:00:00Z fired"}));
    EXPECT_EQ(world.count("SELECT count(*) FROM task"), 1);
    first.stop();
}
