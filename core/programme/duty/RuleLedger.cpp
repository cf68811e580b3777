#include "core/programme/duty/RuleLedger.h"

#include "core/base/Text.h"

#include <algorithm>
#include <cstdio>

namespace core::programme::duty {

namespace {

/// `07:00`; the end of a day is `24:00`.
std::string clockOf(LocalMinute minute, base::Date day) {
    const auto minutes = (minute - midnight(day)).count();
    char text[16];
    std::snprintf(text, sizeof text, "%02d:%02d", int(minutes / 60), int(minutes % 60));
    return text;
}

std::string lineOf(const Programme& programme, const DutyPart& part, base::Date day) {
    const LocalMinute from = std::max(part.start, midnight(day));
    const LocalMinute to = std::min(part.end, midnight(day + std::chrono::days(1)));
    return clockOf(from, day) + "–" + clockOf(to, day) + " " + nameOf(programme, part);
}

std::string decimals(double value, int places) {
    char text[32];
    std::snprintf(text, sizeof text, "%.*f", places, value);
    return text;
}

bool touches(LocalMinute start, LocalMinute end, base::Date day) {
    return end > midnight(day) && start < midnight(day + std::chrono::days(1));
}

bool hasAtHomeCall(const DutyTimes& times, base::Date day) {
    return std::any_of(times.atHomeCall.begin(), times.atHomeCall.end(),
                       [&](const AtHomeCall& call) { return touches(call.start, call.end, day); });
}

} // namespace

void RuleLedger::check(Rule rule, int subject, Verdict verdict) {
    Counts& counts = m_counts[size_t(rule)];
    ++counts.checks;
    counts.evaluated.insert(subject);
    if (verdict == Verdict::Kept)
        return;
    counts.violating.insert(subject);
    counts.failed += isBinding(rule) ? 1 : 0;
}

void RuleLedger::add(Finding finding) {
    m_findings.push_back(std::move(finding));
}

void RuleLedger::cannotTell(Rule rule, int person, std::string reason) {
    m_notEvaluated.push_back({rule, person, std::move(reason)});
}

std::vector<RuleTally> RuleLedger::tallies() const {
    std::vector<RuleTally> tallies;
    for (size_t i = 0; i < kRules; ++i)
        tallies.push_back({Rule(i), m_counts[i].checks, m_counts[i].failed, int(m_counts[i].evaluated.size()),
                           int(m_counts[i].violating.size())});
    return tallies;
}

Finding ResidentCase::finding(Rule rule, const char* basis) const {
    Finding finding;
    finding.rule = rule;
    finding.basis = basis;
    finding.person = days.person();
    return finding;
}

Finding ResidentCase::finding(Rule rule, const char* basis, int worstStart, int worstEnd) const {
    Finding one = finding(rule, basis);
    one.firstStart = one.worstStart = date(worstStart);
    one.firstEnd = one.worstEnd = one.lastEnd = date(worstEnd);
    one.anchor = base::formatDate(one.firstStart);
    one.worked = workedDays(*this, worstStart, worstEnd);
    return one;
}

std::vector<WorkedDay> workedDays(const ResidentCase& resident, int from, int to) {
    std::vector<WorkedDay> rows;
    for (int day = from; day <= to; ++day) {
        WorkedDay row;
        row.date = resident.date(day);
        row.hours = double(resident.days.minutesOn(day).count()) / 60;
        row.mark = resident.days.isLeave(day)                       ? "leave"
                   : hasAtHomeCall(resident.days.times(), row.date) ? "at-home call"
                   : resident.days.isFree(day)                      ? "free"
                                                                    : "";
        rows.push_back(std::move(row));
    }
    for (const DutyPeriod& period : resident.days.times().periods)
        for (const DutyPart& part : period.parts)
            for (WorkedDay& row : rows)
                if (touches(part.start, part.end, row.date))
                    row.lines.push_back(lineOf(resident.programme, part, row.date));
    return rows;
}

std::string oneDecimal(double value) {
    return decimals(value, 1);
}

std::string oneDecimal(double value, double limit) {
    return decimals(value, decimals(value, 1) == decimals(limit, 1) ? 2 : 1);
}

std::string formatMinute(LocalMinute minute) {
    const base::Date day = dayOf(minute);
    return base::formatDate(day) + " " + clockOf(minute, day);
}

} // namespace core::programme::duty
