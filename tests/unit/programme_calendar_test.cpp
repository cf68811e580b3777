#include "core/programme/Calendar.h"

#include <gtest/gtest.h>

using namespace core::programme;
using core::base::Date;
using core::base::formatDate;
using core::base::makeDate;
using std::chrono::days;

namespace {

std::vector<std::string> observedHolidays(int startYear) {
    std::vector<std::string> list;
    for (const Day& day : academicCalendar(makeDate(startYear, 7, 1)))
        if (day.holiday)
            list.push_back(formatDate(day.date));
    return list;
}

} // namespace

TEST(ProgrammeCalendar, BlocksCoverEveryYearWithoutGapOrOverlap) {
    for (int year = 2020; year < 2040; ++year) {
        const Date start = makeDate(year, 7, 1);
        const auto blocks = academicBlocks(start);
        ASSERT_EQ(blocks.size(), 14u);
        EXPECT_EQ(blocks.front().start, start);
        EXPECT_EQ(blocks.back().end, academicYearEnd(start));
        for (int i = 0; i < 14; ++i) {
            EXPECT_EQ(blocks[size_t(i)].number, i);
            EXPECT_LE(blocks[size_t(i)].start, blocks[size_t(i)].end) << year << " block " << i;
            if (i > 0) {
                EXPECT_EQ(blocks[size_t(i)].start, blocks[size_t(i - 1)].end + days(1));
                EXPECT_EQ(core::base::isoWeekday(blocks[size_t(i)].start), 3);
            }
            if (i > 0 && i < 13) {
                EXPECT_EQ((blocks[size_t(i)].end - blocks[size_t(i)].start).count(), 27);
            }
        }
    }
}

TEST(ProgrammeCalendar, AYearHasOneDayMoreWhenItHoldsTheLeapDay) {
    EXPECT_EQ(academicCalendar(makeDate(2026, 7, 1)).size(), 365u);
    const auto leap = academicCalendar(makeDate(2027, 7, 1));
    ASSERT_EQ(leap.size(), 366u);
    EXPECT_EQ(formatDate(leap[size_t((makeDate(2028, 2, 29) - makeDate(2027, 7, 1)).count())].date), "2028-02-29");
}

TEST(ProgrammeCalendar, ElevenHolidaysAreObservedOnTheirDays) {
    EXPECT_EQ(observedHolidays(2026),
              (std::vector<std::string>{"2026-07-03", "2026-09-07", "2026-10-12", "2026-11-11", "2026-11-26",
                                        "2026-12-25", "2027-01-01", "2027-01-18", "2027-02-15", "2027-05-31",
                                        "2027-06-18"}));
}

TEST(ProgrammeCalendar, NewYearOnSaturdayIsObservedInTheOldYear) {
    EXPECT_EQ(observedHolidays(2027),
              (std::vector<std::string>{"2027-07-05", "2027-09-06", "2027-10-11", "2027-11-11", "2027-11-25",
                                        "2027-12-24", "2027-12-31", "2028-01-17", "2028-02-21", "2028-05-29",
                                        "2028-06-19"}));
    for (int year = 2020; year < 2060; ++year)
        EXPECT_EQ(observedHolidays(year).size(), 11u) << year;
}

TEST(ProgrammeCalendar, HolidaysStandStillAndTheDaysAroundThemRunReduced) {
    for (const Day& day : academicCalendar(makeDate(2026, 7, 1))) {
        EXPECT_EQ(day.weekend, core::base::isWeekend(day.date));
        if (day.holiday) {
            EXPECT_EQ(day.multiplier, 0);
            EXPECT_EQ(day.dayType, "FEDERAL_HOLIDAY");
            EXPECT_FALSE(day.holidayName.empty());
        }
        if (day.date == makeDate(2026, 11, 27)) {
            EXPECT_EQ(day.dayType, "TRAINING_HOLIDAY");
        }
        if (day.date == makeDate(2026, 12, 28)) {
            EXPECT_EQ(day.dayType, "MINIMAL_MANNING");
            EXPECT_EQ(day.multiplier, 0.25);
        }
    }
}

TEST(ProgrammeCalendar, TheAcademicYearOfADayBeginsInJuly) {
    EXPECT_EQ(academicYearStart(makeDate(2026, 6, 30)), makeDate(2025, 7, 1));
    EXPECT_EQ(academicYearStart(makeDate(2026, 7, 1)), makeDate(2026, 7, 1));
    EXPECT_EQ(academicYearStart(makeDate(2028, 2, 29)), makeDate(2027, 7, 1));
}
