#pragma once

#include "core/base/Time.h"

#include <string>

namespace core::base {

/// Thread: any. One IANA time zone of the system's tz database. A cheap value.
class Zone {
  public:
    /// Error NotFound for a name that the tz database does not have.
    static Result<Zone> find(const std::string& name);
    static Zone utc();

    const std::string& name() const { return m_name; }
    /// The calendar day in this zone at `instant`.
    Date localDate(Instant instant) const;
    /// Local wall-clock time as if it were UTC (for day and hour arithmetic).
    std::chrono::local_time<milliseconds> toLocal(Instant instant) const;
    /// The first instant whose local time is at or after `local` (skipped times map to the end of the gap,
    /// repeated ones to the first pass).
    Instant toInstant(std::chrono::local_time<milliseconds> local) const;
    /// Offset from UTC in force at `instant`.
    seconds offset(Instant instant) const;
    /// A stretch of time, from `begin` to just before `end`, in which the offset does not change.
    struct Period {
        Instant begin, end;
        seconds offset;
    };
    /// The stretch around `instant`. Before the first and after the last change of the zone it reaches as far as
    /// an Instant can.
    Period period(Instant instant) const;
    /// `2026-03-08T03:00:00-04:00`.
    std::string format(Instant instant) const;

  private:
    Zone(std::string name, const void* zone) : m_name(std::move(name)), m_zone(zone) {}
    std::string m_name;
    const void* m_zone; ///< date::time_zone, owned by the tz database for the life of the program
};

} // namespace core::base
