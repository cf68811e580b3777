#include "core/programme/DutyHours.h"

#include "core/programme/Presence.h"

#include <algorithm>
#include <cmath>

namespace core::programme {

namespace {

constexpr int64_t kMinutesPerDay = 24 * 60;
constexpr int64_t kMergeGapMinutes = 30;
constexpr int kCallStartMinute = 19 * 60;
constexpr int kCallMinutes = 12 * 60;
constexpr int kWindowDays = 28;
constexpr int kLeastExposedDays = 7;
constexpr double kHoursTolerance = 0.01;
constexpr double kCriticalFactor = 1.1; ///< 88 h of 80: beyond what a review committee may grant

int64_t midnight(base::Date date) {
    return int64_t(date.time_since_epoch().count()) * kMinutesPerDay;
}

/// Start minute of the day for a half-day of this rotation; 07:00 and 13:00 without a template.
int startMinute(const Programme& programme, int rotation, Half half) {
    if (rotation < 0)
        return half == Half::Am ? 7 * 60 : 13 * 60;
    const Rotation& r = programme.rotations[size_t(rotation)];
    return half == Half::Am ? r.startMinuteAm : r.startMinutePm;
}

/// The halves of a calendar day that work in this half-day needs: a night shift is kept at the PM half.
Half presenceHalf(const Programme& programme, const Assignment& a) {
    const bool night = a.half == Half::Night || (a.rotation >= 0 && programme.rotations[size_t(a.rotation)].isNight);
    return night ? Half::Night : a.half;
}

std::vector<DutyPeriod> merged(std::vector<DutyPeriod> periods) {
    std::sort(periods.begin(), periods.end(), [](const DutyPeriod& a, const DutyPeriod& b) { return a.start < b.start; });
    std::vector<DutyPeriod> result;
    for (const DutyPeriod& period : periods) {
        if (!result.empty() && period.start - result.back().end <= kMergeGapMinutes)
            result.back().end = std::max(result.back().end, period.end);
        else
            result.push_back(period);
    }
    return result;
}

std::vector<DutyPeriod> periodsOf(const Programme& programme, const Presence& presence, int person,
                                  const std::vector<int>& assignments) {
    std::vector<DutyPeriod> periods;
    for (const int position : assignments) {
        const Assignment& a = programme.assignments[size_t(position)];
        const double hours = hoursOf(programme, a.rotation, a.half);
        if (!isWork(programme, a) || hours <= 0)
            continue;
        if (const int day = presence.dayIndex(a.date);
            day >= 0 && presence.absent(person, day, presenceHalf(programme, a)))
            continue;
        const int64_t start = midnight(a.date) + startMinute(programme, a.rotation, a.half);
        periods.push_back({start, start + int64_t(std::lround(hours * 60))});
    }
    for (const Call& call : programme.calls) {
        if (call.person != person || call.type == CallType::Backup)
            continue;
        const int day = presence.dayIndex(call.date);
        if (day >= 0 && presence.absent(person, day, Half::Night))
            continue;
        const int64_t start = midnight(call.date) + kCallStartMinute;
        periods.push_back({start, start + kCallMinutes});
    }
    return merged(std::move(periods));
}

/// One resident's days, with sums so that any window costs nothing.
class Days {
  public:
    Days(const Programme& programme, const Presence& presence, int person, const std::vector<int>& assignments)
        : m_first(programme.first()), m_hours(programme.days.size() + 1, 0.0), m_exposed(programme.days.size() + 1, 0) {
        const int count = int(programme.days.size());
        std::vector<int64_t> minutes(size_t(count), 0);
        for (const DutyPeriod& period : periodsOf(programme, presence, person, assignments))
            clipInto(minutes, period);
        for (int d = 0; d < count; ++d) {
            const bool leave = presence.leaveDay(person, d);
            m_hours[size_t(d) + 1] = m_hours[size_t(d)] + (leave ? 0.0 : double(minutes[size_t(d)]) / 60.0);
            m_exposed[size_t(d) + 1] = m_exposed[size_t(d)] + (leave ? 0 : 1);
        }
    }

    /// Of days [from, to], positions, inclusive.
    double hours(int from, int to) const { return m_hours[size_t(to) + 1] - m_hours[size_t(from)]; }
    int exposed(int from, int to) const { return m_exposed[size_t(to) + 1] - m_exposed[size_t(from)]; }
    /// h/week; absent below 7 exposed days.
    std::optional<double> average(int from, int to) const {
        const int days = exposed(from, to);
        if (days < kLeastExposedDays)
            return std::nullopt;
        return hours(from, to) / (days / 7.0);
    }
    base::Date date(int day) const { return m_first + std::chrono::days(day); }

  private:
    void clipInto(std::vector<int64_t>& minutes, const DutyPeriod& period) const {
        for (int64_t start = period.start; start < period.end;) {
            const int64_t day = (start >= 0 ? start : start - kMinutesPerDay + 1) / kMinutesPerDay;
            const int64_t end = std::min(period.end, (day + 1) * kMinutesPerDay);
            const int64_t index = day - m_first.time_since_epoch().count();
            if (index >= 0 && index < int64_t(minutes.size()))
                minutes[size_t(index)] += end - start;
            start = end;
        }
    }

    base::Date m_first;
    std::vector<double> m_hours;
    std::vector<int> m_exposed;
};

/// The rotation that a resident is on, day by day: that of the first clinical half-day; free days belong to the one
/// before. -1: not known yet.
std::vector<int> rotationOfDays(const Programme& programme, const Presence& presence, const std::vector<int>& assignments) {
    std::vector<int> rotation(programme.days.size(), -1);
    for (const int position : assignments) {
        const Assignment& a = programme.assignments[size_t(position)];
        const int day = presence.dayIndex(a.date);
        if (day < 0 || a.rotation < 0 || rotation[size_t(day)] >= 0 || !isWork(programme, a))
            continue;
        const RotationType type = programme.rotations[size_t(a.rotation)].type;
        if (type == RotationType::Inpatient || type == RotationType::Outpatient)
            rotation[size_t(day)] = a.rotation;
    }
    for (size_t d = 1; d < rotation.size(); ++d)
        if (rotation[d] < 0)
            rotation[d] = rotation[d - 1];
    return rotation;
}

/// Evaluates one resident and collects into the report.
class ResidentCheck {
  public:
    ResidentCheck(const Days& days, const DutyLimits& limits, int person, int first, int last, DutyHoursReport& report)
        : m_days(days), m_limits(limits), m_first(first), m_last(last), m_report(report) {
        m_resident.person = person;
    }

    /// Windows of 28 days that end in [from, to].
    void rolling(int from, int to) {
        std::optional<HoursViolation> run;
        for (int end = std::max(from, m_first); end <= std::min(to, m_last); ++end) {
            const int start = std::max(end - kWindowDays + 1, m_first);
            const std::optional<double> average = m_days.average(start, end);
            if (!average || !isAbove(*average)) {
                close(run);
                note(average);
                continue;
            }
            note(average);
            extend(run, "rolling", start, end, *average);
        }
        close(run);
    }

    /// One rotation at a time, cut at 28 days; those that end in [from, to].
    void rotations(const std::vector<int>& rotation, int from, int to) {
        for (int start = m_first; start <= m_last;) {
            int end = start;
            while (end < m_last && rotation[size_t(end) + 1] == rotation[size_t(start)] && end - start + 1 < kWindowDays)
                ++end;
            const bool relevant = end >= from && end <= to && rotation[size_t(start)] >= 0;
            const std::optional<double> average = relevant ? m_days.average(start, end) : std::nullopt;
            note(average);
            if (average && isAbove(*average)) {
                std::optional<HoursViolation> alone;
                extend(alone, "rotation", start, end, *average);
                close(alone);
            }
            start = end + 1;
        }
    }

    ResidentHours finish(int from, int to) {
        from = std::max(from, m_first);
        to = std::min(to, m_last);
        if (from <= to)
            m_resident.overallAverage = m_days.average(from, to);
        for (int end = from; end <= to; ++end)
            m_resident.worstWeek = std::max(m_resident.worstWeek, m_days.hours(std::max(end - 6, m_first), end));
        if (const auto& worst = m_resident.worstAverage) {
            m_resident.level = isAbove(*worst)              ? HoursLevel::Violation
                               : *worst > m_limits.warning ? HoursLevel::Warning
                               : *worst > m_limits.watch   ? HoursLevel::Watch
                                                           : HoursLevel::Fine;
        }
        return m_resident;
    }

  private:
    bool isAbove(double average) const { return average > m_limits.limit + kHoursTolerance; }

    void note(const std::optional<double>& average) {
        if (!average)
            return;
        ++m_resident.checks;
        m_resident.failed += isAbove(*average) ? 1 : 0;
        m_resident.worstAverage = std::max(m_resident.worstAverage.value_or(0), *average);
    }

    void extend(std::optional<HoursViolation>& run, const char* basis, int start, int end, double average) const {
        if (!run) {
            run.emplace();
            run->person = m_resident.person;
            run->basis = basis;
            run->firstWindowStart = m_days.date(start);
        }
        ++run->windows;
        if (average > run->worstAverage) {
            run->worstAverage = average;
            run->worstWindowStart = m_days.date(start);
            run->worstWindowEnd = m_days.date(end);
        }
    }

    void close(std::optional<HoursViolation>& run) {
        if (!run)
            return;
        run->severity = run->worstAverage > m_limits.limit * kCriticalFactor + kHoursTolerance ? "CRITICAL" : "HIGH";
        m_report.violations.push_back(*run);
        run.reset();
    }

    const Days& m_days;
    const DutyLimits& m_limits;
    const int m_first, m_last; ///< positions between which the resident is in the programme
    DutyHoursReport& m_report;
    ResidentHours m_resident;
};

} // namespace

const char* toText(HoursLevel level) {
    switch (level) {
    case HoursLevel::Fine: return "fine";
    case HoursLevel::Watch: return "watch";
    case HoursLevel::Warning: return "warning";
    case HoursLevel::Violation: return "violation";
    }
    return "violation";
}

std::vector<DutyPeriod> dutyPeriods(const Programme& programme, int person) {
    if (programme.days.empty())
        return {};
    return periodsOf(programme, Presence(programme), person, assignmentsByPerson(programme)[size_t(person)]);
}

std::vector<std::vector<DutyPeriod>> dutyPeriods(const Programme& programme) {
    std::vector<std::vector<DutyPeriod>> periods(programme.people.size());
    if (programme.days.empty())
        return periods;
    const Presence presence(programme);
    const auto assignments = assignmentsByPerson(programme);
    for (size_t p = 0; p < programme.people.size(); ++p)
        periods[p] = periodsOf(programme, presence, int(p), assignments[p]);
    return periods;
}

double hoursBetween(const std::vector<DutyPeriod>& periods, base::Date from, base::Date before) {
    int64_t minutes = 0;
    for (const DutyPeriod& period : periods)
        minutes += std::max<int64_t>(0, std::min(period.end, midnight(before)) - std::max(period.start, midnight(from)));
    return double(minutes) / 60;
}

std::optional<double> DutyHoursReport::compliancePercent() const {
    if (checks == 0)
        return std::nullopt;
    return 100.0 * (checks - failed) / checks;
}

DutyHoursReport checkDutyHours(const Programme& programme, base::Date from, base::Date to, const DutyLimits& limits) {
    DutyHoursReport report;
    if (programme.days.empty())
        return report;
    const Presence presence(programme);
    const auto assignments = assignmentsByPerson(programme);
    const auto position = [&](base::Date date) {
        return int((std::clamp(date, programme.first(), programme.last()) - programme.first()).count());
    };
    for (size_t p = 0; p < programme.people.size(); ++p) {
        const Person& person = programme.people[p];
        if (person.isFaculty() || person.activeFrom > programme.last() ||
            (person.activeTo && *person.activeTo < programme.first()))
            continue;
        const Days days(programme, presence, int(p), assignments[p]);
        ResidentCheck check(days, limits, int(p), position(person.activeFrom),
                            position(person.activeTo.value_or(programme.last())), report);
        check.rolling(position(from), position(to));
        check.rotations(rotationOfDays(programme, presence, assignments[p]), position(from), position(to));
        report.residents.push_back(check.finish(position(from), position(to)));
        report.checks += report.residents.back().checks;
        report.failed += report.residents.back().failed;
    }
    return report;
}

} // namespace core::programme
