#include "core/beat/CronExpression.h"

#include <array>
#include <bit>
#include <cstdio>
#include <vector>

namespace core::beat {

namespace {

constexpr std::array<const char*, 7> kWeekdayWords{"Sunday",   "Monday", "Tuesday", "Wednesday",
                                                   "Thursday", "Friday", "Saturday"};
constexpr std::array<const char*, 13> kMonthWords{"",     "January", "February",  "March",   "April",    "May",     "June",
                                                  "July", "August",  "September", "October", "November", "December"};
/// More times of day than this are described by their minutes and hours instead.
constexpr int kMostListedTimes = 6;

std::string clockWords(unsigned hour, unsigned minute) {
    char buffer[16];
    std::snprintf(buffer, sizeof buffer, "%02u:%02u", hour, minute);
    return buffer;
}

std::string joinedWords(const std::vector<std::string>& parts) {
    std::string result;
    for (size_t i = 0; i < parts.size(); ++i)
        result += (i == 0 ? "" : i + 1 == parts.size() ? " and " : ", ") + parts[i];
    return result;
}

std::vector<unsigned> bitsOf(uint64_t mask) {
    std::vector<unsigned> result;
    for (; mask; mask &= mask - 1)
        result.push_back(unsigned(std::countr_zero(mask)));
    return result;
}

/// `1, 3 and 5 to 9`: runs of three and more as a span.
template <class Name>
std::string spans(const std::vector<unsigned>& values, Name name) {
    std::vector<std::string> parts;
    for (size_t i = 0; i < values.size();) {
        size_t end = i;
        while (end + 1 < values.size() && values[end + 1] == values[end] + 1)
            ++end;
        if (end - i >= 2) {
            parts.push_back(name(values[i]) + " to " + name(values[end]));
            i = end + 1;
        } else {
            parts.push_back(name(values[i++]));
        }
    }
    return joinedWords(parts);
}

std::string plainNumber(unsigned value) {
    return std::to_string(value);
}

bool isOneRun(const std::vector<unsigned>& values) {
    return values.back() - values.front() + 1 == values.size();
}

/// The step of values that start at 0 and divide `whole` evenly (0, 15, 30, 45 of 60 is 15); 0 when they do not.
unsigned evenStep(const std::vector<unsigned>& values, unsigned whole) {
    if (values.size() < 2 || values[0] != 0 || values[1] == 0 || whole % values[1] != 0 ||
        values.size() != whole / values[1])
        return 0;
    for (size_t i = 1; i < values.size(); ++i)
        if (values[i] - values[i - 1] != values[1])
            return 0;
    return values[1];
}

std::string everyWords(unsigned step, const std::string& unit) {
    return step == 1 ? "Every " + unit : "Every " + std::to_string(step) + " " + unit + "s";
}

std::string minuteWords(const std::vector<unsigned>& minutes) {
    return (minutes.size() == 1 ? "minute " : "minutes ") + spans(minutes, plainNumber);
}

/// How the times of one day are said, and whether they are single times (so that "every day" belongs behind them).
struct TimeWords {
    std::string text;
    bool singleTimes = false;
};

TimeWords everyHourWords(const std::vector<unsigned>& minutes) {
    if (const unsigned step = evenStep(minutes, 60))
        return {everyWords(step, "minute")};
    if (minutes.size() == 1)
        return {minutes[0] == 0 ? "Every hour" : "Every hour at minute " + std::to_string(minutes[0])};
    return {"Every hour at " + minuteWords(minutes)};
}

TimeWords timeWords(const std::vector<unsigned>& minutes, const std::vector<unsigned>& hours) {
    if (hours.size() == 24)
        return everyHourWords(minutes);
    if (minutes.size() == 1 && hours.size() > 2) {
        if (const unsigned step = evenStep(hours, 24))
            return {everyWords(step, "hour") + (minutes[0] ? " at minute " + std::to_string(minutes[0]) : "")};
        if (isOneRun(hours))
            return {"Every hour from " + clockWords(hours.front(), minutes[0]) + " to " + clockWords(hours.back(), minutes[0])};
    }
    if (minutes.size() * hours.size() <= kMostListedTimes) {
        std::vector<std::string> times;
        for (const unsigned hour : hours)
            for (const unsigned minute : minutes)
                times.push_back(clockWords(hour, minute));
        return {"At " + joinedWords(times), true};
    }
    const unsigned step = evenStep(minutes, 60);
    if (step && isOneRun(hours))
        return {everyWords(step, "minute") + " from " + clockWords(hours.front(), 0) + " to " +
                clockWords(hours.back(), minutes.back())};
    const std::string inHours = (hours.size() == 1 ? " of hour " : " of hours ") + spans(hours, plainNumber);
    if (step)
        return {everyWords(step, "minute") + inHours};
    return {"At " + minuteWords(minutes) + inHours};
}

} // namespace

std::string CronExpression::describe() const {
    const TimeWords time = timeWords(bitsOf(m_minutes), bitsOf(m_hours));
    const bool allMonthDays = m_monthDays == 0xfffffffeU;
    const bool allWeekdays = m_weekdays == 0x7f;
    const bool allMonths = m_months == 0x1ffe;
    const bool eitherDay = !m_monthDayStar && !m_weekdayStar;

    const auto monthDays = bitsOf(m_monthDays);
    const std::string onMonthDays = (monthDays.size() == 1 ? "on day " : "on days ") + spans(monthDays, plainNumber) +
                                    (allMonths ? " of the month" : "");
    // Monday first, as people say a week.
    auto weekdays = bitsOf((m_weekdays & 0x7e) | (m_weekdays & 1) << 7);
    const std::string onWeekdays = spans(weekdays, [](unsigned day) { return std::string(kWeekdayWords[day % 7]); });

    std::string day;
    if (eitherDay ? allMonthDays || allWeekdays : allMonthDays && allWeekdays)
        day = time.singleTimes ? "every day" : "";
    else if (allWeekdays)
        day = onMonthDays;
    else if (allMonthDays)
        day = "on " + onWeekdays;
    else
        day = onMonthDays + (eitherDay ? " or on " : " if that is ") + onWeekdays;

    std::string result = time.text + (day.empty() ? "" : " " + day);
    if (!allMonths)
        result += " in " + spans(bitsOf(m_months), [](unsigned month) { return std::string(kMonthWords[month]); });
    return result;
}

} // namespace core::beat
