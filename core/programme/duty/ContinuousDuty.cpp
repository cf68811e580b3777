#include "core/programme/duty/ContinuousDuty.h"

#include <algorithm>

namespace core::programme::duty {

using std::chrono::minutes;

namespace {

double toHours(minutes length) {
    return double(length.count()) / 60.0;
}

class ContinuousCheck {
  public:
    ContinuousCheck(const ResidentCase& resident, RuleLedger& ledger)
        : m_resident(resident), m_ledger(ledger), m_begin(midnight(resident.date(resident.from))),
          m_end(midnight(resident.date(resident.to + 1))) {}

    double periods() {
        double longest = 0;
        for (const DutyPeriod& period : m_resident.days.times().periods)
            if (m_resident.days.concerns(period) && period.end > m_begin && period.start < m_end) {
                judgeLength(period);
                longest = std::max(longest, period.hours());
            }
        return longest;
    }

    void rests() {
        const DutyPeriod* before = nullptr;
        for (const DutyPeriod& period : m_resident.days.times().periods) {
            if (isWorkFromHome(period))
                continue;
            if (before && m_resident.days.concerns(period) && period.start >= m_begin && period.start < m_end)
                judgeRest(*before, period);
            before = &period;
        }
        closeShortRests();
    }

  private:
    /// When duty other than handoff ends.
    static LocalMinute endOfCare(const DutyPeriod& period) {
        LocalMinute end = period.start;
        for (const DutyPart& part : period.parts)
            if (part.kind != DutyKind::Handoff)
                end = std::max(end, part.end);
        return end;
    }

    void judgeLength(const DutyPeriod& period) {
        const DutyPolicy& policy = m_resident.policy;
        const LocalMinute limit = period.start + wholeMinutes(policy.continuousHours);
        const bool tooLong = period.end > limit + wholeMinutes(policy.handoffHours);
        const bool broken = tooLong || (period.end > limit && endOfCare(period) > limit);
        m_ledger.check(Rule::C24, m_resident.days.person(), broken ? Verdict::Broken : Verdict::Kept);
        if (!broken)
            return;
        Finding finding = about(Rule::C24, period.start, period.end);
        finding.severity = tooLong ? Severity::Critical : Severity::High;
        finding.value = period.hours();
        finding.limit = tooLong ? policy.continuousHours + policy.handoffHours : policy.continuousHours;
        finding.at = limit;
        finding.message =
            m_resident.person().name + " is on duty for " + oneDecimal(period.hours()) + " h from " +
            formatMinute(period.start) + " to " + formatMinute(period.end) +
            (tooLong ? "" : ", and what exceeds " + oneDecimal(policy.continuousHours) + " h is not all handoff");
        m_ledger.add(std::move(finding));
    }

    void judgeRest(const DutyPeriod& before, const DutyPeriod& after) {
        const DutyPolicy& policy = m_resident.policy;
        const int person = m_resident.days.person();
        const minutes rest = after.start - before.end;
        if (before.end - before.start >= wholeMinutes(policy.continuousHours)) {
            const bool broken = rest < wholeMinutes(policy.restAfterContinuousHours);
            m_ledger.check(Rule::R14, person, broken ? Verdict::Broken : Verdict::Kept);
            if (broken)
                addRest(Rule::R14, Severity::Critical, before, after, policy.restAfterContinuousHours);
            closeShortRests();
            return;
        }
        if (isMealBreak(before, after))
            return;
        const bool shortRest = rest < wholeMinutes(policy.restHours);
        m_ledger.check(Rule::R8, person, shortRest ? Verdict::Broken : Verdict::Kept);
        if (shortRest)
            m_shortRests.emplace_back(&before, &after);
        else
            closeShortRests();
    }

    /// A finding about [start, end): its days, and the minute as its anchor.
    Finding about(Rule rule, LocalMinute start, LocalMinute end) const {
        const DutyDays& days = m_resident.days;
        const base::Date first = dayOf(start), last = dayOf(end - minutes(1));
        Finding finding = m_resident.finding(rule, "period", days.dayAt(first), days.dayAt(last));
        finding.firstStart = finding.worstStart = first;
        finding.firstEnd = finding.worstEnd = finding.lastEnd = last;
        finding.anchor = formatMinute(start);
        return finding;
    }

    Finding restFinding(Rule rule, Severity severity, const DutyPeriod& before, const DutyPeriod& after,
                        double limit) const {
        Finding finding = about(rule, before.start, after.end);
        finding.severity = severity;
        finding.value = toHours(after.start - before.end);
        finding.limit = limit;
        finding.at = after.start;
        finding.message = m_resident.person().name + " has " + oneDecimal(finding.value) + " h of rest between " +
                          formatMinute(before.end) + " and " + formatMinute(after.start) +
                          (rule == Rule::R14 ? ", after " + oneDecimal(before.hours()) + " h of duty" : "");
        return finding;
    }

    void addRest(Rule rule, Severity severity, const DutyPeriod& before, const DutyPeriod& after, double limit) {
        m_ledger.add(restFinding(rule, severity, before, after, limit));
    }

    /// Consecutive short rests become one finding, told by the shortest.
    void closeShortRests() {
        if (m_shortRests.empty())
            return;
        const auto worst = std::min_element(m_shortRests.begin(), m_shortRests.end(), [](const auto& a, const auto& b) {
            return a.second->start - a.first->end < b.second->start - b.first->end;
        });
        Finding finding =
            restFinding(Rule::R8, Severity::Medium, *worst->first, *worst->second, m_resident.policy.restHours);
        const auto& [before, after] = m_shortRests.front();
        finding.firstStart = dayOf(before->start);
        finding.firstEnd = dayOf(after->end - minutes(1));
        finding.lastEnd = dayOf(m_shortRests.back().second->end - minutes(1));
        finding.windows = int(m_shortRests.size());
        finding.anchor = formatMinute(before->start);
        m_ledger.add(std::move(finding));
        m_shortRests.clear();
    }

    const ResidentCase& m_resident;
    RuleLedger& m_ledger;
    const LocalMinute m_begin, m_end;                                          ///< of the days looked at
    std::vector<std::pair<const DutyPeriod*, const DutyPeriod*>> m_shortRests; ///< of the run that is open
};

} // namespace

double checkContinuousDuty(const ResidentCase& resident, RuleLedger& ledger) {
    ContinuousCheck check(resident, ledger);
    const double longest = check.periods();
    check.rests();
    return longest;
}

} // namespace core::programme::duty
