#include "core/base/Time.h"

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

TEST(Time, MondayIsTheFirstDayOfTheWeek) {
    EXPECT_EQ(isoWeekday(*parseDate("2026-11-16")), 0);
    EXPECT_EQ(isoWeekday(*parseDate("2026-11-22")), 6);
    EXPECT_TRUE(isWeekend(*parseDate("2026-11-21")));
}
