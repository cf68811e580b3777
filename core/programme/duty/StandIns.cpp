#include "core/programme/duty/StandIns.h"

#include "core/programme/Slots.h"
#include "core/programme/duty/AverageHours.h"

#include <algorithm>

namespace core::programme::duty {

namespace {

constexpr int kLastClinicalCategory = 3; ///< protected time (4–7) gives way

} // namespace

StandIns::StandIns(const Programme& programme, const Presence& presence, const DutyPolicy& policy,
                   const std::vector<DutyDays>& residents)
    : m_programme(programme), m_presence(presence), m_policy(policy), m_residents(residents) {}

const DutyDays* StandIns::daysOf(int person) const {
    const auto found = std::find_if(m_residents.begin(), m_residents.end(),
                                    [person](const DutyDays& days) { return days.person() == person; });
    return found == m_residents.end() ? nullptr : &*found;
}

bool StandIns::isRested(const DutyDays& days, LocalMinute start, LocalMinute end) const {
    return std::all_of(days.times().periods.begin(), days.times().periods.end(), [&](const DutyPeriod& period) {
        const bool isLong = period.end - period.start >= wholeMinutes(m_policy.continuousHours);
        const double rest = isLong ? m_policy.restAfterContinuousHours : m_policy.restHours;
        return start - period.end >= wholeMinutes(rest) || period.start - end >= wholeMinutes(m_policy.restHours);
    });
}

bool StandIns::keepsDaysOff(const DutyDays& days, int day) const {
    if (!days.isFree(day))
        return true;
    for (int end = std::max(day, days.first() + kWindowDays - 1); end <= std::min(day + kWindowDays - 1, days.last());
         ++end) {
        const int start = end - kWindowDays + 1;
        if (days.freeDays(start, end) - 1 < days.exposedDays(start, end) / 7)
            return false;
    }
    return true;
}

/// The heaviest four weeks around `day` with `hours` more; absent: above the limit, or not known.
std::optional<double> StandIns::averageWith(const DutyDays& days, int day, double hours) const {
    std::optional<double> heaviest;
    for (const WindowValue& window : fourWeekWindows(days, day, day + kWindowDays - 1)) {
        const double average = window.value + hours * 7 / days.exposedDays(window.start, window.end);
        heaviest = std::max(heaviest.value_or(0), average);
    }
    return heaviest && levelOf(*heaviest, m_policy) == HoursLevel::Violation ? std::nullopt : heaviest;
}

std::optional<StandIn> StandIns::judge(const DutyDays& days, base::Date date, LocalMinute start,
                                       LocalMinute end) const {
    const int day = m_presence.dayIndex(date);
    if (day < days.first() || day > days.last() || !days.isFree(day) || !isRested(days, start, end) ||
        !keepsDaysOff(days, day))
        return std::nullopt;
    for (const Half half : {Half::Am, Half::Pm, Half::Night})
        if (!m_presence.present(days.person(), day, half))
            return std::nullopt;
    const auto average = averageWith(days, day, double((end - start).count()) / 60);
    return average ? std::optional(StandIn{days.person(), *average}) : std::nullopt;
}

std::optional<StandIn> StandIns::find(int person, base::Date date, LocalMinute start, LocalMinute end) const {
    if (m_presence.dayIndex(date) < 0)
        return std::nullopt;
    const int level = m_programme.people[size_t(person)].pgy;
    std::optional<StandIn> best;
    std::pair<int, double> least;
    for (const DutyDays& days : m_residents) {
        const int theirs = m_programme.people[size_t(days.person())].pgy;
        if (days.person() == person || theirs < std::min(level, 2))
            continue;
        const auto standIn = judge(days, date, start, end);
        if (!standIn)
            continue;
        const std::pair<int, double> cost{theirs == level ? 0 : 1, standIn->average};
        if (!best || cost < least) {
            best = standIn;
            least = cost;
        }
    }
    return best;
}

std::vector<int> StandIns::freeAttendings(base::Date date, Half half, int rotation) const {
    std::vector<int> free;
    const int day = m_presence.dayIndex(date);
    if (day < 0)
        return free;
    const auto isBusy = [&](int person) {
        const auto rows = m_programme.assignmentsOn(date);
        return std::any_of(rows.begin(), rows.end(), [&](const Assignment& a) {
            return a.person == person && a.half == half && a.role != AssignmentRole::Backup &&
                   (!isWork(m_programme, a) || a.rotation < 0 ||
                    m_programme.rotations[size_t(a.rotation)].shedCategory <= kLastClinicalCategory);
        });
    };
    for (size_t p = 0; p < m_programme.people.size(); ++p) {
        const Person& person = m_programme.people[p];
        if (person.isFaculty() && person.role != FacultyRole::Adjunct && m_presence.present(int(p), day, half) &&
            isQualified(m_programme.rotations[size_t(rotation)], person) && !isBusy(int(p)))
            free.push_back(int(p));
    }
    return free;
}

} // namespace core::programme::duty
