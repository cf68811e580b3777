#include "core/programme/duty/RuleCheck.h"

#include "core/base/Text.h"
#include "core/programme/duty/Advice.h"
#include "core/programme/duty/CallFrequency.h"
#include "core/programme/duty/Moonlighting.h"
#include "core/programme/duty/NightFloat.h"
#include "core/programme/duty/Supervision.h"

#include <algorithm>
#include <climits>
#include <tuple>

namespace core::programme::duty {

namespace {

/// Checks a programme, resident by resident and then place by place.
class RuleCheck {
  public:
    RuleCheck(const Programme& programme, base::Date from, base::Date to, const DutyPolicy& policy,
              base::Date changeableFrom)
        : m_programme(programme), m_policy(policy), m_changeableFrom(changeableFrom), m_presence(programme),
          m_duty(programme, m_presence, policy) {
        m_report.from = from;
        m_report.to = to;
    }

    RuleReport run() {
        m_residents = dutyDays(m_programme, m_presence, PersonType::Resident, m_policy);
        for (const DutyDays& days : m_residents)
            checkResident(days);
        const base::Date first = std::max(m_report.from, m_programme.first());
        const base::Date last = std::min(m_report.to, m_programme.last());
        checkSupervision(
            m_programme,
            supervisedSlots(m_programme, m_presence, m_presence.dayIndex(first), m_presence.dayIndex(last), m_policy),
            m_ledger);
        finish();
        return std::move(m_report);
    }

  private:
    void checkResident(const DutyDays& days) {
        const base::Date from = std::max(m_report.from, days.date(days.first()));
        const base::Date to = std::min(m_report.to, days.date(days.last()));
        if (days.first() > days.last() || from > to)
            return;
        const ResidentCase resident{m_programme, m_policy, days, days.dayAt(from), days.dayAt(to)};
        ResidentFigures figures;
        figures.person = days.person();
        if (!m_duty.hasRows(days.person())) {
            for (const Rule rule : {Rule::H80, Rule::D1In7})
                m_ledger.cannotTell(rule, days.person(), "insufficient data: nothing is scheduled");
            m_report.residents.push_back(figures);
            return;
        }
        figures.hours = checkWeeklyHours(resident, m_ledger);
        figures.level = levelOf(figures.hours.worstAverage.value_or(0), m_policy);
        figures.weekLevel = levelOfWeek(figures.hours.worstWeek, m_policy);
        figures.daysOff = checkDaysOff(resident, m_ledger);
        figures.longestDuty = checkContinuousDuty(resident, m_ledger);
        figures.calls = checkCallFrequency(resident, m_ledger);
        checkMoonlighting(resident, m_ledger);
        figures.longestNights = checkNightFloat(resident, m_ledger);
        m_report.residents.push_back(figures);
    }

    void finish() {
        m_report.findings = m_ledger.takeFindings();
        const auto order = [](const Finding& f) {
            return std::tuple(f.person < 0 ? INT_MAX : f.person, f.rule, f.firstStart, f.anchor, f.basis);
        };
        std::stable_sort(m_report.findings.begin(), m_report.findings.end(),
                         [&](const Finding& a, const Finding& b) { return order(a) < order(b); });
        const StandIns standIns(m_programme, m_presence, m_policy, m_residents);
        const Advice advice(m_programme, standIns, m_policy, m_changeableFrom);
        for (Finding& finding : m_report.findings)
            finding.suggestedFix = advice.forFinding(finding);
        m_report.tallies = m_ledger.tallies();
        m_report.notEvaluated = m_ledger.takeNotEvaluated();
        addNotes();
    }

    void addNotes() {
        const auto& rows = m_programme.assignments;
        const auto unnamed = std::count_if(rows.begin(), rows.end(), [&](const Assignment& a) {
            return a.rotation < 0 && a.person >= 0 && !m_programme.people[size_t(a.person)].isFaculty() &&
                   isWork(m_programme, a) && a.date >= m_report.from && a.date <= m_report.to;
        });
        if (unnamed > 0)
            m_report.notes.push_back(base::counted(int(unnamed), "assignment has", "assignments have") +
                                     " no rotation and counted 6.0 h each");
        for (const Absence& absence : m_programme.absences)
            if (absence.blocks() && absence.end < absence.start)
                m_report.notes.push_back("absence " + absence.id + " ends before it begins and covered nothing");
        for (const ExtraWork& work : m_programme.extraWork)
            if (work.end <= work.start)
                m_report.notes.push_back("extra work " + work.id + " does not end after it begins and was left out");
        for (const ResidentFigures& resident : m_report.residents)
            if (const Person& person = m_programme.people[size_t(resident.person)]; person.pgy <= 0)
                m_report.notes.push_back(person.name + " has no PGY level and was supervised as PGY-1");
    }

    const Programme& m_programme;
    const DutyPolicy& m_policy;
    const base::Date m_changeableFrom;
    const Presence m_presence;
    const DutyReader m_duty;
    std::vector<DutyDays> m_residents;
    RuleLedger m_ledger;
    RuleReport m_report;
};

} // namespace

RuleReport checkRules(const Programme& programme, base::Date from, base::Date to, const DutyPolicy& policy,
                      base::Date changeableFrom) {
    if (!programme.days.empty() && from <= to && from <= programme.last() && to >= programme.first())
        return RuleCheck(programme, from, to, policy, changeableFrom).run();
    RuleReport report;
    report.from = from;
    report.to = to;
    report.tallies = RuleLedger().tallies();
    return report;
}

Programme scheduledPart(Programme programme) {
    const auto& rows = programme.assignments;
    std::erase_if(programme.days, [&](const Day& day) {
        return rows.empty() || day.date < rows.front().date || day.date > rows.back().date;
    });
    return programme;
}

} // namespace core::programme::duty
