#pragma once

#include "core/engine/ComingLoad.h"

#include <QString>

#include <memory>
#include <vector>

namespace ui::pages::schedules {

/// A place in the calendar.
struct HourOfWeek {
    int day = 0;  ///< 0: the first day shown
    int hour = 0; ///< as the clocks show it
    bool operator==(const HourOfWeek&) const = default;
};

/// Thread: any. Coming load as seven days of 24 hours by the clocks of one zone: a skipped hour has no length, a
/// repeated one has two. A value.
class LoadGrid {
  public:
    static constexpr int kDays = 7, kHours = 24;
    /// A minute in which something is called.
    struct Tick {
        double at = 0;   ///< 0 to 1: where in the hour
        double to = 0;   ///< of firings that are told together: the last; else `at`
        int entries = 1; ///< called by this minute
    };
    struct Cell {
        core::base::Instant from{}, to{};
        core::engine::ComingLoad::Slice load;
        std::vector<Tick> ticks;
        std::vector<size_t> clockChanges; ///< in the load
        bool isSkipped() const { return from == to; }
        bool isRepeated() const { return to - from > std::chrono::hours(1); }
    };

    LoadGrid(core::engine::ComingLoad load, core::base::Zone zone, core::base::Date firstDay);

    /// From the beginning of the first day to the end of the last.
    static core::base::Instant begin(const core::base::Zone& zone, core::base::Date firstDay);
    static core::base::Instant end(const core::base::Zone& zone, core::base::Date firstDay);

    const core::engine::ComingLoad& load() const { return m_load; }
    const core::base::Zone& zone() const { return m_zone; }
    core::base::Date day(int index) const { return m_firstDay + std::chrono::days(index); }
    const Cell& at(HourOfWeek place) const { return m_cells[size_t(place.day * kHours + place.hour)]; }
    /// Expected run time of the busiest hour.
    core::base::milliseconds busiest() const { return m_busiest; }
    /// Where an instant is; none: not on the calendar.
    std::optional<HourOfWeek> placeOf(core::base::Instant at) const;
    /// The firings of an hour, in their order.
    std::vector<core::engine::ComingLoad::Firing> firingsOf(HourOfWeek place) const;

  private:
    void markClockChanges();
    core::engine::ComingLoad m_load;
    core::base::Zone m_zone;
    core::base::Date m_firstDay;
    std::vector<Cell> m_cells; ///< by day and hour
    core::base::milliseconds m_busiest{0};
};

/// Shades of an hour: 0 for nothing known, then six steps up to the busiest hour, finer where there is little.
inline constexpr int kBusySteps = 7;
int busyStep(core::base::milliseconds busy, core::base::milliseconds busiest);
/// The most that a step holds.
core::base::milliseconds busyBound(int step, core::base::milliseconds busiest);

} // namespace ui::pages::schedules
