#include "core/programme/Substitutes.h"

#include <algorithm>

namespace core::programme {

using base::kFriday;

namespace {

constexpr double kWeeklyHours = 80;
constexpr double kWeeklyHalfDays = 12; ///< of 14: one whole day stays free
constexpr double kNightHours = 12;
constexpr int kLastClinicalCategory = 3; ///< protected time (4–7) gives way

/// A free half-day that must stay free: after a night, or a granted day off. Weekends and holidays can be called in.
bool isProtectedRest(const Programme& programme, const Assignment& a) {
    if (a.activity == "DO" || a.activity == "PC" || a.activity == "LV")
        return true;
    if (!a.activity.empty() || a.rotation < 0)
        return false;
    const Rotation& rotation = programme.rotations[size_t(a.rotation)];
    return rotation.type == RotationType::Absence || rotation.type == RotationType::Recovery ||
           rotation.abbreviation == "DO" || rotation.abbreviation == "PC";
}

bool isTied(const Programme& programme, const Assignment& a) {
    if (!isWork(programme, a))
        return isProtectedRest(programme, a);
    return a.rotation < 0 || programme.rotations[size_t(a.rotation)].shedCategory <= kLastClinicalCategory;
}

} // namespace

Substitutes::Substitutes(const Programme& programme, const Presence& presence, const std::vector<Slot>& slots)
    : m_programme(programme), m_presence(presence) {
    if (programme.days.empty())
        return;
    m_weekOffset = base::isoWeekday(programme.first());
    m_weeks = (programme.days.size() + size_t(m_weekOffset) + 6) / 7;
    m_busy.assign(programme.people.size() * programme.days.size() * 3, false);
    m_hours.assign(programme.people.size() * m_weeks, 0);
    m_halfDays.assign(programme.people.size() * m_weeks, 0);
    noteAssignments();
    noteCalls();
    for (const Slot& slot : slots)
        for (const int person : slot.faculty)
            m_busy[cell(person, slot.day, slot.half)] = true;
}

void Substitutes::noteAssignments() {
    for (const Assignment& a : m_programme.assignments) {
        const int day = m_presence.dayIndex(a.date);
        if (day < 0 || a.person < 0 || a.role == AssignmentRole::Backup ||
            m_presence.absent(a.person, day, a.half))
            continue;
        if (isTied(m_programme, a))
            m_busy[cell(a.person, day, a.half)] = true;
        if (!isWork(m_programme, a))
            continue;
        m_hours[weekOf(a.person, day)] += hoursOf(m_programme, a.rotation, a.half);
        ++m_halfDays[weekOf(a.person, day)];
        const bool fridayFollows = size_t(day) + 1 < m_programme.days.size() &&
                                   base::isoWeekday(m_programme.days[size_t(day) + 1].date) == kFriday;
        if (m_programme.isFmit(a.rotation) && fridayFollows)
            for (const Half half : {Half::Am, Half::Pm, Half::Night})
                m_busy[cell(a.person, day + 1, half)] = true;
    }
}

void Substitutes::noteCalls() {
    for (const Call& call : m_programme.calls) {
        if (call.person < 0 || call.type == CallType::Backup)
            continue;
        const int day = m_presence.dayIndex(call.date);
        if (day >= 0) {
            m_busy[cell(call.person, day, Half::Night)] = true;
            m_hours[weekOf(call.person, day)] += kNightHours;
        }
        const int next = m_presence.dayIndex(call.date + std::chrono::days(1));
        if (next >= 0)
            for (const Half half : {Half::Am, Half::Pm, Half::Night})
                m_busy[cell(call.person, next, half)] = true;
    }
}

std::vector<int> Substitutes::forSlot(const Slot& slot) const {
    const Requirement& requirement = m_programme.requirements[size_t(slot.requirement)];
    const double hours =
        slot.half == Half::Night ? kNightHours : hoursOf(m_programme, requirement.rotation, slot.half);
    std::vector<int> found;
    for (size_t p = 0; p < m_programme.people.size(); ++p) {
        const Person& person = m_programme.people[p];
        if (!person.isFaculty() || person.role == FacultyRole::Adjunct ||
            !m_presence.present(int(p), slot.day, slot.half) || m_busy[cell(int(p), slot.day, slot.half)] ||
            !isQualified(m_programme, requirement, person))
            continue;
        const size_t week = weekOf(int(p), slot.day);
        const bool roomInWeek = slot.half == Half::Night || m_halfDays[week] + 1 <= kWeeklyHalfDays * person.fte;
        if (roomInWeek && m_hours[week] + hours <= kWeeklyHours)
            found.push_back(int(p));
    }
    return found;
}

} // namespace core::programme
