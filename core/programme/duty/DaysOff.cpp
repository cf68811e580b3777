#include "core/programme/duty/DaysOff.h"

#include "core/base/Text.h"
#include "core/programme/duty/WindowRuns.h"

#include <algorithm>

namespace core::programme::duty {

namespace {

constexpr int64_t kMinutesPerDay = 24 * 60;

/// Goes through what is not free in the order of its begin, and adds up the whole days between.
class FreeStretches {
  public:
    FreeStretches(LocalMinute from, LocalMinute to) : m_free(from), m_to(to) {}

    void taken(LocalMinute start, LocalMinute end) {
        start = std::min(start, m_to);
        if (start > m_free)
            m_days += int((start - m_free).count() / kMinutesPerDay);
        m_free = std::max(m_free, end);
    }
    int finish() {
        taken(m_to, m_to);
        return m_days;
    }

  private:
    LocalMinute m_free; ///< nothing is known of the time from here on
    const LocalMinute m_to;
    int m_days = 0;
};

int continuousDaysOff(const DutyDays& days, int from, int to) {
    std::vector<std::pair<LocalMinute, LocalMinute>> taken;
    const LocalMinute start = midnight(days.date(from)), end = midnight(days.date(to + 1));
    const auto add = [&](LocalMinute a, LocalMinute b) {
        if (b > start && a < end)
            taken.emplace_back(a, b);
    };
    for (const DutyPeriod& period : days.times().periods)
        add(period.start, period.end);
    for (const AtHomeCall& call : days.times().atHomeCall)
        add(call.start, call.end);
    for (int day = from; day <= to; ++day)
        if (days.isLeave(day))
            add(midnight(days.date(day)), midnight(days.date(day + 1)));
    std::sort(taken.begin(), taken.end());
    FreeStretches stretches(start, end);
    for (const auto& [a, b] : taken)
        stretches.taken(a, b);
    return stretches.finish();
}

void addShortfall(const ResidentCase& resident, const WindowRun& run, RuleLedger& ledger) {
    const DutyDays& days = resident.days;
    Finding finding = resident.finding(Rule::D1In7, toText(resident.policy.dayOffMode), run.worst.start, run.worst.end);
    finding.firstStart = days.date(run.first.start);
    finding.firstEnd = days.date(run.first.end);
    finding.lastEnd = days.date(run.lastEnd);
    finding.windows = run.windows;
    finding.anchor = base::formatDate(finding.firstStart);
    finding.severity = run.worst.value >= 2 ? Severity::Critical : Severity::High;
    const int required = days.exposedDays(run.worst.start, run.worst.end) / 7;
    finding.limit = required;
    finding.value = required - run.worst.value;
    const int leave = days.leaveDays(run.worst.start, run.worst.end);
    finding.message = resident.person().name + " has " + base::counted(int(finding.value), "day off", "days off") + " from " +
                      base::formatDate(finding.worstStart) + " to " + base::formatDate(finding.worstEnd) + ", " +
                      std::to_string(required) + (required == 1 ? " is" : " are") + " required" +
                      (leave > 0 ? " (" + base::counted(leave, "leave day", "leave days") + " left out)" : "");
    ledger.add(std::move(finding));
}

void checkWindows(const ResidentCase& resident, RuleLedger& ledger, DaysOffFigures& figures) {
    const DutyDays& days = resident.days;
    std::vector<WindowValue> windows;
    int leastSpare = 0;
    for (int end = std::max(resident.from, days.first() + kWindowDays - 1); end <= resident.to; ++end) {
        const int start = end - kWindowDays + 1;
        const int exposed = days.exposedDays(start, end);
        if (exposed < kLeastExposedDays)
            continue;
        const int required = exposed / 7;
        const int free = daysOff(days, start, end, resident.policy.dayOffMode);
        windows.push_back({start, end, double(required - free)});
        ledger.check(Rule::D1In7, days.person(), free < required ? Verdict::Broken : Verdict::Kept);
        if (!figures.fewestFree || free - required < leastSpare) {
            leastSpare = free - required;
            figures.fewestFree = free;
            figures.required = required;
        }
    }
    for (const WindowRun& run : runsAbove(windows, 0))
        addShortfall(resident, run, ledger);
    if (!figures.fewestFree)
        ledger.cannotTell(Rule::D1In7, days.person(),
                          "insufficient data: no whole window of 28 days with at least 7 that are not leave");
}

void judgeStreak(const ResidentCase& resident, int start, int end, RuleLedger& ledger) {
    const int length = end - start + 1;
    const bool broken = length > resident.policy.longestStreak;
    ledger.check(Rule::Wday, resident.days.person(), broken ? Verdict::Broken : Verdict::Kept);
    if (length <= resident.policy.consecutiveDays)
        return;
    Finding finding = resident.finding(Rule::Wday, "streak", start, end);
    finding.severity = broken ? Severity::High : Severity::Medium;
    finding.windows = length;
    finding.value = length;
    finding.limit = broken ? resident.policy.longestStreak : resident.policy.consecutiveDays;
    finding.message = resident.person().name + " works " + std::to_string(length) + " days in a row from " +
                      base::formatDate(finding.worstStart) + " to " + base::formatDate(finding.worstEnd);
    ledger.add(std::move(finding));
}

void checkStreaks(const ResidentCase& resident, RuleLedger& ledger, DaysOffFigures& figures) {
    const DutyDays& days = resident.days;
    for (int start = days.first(); start <= days.last(); ++start) {
        if (!days.isWorked(start))
            continue;
        int end = start;
        while (end < days.last() && days.isWorked(end + 1))
            ++end;
        if (end >= resident.from && start <= resident.to) {
            judgeStreak(resident, start, end, ledger);
            figures.longestStreak = std::max(figures.longestStreak, end - start + 1);
        }
        start = end;
    }
}

} // namespace

int daysOff(const DutyDays& days, int from, int to, DayOffMode mode) {
    return mode == DayOffMode::Calendar ? days.freeDays(from, to) : continuousDaysOff(days, from, to);
}

DaysOffFigures checkDaysOff(const ResidentCase& resident, RuleLedger& ledger) {
    DaysOffFigures figures;
    checkWindows(resident, ledger, figures);
    checkStreaks(resident, ledger, figures);
    return figures;
}

} // namespace core::programme::duty
