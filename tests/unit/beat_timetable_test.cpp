#include "core/base/ClockJumps.h"
#include "core/beat/ScheduleFile.h"
#include "core/beat/Timetable.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

using namespace std::chrono_literals;
using core::base::ErrorCode;
using core::base::Instant;
using core::base::ClockJumps;
using core::base::ZoneDatabase;
using core::beat::Timetable;
using core::task::CatchUp;
using core::task::Overlap;
using core::task::Schedule;

namespace timetable_test {

Instant at(const std::string& text) {
    return *core::base::parseInstant(text);
}

Schedule cron(const std::string& expression) {
    Schedule schedule;
    schedule.name = "nightly";
    schedule.type = "demo";
    schedule.cron = expression;
    return schedule;
}

Schedule every(std::chrono::seconds interval) {
    Schedule schedule = cron("");
    schedule.every = interval;
    return schedule;
}

Timetable table(const Schedule& schedule) {
    auto made = Timetable::of(schedule, ZoneDatabase());
    if (!made)
        throw std::runtime_error(made.error().text());
    return *made;
}

std::vector<Instant> instants(const Timetable::Due& due) {
    std::vector<Instant> found;
    for (const auto& firing : due.firings)
        found.push_back(firing.instant);
    return found;
}

std::string whyNot(const Schedule& schedule) {
    const auto made = Timetable::of(schedule, ZoneDatabase());
    return made ? std::string() : made.error().message;
}

} // namespace timetable_test

using namespace timetable_test;

TEST(Timetable, WhatIsDueInTimeFiresOnceUnderEveryPolicy) {
    for (const CatchUp policy : {CatchUp::None, CatchUp::One, CatchUp::All}) {
        Schedule schedule = cron("*/15 * * * *");
        schedule.catchUp = policy;
        const auto due = table(schedule).due(at("2026-11-20T08:15:00Z"), std::nullopt, at("2026-11-20T08:15:00.020Z"));
        EXPECT_EQ(instants(due), std::vector{at("2026-11-20T08:15:00Z")});
        EXPECT_FALSE(due.firings[0].missed);
        EXPECT_EQ(due.next, at("2026-11-20T08:30:00Z"));
        EXPECT_EQ(due.passedOver, 0);
    }
}

TEST(Timetable, MissedInstantsFireByTheCatchUpPolicy) {
    Schedule schedule = cron("*/5 * * * *");
    schedule.maxLateness = 24h;
    const auto after = [&](CatchUp policy) {
        schedule.catchUp = policy;
        return table(schedule).due(at("2026-11-20T08:00:00Z"), std::nullopt, at("2026-11-20T09:03:00Z"));
    };
    EXPECT_TRUE(instants(after(CatchUp::None)).empty());
    EXPECT_EQ(after(CatchUp::None).passedOver, 13);
    EXPECT_EQ(instants(after(CatchUp::One)), std::vector{at("2026-11-20T09:00:00Z")});
    EXPECT_EQ(after(CatchUp::One).passedOver, 12);
    const auto all = after(CatchUp::All);
    ASSERT_EQ(all.firings.size(), 10u);
    EXPECT_EQ(all.firings.front().instant, at("2026-11-20T08:15:00Z"));
    EXPECT_EQ(all.firings.back().instant, at("2026-11-20T09:00:00Z"));
    EXPECT_EQ(all.passedOver, 3);
    EXPECT_EQ(all.next, at("2026-11-20T09:05:00Z"));
}

TEST(Timetable, NothingFiresLaterThanItsGreatestLateness) {
    Schedule schedule = cron("0 2 * * *");
    schedule.maxLateness = 12h;
    const auto due = [&](const char* now) { return table(schedule).due(at("2026-11-20T02:00:00Z"), std::nullopt, at(now)); };
    EXPECT_EQ(due("2026-11-20T14:00:00Z").firings.size(), 1u);
    EXPECT_TRUE(due("2026-11-20T14:00:00Z").firings[0].missed);
    EXPECT_TRUE(due("2026-11-20T14:00:01Z").firings.empty());
    EXPECT_EQ(due("2026-11-20T14:00:01Z").passedOver, 1);
}

TEST(Timetable, WhatWouldHaveExpiredDoesNotFire) {
    Schedule schedule = cron("0 2 * * *");
    schedule.expires = 2h;
    const auto due = table(schedule).due(at("2026-11-20T02:00:00Z"), std::nullopt, at("2026-11-20T05:00:00Z"));
    EXPECT_TRUE(due.firings.empty());
}

TEST(Timetable, YearsOfMissedMinutesAreDecidedAtOnce) {
    const auto due = table(cron("* * * * *")).due(at("2006-11-20T02:00:00Z"), std::nullopt, at("2026-11-20T05:00:30Z"));
    EXPECT_EQ(instants(due), std::vector{at("2026-11-20T05:00:00Z")});
    EXPECT_GE(due.passedOver, 100'000);
    EXPECT_EQ(due.next, at("2026-11-20T05:01:00Z"));
}

TEST(Timetable, WhatWasPassedOverInYearsEndsWithTheSchedule) {
    Schedule interval = every(5min);
    interval.ends = at("2025-06-01T00:02:00Z");
    const auto due = table(interval).due(at("2021-01-01T00:00:00Z"), std::nullopt, at("2026-11-20T05:00:30Z"));
    EXPECT_TRUE(due.firings.empty());
    EXPECT_EQ(due.passedTo, at("2025-06-01T00:00:00Z")) << "not an instant after its end";
    EXPECT_EQ(due.next, std::nullopt);
    Schedule minutes = cron("* * * * *");
    minutes.ends = *interval.ends;
    EXPECT_EQ(table(minutes).due(at("2021-01-01T00:00:00Z"), std::nullopt, at("2026-11-20T05:00:30Z")).passedTo,
              at("2025-06-01T00:02:00Z"));
}

TEST(Timetable, IntervalsCountElapsedTimeFromTheLastFiring) {
    const Timetable hourly = table(every(1h));
    EXPECT_EQ(hourly.next(at("2026-11-20T08:10:00Z"), at("2026-11-20T07:30:00Z")), at("2026-11-20T08:30:00Z"));
    EXPECT_EQ(hourly.next(at("2026-11-20T08:30:00Z"), at("2026-11-20T07:30:00Z")), at("2026-11-20T09:30:00Z"));
    EXPECT_EQ(hourly.next(at("2026-11-20T08:10:00Z"), std::nullopt), at("2026-11-20T09:10:00Z"));
    EXPECT_EQ(hourly.next(at("2026-11-20T08:10:00Z"), at("2036-11-20T07:30:00Z")), at("2026-11-20T09:10:00Z"))
        << "the last firing is from a clock that was wrong";
}

TEST(Timetable, AScheduleLivesBetweenItsStartAndItsEnd) {
    Schedule schedule = cron("0 6 * * *");
    schedule.starts = at("2026-12-01T06:00:00Z");
    schedule.ends = at("2026-12-02T06:00:00Z");
    const Timetable winter = table(schedule);
    EXPECT_EQ(winter.next(at("2026-11-20T00:00:00Z"), {}), at("2026-12-01T06:00:00Z"));
    EXPECT_EQ(winter.next(at("2026-12-01T06:00:00Z"), {}), at("2026-12-02T06:00:00Z"));
    EXPECT_EQ(winter.next(at("2026-12-02T06:00:00Z"), {}), std::nullopt);
    Schedule interval = every(10min);
    interval.starts = at("2026-12-01T06:00:00Z");
    EXPECT_EQ(table(interval).next(at("2026-11-20T00:00:00Z"), {}), at("2026-12-01T06:00:00Z"));
    EXPECT_EQ(table(interval).next(at("2026-12-01T06:00:00Z"), {}), at("2026-12-01T06:10:00Z"));
}

TEST(Timetable, AOneShotFiresOnce) {
    Schedule schedule = cron("");
    schedule.once = at("2026-12-24T12:00:00Z");
    const Timetable once = table(schedule);
    EXPECT_EQ(once.next(at("2026-11-20T00:00:00Z"), {}), schedule.once);
    const auto due = once.due(*schedule.once, {}, at("2026-12-24T12:00:01Z"));
    EXPECT_EQ(instants(due), std::vector{*schedule.once});
    EXPECT_EQ(due.next, std::nullopt);
}

TEST(Timetable, TheSpreadOfANameIsEverTheSameAndBounded) {
    Schedule schedule = cron("0 2 * * *");
    schedule.spread = 30s;
    std::set<int64_t> shifts;
    for (int i = 0; i < 200; ++i) {
        schedule.name = "entry-" + std::to_string(i);
        const auto shift = table(schedule).shift();
        EXPECT_EQ(shift, table(schedule).shift());
        EXPECT_LE(std::abs(shift.count()), 30);
        shifts.insert(shift.count());
    }
    EXPECT_GT(shifts.size(), 40u) << "the names do not spread";
    schedule.name = "nightly";
    EXPECT_EQ(table(schedule).shift(), -8s) << "another release would move everybody's firings";
}

TEST(Timetable, AFiringIsDueWithItsShift) {
    Schedule schedule = cron("0 2 * * *");
    schedule.spread = 30s;
    const Timetable nightly = table(schedule);
    const Instant instant = at("2026-11-20T02:00:00Z");
    EXPECT_TRUE(nightly.due(instant, {}, nightly.dueAt(instant) - 1ms).firings.empty());
    EXPECT_EQ(instants(nightly.due(instant, {}, nightly.dueAt(instant))), std::vector{instant});
}

TEST(Timetable, WhatCannotFireIsRefusedWithTheReason) {
    EXPECT_EQ(whyNot(cron("")), "a schedule fires by a cron expression, at an interval, or once: exactly one of the three");
    Schedule both = cron("0 2 * * *");
    both.every = 60s;
    EXPECT_EQ(whyNot(both), whyNot(cron("")));
    EXPECT_NE(whyNot(every(-5s)), "");
    Schedule zone = cron("0 2 * * *");
    zone.zone = "Mars/Olympus";
    EXPECT_EQ(whyNot(zone), "'Mars/Olympus' is not a time zone of this system");
    Schedule ends = cron("0 2 * * *");
    ends.starts = at("2026-12-01T06:00:00Z");
    ends.ends = at("2026-11-01T06:00:00Z");
    EXPECT_EQ(whyNot(ends), "the schedule ends before it starts");
    for (const auto& wrong : std::vector<std::function<void(Schedule&)>>{
             [](Schedule& s) { s.spread = 31s; }, [](Schedule& s) { s.spread = -1s; },
             [](Schedule& s) { s.maxLateness = 0s; }, [](Schedule& s) { s.maxLateness = 8 * 24h; },
             [](Schedule& s) { s.expires = 0s; }, [](Schedule& s) { s.priority = 10; }}) {
        Schedule schedule = cron("0 2 * * *");
        wrong(schedule);
        EXPECT_NE(whyNot(schedule), "");
    }
}

RC_GTEST_PROP(TimetableProperty, LookedAtInAnyRhythmEveryInstantFiresOnceOrIsCountedAsPassedOver, ()) {
    Schedule schedule = *rc::gen::element(0, 1, 2) == 0 ? every(std::chrono::seconds(*rc::gen::inRange(60, 20'000)))
                                                        : cron(*rc::gen::element<std::string>("*/7 * * * *", "0 */3 * * *",
                                                                                              "30 2 * * 1-5"));
    schedule.catchUp = *rc::gen::element(CatchUp::None, CatchUp::One, CatchUp::All);
    schedule.spread = std::chrono::seconds(*rc::gen::inRange(0, 31));
    schedule.maxLateness = std::chrono::seconds(*rc::gen::inRange(60, 100'000));
    const Timetable timetable = table(schedule);
    Instant now = at("2026-03-01T00:00:00Z");
    std::optional<Instant> last, next = timetable.next(now, {});
    const Instant first = *next;
    std::set<Instant> fired;
    int64_t passedOver = 0;
    for (int look = 0; look < 40; ++look) {
        now += std::chrono::seconds(*rc::gen::inRange(1, 50'000));
        const auto due = timetable.due(*next, last, now);
        for (const auto& firing : due.firings) {
            RC_ASSERT(fired.insert(firing.instant).second);
            RC_ASSERT(timetable.dueAt(firing.instant) <= now);
            RC_ASSERT(now - timetable.dueAt(firing.instant) <= *schedule.maxLateness);
            RC_ASSERT(!firing.missed || schedule.catchUp != CatchUp::None);
            last = firing.instant;
        }
        passedOver += due.passedOver;
        next = due.next;
        RC_ASSERT(timetable.dueAt(*next) > now);
    }
    int64_t instantsUntilNow = 0;
    std::optional<Instant> grid = schedule.every.count() > 0 ? std::optional(first) : std::nullopt;
    for (Instant instant = first; timetable.dueAt(instant) <= now; instant = *timetable.next(instant, grid))
        ++instantsUntilNow;
    RC_ASSERT(int64_t(fired.size()) + passedOver == instantsUntilNow);
}

TEST(ClockJumps, TimeThatPassesIsNoJumpHoweverLong) {
    ClockJumps watch;
    EXPECT_FALSE(watch.look({at("2026-11-20T08:00:00Z"), 1000s}));
    EXPECT_FALSE(watch.look({at("2026-11-20T18:00:00Z"), 1000s + 10h})) << "a suspend moves both clocks";
}

TEST(ClockJumps, AClockThatIsSetIsNoticed) {
    ClockJumps watch;
    watch.look({at("2026-11-20T08:00:00Z"), 1000s});
    const auto hour = watch.look({at("2026-11-20T09:00:10Z"), 1010s});
    ASSERT_TRUE(hour);
    EXPECT_EQ(hour->by(), 1h);
    const auto back = watch.look({at("2026-11-20T06:00:10Z"), 1010s});
    ASSERT_TRUE(back);
    EXPECT_EQ(back->by(), -3h);
}

TEST(ScheduleFile, TheScheduleOfTheProgramIsSoundAndComplete) {
    const auto schedules = core::beat::defaultSchedule(ZoneDatabase());
    ASSERT_TRUE(schedules) << schedules.error().text();
    std::map<std::string, std::string> crons;
    for (const Schedule& schedule : *schedules)
        crons[schedule.name] = schedule.cron;
    EXPECT_EQ(crons["resilience-health-check"], "*/15 * * * *");
    EXPECT_EQ(crons["resilience-contingency-analysis"], "0 2 * * *");
    EXPECT_EQ(crons["resilience-fallback-precompute"], "0 3 * * 0");
    EXPECT_EQ(crons["metrics-snapshot"], "0 8-18 * * 1-5");
    EXPECT_EQ(crons["security-grace-periods"], "0,30 * * * *");
    EXPECT_EQ(crons["compliance-report"], "0 17 * * 5");
    EXPECT_GE(schedules->size(), 27u);
}

TEST(ScheduleFile, ADefinitionIsTheSameAfterItsDocument) {
    Schedule schedule = cron("0 2 * * *");
    schedule.params = {{"days", 90}};
    schedule.zone = "Pacific/Honolulu";
    schedule.starts = at("2026-12-01T06:00:00Z");
    schedule.ends = at("2027-12-01T06:00:00Z");
    schedule.enabled = false;
    schedule.catchUp = CatchUp::All;
    schedule.maxLateness = 3600s;
    schedule.overlap = Overlap::CancelOld;
    schedule.expires = 60s;
    schedule.spread = 30s;
    schedule.priority = 0;
    const auto back = core::task::scheduleFromJson(core::task::toJson(schedule));
    ASSERT_TRUE(back) << back.error().text();
    EXPECT_EQ(*back, schedule);
    EXPECT_EQ(core::task::toJson(cron("0 2 * * *")),
              (core::base::Json{{"name", "nightly"}, {"type", "demo"}, {"cron", "0 2 * * *"}}));
}

TEST(ScheduleFile, WhatIsWrongIsNamedWithItsEntryAndKey) {
    const auto wrong = [](const std::string& entry) {
        const auto read = core::beat::readScheduleFile(R"({"schedules":[{"name":"a","type":"t","cron":"0 1 * * *"},)" + entry + "]}", ZoneDatabase());
        return read ? std::string("accepted") : read.error().text();
    };
    EXPECT_NE(wrong(R"({"name":"b","type":"t","cron":"0 25 * * *"})").find("'b'"), std::string::npos);
    EXPECT_NE(wrong(R"({"name":"b","type":"t","corn":"0 2 * * *"})").find("'corn'"), std::string::npos);
    EXPECT_NE(wrong(R"({"name":"b","type":"t","cron":"0 2 * * *","spread_seconds":"x"})").find("'spread_seconds'"),
              std::string::npos);
    EXPECT_NE(wrong(R"({"name":"a","type":"t","cron":"0 2 * * *"})").find("twice"), std::string::npos);
    EXPECT_NE(wrong(R"({"type":"t","cron":"0 2 * * *"})").find("name"), std::string::npos);
    EXPECT_NE(wrong("7").find("entry 2"), std::string::npos);
    EXPECT_FALSE(core::beat::readScheduleFile("[]", ZoneDatabase()));
    EXPECT_FALSE(core::beat::readScheduleFile("{", ZoneDatabase()));
}
