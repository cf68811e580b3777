#include "core/engine/ComingLoad.h"

#include <gtest/gtest.h>

#include <algorithm>

using namespace std::chrono_literals;
using core::base::Instant;
using core::engine::ComingLoad;
using core::engine::LoadBasis;
using core::store::ScheduleRow;

namespace coming_load_test {

Instant at(const std::string& text) {
    return *core::base::parseInstant(text);
}

core::task::TaskType typeNamed(const std::string& id, const std::string& queue) {
    core::task::TaskType type;
    type.id = id;
    type.celeryName = "app.tests." + id;
    type.queue = queue;
    return type;
}

ScheduleRow cron(const std::string& name, const std::string& expression, const std::string& type = "report") {
    ScheduleRow row;
    row.name = name;
    row.type = type;
    row.cron = expression;
    return row;
}

ScheduleRow every(const std::string& name, std::chrono::seconds interval) {
    ScheduleRow row = cron(name, "");
    row.every = interval;
    return row;
}

class ComingLoadTest : public testing::Test {
  protected:
    ComingLoadTest() {
        types.add(typeNamed("report", "metrics"));
        types.add(typeNamed("backup", "cleanup"));
        basis.slots = {{"metrics", 2}, {"cleanup", 1}};
    }
    ComingLoad load(const std::vector<ScheduleRow>& entries, const std::string& from, const std::string& to) {
        return core::engine::comingLoad(entries, basis, at(from), at(to));
    }
    /// `2026-11-20T08:15:00Z fixed, …`
    static std::string story(const ComingLoad& load) {
        std::string text;
        for (const auto& firing : load.firings)
            text += (text.empty() ? "" : ", ") + core::base::formatInstant(firing.at) + " " +
                    load.entries[firing.entry].name;
        return text;
    }

    core::task::TaskRegistry types;
    const core::base::ZoneDatabase zones;
    LoadBasis basis{types, zones, {}, {}, 4};
};

} // namespace coming_load_test

using coming_load_test::at;
using coming_load_test::ComingLoadTest;
using coming_load_test::cron;
using coming_load_test::every;

TEST_F(ComingLoadTest, AllFiringsOfTheEnabledEntriesComeInTheirOrder) {
    ScheduleRow disabled = cron("disabled", "* * * * *");
    disabled.enabled = false;
    const ComingLoad coming = load({cron("hourly", "30 * * * *"), cron("at-two", "0 2 * * *"), disabled},
                                   "2026-11-20T00:45:00Z", "2026-11-20T03:00:00Z");
    EXPECT_EQ(story(coming), "2026-11-20T01:30:00Z hourly, 2026-11-20T02:00:00Z at-two, 2026-11-20T02:30:00Z hourly");
    ASSERT_EQ(coming.entries.size(), 2u);
    EXPECT_EQ(coming.entries[0].firings, 2);
}

TEST_F(ComingLoadTest, AnEntryWhoseTypeIsNotInstalledDoesNotFire) {
    const ComingLoad coming = load({cron("later", "0 * * * *", "not_installed")}, "2026-11-20T00:00:00Z", "2026-11-21T00:00:00Z");
    EXPECT_TRUE(coming.entries.empty());
    EXPECT_TRUE(coming.firings.empty());
}

TEST_F(ComingLoadTest, AnIntervalGoesOnFromWhereItStands) {
    ScheduleRow row = every("steady", 1h);
    row.lastFire = at("2026-11-20T07:20:00Z");
    row.nextFire = at("2026-11-20T08:20:00Z");
    EXPECT_EQ(story(load({row}, "2026-11-20T08:00:00Z", "2026-11-20T10:00:00Z")),
              "2026-11-20T08:20:00Z steady, 2026-11-20T09:20:00Z steady");
    // The beat did not run for a while.
    EXPECT_EQ(story(load({row}, "2026-11-20T09:30:00Z", "2026-11-20T11:00:00Z")), "2026-11-20T10:20:00Z steady");
}

TEST_F(ComingLoadTest, AFiringBelongsToItsInstantAndSaysWhenItReallyComes) {
    ScheduleRow row = cron("spread", "0 2 * * *");
    row.spread = 30s;
    const auto shift = core::beat::Timetable::of(row, core::base::ZoneDatabase())->shift();
    ASSERT_NE(shift, 0s) << "choose another name";
    const ComingLoad coming = load({row}, "2026-11-20T00:00:00Z", "2026-11-20T06:00:00Z");
    ASSERT_EQ(coming.firings.size(), 1u);
    EXPECT_EQ(coming.firings[0].instant, at("2026-11-20T02:00:00Z"));
    EXPECT_EQ(coming.firings[0].at, at("2026-11-20T02:00:00Z") + shift);
    EXPECT_EQ(coming.entries[0].shift, shift);
    EXPECT_EQ(coming.between(at("2026-11-20T02:00:00Z"), at("2026-11-20T03:00:00Z")).firings, 1);
    EXPECT_EQ(coming.between(at("2026-11-20T01:00:00Z"), at("2026-11-20T02:00:00Z")).firings, 0);
}

TEST_F(ComingLoadTest, WhatNeverRanIsNotKnownAndNotZero) {
    basis.runTimes["report"] = {90s, 12};
    const ComingLoad coming = load({cron("known", "0 * * * *"), cron("unknown", "15 * * * *", "backup")},
                                   "2026-11-20T00:00:00Z", "2026-11-20T02:00:00Z");
    const auto slice = coming.between(at("2026-11-20T00:00:00Z"), at("2026-11-20T02:00:00Z"));
    EXPECT_EQ(slice.firings, 4);
    EXPECT_EQ(slice.busy, 180s);
    EXPECT_EQ(slice.unknown, 2);
    EXPECT_FALSE(coming.entries[1].runTime.has_value());
    EXPECT_EQ(coming.entries[0].runTime->runs, 12);
}

TEST_F(ComingLoadTest, AnEntryOfEverySecondIsToldByTheQuarter) {
    basis.runTimes["report"] = {100ms, 5};
    const ComingLoad coming = load({every("restless", 1s)}, "2026-11-20T00:00:00Z", "2026-11-27T00:00:00Z");
    EXPECT_EQ(coming.firings.size(), 7u * 24 * 4);
    EXPECT_NEAR(double(coming.entries[0].firings), 7 * 86'400.0, 2);
    const auto hour = coming.between(at("2026-11-22T05:00:00Z"), at("2026-11-22T06:00:00Z"));
    EXPECT_EQ(hour.firings, 3600);
    EXPECT_EQ(hour.busy, 360s);
}

TEST_F(ComingLoadTest, EntriesOfOneMinuteCollideAndThoseOfEveryMinuteAreLeftOut) {
    ScheduleRow spread = cron("spread", "0 2 * * *");
    spread.spread = 30s;
    const ComingLoad coming = load({cron("a", "0 2 * * *"), cron("b", "0,30 2 * * *"), spread, cron("busy", "* * * * *")},
                                   "2026-11-20T00:00:00Z", "2026-11-21T00:00:00Z");
    ASSERT_EQ(coming.collisions.size(), 1u);
    EXPECT_EQ(coming.collisions[0].minute, at("2026-11-20T02:00:00Z"));
    EXPECT_EQ(coming.collisions[0].entries, 3);
    EXPECT_EQ(coming.between(at("2026-11-20T02:00:00Z"), at("2026-11-20T03:00:00Z")).mostAtOnce, 3);
    EXPECT_EQ(coming.between(at("2026-11-20T03:00:00Z"), at("2026-11-20T04:00:00Z")).mostAtOnce, 0);
}

TEST_F(ComingLoadTest, MoreRunsThanSlotsAreAnOverloadFromTheFirstTooManyToTheLast) {
    basis.runTimes["backup"] = {20min, 3};
    const ComingLoad coming = load({cron("a", "0 2 * * *", "backup"), cron("b", "10 2 * * *", "backup")},
                                   "2026-11-20T00:00:00Z", "2026-11-21T00:00:00Z");
    ASSERT_EQ(coming.overloads.size(), 1u);
    EXPECT_EQ(coming.overloads[0].queue, "cleanup");
    EXPECT_EQ(coming.overloads[0].from, at("2026-11-20T02:10:00Z"));
    EXPECT_EQ(coming.overloads[0].to, at("2026-11-20T02:20:00Z"));
    EXPECT_EQ(coming.overloads[0].runs, 2);
    EXPECT_EQ(coming.overloads[0].slots, 1);
    EXPECT_TRUE(coming.between(at("2026-11-20T02:00:00Z"), at("2026-11-20T03:00:00Z")).overloaded);
}

TEST_F(ComingLoadTest, RunsThatFollowOneAnotherAreNoOverload) {
    basis.runTimes["backup"] = {10min, 3};
    const ComingLoad coming = load({cron("a", "0 2 * * *", "backup"), cron("b", "10 2 * * *", "backup")},
                                   "2026-11-20T00:00:00Z", "2026-11-21T00:00:00Z");
    EXPECT_TRUE(coming.overloads.empty());
}

TEST_F(ComingLoadTest, AllQueuesTogetherAreHeldAgainstTheWorkers) {
    basis.runTimes["report"] = {5min, 3};
    basis.runTimes["backup"] = {5min, 3};
    basis.slots = {{"metrics", 9}, {"cleanup", 9}};
    basis.workers = 1;
    const ComingLoad coming = load({cron("a", "0 2 * * *"), cron("b", "0 2 * * *", "backup")}, "2026-11-20T00:00:00Z",
                                   "2026-11-21T00:00:00Z");
    ASSERT_EQ(coming.overloads.size(), 1u);
    EXPECT_EQ(coming.overloads[0].queue, "");
    EXPECT_EQ(coming.overloads[0].runs, 2);
}

TEST_F(ComingLoadTest, AnEntryRunsOnceAtATimeUnlessItMayOverlap) {
    basis.runTimes["backup"] = {90min, 3};
    ScheduleRow row = cron("slow", "0 * * * *", "backup");
    EXPECT_TRUE(load({row}, "2026-11-20T00:00:00Z", "2026-11-21T00:00:00Z").overloads.empty());
    row.overlap = core::task::Overlap::Allow;
    const auto overloads = load({row}, "2026-11-20T00:00:00Z", "2026-11-20T02:30:00Z").overloads;
    ASSERT_EQ(overloads.size(), 2u);
    EXPECT_EQ(overloads[0].from, at("2026-11-20T01:00:00Z"));
    EXPECT_EQ(overloads[0].to, at("2026-11-20T01:30:00Z"));
}

TEST_F(ComingLoadTest, ChangesOfTheClockAreToldForTheZonesOfTheEntries) {
    ScheduleRow york = cron("york", "30 2 * * *");
    york.zone = "America/New_York";
    ScheduleRow berlin = cron("berlin", "0 5 * * *");
    berlin.zone = "Europe/Berlin";
    const ComingLoad coming = load({york, berlin, cron("utc", "0 0 * * *"), every("steady", 1h)}, "2026-03-05T00:00:00Z",
                                   "2026-03-12T00:00:00Z");
    ASSERT_EQ(coming.clockChanges.size(), 1u);
    EXPECT_EQ(coming.clockChanges[0].zone, "America/New_York");
    EXPECT_EQ(coming.clockChanges[0].change.at, at("2026-03-08T07:00:00Z"));
    EXPECT_EQ(coming.clockChanges[0].change.by(), 1h);
    // Its firing of that day comes at the end of the gap.
    EXPECT_EQ(std::count_if(coming.firings.begin(), coming.firings.end(),
                            [&](const auto& firing) {
                                return firing.instant == at("2026-03-08T07:00:00Z") &&
                                       coming.entries[firing.entry].name == "york";
                            }),
              1);
}
