#include "core/programme/duty/NightFloat.h"

#include "core/base/Text.h"

#include <algorithm>

namespace core::programme::duty {

using std::chrono::days;

namespace {

using Parts = std::vector<DutyPart>;

Parts partsOf(const ResidentCase& resident) {
    Parts parts;
    for (const DutyPeriod& period : resident.days.times().periods)
        parts.insert(parts.end(), period.parts.begin(), period.parts.end());
    return parts;
}

/// Whether the day of recovery is spoilt.
bool worksOn(const Parts& parts, base::Date date) {
    return std::any_of(parts.begin(), parts.end(), [&](const DutyPart& part) {
        return dayOf(part.start) == date && part.kind != DutyKind::Night && part.kind != DutyKind::Handoff &&
               part.kind != DutyKind::HomeWork;
    });
}

void judgeRun(const ResidentCase& resident, const Parts& parts, int start, int end, RuleLedger& ledger) {
    const int nights = end - start + 1;
    const bool tooMany = nights > resident.policy.nightFloatNights;
    const bool spoilt = worksOn(parts, resident.date(end + 1));
    ledger.check(Rule::Nf, resident.days.person(), tooMany || spoilt ? Verdict::Broken : Verdict::Kept);
    if (tooMany) {
        Finding finding = resident.finding(Rule::Nf, "streak", start, end);
        finding.severity = Severity::Low;
        finding.windows = nights;
        finding.value = nights;
        finding.limit = resident.policy.nightFloatNights;
        finding.message = resident.person().name + " works " + std::to_string(nights) + " nights in a row from " +
                          base::formatDate(finding.worstStart) + " to " + base::formatDate(finding.worstEnd);
        ledger.add(std::move(finding));
    }
    if (spoilt) {
        const int next = std::min(end + 1, int(resident.programme.days.size()) - 1);
        Finding finding = resident.finding(Rule::Nf, "recovery", end, next);
        finding.severity = Severity::Medium;
        finding.value = 1;
        finding.message = resident.person().name + " has other duty on " + base::formatDate(resident.date(end + 1)) +
                          ", the day on which the last of " + base::counted(nights, "night", "nights") + " ends";
        ledger.add(std::move(finding));
    }
}

} // namespace

int checkNightFloat(const ResidentCase& resident, RuleLedger& ledger) {
    const Parts parts = partsOf(resident);
    std::vector<bool> night(resident.programme.days.size(), false);
    for (const DutyPart& part : parts)
        if (part.kind == DutyKind::Night)
            night[size_t(resident.days.dayAt(part.date))] = true;
    int longest = 0;
    for (int start = resident.days.first(); start <= resident.days.last(); ++start) {
        if (!night[size_t(start)])
            continue;
        int end = start;
        while (end < resident.days.last() && night[size_t(end) + 1])
            ++end;
        if (end >= resident.from && start <= resident.to) {
            judgeRun(resident, parts, start, end, ledger);
            longest = std::max(longest, end - start + 1);
        }
        start = end;
    }
    return longest;
}

} // namespace core::programme::duty
