#include "core/programme/WeeklyHours.h"

#include "core/programme/DutyHours.h"
#include "core/programme/Presence.h"

#include <algorithm>

namespace core::programme {

namespace {

constexpr std::chrono::days kWeek{7};

base::Date firstMondayFrom(base::Date date) {
    return date + std::chrono::days((7 - base::isoWeekday(date)) % 7);
}

bool hasLeave(const Presence& presence, int person, base::Date monday) {
    for (base::Date date = monday; date < monday + kWeek; date += std::chrono::days(1))
        if (const int day = presence.dayIndex(date); day < 0 || presence.leaveDay(person, day))
            return true;
    return false;
}

} // namespace

std::vector<PersonWeeks> weeklyHours(const Programme& programme, PersonType type, base::Date from, base::Date to) {
    std::vector<PersonWeeks> list;
    if (programme.days.empty())
        return list;
    const Presence presence(programme);
    const auto periods = dutyPeriods(programme);
    from = std::max(from, programme.first());
    to = std::min(to, programme.last());
    for (size_t p = 0; p < programme.people.size(); ++p) {
        const Person& person = programme.people[p];
        if (person.type != type)
            continue;
        PersonWeeks own{int(p), {}};
        const base::Date last = std::min(to, person.activeTo.value_or(to));
        for (base::Date monday = firstMondayFrom(std::max(from, person.activeFrom)); monday + kWeek - std::chrono::days(1) <= last;
             monday += kWeek)
            if (!hasLeave(presence, int(p), monday))
                own.weeks.push_back({monday, hoursBetween(periods[p], monday, monday + kWeek)});
        list.push_back(std::move(own));
    }
    return list;
}

} // namespace core::programme
