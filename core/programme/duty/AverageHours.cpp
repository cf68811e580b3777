#include "core/programme/duty/AverageHours.h"

#include "core/base/Text.h"
#include "core/programme/Words.h"

#include <algorithm>
#include <map>

namespace core::programme::duty {

namespace {

constexpr double kCriticalFactor = 1.1; ///< 88 h of 80: beyond what a review committee may grant

constexpr Word<HoursLevel> kHoursLevels[] = {{HoursLevel::Fine, "fine"},
                                             {HoursLevel::Watch, "watch"},
                                             {HoursLevel::Warning, "warning"},
                                             {HoursLevel::Violation, "violation"}};

bool isClinical(const Programme& programme, int rotation) {
    if (rotation < 0)
        return false;
    const RotationType type = programme.rotations[size_t(rotation)].type;
    return type == RotationType::Inpatient || type == RotationType::Outpatient;
}

/// The rotation with the most minutes; of several the one that comes first in `order`.
int dominant(const std::vector<std::pair<int, int64_t>>& minutes) {
    int best = -1;
    int64_t most = 0;
    for (const auto& [rotation, sum] : minutes)
        if (sum > most) {
            best = rotation;
            most = sum;
        }
    return best;
}

void addMinutes(std::vector<std::pair<int, int64_t>>& minutes, int rotation, int64_t more) {
    for (auto& [known, sum] : minutes)
        if (known == rotation) {
            sum += more;
            return;
        }
    minutes.emplace_back(rotation, more);
}

/// The rotation of every day; -1: not known yet.
std::vector<int> rotationOfDays(const Programme& programme, const DutyDays& days) {
    std::map<base::Date, std::vector<std::pair<int, int64_t>>> minutes;
    for (const DutyPeriod& period : days.times().periods)
        for (const DutyPart& part : period.parts)
            if (isClinical(programme, part.rotation))
                addMinutes(minutes[part.date], part.rotation, (part.end - part.start).count());
    std::vector<int> rotation(programme.days.size(), -1);
    for (size_t d = 0; d < rotation.size(); ++d) {
        const auto found = minutes.find(programme.days[d].date);
        rotation[d] = found != minutes.end() ? dominant(found->second) : d > 0 ? rotation[d - 1] : -1;
    }
    return rotation;
}

std::string windowText(const ResidentCase& resident, int start, int end) {
    const DutyDays& days = resident.days;
    return " from " + base::formatDate(days.date(start)) + " to " + base::formatDate(days.date(end)) + " (" +
           oneDecimal(days.hours(start, end)) + " h in " + base::counted(days.exposedDays(start, end), "day", "days") +
           (days.leaveDays(start, end) > 0 ? ", leave days left out)" : ")");
}

/// Turns windows into counted evaluations and findings.
class HoursCheck {
  public:
    HoursCheck(const ResidentCase& resident, RuleLedger& ledger) : m_resident(resident), m_ledger(ledger) {}

    void rolling(const std::vector<WindowValue>& windows) {
        count(windows);
        for (const WindowRun& run : runsAbove(windows, m_resident.policy.h80Warning + kHoursTolerance))
            if (!isAboveLimit(run.worst.value))
                addRolling(run, Severity::Medium, m_resident.policy.h80Warning);
        for (const WindowRun& run : runsAbove(windows, m_resident.policy.h80Limit + kHoursTolerance))
            addRolling(run, severityOf(run.worst.value), m_resident.policy.h80Limit);
    }

    void rotation(const RotationSegment& segment, double average) {
        const WindowValue window{segment.start, segment.end, average};
        count({window});
        const bool broken = isAboveLimit(average);
        if (average <= m_resident.policy.h80Warning + kHoursTolerance)
            return;
        const double limit = broken ? m_resident.policy.h80Limit : m_resident.policy.h80Warning;
        Finding finding = averageFinding("rotation", window, broken ? severityOf(average) : Severity::Medium, limit);
        finding.message += " on " + m_resident.programme.rotations[size_t(segment.rotation)].abbreviation + " alone";
        m_ledger.add(std::move(finding));
    }

    void week(const std::vector<WindowValue>& windows) {
        const double limit = m_resident.policy.weekAttention;
        for (const WindowRun& run : runsAbove(windows, limit + kHoursTolerance)) {
            Finding finding = m_resident.finding(Rule::H80, "week", run.worst.start, run.worst.end);
            spread(finding, run, kWeekDays);
            finding.severity = Severity::Low;
            finding.value = run.worst.value;
            finding.limit = limit;
            finding.message = m_resident.person().name + " works " + oneDecimal(run.worst.value, limit) +
                              " h in the seven days to " + base::formatDate(finding.worstEnd) +
                              "; a single week above " + oneDecimal(limit) + " h deserves attention";
            m_ledger.add(std::move(finding));
        }
    }

  private:
    bool isAboveLimit(double average) const { return average > m_resident.policy.h80Limit + kHoursTolerance; }

    Severity severityOf(double average) const {
        return average > m_resident.policy.h80Limit * kCriticalFactor + kHoursTolerance ? Severity::Critical
                                                                                        : Severity::High;
    }

    void count(const std::vector<WindowValue>& windows) {
        for (const WindowValue& window : windows)
            m_ledger.check(Rule::H80, m_resident.days.person(),
                           isAboveLimit(window.value) ? Verdict::Broken : Verdict::Kept);
    }

    Finding averageFinding(const char* basis, const WindowValue& worst, Severity severity, double limit) const {
        Finding finding = m_resident.finding(Rule::H80, basis, worst.start, worst.end);
        finding.severity = severity;
        finding.value = worst.value;
        finding.limit = limit;
        finding.message = m_resident.person().name + " averages " + oneDecimal(worst.value, limit) + " h a week" +
                          windowText(m_resident, worst.start, worst.end);
        return finding;
    }

    /// The windows of a run; its anchor is where the first one begins, or would if it were whole.
    void spread(Finding& finding, const WindowRun& run, int length) const {
        finding.firstStart = m_resident.date(run.first.start);
        finding.firstEnd = m_resident.date(run.first.end);
        finding.lastEnd = m_resident.date(run.lastEnd);
        finding.windows = run.windows;
        finding.anchor = base::formatDate(m_resident.date(run.first.end - length + 1));
    }

    void addRolling(const WindowRun& run, Severity severity, double limit) {
        Finding finding = averageFinding("rolling", run.worst, severity, limit);
        spread(finding, run, kWindowDays);
        m_ledger.add(std::move(finding));
    }

    const ResidentCase& m_resident;
    RuleLedger& m_ledger;
};

std::vector<WindowValue> weekWindows(const DutyDays& days, int from, int to) {
    std::vector<WindowValue> windows;
    for (int end = from; end <= to; ++end) {
        const int start = std::max(end - kWeekDays + 1, days.first());
        windows.push_back({start, end, days.hours(start, end)});
    }
    return windows;
}

void raise(std::optional<double>& worst, double value) {
    worst = std::max(worst.value_or(value), value);
}

} // namespace

const char* toText(HoursLevel level) {
    return wordOf(kHoursLevels, level);
}

HoursLevel levelOf(double average, const DutyPolicy& policy) {
    return average > policy.h80Limit + kHoursTolerance     ? HoursLevel::Violation
           : average > policy.h80Warning + kHoursTolerance ? HoursLevel::Warning
           : average > policy.h80Watch + kHoursTolerance   ? HoursLevel::Watch
                                                           : HoursLevel::Fine;
}

HoursLevel levelOfWeek(double hours, const DutyPolicy& policy) {
    return hours > policy.weekAttention + kHoursTolerance ? HoursLevel::Warning
           : hours > policy.weekWatch + kHoursTolerance   ? HoursLevel::Watch
                                                          : HoursLevel::Fine;
}

std::vector<RotationSegment> rotationSegments(const Programme& programme, const DutyDays& days) {
    const std::vector<int> rotation = rotationOfDays(programme, days);
    std::vector<RotationSegment> segments;
    for (int start = days.first(); start <= days.last();) {
        int end = start;
        while (end < days.last() && rotation[size_t(end) + 1] == rotation[size_t(start)] &&
               end - start + 1 < kWindowDays)
            ++end;
        if (rotation[size_t(start)] >= 0)
            segments.push_back({rotation[size_t(start)], start, end});
        start = end + 1;
    }
    return segments;
}

std::vector<WindowValue> fourWeekWindows(const DutyDays& days, int from, int to) {
    std::vector<WindowValue> windows;
    for (int end = std::max(from, days.first()); end <= std::min(to, days.last()); ++end) {
        const int start = std::max(end - kWindowDays + 1, days.first());
        if (const auto average = days.average(start, end))
            windows.push_back({start, end, *average});
    }
    return windows;
}

HoursFigures checkWeeklyHours(const ResidentCase& resident, RuleLedger& ledger) {
    HoursFigures figures;
    HoursCheck check(resident, ledger);
    const std::vector<WindowValue> windows = fourWeekWindows(resident.days, resident.from, resident.to);
    check.rolling(windows);
    for (const WindowValue& window : windows)
        raise(figures.worstAverage, window.value);
    for (const RotationSegment& segment : rotationSegments(resident.programme, resident.days)) {
        if (segment.end < resident.from || segment.end > resident.to)
            continue;
        if (const auto average = resident.days.average(segment.start, segment.end)) {
            check.rotation(segment, *average);
            raise(figures.worstAverage, *average);
        }
    }
    const std::vector<WindowValue> weeks = weekWindows(resident.days, resident.from, resident.to);
    check.week(weeks);
    for (const WindowValue& week : weeks)
        figures.worstWeek = std::max(figures.worstWeek, week.value);
    figures.overallAverage = resident.days.average(resident.from, resident.to);
    if (!figures.worstAverage)
        ledger.cannotTell(Rule::H80, resident.days.person(),
                          "insufficient data: fewer than 7 days in the programme that are not leave");
    return figures;
}

} // namespace core::programme::duty
