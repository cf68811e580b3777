#pragma once

#include "core/programme/duty/DutyPeriods.h"

#include <optional>
#include <vector>

namespace core::programme::duty {

inline constexpr int kWindowDays = 28;
inline constexpr int kWeekDays = 7;
/// Below so many days that are not leave nothing is averaged.
inline constexpr int kLeastExposedDays = 7;

/// One resident's duty as calendar days, with sums so that any window costs nothing. Days are positions in
/// `Programme::days`. Minutes of duty are clipped at midnight; leave days (`Presence::leaveDay`) count neither as work
/// nor as time. The programme outlives the object.
class DutyDays {
  public:
    DutyDays(const Programme& programme, const Presence& presence, int person, DutyTimes times);

    int person() const { return m_person; }
    const DutyTimes& times() const { return m_times; }
    /// Between which days the resident is in the programme, as far as its days go; none: first > last.
    int first() const { return m_first; }
    int last() const { return m_last; }
    base::Date date(int day) const { return m_origin + std::chrono::days(day); }
    /// Position of a date, clamped to the programme's days.
    int dayAt(base::Date date) const;

    bool isLeave(int day) const { return m_leave[size_t(day)]; }
    /// Duty of the calendar day, on a leave day too.
    std::chrono::minutes minutesOn(int day) const { return m_minutes[size_t(day)]; }
    /// Some duty, and no leave day.
    bool isWorked(int day) const { return !isLeave(day) && m_minutes[size_t(day)].count() > 0; }
    /// No leave day, and neither duty nor at-home call between 00:00 and 24:00.
    bool isFree(int day) const { return !isLeave(day) && !m_taken[size_t(day)]; }

    /// Over the days [from, to], without leave days.
    double hours(int from, int to) const;
    /// The same with what was worked on leave days.
    double hoursWithLeave(int from, int to) const;
    int exposedDays(int from, int to) const { return m_exposed[size_t(to) + 1] - m_exposed[size_t(from)]; }
    int leaveDays(int from, int to) const { return to - from + 1 - exposedDays(from, to); }
    /// Calendar days in [from, to] for which `isFree`.
    int freeDays(int from, int to) const { return m_free[size_t(to) + 1] - m_free[size_t(from)]; }
    /// Hours a week; absent below 7 exposed days.
    std::optional<double> average(int from, int to) const;

    /// A period that lies, wholly or in part, in days when the resident is in the programme.
    bool concerns(const DutyPeriod& period) const;

  private:
    void clip(const DutyPeriod& period);
    void take(LocalMinute start, LocalMinute end);
    void addUp(const Presence& presence);

    const Programme& m_programme;
    const int m_person;
    const DutyTimes m_times;
    const base::Date m_origin;
    int m_first = 0, m_last = -1;
    std::vector<std::chrono::minutes> m_minutes; ///< by day
    std::vector<bool> m_leave, m_taken;          ///< by day
    std::vector<int64_t> m_counted;              ///< minutes before a day that are not on leave
    std::vector<int> m_exposed, m_free;          ///< days before a day
};

/// The days of everybody of `type`, in the order of the programme, which outlives them.
std::vector<DutyDays> dutyDays(const Programme& programme, const Presence& presence, PersonType type,
                               const DutyPolicy& policy = {});

} // namespace core::programme::duty
