#include "core/base/Time.h"

#include <cstdio>

namespace core::base {

namespace {

/// Reads exactly `digits` decimal digits at `position`.
bool readNumber(std::string_view text, size_t position, size_t digits, int& out) {
    if (position + digits > text.size())
        return false;
    int value = 0;
    for (size_t i = position; i < position + digits; ++i) {
        if (text[i] < '0' || text[i] > '9')
            return false;
        value = value * 10 + (text[i] - '0');
    }
    out = value;
    return true;
}

Error notADate(std::string_view text) {
    return {ErrorCode::InvalidParams, "'" + std::string(text) + "' is not a date", "Write it as YYYY-MM-DD", {}};
}

Error notAnInstant(std::string_view text) {
    return {ErrorCode::InvalidParams, "'" + std::string(text) + "' is not a point in time",
            "Write it as YYYY-MM-DDTHH:MM:SSZ or with an offset such as -10:00", {}};
}

/// Parses the clock part `HH:MM[:SS[.fff]]` from `position`; moves `position` behind it.
bool readClock(std::string_view text, size_t& position, milliseconds& out) {
    int hour = 0, minute = 0, second = 0, fraction = 0;
    if (!readNumber(text, position, 2, hour) || position + 2 >= text.size() || text[position + 2] != ':' ||
        !readNumber(text, position + 3, 2, minute))
        return false;
    position += 5;
    if (position < text.size() && text[position] == ':') {
        if (!readNumber(text, position + 1, 2, second))
            return false;
        position += 3;
        if (position < text.size() && text[position] == '.') {
            ++position;
            int digits = 0;
            for (; position < text.size() && text[position] >= '0' && text[position] <= '9'; ++position, ++digits)
                if (digits < 3)
                    fraction = fraction * 10 + (text[position] - '0');
            if (digits == 0)
                return false;
            for (; digits < 3; ++digits)
                fraction *= 10;
        }
    }
    if (hour > 23 || minute > 59 || second > 59)
        return false;
    out = std::chrono::hours(hour) + std::chrono::minutes(minute) + seconds(second) + milliseconds(fraction);
    return true;
}

/// Parses `Z` or `±HH:MM` as the rest of the text.
bool readOffset(std::string_view text, size_t position, std::chrono::minutes& out) {
    if (text.substr(position) == "Z" || text.substr(position) == "z") {
        out = std::chrono::minutes(0);
        return true;
    }
    int hour = 0, minute = 0;
    if (text.size() != position + 6 || (text[position] != '+' && text[position] != '-') || text[position + 3] != ':' ||
        !readNumber(text, position + 1, 2, hour) || !readNumber(text, position + 4, 2, minute) || hour > 18 ||
        minute > 59)
        return false;
    out = std::chrono::hours(hour) + std::chrono::minutes(minute);
    if (text[position] == '-')
        out = -out;
    return true;
}

} // namespace

std::string formatDate(Date date) {
    const std::chrono::year_month_day ymd{date};
    char buffer[24];
    std::snprintf(buffer, sizeof buffer, "%04d-%02u-%02u", int(ymd.year()), unsigned(ymd.month()), unsigned(ymd.day()));
    return buffer;
}

Result<Date> parseDate(std::string_view text) {
    int year = 0, month = 0, day = 0;
    if (text.size() != 10 || text[4] != '-' || text[7] != '-' || !readNumber(text, 0, 4, year) ||
        !readNumber(text, 5, 2, month) || !readNumber(text, 8, 2, day))
        return notADate(text);
    const std::chrono::year_month_day ymd{std::chrono::year(year), std::chrono::month(unsigned(month)),
                                          std::chrono::day(unsigned(day))};
    if (!ymd.ok())
        return Error{ErrorCode::InvalidParams, "there is no day " + std::string(text), "Check month and day", {}};
    return Date(ymd);
}

Date makeDate(int year, unsigned month, unsigned day) {
    const std::chrono::year_month_day ymd{std::chrono::year(year), std::chrono::month(month), std::chrono::day(day)};
    assert(ymd.ok());
    return Date(ymd);
}

std::string formatInstant(Instant instant) {
    const auto day = std::chrono::floor<std::chrono::days>(instant);
    const std::chrono::hh_mm_ss clock(instant - day);
    char buffer[32];
    const int ms = int(clock.subseconds().count());
    if (ms == 0)
        std::snprintf(buffer, sizeof buffer, "T%02d:%02d:%02dZ", int(clock.hours().count()),
                      int(clock.minutes().count()), int(clock.seconds().count()));
    else
        std::snprintf(buffer, sizeof buffer, "T%02d:%02d:%02d.%03dZ", int(clock.hours().count()),
                      int(clock.minutes().count()), int(clock.seconds().count()), ms);
    return formatDate(day) + buffer;
}

Result<Instant> parseInstant(std::string_view text) {
    if (text.size() < 17 || (text[10] != 'T' && text[10] != ' '))
        return notAnInstant(text);
    const auto day = parseDate(text.substr(0, 10));
    if (!day)
        return day.error();
    size_t position = 11;
    milliseconds clock{};
    std::chrono::minutes offset{};
    if (!readClock(text, position, clock) || position >= text.size() || !readOffset(text, position, offset))
        return notAnInstant(text);
    const Instant instant = Instant(*day) + clock - offset;
    if (instant < makeDate(0, 1, 1) || instant >= makeDate(9999, 12, 31) + std::chrono::days(1))
        return Error{ErrorCode::InvalidParams, "'" + std::string(text) + "' is in UTC not within the years 0 to 9999",
                     "Check the year and the offset", {}};
    return instant;
}

int isoWeekday(Date date) {
    return int(std::chrono::weekday(date).iso_encoding()) - 1;
}

bool isWeekend(Date date) {
    return isoWeekday(date) >= 5;
}

} // namespace core::base
