#pragma once

#include "core/programme/duty/DutyPeriods.h"
#include "core/programme/fallback/Reduced.h"
#include "core/programme/fallback/Unfit.h"

#include <vector>

namespace core::programme::fallback {

/// A half-day or night of work, as it would be worked.
struct Stretch {
    int day = 0; ///< position in Programme::days
    Half half = Half::Am;
    LocalMinute start{}, end{}; ///< `end` is exclusive
};

/// Who is on duty when in a scenario: what is kept, and what is taken over one after the other. Says who may take over
/// more under the rules of rest and hours. Those guard what is taken over: kept duty is as it was published.
class DutyBook {
  public:
    /// All outlive the object; `presence` is that of the reduced programme.
    DutyBook(const Reduced& reduced, const Presence& presence, const duty::DutyPolicy& policy);

    /// Whether the person may take it over, qualification left aside.
    Unfit judge(int person, const Stretch& stretch) const;
    /// Works in the half-day, as kept or by stepping in.
    bool worksIn(int person, int day, Half half) const;
    /// From here on it is part of their duty. `judge` said Fit.
    void take(int person, const Stretch& stretch);
    /// Hours of duty in the week (Monday to Sunday) of a day.
    double weekHours(int person, int day) const;

  private:
    struct Record {
        std::vector<duty::DutyPeriod> periods; ///< by start
        std::vector<int> minutes;              ///< by day, clipped at midnight, not on leave days
        std::vector<bool> taken;               ///< by day: no day off
        std::vector<int> halfDays;             ///< of work, by week
    };
    size_t cell(int person, int day, Half half) const {
        return (size_t(person) * size_t(m_days) + size_t(day)) * 3 + size_t(half);
    }
    int weekOf(int day) const { return (day + m_weekOffset) / 7; }
    void tie(int person, int day, Half half, Unfit reason);
    void tieDay(int person, int day, Unfit reason);
    void noteRow(const Assignment& assignment);
    void noteNight(int person, int day);
    void count(Record& record, LocalMinute start, LocalMinute end, int person) const;
    bool worksOn(int person, int day) const;
    bool isRested(const Record& record, const Stretch& stretch) const;
    bool keepsLimit(int person, const Stretch& stretch) const;
    bool keepsDaysOff(int person, const Stretch& stretch) const;
    /// Minutes that the stretch adds on its day and on the next.
    std::pair<int, int> minutesOf(const Stretch& stretch) const;

    const Reduced& m_reduced;
    const Programme& m_programme;
    const Presence& m_presence;
    const duty::DutyPolicy& m_policy;
    const int m_days, m_weekOffset;
    std::vector<uint8_t> m_tied; ///< Unfit by person, day and half
    std::vector<Record> m_records;
};

} // namespace core::programme::fallback
