#pragma once

#include "core/programme/duty/Finding.h"
#include "core/programme/duty/StandIns.h"

#include <string>

namespace core::programme::duty {

/// What could be done about a finding, in one or a few sentences that name people and dates. Only a suggestion: every
/// stand-in is judged for itself, not together with others.
class Advice {
  public:
    /// The first three outlive the object. Days before `changeableFrom` are past.
    Advice(const Programme& programme, const StandIns& standIns, const DutyPolicy& policy, base::Date changeableFrom)
        : m_programme(programme), m_standIns(standIns), m_policy(policy), m_changeableFrom(changeableFrom) {}
    std::string forFinding(const Finding& finding) const;

  private:
    struct Relief;
    /// The latest date first: what lies ahead can still be changed. Those that somebody could take come before others.
    enum class Wanted { AllDuty, CallsOnly };
    std::vector<Relief> reliefs(const DutyDays& days, base::Date from, base::Date to, Wanted wanted) const;
    std::string order(const std::string& person, const Relief& relief) const;
    std::string whatToDo(const Finding& finding) const;
    std::string lessHours(const Finding& finding) const;
    std::string freeDays(const Finding& finding, int days) const;
    std::string breakUp(const Finding& finding) const;
    std::string clearDayOfRecovery(const Finding& finding) const;
    std::string endSooner(const Finding& finding) const;
    std::string beginLater(const Finding& finding) const;
    std::string fewerCalls(const Finding& finding) const;
    std::string lessMoonlighting(const Finding& finding) const;
    std::string moreAttendings(const Finding& finding) const;
    bool isPast(LocalMinute minute) const { return dayOf(minute) < m_changeableFrom; }
    std::string nameOf(const StandIn& standIn) const;
    const std::string& nameOf(int person) const { return m_programme.people[size_t(person)].name; }

    const Programme& m_programme;
    const StandIns& m_standIns;
    const DutyPolicy& m_policy;
    const base::Date m_changeableFrom;
};

} // namespace core::programme::duty
