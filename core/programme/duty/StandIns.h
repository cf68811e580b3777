#pragma once

#include "core/programme/duty/DutyDays.h"

#include <optional>
#include <vector>

namespace core::programme::duty {

/// Somebody who could take over duty.
struct StandIn {
    int person = -1;
    double average = 0; ///< h/week in their heaviest four weeks with it
};

/// Which residents could take over whose duty (domain rule 9.1): made once for a programme, then asked.
class StandIns {
  public:
    /// All outlive the object. `residents`: everybody's days, one entry a resident.
    StandIns(const Programme& programme, const Presence& presence, const DutyPolicy& policy,
             const std::vector<DutyDays>& residents);

    /// Who could take [start, end) from `person` on `date`: a resident, from PGY-2 on if they are; in the programme,
    /// not absent and without duty or at-home call on the date; 8 h from any other duty, 14 h after 24 h of it; within
    /// the weekly limit and with enough days off in every four weeks with it. The same level is preferred, then the
    /// lowest average.
    std::optional<StandIn> find(int person, base::Date date, LocalMinute start, LocalMinute end) const;
    /// Qualified faculty who have no clinical duty in the half-day, in the order of the programme.
    std::vector<int> freeAttendings(base::Date date, Half half, int rotation) const;
    /// nullptr for somebody who is no resident in these days.
    const DutyDays* daysOf(int person) const;

  private:
    bool isRested(const DutyDays& days, LocalMinute start, LocalMinute end) const;
    bool keepsDaysOff(const DutyDays& days, int day) const;
    std::optional<double> averageWith(const DutyDays& days, int day, double hours) const;
    std::optional<StandIn> judge(const DutyDays& days, base::Date date, LocalMinute start, LocalMinute end) const;

    const Programme& m_programme;
    const Presence& m_presence;
    const DutyPolicy& m_policy;
    const std::vector<DutyDays>& m_residents;
};

} // namespace core::programme::duty
