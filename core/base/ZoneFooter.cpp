#include "core/base/ZoneFooter.h"

#include <chrono>

namespace core::base {

namespace {

constexpr int64_t kDay = 86'400;
constexpr int kLongestHours = 167; // RFC 8536: a week to both sides

bool isLetter(char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

bool isDigit(char c) {
    return c >= '0' && c <= '9';
}

} // namespace

/// Reads the text from left to right. Every function is false, and what it was to fill undefined, when the text says
/// something else.
class ZoneFooter::Reader {
  public:
    explicit Reader(std::string_view text) : m_left(text) {}

    bool read(ZoneFooter& footer) {
        int64_t behind = 0;
        if (!name() || !time(behind))
            return false;
        footer.m_standard = -behind;
        if (m_left.empty())
            return true;
        Daylight daylight;
        daylight.offset = footer.m_standard + 3600;
        if (!name())
            return false;
        if (!m_left.empty() && m_left.front() != ',') {
            if (!time(behind))
                return false;
            daylight.offset = -behind;
        }
        if (!take(',') || !day(daylight.begins) || !take(',') || !day(daylight.ends))
            return false;
        footer.m_daylight = daylight;
        return m_left.empty();
    }

  private:
    bool take(char c) {
        const bool there = !m_left.empty() && m_left.front() == c;
        if (there)
            m_left.remove_prefix(1);
        return there;
    }
    /// Three letters or more, or anything between angle brackets.
    bool name() {
        if (take('<')) {
            const size_t end = m_left.find('>');
            if (end == std::string_view::npos || end == 0)
                return false;
            m_left.remove_prefix(end + 1);
            return true;
        }
        size_t letters = 0;
        while (letters < m_left.size() && isLetter(m_left[letters]))
            ++letters;
        m_left.remove_prefix(letters);
        return letters >= 3;
    }
    bool number(int least, int most, int& value) {
        size_t digits = 0;
        value = 0;
        for (; digits < m_left.size() && digits < 4 && isDigit(m_left[digits]); ++digits)
            value = value * 10 + (m_left[digits] - '0');
        m_left.remove_prefix(digits);
        return digits > 0 && value >= least && value <= most;
    }
    /// `[+-]hh[:mm[:ss]]` in seconds.
    bool time(int64_t& seconds) {
        const bool negative = take('-');
        if (!negative)
            take('+');
        int hours = 0, minutes = 0, rest = 0;
        if (!number(0, kLongestHours, hours))
            return false;
        if (take(':')) {
            if (!number(0, 59, minutes))
                return false;
            if (take(':') && !number(0, 59, rest))
                return false;
        }
        seconds = hours * 3600 + minutes * 60 + rest;
        seconds = negative ? -seconds : seconds;
        return true;
    }
    /// `Jn`, `n` or `Mm.w.d`, with `/time` behind it when that is not 2 o'clock.
    bool day(Day& day) {
        if (take('J')) {
            day.kind = Kind::JulianDay;
            if (!number(1, 365, day.day))
                return false;
        } else if (take('M')) {
            day.kind = Kind::WeekOfMonth;
            if (!number(1, 12, day.month) || !take('.') || !number(1, 5, day.week) || !take('.') || !number(0, 6, day.day))
                return false;
        } else {
            day.kind = Kind::DayOfYear;
            if (!number(0, 365, day.day))
                return false;
        }
        return !take('/') || time(day.time);
    }

    std::string_view m_left;
};

std::optional<ZoneFooter> ZoneFooter::parse(std::string_view text) {
    ZoneFooter footer;
    if (!Reader(text).read(footer))
        return std::nullopt;
    return footer;
}

/// In seconds of a clock that never changes.
int64_t ZoneFooter::midnightOf(const Day& day, int year) {
    using namespace std::chrono;
    const std::chrono::year in{year};
    const auto count = [](sys_days date) { return int64_t(date.time_since_epoch().count()) * kDay; };
    switch (day.kind) {
    case Kind::JulianDay: { // the 29th of February is never counted
        const bool leapt = in.is_leap() && day.day >= 60;
        return count(sys_days(in / 1 / 1) + days(day.day - 1 + (leapt ? 1 : 0)));
    }
    case Kind::DayOfYear: return count(sys_days(in / 1 / 1) + days(day.day));
    case Kind::WeekOfMonth: break;
    }
    const auto month = in / day.month;
    const std::chrono::weekday weekday{unsigned(day.day)};
    return day.week == 5 ? count(sys_days(month / weekday[last])) : count(sys_days(month / weekday[unsigned(day.week)]));
}

std::array<ZoneFooter::Change, 2> ZoneFooter::changesOf(int year) const {
    const Change begins{midnightOf(m_daylight->begins, year) + m_daylight->begins.time - m_standard, m_daylight->offset};
    const Change ends{midnightOf(m_daylight->ends, year) + m_daylight->ends.time - m_daylight->offset, m_standard};
    if (begins.at <= ends.at)
        return {begins, ends};
    return {ends, begins};
}

} // namespace core::base
