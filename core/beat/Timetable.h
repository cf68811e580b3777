#pragma once

#include "core/base/ZoneDatabase.h"
#include "core/beat/CronExpression.h"
#include "core/task/Schedule.h"

#include <optional>
#include <vector>

namespace core::beat {

/// Thread: any. When a schedule fires: a definition that was checked and read once. Pure.
///
/// An instant is when the definition says, before the shift by which it spreads: it names the firing, whenever that is.
class Timetable {
  public:
    /// An instant that is looked at later than this was missed, and the catch-up policy decides about it.
    static constexpr base::seconds kOnTime{60};
    /// At most so many missed instants fire with CatchUp::All.
    static constexpr size_t kMostAtOnce = 10;
    static constexpr base::seconds kLongestSpread{30};
    static constexpr std::chrono::days kLongestLateness{7};

    /// InvalidParams says what is wrong with the definition and what to write instead, and names the key of its document;
    /// NotFound that its zone is not in `zones`.
    static base::Result<Timetable> of(task::Schedule schedule, const base::ZoneDatabase& zones);

    /// One that has no instants.
    static Timetable never();

    const task::Schedule& schedule() const { return m_schedule; }
    /// By how much a firing comes after its instant: a hash of the name, within the spread to both sides.
    base::seconds shift() const { return m_shift; }
    base::Instant dueAt(base::Instant instant) const { return instant + m_shift; }

    /// The first instant strictly after `after`; none: never again. Intervals are counted from `lastFire`, before the
    /// first from the start, or from `after`.
    std::optional<base::Instant> next(base::Instant after, std::optional<base::Instant> lastFire) const;
    /// Not before its start, nor after its end.
    bool isWithin(base::Instant instant) const;

    /// The zone whose clock it follows; none for intervals and one-shots, which follow none.
    const base::Zone* zone() const { return m_zone ? &*m_zone : nullptr; }
    /// `next` was found by other rules of its zone: what it is by these. See CronExpression::carriedOver.
    std::optional<base::Instant> carriedOver(base::Instant next, const base::Zone& before) const;

    struct Firing {
        base::Instant instant{};
        bool missed = false; ///< more than kOnTime late
    };
    /// What is to be done at a moment.
    struct Due {
        std::vector<Firing> firings; ///< oldest first
        int64_t passedOver = 0;      ///< instants that passed and do not fire; counted up to 100,000
        std::optional<base::Instant> passedFrom, passedTo;
        std::optional<base::Instant> next; ///< the first that is not due
    };
    /// Decides about the instants from `next` on that are due at `now`, by catch-up policy and greatest lateness.
    Due due(base::Instant next, std::optional<base::Instant> lastFire, base::Instant now) const;

  private:
    explicit Timetable(task::Schedule schedule) : m_schedule(std::move(schedule)) {}
    base::Result<void> read(const base::ZoneDatabase& zones);
    base::milliseconds greatestLateness() const;
    base::Instant latestBefore(base::Instant limit, base::Instant known) const;
    std::optional<base::Instant> within(std::optional<base::Instant> instant) const;

    task::Schedule m_schedule;
    std::optional<CronExpression> m_cron;
    std::optional<base::Zone> m_zone; ///< with a cron expression
    base::seconds m_shift{0};
};

} // namespace core::beat
