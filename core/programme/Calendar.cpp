#include "core/programme/Calendar.h"

#include <algorithm>

namespace core::programme {

using base::kMonday;
using base::kThursday;

using base::Date;
using base::makeDate;
using std::chrono::days;
using std::chrono::year_month_day;

namespace {

constexpr int kBlockDays = 28;
constexpr int kLastBlock = 13;
constexpr double kReducedMultiplier = 0.25;

int yearOf(Date date) {
    return int(year_month_day{date}.year());
}

/// The `nth` (1 = first) such weekday of a month.
Date nthWeekday(int year, unsigned month, int isoWeekday, int nth) {
    const Date first = makeDate(year, month, 1);
    return first + days((isoWeekday - base::isoWeekday(first) + 7) % 7 + 7 * (nth - 1));
}

Date lastMondayOfMay(int year) {
    const Date last = makeDate(year, 5, 31);
    return last - days(base::isoWeekday(last));
}

Date thanksgiving(int year) {
    return nthWeekday(year, 11, kThursday, 4);
}

Date observed(Date date) {
    const int weekday = base::isoWeekday(date);
    return weekday == 5 ? date - days(1) : weekday == 6 ? date + days(1) : date;
}

void markHolidays(std::vector<Day>& calendar) {
    const Date first = calendar.front().date, last = calendar.back().date;
    for (int year = yearOf(first); year <= yearOf(last) + 1; ++year)
        for (const Holiday& holiday : federalHolidays(year)) {
            if (holiday.observed < first || holiday.observed > last)
                continue;
            Day& day = calendar[size_t((holiday.observed - first).count())];
            day.holiday = true;
            day.holidayName = holiday.name;
            day.dayType = "FEDERAL_HOLIDAY";
            day.multiplier = 0;
        }
}

void markReducedDays(std::vector<Day>& calendar) {
    const int year = yearOf(calendar.front().date);
    const Date bridge = thanksgiving(year) + days(1);
    for (Day& day : calendar) {
        const bool yearEnd = day.date >= makeDate(year, 12, 24) && day.date <= makeDate(year, 12, 31);
        if (day.weekend || day.holiday || (!yearEnd && day.date != bridge))
            continue;
        day.dayType = yearEnd ? "MINIMAL_MANNING" : "TRAINING_HOLIDAY";
        day.multiplier = kReducedMultiplier;
    }
}

} // namespace

Date academicYearStart(Date date) {
    const year_month_day ymd{date};
    return makeDate(int(ymd.year()) - (unsigned(ymd.month()) < 7 ? 1 : 0), 7, 1);
}

Date academicYearEnd(Date yearStart) {
    return makeDate(yearOf(yearStart) + 1, 6, 30);
}

std::vector<AcademicBlock> academicBlocks(Date yearStart) {
    const Date firstThursday = yearStart + days(1 + (kThursday - base::isoWeekday(yearStart + days(1)) + 7) % 7);
    std::vector<AcademicBlock> blocks{{0, yearStart, firstThursday - days(1)}};
    for (int number = 1; number < kLastBlock; ++number) {
        const Date start = firstThursday + days(kBlockDays * (number - 1));
        blocks.push_back({number, start, start + days(kBlockDays - 1)});
    }
    blocks.push_back({kLastBlock, blocks.back().end + days(1), academicYearEnd(yearStart)});
    return blocks;
}

std::vector<Holiday> federalHolidays(int year) {
    return {{observed(makeDate(year, 1, 1)), "New Year's Day"},
            {nthWeekday(year, 1, kMonday, 3), "Birthday of Martin Luther King, Jr."},
            {nthWeekday(year, 2, kMonday, 3), "Washington's Birthday"},
            {lastMondayOfMay(year), "Memorial Day"},
            {observed(makeDate(year, 6, 19)), "Juneteenth"},
            {observed(makeDate(year, 7, 4)), "Independence Day"},
            {nthWeekday(year, 9, kMonday, 1), "Labor Day"},
            {nthWeekday(year, 10, kMonday, 2), "Columbus Day"},
            {observed(makeDate(year, 11, 11)), "Veterans Day"},
            {thanksgiving(year), "Thanksgiving Day"},
            {observed(makeDate(year, 12, 25)), "Christmas Day"}};
}

std::vector<Day> academicCalendar(Date yearStart) {
    std::vector<Day> calendar;
    for (const AcademicBlock& block : academicBlocks(yearStart))
        for (Date date = block.start; date <= block.end; date += days(1)) {
            Day day;
            day.date = date;
            day.blockNumber = block.number;
            day.weekend = base::isWeekend(date);
            calendar.push_back(std::move(day));
        }
    markHolidays(calendar);
    markReducedDays(calendar);
    return calendar;
}

} // namespace core::programme
