#include "core/store/AuditLog.h"
#include "tests/support/BeatWorld.h"

#include <gtest/gtest.h>

using namespace std::chrono_literals;
using core::base::Instant;
using core::base::Result;
using core::store::FireOutcome;
using core::store::FireRow;
using core::store::ScheduleRow;
using core::task::CatchUp;
using core::task::Overlap;
using core::task::Schedule;
using tests::at;
using tests::cron;
using World = tests::BeatWorld;

TEST(BeatTest, AnInstantFiresOnceWithItsTaskAndItsLateness) {
    World world(at("2026-11-20T08:00:30Z"));
    world.add(cron("quarterly", "*/15 * * * *"));
    world.lookAt("2026-11-20T08:14:59.990Z");
    EXPECT_EQ(world.story("quarterly"), "");
    world.lookAt("2026-11-20T08:15:00.012Z");
    world.look();
    ASSERT_EQ(world.fires("quarterly").size(), 1u);
    const FireRow fire = world.fires("quarterly")[0];
    EXPECT_EQ(fire.instant, at("2026-11-20T08:15:00Z"));
    EXPECT_EQ(fire.late, 12ms);
    EXPECT_EQ(fire.state, core::task::TaskState::Pending);
    EXPECT_EQ(world.row("quarterly").lastTask, fire.task);
    EXPECT_EQ(world.row("quarterly").nextFire, at("2026-11-20T08:30:00Z"));
}

TEST(BeatTest, AnInstantIsPassedOverWhileTheTaskBeforeRuns) {
    World world(at("2026-11-20T08:00:30Z"));
    world.add(cron("quarterly", "*/15 * * * *"));
    world.lookAt("2026-11-20T08:15:00Z");
    world.lookAt("2026-11-20T08:30:00Z");
    world.endTasks();
    world.lookAt("2026-11-20T08:45:00Z");
    EXPECT_EQ(world.story("quarterly"), "08:15 fired, 08:30 overlapped, 08:45 fired");
    EXPECT_EQ(world.fires("quarterly")[1].note.substr(0, 5), "task ");
}

TEST(BeatTest, QueueOneFiresTheLatestInstantWhenTheTaskBeforeHasEnded) {
    World world(at("2026-11-20T08:00:30Z"));
    Schedule schedule = cron("quarterly", "*/15 * * * *");
    schedule.overlap = Overlap::QueueOne;
    world.add(schedule);
    world.lookAt("2026-11-20T08:15:00Z");
    world.lookAt("2026-11-20T08:30:00Z");
    world.lookAt("2026-11-20T08:45:00Z");
    EXPECT_EQ(world.row("quarterly").waiting, at("2026-11-20T08:45:00Z"));
    world.restart();
    world.look();
    world.endTasks();
    world.pass(1s, 100ms);
    EXPECT_EQ(world.story("quarterly"), "08:15 fired, 08:30 overlapped, 08:45 fired");
    EXPECT_EQ(world.row("quarterly").waiting, std::nullopt);
    EXPECT_EQ(world.count("SELECT count(*) FROM task WHERE state='pending'"), 1);
}

TEST(BeatTest, AllowLetsTasksRunBesideEachOther) {
    World world(at("2026-11-20T08:00:30Z"));
    Schedule schedule = cron("quarterly", "*/15 * * * *");
    schedule.overlap = Overlap::Allow;
    world.add(schedule);
    world.lookAt("2026-11-20T08:15:00Z");
    world.lookAt("2026-11-20T08:30:00Z");
    EXPECT_EQ(world.count("SELECT count(*) FROM task WHERE state='pending'"), 2);
}

TEST(BeatTest, CancelOldAsksTheTaskBeforeToEndAndFires) {
    World world(at("2026-11-20T08:00:30Z"));
    Schedule schedule = cron("quarterly", "*/15 * * * *");
    schedule.overlap = Overlap::CancelOld;
    world.add(schedule);
    world.lookAt("2026-11-20T08:15:00Z");
    const std::string old = world.row("quarterly").lastTask;
    world.lookAt("2026-11-20T08:30:00Z");
    EXPECT_EQ(world.cancelled, std::vector{old});
    EXPECT_EQ(world.story("quarterly"), "08:15 fired, 08:30 fired");
}

TEST(BeatTest, WhatWasMissedFiresAtAPaceAndSaysWhatWasPassedOver) {
    World world(at("2026-11-20T08:00:30Z"));
    for (const char* name : {"a", "b", "c"})
        world.add(cron(name, "0 * * * *"));
    world.lookAt("2026-11-20T11:30:00Z");
    EXPECT_EQ(world.count("SELECT count(*) FROM fire WHERE outcome='fired'"), 1) << "one at once, the others later";
    world.pass(2s, 100ms);
    EXPECT_EQ(world.count("SELECT count(*) FROM fire WHERE outcome='fired'"), 3);
    EXPECT_EQ(world.story("a"), "10:00 missed, 11:00 fired");
    EXPECT_NE(world.fires("a")[0].note.find("2 instants"), std::string::npos);
}

TEST(BeatTest, TwoBeatsOnOneStoreFireAnInstantOnce) {
    World world(at("2026-11-20T08:00:30Z"));
    Schedule schedule = cron("quarterly", "*/15 * * * *");
    schedule.overlap = Overlap::Allow;
    world.add(schedule);
    const auto other = world.makeBeat();
    ASSERT_TRUE(other->look(world.clock().now()));
    for (int i = 0; i < 8; ++i) {
        world.clock().advance(15min);
        world.look();
        ASSERT_TRUE(other->look(world.clock().now()));
    }
    EXPECT_EQ(world.fires("quarterly").size(), 8u);
    EXPECT_EQ(world.count("SELECT count(*) FROM task"), 8);
}

TEST(BeatTest, AClockSetBackAnHourRunsNothingAgain) {
    World world(at("2026-11-20T08:00:30Z"));
    Schedule schedule = cron("quarterly", "*/15 * * * *");
    schedule.overlap = Overlap::Allow;
    world.add(schedule);
    world.pass(31min);
    world.clock().jump(-1h);
    world.pass(1h);
    EXPECT_EQ(world.story("quarterly"), "08:15 fired, 08:30 fired");
    world.pass(30min);
    EXPECT_EQ(world.story("quarterly"), "08:15 fired, 08:30 fired, 08:45 fired, 09:00 fired");
    EXPECT_EQ(world.count("SELECT count(*) FROM audit_log"), 0);
}

TEST(BeatTest, AClockSetForthOverAnInstantMissedIt) {
    World world(at("2026-11-20T08:00:30Z"));
    world.add(cron("nightly", "0 9 * * *"));
    world.pass(5min);
    world.clock().jump(2h);
    world.look();
    EXPECT_EQ(world.story("nightly"), "09:00 fired");
}

TEST(BeatTest, ACorrectedClockBeginsTheScheduleAnewWithOneLineInTheAudit) {
    World world(at("2036-11-20T08:00:30Z"));
    world.add(cron("quarterly", "*/15 * * * *"));
    world.add(cron("nightly", "0 9 * * *"));
    world.pass(20min);
    world.clock().jump(at("2026-11-20T08:00:30Z") - world.clock().now());
    world.look();
    world.endTasks();
    world.pass(16min);
    EXPECT_EQ(world.count("SELECT count(*) FROM audit_log WHERE action='clock_corrected'"), 1);
    EXPECT_EQ(world.row("nightly").nextFire, at("2026-11-20T09:00:00Z"));
    EXPECT_EQ(world.count("SELECT count(*) FROM fire WHERE instant=" +
                          std::to_string(at("2026-11-20T08:15:00Z").time_since_epoch().count())),
              1);
}

TEST(BeatTest, TimesFromAClockThatWasWrongAreFoundAnewAtTheStart) {
    World world(at("2036-11-20T08:00:30Z"));
    world.add(cron("nightly", "0 9 * * *"));
    world.pass(2h);
    world.clock().jump(at("2026-11-20T08:00:30Z") - world.clock().now());
    world.restart();
    world.look();
    EXPECT_EQ(world.row("nightly").nextFire, at("2026-11-20T09:00:00Z"));
}

TEST(BeatTest, IntervalsGoByElapsedTimeWhateverTheClockShows) {
    World world(at("2026-11-20T08:00:00Z"));
    Schedule schedule = tests::every("pulse", 10min);
    schedule.overlap = Overlap::Allow;
    world.add(schedule);
    world.pass(35min);
    EXPECT_EQ(world.fires("pulse").size(), 3u);
    world.clock().jump(-2h);
    world.pass(10min);
    EXPECT_EQ(world.fires("pulse").size(), 4u) << "it waited for the clock";
    world.clock().jump(5h);
    world.pass(10min);
    EXPECT_EQ(world.fires("pulse").size(), 5u);
}

TEST(BeatTest, AnEntryThatCannotFireRestsAndTheOthersGoOn) {
    World world(at("2026-11-20T08:00:30Z"));
    Schedule broken = cron("broken", "*/15 * * * *");
    broken.type = "unknown";
    world.add(broken);
    world.add(cron("sound", "*/15 * * * *"));
    world.lookAt("2026-11-20T08:15:00Z");
    EXPECT_EQ(world.story("sound"), "08:15 fired");
    EXPECT_EQ(world.told, (std::vector<std::string>{"broken cannot fire: there is no task type 'unknown'", "sound fired"}));
}

TEST(BeatTest, AThousandEntriesOfOneInstantFireInOneLook) {
    World world(at("2026-11-20T08:00:30Z"));
    ASSERT_TRUE(world.write([&](core::store::Connection& db) -> Result<void> {
        for (int i = 0; i < 1000; ++i) {
            ScheduleRow row;
            static_cast<Schedule&>(row) = cron("entry-" + std::to_string(i), "0 9 * * *");
            row.nextFire = at("2026-11-20T09:00:00Z");
            if (auto done = core::store::insertSchedule(db, row); !done)
                return done;
        }
        return {};
    }));
    world.look();
    world.lookAt("2026-11-20T09:00:00Z");
    EXPECT_EQ(world.count("SELECT count(*) FROM fire WHERE outcome='fired'"), 1000);
}

TEST(BeatTest, WhatPeopleChangedSurvivesANewRelease) {
    World world(at("2026-11-20T08:00:30Z"));
    const auto install = [&](const Schedule& schedule) {
        ASSERT_TRUE(world.write([&](core::store::Connection& db) -> Result<void> {
            core::store::installBuiltIn(db, schedule);
            return {};
        }));
    };
    Schedule ours = cron("nightly", "0 2 * * *");
    ours.params = {{"days", 90}};
    install(ours);
    ASSERT_TRUE(world.write([&](core::store::Connection& db) -> Result<void> {
        const auto row = core::store::readSchedule(db, "nightly");
        Schedule changed = *row;
        changed.cron = "0 4 * * *";
        changed.priority = 7;
        core::store::changeSchedule(db, *row, changed, std::nullopt);
        return {};
    }));
    ours.cron = "30 2 * * *";
    ours.params = {{"days", 120}};
    ours.expires = 3600s;
    install(ours);
    const ScheduleRow row = world.row("nightly");
    EXPECT_EQ(row.cron, "0 4 * * *") << "what was changed stays";
    EXPECT_EQ(row.priority, 7);
    EXPECT_EQ(row.params, ours.params) << "what was not changed follows";
    EXPECT_EQ(row.expires, 3600s);
    EXPECT_EQ(row.changes, (core::base::Json{{"cron", "0 4 * * *"}, {"priority", 7}}));
    ASSERT_TRUE(world.write([&](core::store::Connection& db) -> Result<void> {
        core::store::resetSchedule(db, "nightly");
        return {};
    }));
    EXPECT_EQ(static_cast<const Schedule&>(world.row("nightly")), ours);
}

TEST(BeatTest, AfterACorrectionWhatIsMissedIsMadeUpForAsEver) {
    World world(at("2036-11-20T08:00:30Z"));
    world.add(cron("nightly", "0 9 * * *"));
    world.pass(2h);
    world.clock().jump(at("2026-11-20T08:00:30Z") - world.clock().now());
    world.look();
    world.endTasks();
    world.clock().advance(2h);
    world.restart();
    world.look();
    EXPECT_EQ(world.count("SELECT count(*) FROM fire WHERE outcome='fired' AND instant=" +
                          std::to_string(at("2026-11-20T09:00:00Z").time_since_epoch().count())),
              1);
}

TEST(BeatTest, WhatBecomesDueWhileAMissedInstantWaitsForItsTurnIsOnTime) {
    World world(at("2026-11-20T08:00:30Z"));
    for (int i = 0; i < 60; ++i)
        world.add(cron("daily-" + std::to_string(i), "5 8 * * *"));
    Schedule often = cron("zz-often", "*/15 * * * *");
    world.add(often);
    world.clock().advance(at("2026-11-20T08:59:50Z") - world.clock().now());
    world.sleepUntil(at("2026-11-20T09:00:00Z")); // the missed ones begin, two a second
    const auto fires = world.fires("zz-often");
    ASSERT_FALSE(fires.empty());
    EXPECT_EQ(fires.back().instant, at("2026-11-20T09:00:00Z"));
    EXPECT_EQ(fires.back().late, 0ms);
}

TEST(BeatTest, AnIntervalKeepsItsStartAndItsEndWhenTheClockIsSet) {
    World world(at("2026-11-20T08:00:00Z"));
    Schedule bounded = tests::every("bounded", 600s);
    bounded.starts = at("2026-11-20T09:00:00Z");
    bounded.ends = at("2026-11-20T12:00:00Z");
    bounded.overlap = Overlap::Allow;
    world.add(bounded);
    world.look();
    world.clock().jump(-48h);
    world.pass(2h);
    EXPECT_TRUE(world.fires("bounded").empty()) << "it does not start before its start";
    world.clock().jump(at("2026-11-20T11:45:00Z") - world.clock().now());
    world.pass(10min);
    EXPECT_FALSE(world.fires("bounded").empty());
    world.clock().jump(72h);
    const size_t before = world.fires("bounded").size();
    world.pass(2h);
    EXPECT_EQ(world.fires("bounded").size(), before) << "nothing fires after its end";
}
