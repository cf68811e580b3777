#include "core/programme/duty/Moonlighting.h"

#include "core/programme/duty/AverageHours.h"

#include <algorithm>

namespace core::programme::duty {

namespace {

/// Hours of moonlighting by day of the programme; overlapping rows count once.
std::vector<double> hoursByDay(const ResidentCase& resident) {
    std::vector<DutyPart> rows;
    for (const DutyPeriod& period : resident.days.times().periods)
        std::copy_if(period.parts.begin(), period.parts.end(), std::back_inserter(rows),
                     [](const DutyPart& part) { return part.kind == DutyKind::Moonlighting; });
    std::vector<double> hours(resident.programme.days.size(), 0.0);
    for (const DutyPeriod& stretch : mergeParts(std::move(rows), std::chrono::minutes(0)))
        for (base::Date date = dayOf(stretch.start); midnight(date) < stretch.end; date += std::chrono::days(1)) {
            if (!resident.programme.day(date))
                continue;
            const LocalMinute from = std::max(stretch.start, midnight(date));
            const LocalMinute to = std::min(stretch.end, midnight(date + std::chrono::days(1)));
            hours[size_t(resident.days.dayAt(date))] += double((to - from).count()) / 60;
        }
    return hours;
}

double sum(const std::vector<double>& hours, int from, int to) {
    double total = 0;
    for (int day = from; day <= to; ++day)
        total += hours[size_t(day)];
    return total;
}

void addForbidden(const ResidentCase& resident, const std::vector<double>& hours, const WindowRun& run,
                  RuleLedger& ledger) {
    Finding finding = resident.finding(Rule::Moon, "pgy1", run.first.start, run.lastEnd);
    finding.firstEnd = finding.firstStart;
    finding.windows = run.windows;
    finding.severity = Severity::High;
    finding.value = sum(hours, run.first.start, run.lastEnd);
    finding.message = resident.person().name + " is PGY-1 and moonlights " + oneDecimal(finding.value) + " h from " +
                      base::formatDate(finding.worstStart) + " to " + base::formatDate(finding.worstEnd);
    ledger.add(std::move(finding));
}

void addHeavyWeek(const ResidentCase& resident, const WindowRun& run, RuleLedger& ledger) {
    Finding finding = resident.finding(Rule::Moon, "week", run.worst.start, run.worst.end);
    finding.firstStart = resident.date(run.first.start);
    finding.firstEnd = resident.date(run.first.end);
    finding.lastEnd = resident.date(run.lastEnd);
    finding.windows = run.windows;
    finding.anchor = base::formatDate(resident.date(run.first.end - kWeekDays + 1));
    finding.severity = Severity::Medium;
    finding.value = run.worst.value;
    finding.limit = resident.policy.moonlightingWeekHours;
    finding.message = resident.person().name + " moonlights " + oneDecimal(run.worst.value) +
                      " h in the seven days to " + base::formatDate(finding.worstEnd);
    ledger.add(std::move(finding));
}

} // namespace

void checkMoonlighting(const ResidentCase& resident, RuleLedger& ledger) {
    const std::vector<double> hours = hoursByDay(resident);
    if (sum(hours, resident.from, resident.to) <= 0)
        return;
    const int person = resident.days.person();
    const int pgy = resident.person().pgy;
    if (pgy <= 0) {
        ledger.cannotTell(Rule::Moon, person, "insufficient data: the resident has no PGY level");
        return;
    }
    ledger.check(Rule::Moon, person, pgy == 1 ? Verdict::Broken : Verdict::Kept);
    std::vector<WindowValue> windows;
    for (int end = resident.from; end <= resident.to; ++end) {
        const int start = pgy == 1 ? end : std::max(end - kWeekDays + 1, resident.days.first());
        windows.push_back({start, end, sum(hours, start, end)});
    }
    for (const WindowRun& run :
         runsAbove(windows, pgy == 1 ? 0 : resident.policy.moonlightingWeekHours + kHoursTolerance)) {
        if (pgy == 1)
            addForbidden(resident, hours, run, ledger);
        else
            addHeavyWeek(resident, run, ledger);
    }
}

} // namespace core::programme::duty
