#include "core/engine/SchedulePreview.h"
#include "core/engine/ScheduleWords.h"

#include <gtest/gtest.h>

#include <algorithm>

using namespace std::chrono_literals;
using core::base::Instant;
using core::engine::ScheduleEntry;
using core::engine::SchedulePreview;
using core::task::Schedule;

namespace schedule_preview_test {

Instant at(const std::string& text) {
    return *core::base::parseInstant(text);
}

Schedule cron(const std::string& expression, const std::string& zone = "UTC") {
    Schedule schedule;
    schedule.name = "mine";
    schedule.type = "report";
    schedule.cron = expression;
    schedule.zone = zone;
    return schedule;
}

ScheduleEntry other(const std::string& name, const std::string& expression) {
    ScheduleEntry entry;
    static_cast<Schedule&>(entry) = cron(expression);
    entry.name = name;
    return entry;
}

SchedulePreview preview(const Schedule& schedule, const std::string& now, const std::vector<ScheduleEntry>& entries = {}) {
    const auto table = core::beat::Timetable::of(schedule, core::base::ZoneDatabase());
    if (!table)
        throw std::runtime_error(table.error().text());
    return core::engine::previewOf(*table, std::nullopt, entries, core::base::ZoneDatabase(), at(now), 10);
}

using Words = std::vector<std::string>;

} // namespace schedule_preview_test

using namespace schedule_preview_test;

TEST(SchedulePreviewOf, ShowsTheFirstInstantsAndSaysThemInWords) {
    const SchedulePreview shown = preview(cron("0 2 * * *"), "2026-11-20T08:00:00Z");
    ASSERT_EQ(shown.next.size(), 10u);
    EXPECT_EQ(shown.next.front(), at("2026-11-21T02:00:00Z"));
    EXPECT_EQ(shown.words, "At 02:00 every day");
    EXPECT_EQ(shown.warnings, Words());
}

TEST(SchedulePreviewOf, AnIntervalGoesOnFromItsLastFiring) {
    Schedule schedule = cron("");
    schedule.every = 1h;
    const auto table = core::beat::Timetable::of(schedule, core::base::ZoneDatabase());
    EXPECT_EQ(core::engine::previewOf(*table, at("2026-11-20T07:20:00Z"), {}, core::base::ZoneDatabase(), at("2026-11-20T08:00:00Z"), 1).next.front(),
              at("2026-11-20T08:20:00Z"));
}

TEST(SchedulePreviewOf, WarnsOfVeryManyFiringsAndOfNoneAtAll) {
    EXPECT_EQ(preview(cron("* * * * *"), "2026-11-20T08:00:00Z").warnings, Words{"it fires 1,440 times a day"});
    Schedule over = cron("0 2 * * *");
    over.ends = at("2026-11-20T08:00:00Z");
    EXPECT_EQ(preview(over, "2026-11-20T09:00:00Z").warnings, Words{"it never fires again"});
}

TEST(SchedulePreviewOf, SaysWhatAChangeOfTheClockDoesToAFixedTime) {
    EXPECT_EQ(preview(cron("30 2 * * *", "America/New_York"), "2026-01-10T00:00:00Z").warnings,
              Words{"on 2026-03-08 the clock skips its time: it fires at 2026-03-08T03:00:00-04:00"});
    EXPECT_EQ(preview(cron("30 1 * * *", "America/New_York"), "2026-01-10T00:00:00Z").warnings,
              Words{"on 2026-11-01 the clock passes 01:00 to 02:00 twice: it fires in the first pass only"});
    EXPECT_EQ(preview(cron("30 4 * * *", "America/New_York"), "2026-01-10T00:00:00Z").warnings, Words());
    // The Sundays of the change are the only ones that matter.
    EXPECT_EQ(preview(cron("30 2 * * 1", "America/New_York"), "2026-01-10T00:00:00Z").warnings, Words());
}

TEST(SchedulePreviewOf, SaysWhatAChangeOfTheClockDoesToAWildcardInCertainHoursOnly) {
    EXPECT_EQ(preview(cron("*/20 2 * * *", "America/New_York"), "2026-01-10T00:00:00Z").warnings,
              Words{"on 2026-03-08 the clock skips 02:00 to 03:00: it does not fire then, 3 times"});
    EXPECT_EQ(preview(cron("*/20 1 * * *", "America/New_York"), "2026-01-10T00:00:00Z").warnings,
              Words{"on 2026-11-01 the clock passes 01:00 to 02:00 twice: it fires in both passes"});
    EXPECT_EQ(preview(cron("*/20 * * * *", "America/New_York"), "2026-01-10T00:00:00Z").warnings, Words());
}

TEST(SchedulePreviewOf, AnEndBeforeTheChangeOfTheClockNeedsNoWarning) {
    Schedule schedule = cron("30 2 * * *", "America/New_York");
    schedule.ends = at("2026-02-01T00:00:00Z");
    EXPECT_EQ(preview(schedule, "2026-01-10T00:00:00Z").warnings, Words());
}

TEST(SchedulePreviewOf, NamesTheEntriesThatBeginInTheSameMinute) {
    ScheduleEntry disabled = other("disabled", "0 2 * * *");
    disabled.enabled = false;
    const std::vector<ScheduleEntry> entries{other("mine", "0 2 * * *"),   other("weekly", "0 2 * * 0"),
                                             other("daily", "0 2 * * *"),  other("busy", "* * * * *"),
                                             other("apart", "1 2 * * *"),  disabled};
    EXPECT_EQ(preview(cron("0 2 * * *"), "2026-11-20T08:00:00Z", entries).warnings,
              Words{"it begins in the same minute as daily (10 of 10), weekly (2 of 10)"});
}

TEST(ScheduleWords, SayEveryKindOfSchedule) {
    EXPECT_EQ(core::engine::wordsOf(cron("*/15 * * * *")), "Every 15 minutes");
    EXPECT_EQ(core::engine::wordsOf(cron("0 2 * * *", "America/New_York")), "At 02:00 every day, in America/New_York");
    Schedule interval = cron("");
    interval.every = 2h;
    EXPECT_EQ(core::engine::wordsOf(interval), "Every 2 hours");
    EXPECT_EQ(core::engine::wordsOf(interval, -5s), "Every 2 hours, 5 s earlier");
    Schedule once = cron("");
    once.once = at("2026-11-20T08:15:00Z");
    EXPECT_EQ(core::engine::wordsOf(once), "Once, at 2026-11-20T08:15:00Z");
    EXPECT_EQ(core::engine::wordsOf(cron("not cron")), "not cron");
}
