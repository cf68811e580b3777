#include "core/base/Zone.h"

#include <gtest/gtest.h>

using namespace core::base;

TEST(Time, AnInstantSurvivesFormattingAndParsing) {
    const Instant at = *parseInstant("2026-03-08T03:00:00-04:00");
    EXPECT_EQ(formatInstant(at), "2026-03-08T07:00:00Z");
    EXPECT_EQ(*parseInstant("2026-03-08T07:00:00.250Z"), at + milliseconds(250));
}

TEST(Time, ImpossibleDatesAreRefusedAndSaid) {
    for (const char* text : {"2026-02-30", "2025-02-29", "2026-13-01", "2026-1-1", "", "2026-01-01T", "abcd-ef-gh"}) {
        const auto date = parseDate(text);
        ASSERT_FALSE(date) << text;
        EXPECT_EQ(date.error().code, ErrorCode::InvalidParams);
    }
    EXPECT_NE(parseDate("2026-02-30").error().message.find("2026-02-30"), std::string::npos);
}

TEST(Time, AnInstantThatCannotBeWrittenIsRefused) {
    EXPECT_TRUE(parseInstant("9999-12-31T23:59:59.999Z"));
    EXPECT_TRUE(parseInstant("0000-01-01T00:00:00-18:00"));
    for (const char* text : {"9999-12-31T23:59:59-00:01", "0000-01-01T00:00:00+00:01"})
        EXPECT_EQ(parseInstant(text).error().code, ErrorCode::InvalidParams) << text;
}

TEST(Time, MondayIsTheFirstDayOfTheWeek) {
    EXPECT_EQ(isoWeekday(*parseDate("2026-11-16")), 0);
    EXPECT_EQ(isoWeekday(*parseDate("2026-11-22")), 6);
    EXPECT_TRUE(isWeekend(*parseDate("2026-11-21")));
}

TEST(ZoneChanges, AreThoseOfTheClockWithTheLocalTimesThatAreSkippedOrRepeated) {
    const Zone zone = *Zone::find("America/New_York");
    const auto changes = zone.changes(*parseInstant("2026-01-01T00:00:00Z"), *parseInstant("2027-01-01T00:00:00Z"));
    ASSERT_EQ(changes.size(), 2u);
    EXPECT_EQ(changes[0].at, *parseInstant("2026-03-08T07:00:00Z"));
    EXPECT_EQ(changes[0].by(), std::chrono::hours(1));
    EXPECT_EQ(formatInstant(Instant(changes[0].from().time_since_epoch())), "2026-03-08T02:00:00Z");
    EXPECT_EQ(formatInstant(Instant(changes[0].to().time_since_epoch())), "2026-03-08T03:00:00Z");
    EXPECT_EQ(changes[1].at, *parseInstant("2026-11-01T06:00:00Z"));
    EXPECT_EQ(changes[1].by(), -std::chrono::hours(1));
    EXPECT_EQ(formatInstant(Instant(changes[1].from().time_since_epoch())), "2026-11-01T01:00:00Z");
    // After `from`, up to `to`.
    EXPECT_EQ(zone.changes(changes[0].at, changes[1].at).size(), 1u);
    EXPECT_TRUE(Zone::utc().changes(changes[0].at, *parseInstant("2100-01-01T00:00:00Z")).empty());
}
