#include "core/beat/CronExpression.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <set>

using core::base::Instant;
using core::base::Zone;
using core::beat::CronExpression;

namespace cron_test {

CronExpression cron(const std::string& text) {
    auto expression = CronExpression::parse(text);
    if (!expression)
        throw std::runtime_error(expression.error().text());
    return *expression;
}

Instant at(const std::string& text) {
    const auto instant = core::base::parseInstant(text);
    if (!instant)
        throw std::runtime_error(instant.error().text());
    return *instant;
}

Zone zone(const std::string& name) {
    const auto found = Zone::find(name);
    if (!found)
        throw std::runtime_error(found.error().text());
    return *found;
}

/// The next `count` firings as text in the zone.
std::vector<std::string> firings(const std::string& text, const std::string& after, int count,
                                 const Zone& in = Zone::utc()) {
    std::vector<std::string> result;
    const CronExpression expression = cron(text);
    Instant instant = at(after);
    for (int i = 0; i < count; ++i) {
        instant = expression.next(instant, in).value();
        result.push_back(in.format(instant));
    }
    return result;
}

std::string next(const std::string& text, const std::string& after) {
    return firings(text, after, 1)[0];
}

using Strings = std::vector<std::string>;

} // namespace cron_test

using namespace cron_test;

TEST(Cron, TheNextFiringIsStrictlyLater) {
    EXPECT_EQ(next("30 * * * *", "2026-11-20T10:31:00Z"), "2026-11-20T11:30:00+00:00");
    EXPECT_EQ(next("30 * * * *", "2026-11-20T10:30:00Z"), "2026-11-20T11:30:00+00:00");
    EXPECT_EQ(next("30 * * * *", "2026-11-20T10:29:59.999Z"), "2026-11-20T10:30:00+00:00");
    EXPECT_EQ(next("0 2 1 * *", "2026-11-01T02:00:00Z"), "2026-12-01T02:00:00+00:00");
}

TEST(Cron, TheDefaultSchedulesFireWhenTheProgrammeExpects) {
    const std::string friday = "2026-11-20T18:05:00Z";
    EXPECT_EQ(next("*/15 * * * *", friday), "2026-11-20T18:15:00+00:00");
    EXPECT_EQ(next("0 3 * * 0", friday), "2026-11-22T03:00:00+00:00");
    EXPECT_EQ(next("0 8-18 * * 1-5", friday), "2026-11-23T08:00:00+00:00");
    EXPECT_EQ(next("15 */4 * * *", friday), "2026-11-20T20:15:00+00:00");
    EXPECT_EQ(next("0 17 * * FRI", friday), "2026-11-27T17:00:00+00:00");
    EXPECT_EQ(next("0 2 1 * *", friday), "2026-12-01T02:00:00+00:00");
}

TEST(Cron, NamesInAnyCaseAndBothSundaysMeanTheSameAsNumbers) {
    const std::string from = "2026-11-20T00:00:00Z";
    EXPECT_EQ(firings("0 0 * * sun", from, 3), firings("0 0 * * 0", from, 3));
    EXPECT_EQ(firings("0 0 * * 7", from, 3), firings("0 0 * * 0", from, 3));
    EXPECT_EQ(firings("0 0 * jAn,Mar MON-wed", from, 9), firings("0 0 * 1,3 1-3", from, 9));
    EXPECT_EQ(firings("0 0 * * FRI-SUN", from, 9), firings("0 0 * * 0,5,6", from, 9));
    EXPECT_EQ(firings("0 0 * * 5-7", from, 9), firings("0 0 * * 0,5,6", from, 9));
    EXPECT_EQ(firings("0 0 * * */2", from, 9), firings("0 0 * * 0,2,4,6", from, 9));
}

TEST(Cron, ShorthandsMeanTheirFiveFields) {
    const std::string from = "2026-11-20T10:31:00Z";
    const std::vector<std::pair<std::string, std::string>> pairs{
        {"@hourly", "0 * * * *"}, {"@daily", "0 0 * * *"},    {"@midnight", "0 0 * * *"}, {"@weekly", "0 0 * * 0"},
        {"@monthly", "0 0 1 * *"}, {"@Yearly", "0 0 1 1 *"}, {"@annually", "0 0 1 1 *"}};
    for (const auto& [shorthand, fields] : pairs) {
        EXPECT_EQ(firings(shorthand, from, 3), firings(fields, from, 3)) << shorthand;
        EXPECT_EQ(cron(shorthand).text(), shorthand);
    }
}

TEST(Cron, EitherDayFieldMatchesWhenBothAreRestricted) {
    EXPECT_EQ(firings("0 0 13 * FRI", "2026-11-01T00:00:00Z", 5),
              (Strings{"2026-11-06T00:00:00+00:00", "2026-11-13T00:00:00+00:00", "2026-11-20T00:00:00+00:00",
                       "2026-11-27T00:00:00+00:00", "2026-12-04T00:00:00+00:00"}));
}

TEST(Cron, BothDayFieldsMustMatchWhenOneBeginsWithAStar) {
    EXPECT_EQ(firings("0 0 */2 * FRI", "2026-11-01T00:00:00Z", 3),
              (Strings{"2026-11-13T00:00:00+00:00", "2026-11-27T00:00:00+00:00", "2026-12-11T00:00:00+00:00"}));
    EXPECT_EQ(firings("0 0 13 * */5", "2026-11-01T00:00:00Z", 2),
              (Strings{"2026-11-13T00:00:00+00:00", "2026-12-13T00:00:00+00:00"}));
}

TEST(Cron, LeapDayFires97TimesIn400Years) {
    const CronExpression leapDay = cron("0 0 29 2 *");
    int count = 0;
    for (auto instant = leapDay.next(at("2000-01-01T00:00:00Z"), Zone::utc()); instant < at("2400-01-01T00:00:00Z");
         instant = leapDay.next(*instant, Zone::utc()))
        ++count;
    EXPECT_EQ(count, 97);
}

TEST(Cron, LeapDayOnOneWeekdayIsFoundAcrossTheCentury) {
    EXPECT_EQ(next("0 0 29 2 */7", "2088-03-01T00:00:00Z"), "2128-02-29T00:00:00+00:00");
}

TEST(Cron, SkippedFixedTimesFireOnceAfterTheGap) {
    const Zone newYork = zone("America/New_York");
    EXPECT_EQ(firings("30 2 * * *", "2026-03-07T12:00:00-05:00", 2, newYork),
              (Strings{"2026-03-08T03:00:00-04:00", "2026-03-09T02:30:00-04:00"}));
    EXPECT_EQ(firings("0,20,40 2 * * *", "2026-03-07T12:00:00-05:00", 2, newYork),
              (Strings{"2026-03-08T03:00:00-04:00", "2026-03-09T02:00:00-04:00"}));
    EXPECT_EQ(firings("30 2 * * *", "2026-03-08T01:59:59-05:00", 1, newYork), (Strings{"2026-03-08T03:00:00-04:00"}));
    EXPECT_EQ(firings("30 2 * * *", "2026-03-08T03:00:00-04:00", 1, newYork), (Strings{"2026-03-09T02:30:00-04:00"}));
    EXPECT_EQ(firings("30 2,3 * * *", "2026-03-08T00:00:00-05:00", 3, newYork),
              (Strings{"2026-03-08T03:00:00-04:00", "2026-03-08T03:30:00-04:00", "2026-03-09T02:30:00-04:00"}));
}

TEST(Cron, RepeatedFixedTimesFireInTheFirstPassOnly) {
    const Zone newYork = zone("America/New_York");
    EXPECT_EQ(firings("30 1 * * *", "2026-10-31T12:00:00-04:00", 2, newYork),
              (Strings{"2026-11-01T01:30:00-04:00", "2026-11-02T01:30:00-05:00"}));
    // Asked from inside the second pass.
    EXPECT_EQ(firings("30 1 * * *", "2026-11-01T01:10:00-05:00", 1, newYork), (Strings{"2026-11-02T01:30:00-05:00"}));
    EXPECT_EQ(firings("30 1,2 * * *", "2026-11-01T01:10:00-05:00", 1, newYork), (Strings{"2026-11-01T02:30:00-05:00"}));
}

TEST(Cron, WildcardsFollowElapsedTimeThroughBothPasses) {
    const Zone newYork = zone("America/New_York");
    EXPECT_EQ(firings("0 * * * *", "2026-11-01T00:30:00-04:00", 4, newYork),
              (Strings{"2026-11-01T01:00:00-04:00", "2026-11-01T01:00:00-05:00", "2026-11-01T02:00:00-05:00",
                       "2026-11-01T03:00:00-05:00"}));
    EXPECT_EQ(firings("*/30 1 * * *", "2026-11-01T00:30:00-04:00", 5, newYork),
              (Strings{"2026-11-01T01:00:00-04:00", "2026-11-01T01:30:00-04:00", "2026-11-01T01:00:00-05:00",
                       "2026-11-01T01:30:00-05:00", "2026-11-02T01:00:00-05:00"}));
}

TEST(Cron, WildcardsNeverFireInsideAGap) {
    const Zone newYork = zone("America/New_York");
    EXPECT_EQ(firings("0 * * * *", "2026-03-08T00:30:00-05:00", 3, newYork),
              (Strings{"2026-03-08T01:00:00-05:00", "2026-03-08T03:00:00-04:00", "2026-03-08T04:00:00-04:00"}));
    EXPECT_EQ(firings("*/20 2 * * *", "2026-03-07T12:00:00-05:00", 1, newYork), (Strings{"2026-03-09T02:00:00-04:00"}));
}

TEST(Cron, HalfHourChangesAndSkippedDaysAreHandled) {
    // Lord Howe Island puts the clock forward by 30 minutes at 02:00.
    EXPECT_EQ(firings("15 2 * * *", "2026-10-03T12:00:00Z", 2, zone("Australia/Lord_Howe")),
              (Strings{"2026-10-04T02:30:00+11:00", "2026-10-05T02:15:00+11:00"}));
    // Samoa had no 30 December 2011: its noon fires once, when the next day begins.
    EXPECT_EQ(firings("0 12 * * *", "2011-12-29T08:00:00-10:00", 3, zone("Pacific/Apia")),
              (Strings{"2011-12-29T12:00:00-10:00", "2011-12-31T00:00:00+14:00", "2011-12-31T12:00:00+14:00"}));
}

TEST(Cron, NothingFiresAfterTheYear9999) {
    EXPECT_FALSE(cron("0 0 1 1 *").next(at("9999-06-01T00:00:00Z"), Zone::utc()));
    EXPECT_FALSE(cron("* * * * *").next(Instant::max(), Zone::utc()));
    EXPECT_TRUE(cron("* * * * *").next(Instant::min(), Zone::utc()));
}

TEST(Cron, TextIsTheExpressionWithSingleSpaces) {
    EXPECT_EQ(cron("  0\t2  * * MON-fri ").text(), "0 2 * * MON-fri");
}

TEST(Cron, WrongValuesAreNamedWithFieldRangeAndRemedy) {
    const std::vector<std::pair<std::string, std::string>> cases{
        {"60 * * * *", "In the minute field, '60' is not a minute (0-59). The full hour is minute 0"},
        {"* 24 * * *", "In the hour field, '24' is not an hour (0-23). Midnight is hour 0"},
        {"* * 0 * *", "In the day-of-month field, '0' is not a day of the month (1-31). The first day is 1"},
        {"* * * 13 *", "In the month field, '13' is not a month (1-12 or JAN-DEC). January is 1"},
        {"* * * * 8", "In the day-of-week field, '8' is not a day of the week (0-7 or SUN-SAT). Sunday is 0 or 7, "
                      "Monday is 1"},
        {"* * * * Monday", "In the day-of-week field, 'Monday' is not a day of the week (0-7 or SUN-SAT). "
                           "Did you mean MON?"},
        {"a * * * *", "In the minute field, 'a' is not a minute (0-59). Write 0-59"},
        {"1,,2 * * * *", "In the minute field, a value is missing. Write 0-59"},
        {"1, * * * *", "In the minute field, a value is missing. Write 0-59"},
        {"-5 * * * *", "In the minute field, a value is missing. Write 0-59"},
        {"* 22-2 * * *", "In the hour field, the range '22-2' runs backwards. Write it as two: 22-23,0-2"},
        {"* * * * SAT-MON", "In the day-of-week field, the range 'SAT-MON' runs backwards. Write it as two: 6-6,0-1"},
        {"5/15 * * * *", "In the minute field, '5/15' has a step without a range. Write 5-59/15"},
        {"0 0 * * 1 2026 x y", "The expression has 8 fields, cron has five. Write minute, hour, day of the month, "
                               "month and day of the week, for example '0 2 * * 1-5'"},
        {"0 0 * *", "The expression has 4 fields, cron has five. Write minute, hour, day of the month, month and day "
                    "of the week, for example '0 2 * * 1-5'"},
        {"@fortnightly", "'@fortnightly' is not a cron shorthand. Use one of @hourly @daily @midnight @weekly "
                         "@monthly @yearly @annually"},
    };
    for (const auto& [text, message] : cases) {
        const auto expression = CronExpression::parse(text);
        ASSERT_FALSE(expression) << text;
        EXPECT_EQ(expression.error().code, core::base::ErrorCode::InvalidParams);
        EXPECT_EQ(expression.error().text(), message);
    }
}

TEST(Cron, RubbishIsRefused) {
    for (const char* text : {"", " ", "* * * *", "*/0 * * * *", "*/ * * * *", "*/61 * * * *", "* */25 * * *", "** * * * *",
                             "1-2-3 * * * *", "*-5 * * * *", "1/2/3 * * * *", "99999999999 * * * *", "+1 * * * *",
                             "1.5 * * * *", "* JAN * * *", "* * MON * *", "@", "@reboot", "\x01 * * * *"})
        EXPECT_FALSE(CronExpression::parse(text)) << text;
}

TEST(Cron, QuartzExtrasAreRefusedWithTheFiveFieldWord) {
    for (const char* text : {"0 0 L * *", "0 0 15W * *", "0 0 * * 5L", "0 0 * * MON#2", "0 0 ? * MON"}) {
        const auto expression = CronExpression::parse(text);
        ASSERT_FALSE(expression) << text;
        EXPECT_NE(expression.error().message.find("Quartz"), std::string::npos) << expression.error().text();
        EXPECT_FALSE(expression.error().remedy.empty());
    }
    const auto six = CronExpression::parse("0 30 2 ? * MON");
    ASSERT_FALSE(six);
    EXPECT_EQ(six.error().text(), "The expression has 6 fields, cron has five. Seconds and years are Quartz extras; "
                                  "without them it is '30 2 * * MON'");
}

TEST(Cron, WhatNeverMatchesIsRefused) {
    for (const char* text : {"0 0 30 2 *", "0 0 31 4,6,9,11 *", "* * 30-31 FEB *"}) {
        const auto expression = CronExpression::parse(text);
        ASSERT_FALSE(expression) << text;
        EXPECT_NE(expression.error().message.find("never matches"), std::string::npos);
    }
    EXPECT_TRUE(CronExpression::parse("0 0 30 2 MON")) << "the weekday may match instead";
}

TEST(Cron, PlainWordsSayWhenItFires) {
    const std::vector<std::pair<std::string, std::string>> cases{
        {"* * * * *", "Every minute"},
        {"*/15 * * * *", "Every 15 minutes"},
        {"0 * * * *", "Every hour"},
        {"30 * * * *", "Every hour at minute 30"},
        {"10,40 * * * *", "Every hour at minutes 10 and 40"},
        {"*/7 * * * *", "Every hour at minutes 0, 7, 14, 21, 28, 35, 42, 49 and 56"},
        {"0 2 * * *", "At 02:00 every day"},
        {"0 3 * * 0", "At 03:00 on Sunday"},
        {"0 8-18 * * 1-5", "Every hour from 08:00 to 18:00 on Monday to Friday"},
        {"15 */4 * * *", "Every 4 hours at minute 15"},
        {"0 */4 * * *", "Every 4 hours"},
        {"0 2 1 * *", "At 02:00 on day 1 of the month"},
        {"30 6,18 * * *", "At 06:30 and 18:30 every day"},
        {"*/5 9-16 * * 1-5", "Every 5 minutes from 09:00 to 16:55 on Monday to Friday"},
        {"* 2 * * *", "Every minute from 02:00 to 02:59"},
        {"0 0 13 * FRI", "At 00:00 on day 13 of the month or on Friday"},
        {"0 0 13 * */5", "At 00:00 on day 13 of the month if that is Friday and Sunday"},
        {"@yearly", "At 00:00 on day 1 in January"},
        {"0 9 * 6-8 6,0", "At 09:00 on Saturday and Sunday in June to August"},
    };
    for (const auto& [text, meaning] : cases)
        EXPECT_EQ(cron(text).describe(), meaning) << text;
}

namespace cron_test {

/// A random field as text, and the values it stands for.
struct RandomField {
    std::string text;
    std::set<int> values;
    bool star = false;
};

RandomField randomField(int low, int high) {
    RandomField field;
    const int items = *rc::gen::inRange(1, 4);
    for (int i = 0; i < items; ++i) {
        const int kind = *rc::gen::inRange(0, 5);
        const int a = *rc::gen::inRange(low, high + 1), b = *rc::gen::inRange(a, high + 1);
        const int step = *rc::gen::inRange(1, high - low + 2);
        std::string text;
        int from = a, to = a, by = 1;
        if (kind == 0) {
            text = "*/" + std::to_string(step), from = low, to = high, by = step;
        } else if (kind == 1) {
            text = "*", from = low, to = high;
        } else if (kind == 2) {
            text = std::to_string(a) + "-" + std::to_string(b), to = b;
        } else if (kind == 3) {
            text = std::to_string(a) + "-" + std::to_string(b) + "/" + std::to_string(step), to = b, by = step;
        } else {
            text = std::to_string(a);
        }
        if (i == 0)
            field.star = kind <= 1;
        field.text += (i ? "," : "") + text;
        for (int value = from; value <= to; value += by)
            field.values.insert(value);
    }
    return field;
}

/// What crontab(5) says, minute by minute: the slow way to know whether a local time matches.
struct SlowCron {
    RandomField minute = randomField(0, 59), hour = randomField(0, 23), day = randomField(1, 31),
                month = randomField(1, 12), weekday = randomField(0, 6);

    std::string text() const {
        return minute.text + " " + hour.text + " " + day.text + " " + month.text + " " + weekday.text;
    }
    bool matches(std::chrono::local_time<core::base::milliseconds> local) const {
        const auto date = std::chrono::floor<std::chrono::days>(local);
        const std::chrono::year_month_day ymd{date};
        const auto ofDay = std::chrono::floor<std::chrono::minutes>(local - date).count();
        const bool dayMatches = day.values.contains(int(unsigned(ymd.day())));
        const bool weekdayMatches = weekday.values.contains(int(std::chrono::weekday(date).c_encoding()));
        return minute.values.contains(int(ofDay % 60)) && hour.values.contains(int(ofDay / 60)) &&
               month.values.contains(int(unsigned(ymd.month()))) &&
               (day.star || weekday.star ? dayMatches && weekdayMatches : dayMatches || weekdayMatches);
    }
};

} // namespace cron_test

RC_GTEST_PROP(CronProperty, TheNextFiringIsTheFirstMatchingMinute, ()) {
    const SlowCron slow;
    const auto expression = CronExpression::parse(slow.text());
    RC_PRE(bool(expression)); // never-matching ones are refused
    const Instant after(std::chrono::seconds(*rc::gen::inRange<int64_t>(1'000'000'000, 2'000'000'000)));
    const Zone utc = Zone::utc();
    const auto next = expression->next(after, utc);
    RC_ASSERT(next.has_value());
    RC_ASSERT(*next > after);
    RC_ASSERT(slow.matches(utc.toLocal(*next)));
    Instant minute = std::chrono::floor<std::chrono::minutes>(after) + std::chrono::minutes(1);
    const Instant limit = std::min<Instant>(*next, minute + std::chrono::days(40));
    for (; minute < limit; minute += std::chrono::minutes(1))
        RC_ASSERT(!slow.matches(utc.toLocal(minute)));
}

RC_GTEST_PROP(CronProperty, ADayWithAClockChangeFiresAsTheRulesSay, ()) {
    const SlowCron slow;
    const auto expression = CronExpression::parse(slow.text());
    RC_PRE(bool(expression));
    const std::string name = *rc::gen::element<std::string>("America/New_York", "Europe/Berlin", "Australia/Lord_Howe",
                                                            "Pacific/Honolulu", "America/St_Johns");
    const Zone local = zone(name);
    // Around the changes of 2026 in these zones.
    const Instant from = at(*rc::gen::element<std::string>("2026-03-07T12:00:00Z", "2026-03-28T12:00:00Z",
                                                           "2026-04-04T06:00:00Z", "2026-10-03T06:00:00Z",
                                                           "2026-10-24T12:00:00Z", "2026-10-31T12:00:00Z"));
    const Instant until = from + std::chrono::hours(36);

    std::set<Instant> expected;
    const bool elapsed = slow.minute.star || slow.hour.star;
    if (elapsed) {
        for (Instant minute = from + std::chrono::minutes(1); minute <= until; minute += std::chrono::minutes(1))
            if (slow.matches(local.toLocal(minute)))
                expected.insert(minute);
    } else {
        for (auto wall = local.toLocal(from) - std::chrono::hours(3); wall <= local.toLocal(until) + std::chrono::hours(3);
             wall += std::chrono::minutes(1))
            if (const Instant instant = local.toInstant(wall); slow.matches(wall) && instant > from && instant <= until)
                expected.insert(instant);
    }
    std::set<Instant> fired;
    for (auto instant = expression->next(from, local); instant && *instant <= until;
         instant = expression->next(*instant, local))
        fired.insert(*instant);
    RC_LOG() << slow.text() << " in " << name << " from " << core::base::formatInstant(from);
    RC_ASSERT(fired.size() == expected.size());
    RC_ASSERT(std::equal(fired.begin(), fired.end(), expected.begin()));
}
