#pragma once

#include "core/base/ZoneRules.h"

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace core::base {

/// Thread: any. One IANA time zone. A cheap value: it keeps its rules, whatever becomes of the tz database.
class Zone {
  public:
    /// Where Debian keeps the tz database.
    static constexpr const char* kSystemFolder = "/usr/share/zoneinfo";

    /// Reads the zone from a tz database, that of the system when none is named. NotFound for a name that it does not
    /// have, Corrupt for a file that cannot be read. UTC needs no database.
    static Result<Zone> find(const std::string& name, const std::filesystem::path& database = kSystemFolder);
    static Zone utc();
    Zone(std::string name, ZoneRules rules)
        : m_name(std::move(name)), m_rules(std::make_shared<const ZoneRules>(std::move(rules))) {}

    const std::string& name() const { return m_name; }
    const ZoneRules& rules() const { return *m_rules; }
    /// The calendar day in this zone at `instant`.
    Date localDate(Instant instant) const;
    /// Local wall-clock time as if it were UTC (for day and hour arithmetic).
    std::chrono::local_time<milliseconds> toLocal(Instant instant) const;
    /// The first instant whose local time is at or after `local` (skipped times map to the end of the gap,
    /// repeated ones to the first pass).
    Instant toInstant(std::chrono::local_time<milliseconds> local) const;
    /// Offset from UTC in force at `instant`.
    seconds offset(Instant instant) const { return period(instant).offset; }
    using Period = ZoneRules::Period;
    /// See ZoneRules.
    Period period(Instant instant) const { return m_rules->period(instant); }
    /// The clock of the zone is put forward or back.
    struct Change {
        Instant at;
        seconds before, after; ///< offsets from UTC
        /// Positive: local times are skipped. Negative: they come twice.
        seconds by() const { return after - before; }
        /// Those local times: from the first to just before the second.
        std::chrono::local_time<milliseconds> from() const;
        std::chrono::local_time<milliseconds> to() const;
        bool operator==(const Change&) const = default;
    };
    /// The changes after `from`, up to `to`, oldest first.
    std::vector<Change> changes(Instant from, Instant to) const;
    /// `2026-03-08T03:00:00-04:00`.
    std::string format(Instant instant) const;

  private:
    std::string m_name;
    std::shared_ptr<const ZoneRules> m_rules;
};

} // namespace core::base
