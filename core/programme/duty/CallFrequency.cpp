#include "core/programme/duty/CallFrequency.h"

#include "core/base/Text.h"
#include "core/programme/duty/WindowRuns.h"

#include <algorithm>

namespace core::programme::duty {

namespace {

/// In-house calls before each day of the programme.
std::vector<int> callSums(const ResidentCase& resident) {
    std::vector<int> sums(resident.programme.days.size() + 1, 0);
    for (const DutyPeriod& period : resident.days.times().periods)
        for (const DutyPart& part : period.parts)
            if (part.kind == DutyKind::Call && resident.programme.day(part.date))
                ++sums[size_t(resident.days.dayAt(part.date)) + 1];
    for (size_t d = 1; d < sums.size(); ++d)
        sums[d] += sums[d - 1];
    return sums;
}

void addExcess(const ResidentCase& resident, const WindowRun& run, int calls, int allowed, RuleLedger& ledger) {
    Finding finding = resident.finding(Rule::Q3, "rolling", run.worst.start, run.worst.end);
    finding.firstStart = resident.date(run.first.start);
    finding.firstEnd = resident.date(run.first.end);
    finding.lastEnd = resident.date(run.lastEnd);
    finding.windows = run.windows;
    finding.anchor = base::formatDate(finding.firstStart);
    finding.severity = Severity::High;
    finding.value = calls;
    finding.limit = allowed;
    finding.message = resident.person().name + " has " + base::counted(calls, "in-house call", "in-house calls") + " from " +
                      base::formatDate(finding.worstStart) + " to " + base::formatDate(finding.worstEnd) + ", " +
                      std::to_string(allowed) + (allowed == 1 ? " is" : " are") + " allowed";
    ledger.add(std::move(finding));
}

} // namespace

int checkCallFrequency(const ResidentCase& resident, RuleLedger& ledger) {
    const DutyDays& days = resident.days;
    const std::vector<int> sums = callSums(resident);
    const auto callsIn = [&](int from, int to) { return sums[size_t(to) + 1] - sums[size_t(from)]; };
    const auto allowedIn = [&](int from, int to) {
        return days.exposedDays(from, to) / resident.policy.callEveryNights;
    };
    std::vector<WindowValue> windows;
    for (int end = std::max(resident.from, days.first() + kWindowDays - 1); end <= resident.to; ++end) {
        const int start = end - kWindowDays + 1;
        if (callsIn(start, end) == 0 || days.exposedDays(start, end) < kLeastExposedDays)
            continue;
        const int excess = callsIn(start, end) - allowedIn(start, end);
        windows.push_back({start, end, double(excess)});
        ledger.check(Rule::Q3, days.person(), excess > 0 ? Verdict::Broken : Verdict::Kept);
    }
    for (const WindowRun& run : runsAbove(windows, 0))
        addExcess(resident, run, callsIn(run.worst.start, run.worst.end), allowedIn(run.worst.start, run.worst.end),
                  ledger);
    const int calls = callsIn(resident.from, resident.to);
    if (windows.empty() && calls > 0)
        ledger.cannotTell(Rule::Q3, days.person(),
                          "insufficient data: no whole window of 28 days with at least 7 that are not leave");
    return calls;
}

} // namespace core::programme::duty
