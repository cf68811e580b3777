#include "core/programme/duty/DutyDays.h"

#include <algorithm>
#include <numeric>

namespace core::programme::duty {

using std::chrono::days;
using std::chrono::minutes;

DutyDays::DutyDays(const Programme& programme, const Presence& presence, int person, DutyTimes times)
    : m_programme(programme), m_person(person), m_times(std::move(times)), m_origin(programme.first()) {
    const size_t count = programme.days.size();
    m_minutes.assign(count, minutes(0));
    m_taken.assign(count, false);
    m_leave.assign(count, false);
    const Person& who = programme.people[size_t(person)];
    const base::Date last = std::min(who.activeTo.value_or(programme.last()), programme.last());
    if (who.activeFrom <= last && last >= programme.first()) {
        m_first = dayAt(who.activeFrom);
        m_last = dayAt(last);
    }
    for (const DutyPeriod& period : m_times.periods)
        clip(period);
    for (const AtHomeCall& call : m_times.atHomeCall)
        take(call.start, call.end);
    addUp(presence);
}

int DutyDays::dayAt(base::Date date) const {
    return int((std::clamp(date, m_programme.first(), m_programme.last()) - m_origin).count());
}

/// Spreads the minutes of a period over its calendar days.
void DutyDays::clip(const DutyPeriod& period) {
    for (LocalMinute start = period.start; start < period.end;) {
        const base::Date date = dayOf(start);
        const LocalMinute end = std::min(period.end, midnight(date + days(1)));
        if (const auto day = (date - m_origin).count(); day >= 0 && day < int64_t(m_minutes.size())) {
            m_minutes[size_t(day)] += end - start;
            m_taken[size_t(day)] = true;
        }
        start = end;
    }
}

void DutyDays::take(LocalMinute start, LocalMinute end) {
    for (base::Date date = dayOf(start); midnight(date) < end; date += days(1))
        if (const auto day = (date - m_origin).count(); day >= 0 && day < int64_t(m_taken.size()))
            m_taken[size_t(day)] = true;
}

void DutyDays::addUp(const Presence& presence) {
    const size_t count = m_minutes.size();
    m_counted.assign(count + 1, 0);
    m_exposed.assign(count + 1, 0);
    m_free.assign(count + 1, 0);
    for (size_t d = 0; d < count; ++d) {
        m_leave[d] = presence.leaveDay(m_person, int(d));
        m_counted[d + 1] = m_counted[d] + (m_leave[d] ? 0 : m_minutes[d].count());
        m_exposed[d + 1] = m_exposed[d] + (m_leave[d] ? 0 : 1);
        m_free[d + 1] = m_free[d] + (isFree(int(d)) ? 1 : 0);
    }
}

double DutyDays::hours(int from, int to) const {
    return double(m_counted[size_t(to) + 1] - m_counted[size_t(from)]) / 60.0;
}

double DutyDays::hoursWithLeave(int from, int to) const {
    return double(std::accumulate(m_minutes.begin() + from, m_minutes.begin() + to + 1, minutes(0)).count()) / 60.0;
}

std::optional<double> DutyDays::average(int from, int to) const {
    const int exposed = exposedDays(from, to);
    if (exposed < kLeastExposedDays)
        return std::nullopt;
    return hours(from, to) * 7 / exposed;
}

bool DutyDays::concerns(const DutyPeriod& period) const {
    return m_first <= m_last && period.end > midnight(date(m_first)) && period.start < midnight(date(m_last + 1));
}

std::vector<DutyDays> dutyDays(const Programme& programme, const Presence& presence, PersonType type,
                               const DutyPolicy& policy) {
    const DutyReader duty(programme, presence, policy);
    std::vector<DutyDays> people;
    people.reserve(programme.people.size());
    for (size_t p = 0; p < programme.people.size(); ++p)
        if (programme.people[p].type == type)
            people.emplace_back(programme, presence, int(p), duty.of(int(p)));
    return people;
}

} // namespace core::programme::duty
