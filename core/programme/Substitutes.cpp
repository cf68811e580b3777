#include "core/programme/Substitutes.h"

#include "core/programme/Words.h"

#include <algorithm>

namespace core::programme {

using base::kFriday;

namespace {

constexpr double kWeeklyHours = 80;
constexpr double kWeeklyHalfDays = 12; ///< of 14: one whole day stays free
constexpr double kNightHours = 12;
constexpr int kLastClinicalCategory = 3; ///< protected time (4–7) gives way

constexpr Word<StandIn> kStandInWords[] = {{StandIn::Allowed, "allowed"},
                                           {StandIn::NotHere, "not_in_programme"},
                                           {StandIn::Adjunct, "adjunct"},
                                           {StandIn::NotQualified, "not_qualified"},
                                           {StandIn::Absent, "absent"},
                                           {StandIn::Assigned, "assigned"},
                                           {StandIn::DayOff, "day_off"},
                                           {StandIn::PostCall, "post_call"},
                                           {StandIn::WeeklyCap, "weekly_cap"},
                                           {StandIn::EightyHours, "80_hours"}};

constexpr Word<StandIn> kStandInReasons[] = {{StandIn::Allowed, "free"},
                                             {StandIn::NotHere, "not in the programme"},
                                             {StandIn::Adjunct, "an adjunct, never called in"},
                                             {StandIn::NotQualified, "not qualified"},
                                             {StandIn::Absent, "absent"},
                                             {StandIn::Assigned, "assigned elsewhere"},
                                             {StandIn::DayOff, "on a day off"},
                                             {StandIn::PostCall, "after a night on call"},
                                             {StandIn::WeeklyCap, "at the weekly cap of half-days"},
                                             {StandIn::EightyHours, "at 80 hours in that week"}};

/// What an assignment keeps its person from; Allowed: from nothing.
StandIn tieOf(const Programme& programme, const Assignment& a) {
    if (!isWork(programme, a))
        return isProtectedRest(programme, a) ? StandIn::DayOff : StandIn::Allowed;
    const bool clinical =
        a.rotation < 0 || programme.rotations[size_t(a.rotation)].shedCategory <= kLastClinicalCategory;
    return clinical ? StandIn::Assigned : StandIn::Allowed;
}

bool isNight(const Programme& programme, const Assignment& a) {
    return a.rotation >= 0 && programme.rotations[size_t(a.rotation)].isNight;
}

bool isOnFmit(const Programme& programme, const Assignment& a) {
    return programme.isFmit(a.rotation) && isWork(programme, a);
}

bool isHere(const Person& person, base::Date date) {
    return person.isActiveOn(date) && person.status != PersonStatus::Away && person.status != PersonStatus::Separated;
}

} // namespace

const char* toText(StandIn standIn) {
    return wordOf(kStandInWords, standIn);
}

const char* wordsOf(StandIn standIn) {
    return wordOf(kStandInReasons, standIn);
}

bool isProtectedRest(const Programme& programme, const Assignment& a) {
    if (a.activity == "DO" || a.activity == "PC" || a.activity == "LV")
        return true;
    if (!a.activity.empty() || a.rotation < 0)
        return false;
    const Rotation& rotation = programme.rotations[size_t(a.rotation)];
    return rotation.type == RotationType::Absence || rotation.type == RotationType::Recovery ||
           rotation.abbreviation == "DO" || rotation.abbreviation == "PC";
}

bool endsFmitWeek(const Programme& programme, const Assignment& a) {
    const base::Date next = a.date + std::chrono::days(1);
    if (base::isoWeekday(next) != kFriday || !isOnFmit(programme, a))
        return false;
    const auto rows = programme.assignmentsOn(next);
    return std::none_of(rows.begin(), rows.end(), [&](const Assignment& other) {
        return other.person == a.person && isOnFmit(programme, other);
    });
}

Substitutes::Substitutes(const Programme& programme, const Presence& presence, const std::vector<Slot>& slots)
    : m_programme(programme), m_presence(presence) {
    for (size_t p = 0; p < programme.people.size(); ++p)
        if (programme.people[p].isFaculty())
            m_faculty.push_back(int(p));
    std::sort(m_faculty.begin(), m_faculty.end(), [&](int a, int b) {
        return std::pair(programme.people[size_t(a)].id, a) < std::pair(programme.people[size_t(b)].id, b);
    });
    if (programme.days.empty())
        return;
    m_weekOffset = base::isoWeekday(programme.first());
    m_weeks = (programme.days.size() + size_t(m_weekOffset) + 6) / 7;
    m_tied.assign(programme.people.size() * programme.days.size() * 3, uint8_t(StandIn::Allowed));
    m_workHours.assign(m_tied.size(), -1);
    m_hours.assign(programme.people.size() * m_weeks, 0);
    m_halfDays.assign(programme.people.size() * m_weeks, 0);
    noteAssignments();
    noteCalls();
    for (const Slot& slot : slots)
        for (const int person : slot.faculty)
            tie(person, slot.day, slot.half, StandIn::Assigned);
}

/// The first of several reasons in the order of StandIn stays.
void Substitutes::tie(int person, int day, Half half, StandIn reason) {
    uint8_t& tied = m_tied[cell(person, day, half)];
    if (tied == uint8_t(StandIn::Allowed) || uint8_t(reason) < tied)
        tied = uint8_t(reason);
}

void Substitutes::tieDay(int person, int day, StandIn reason) {
    for (const Half half : {Half::Am, Half::Pm, Half::Night})
        tie(person, day, half, reason);
}

/// Hours and half-days of work, and what a night keeps from.
void Substitutes::noteWork(const Assignment& a, int day) {
    const double hours = hoursOf(m_programme, a.rotation, a.half);
    m_hours[weekOf(a.person, day)] += hours;
    if (!isNight(m_programme, a)) {
        ++m_halfDays[weekOf(a.person, day)];
        m_workHours[cell(a.person, day, a.half)] = hours;
        return;
    }
    tie(a.person, day, Half::Night, StandIn::Assigned);
    if (size_t(day) + 1 < m_programme.days.size())
        tieDay(a.person, day + 1, StandIn::PostCall);
}

void Substitutes::noteAssignments() {
    for (const Assignment& a : m_programme.assignments) {
        const int day = m_presence.dayIndex(a.date);
        if (day < 0 || a.person < 0 || a.role == AssignmentRole::Backup)
            continue;
        if (endsFmitWeek(m_programme, a) && size_t(day) + 1 < m_programme.days.size())
            tieDay(a.person, day + 1, StandIn::DayOff);
        if (m_presence.absent(a.person, day, a.half))
            continue;
        const StandIn reason = tieOf(m_programme, a);
        if (reason != StandIn::Allowed)
            tie(a.person, day, a.half, reason);
        if (reason == StandIn::DayOff && a.half == Half::Pm)
            tie(a.person, day, Half::Night, reason);
        if (isWork(m_programme, a))
            noteWork(a, day);
    }
}

void Substitutes::noteCalls() {
    for (const Call& call : m_programme.calls) {
        if (call.person < 0 || call.type == CallType::Backup || m_programme.isAbsent(call.person, call.date, Half::Night))
            continue; // who is absent is not on call after all
        const int day = m_presence.dayIndex(call.date);
        if (day >= 0) {
            tie(call.person, day, Half::Night, StandIn::Assigned);
            m_hours[weekOf(call.person, day)] += kNightHours;
        }
        if (const int next = m_presence.dayIndex(call.date + std::chrono::days(1)); next >= 0)
            tieDay(call.person, next, StandIn::PostCall);
    }
}

WeekWith Substitutes::weekWith(int person, const Slot& slot) const {
    const size_t week = weekOf(person, slot.day);
    const bool night = slot.half == Half::Night;
    const Requirement& requirement = m_programme.requirements[size_t(slot.requirement)];
    const double givesWay = m_workHours[cell(person, slot.day, slot.half)];
    WeekWith with{m_hours[week], m_halfDays[week]};
    with.hours += night ? kNightHours : hoursOf(m_programme, requirement.rotation, slot.half);
    with.hours -= std::max(0.0, givesWay);
    with.halfDays += night || givesWay >= 0 ? 0 : 1;
    return with;
}

StandIn Substitutes::judge(int person, const Slot& slot) const {
    const Person& who = m_programme.people[size_t(person)];
    if (!isHere(who, m_programme.days[size_t(slot.day)].date))
        return StandIn::NotHere;
    if (!who.isRegularFaculty())
        return StandIn::Adjunct;
    if (!isQualified(m_programme, m_programme.requirements[size_t(slot.requirement)], who))
        return StandIn::NotQualified;
    if (m_presence.absent(person, slot.day, slot.half))
        return StandIn::Absent;
    if (const auto tied = StandIn(m_tied[cell(person, slot.day, slot.half)]); tied != StandIn::Allowed)
        return tied;
    const WeekWith week = weekWith(person, slot);
    if (slot.half != Half::Night && week.halfDays > kWeeklyHalfDays * who.fte)
        return StandIn::WeeklyCap;
    return week.hours > kWeeklyHours ? StandIn::EightyHours : StandIn::Allowed;
}

std::vector<int> Substitutes::forSlot(const Slot& slot) const {
    std::vector<int> found;
    for (const int person : m_faculty)
        if (judge(person, slot) == StandIn::Allowed)
            found.push_back(person);
    return found;
}

} // namespace core::programme
