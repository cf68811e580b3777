#pragma once

#include "core/base/Time.h"
#include "core/base/Zone.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace core::beat {

/// Thread: any. A five-field cron expression (minute, hour, day of the month, month, day of the week) as a value.
///
/// The fields mean what crontab(5) says: a field is restricted unless it begins with `*`; when both day fields are
/// restricted either may match, otherwise both must. It never holds an expression that matches no day at all.
class CronExpression {
  public:
    /// Reads `M H DOM MON DOW` with lists, ranges, steps and English three-letter names in any case, Sunday as 0 or 7,
    /// or one of @hourly @daily @midnight @weekly @monthly @yearly @annually.
    /// InvalidParams says which value of which field is wrong, what is allowed and what to write instead.
    static base::Result<CronExpression> parse(std::string_view text);

    /// The first instant strictly after `after` at which the expression fires in `zone`; absent after the year 9999.
    ///
    /// Where the clock is put forward, a fixed-time entry (neither minute nor hour begins with `*`) whose time is
    /// skipped fires once, at the first instant after the gap; where it is put back, it fires in the first pass only.
    /// An entry with a wildcard follows elapsed time: never inside a gap, in both passes of a repeated hour.
    std::optional<base::Instant> next(base::Instant after, const base::Zone& zone) const;

    /// When the rules of a zone become others: `next` is the first instant that is not yet accounted for, found by the
    /// rules `before`; the first by the rules `after`. A fixed-time entry goes on with the same local time, so that none
    /// fires twice or is left out; a wildcard entry goes on with the first instant later than the one before `next`. It
    /// may lie before that one, and in the past.
    std::optional<base::Instant> carriedOver(base::Instant next, const base::Zone& before, const base::Zone& after) const;

    /// Whether it names this local time (whole minutes; seconds must be 0).
    bool matches(std::chrono::local_time<base::milliseconds> local) const;
    /// Whether it is a wildcard entry: minute or hour begins with `*`.
    bool followsElapsedTime() const { return m_minuteStar || m_hourStar; }
    /// Whether its hour field names all 24.
    bool namesEveryHour() const { return m_hours == 0xffffffU; }

    /// The expression as it was written, with single spaces.
    const std::string& text() const { return m_text; }
    /// Plain words: `At 02:00 every day`, `Every 15 minutes`, `At 03:00 on Sunday`.
    std::string describe() const;

  private:
    using LocalMinutes = std::chrono::local_time<std::chrono::minutes>;

    CronExpression() = default;
    /// Bit n = day n of that month is a day to fire on.
    uint32_t daysOf(std::chrono::year_month month) const;
    /// The first matching local minute at or after `from`, up to `lastYear`.
    std::optional<LocalMinutes> firstFrom(LocalMinutes from, int lastYear) const;
    std::optional<base::Instant> nextFixed(base::Instant after, const base::Zone& zone) const;
    std::optional<base::Instant> nextElapsed(base::Instant after, const base::Zone& zone) const;

    std::string m_text;
    uint64_t m_minutes = 0;    ///< bits 0..59
    uint32_t m_hours = 0;      ///< bits 0..23
    uint32_t m_monthDays = 0;  ///< bits 1..31
    uint32_t m_months = 0;     ///< bits 1..12
    uint32_t m_weekdays = 0;   ///< bits 0..6, Sunday first
    bool m_minuteStar = false; ///< the field begins with `*`
    bool m_hourStar = false;
    bool m_monthDayStar = false;
    bool m_weekdayStar = false;
};

} // namespace core::beat
