#include "core/programme/WeeklyHours.h"

#include "core/programme/duty/DutyDays.h"

#include <algorithm>

namespace core::programme {

namespace {

constexpr std::chrono::days kWeek{7}, kToSunday{6};

base::Date firstMondayFrom(base::Date date) {
    return date + std::chrono::days((7 - base::isoWeekday(date)) % 7);
}

} // namespace

std::vector<PersonWeeks> weeklyHours(const Programme& programme, PersonType type, base::Date from, base::Date to) {
    std::vector<PersonWeeks> list;
    if (programme.days.empty())
        return list;
    const Presence presence(programme);
    from = std::max(from, programme.first());
    to = std::min(to, programme.last());
    for (const duty::DutyDays& days : duty::dutyDays(programme, presence, type)) {
        const Person& person = programme.people[size_t(days.person())];
        PersonWeeks own{days.person(), {}};
        const base::Date last = std::min(to, person.activeTo.value_or(to));
        for (base::Date monday = firstMondayFrom(std::max(from, person.activeFrom)); monday + kToSunday <= last;
             monday += kWeek) {
            const int first = days.dayAt(monday), sunday = days.dayAt(monday + kToSunday);
            if (days.leaveDays(first, sunday) == 0)
                own.weeks.push_back({monday, days.hours(first, sunday)});
        }
        list.push_back(std::move(own));
    }
    return list;
}

} // namespace core::programme
