#include "core/programme/Presence.h"

#include <algorithm>
#include <array>

namespace core::programme {

namespace {

/// Activity codes of a half-day that is free although a rotation is named.
constexpr std::array<std::string_view, 6> kFreeActivities{"DO", "PC", "W", "OFF", "LV", "HOL"};
constexpr double kHoursWithoutTemplate = 6.0;

bool isHere(PersonStatus status) {
    return status == PersonStatus::Active || status == PersonStatus::Onboarding;
}

} // namespace

Presence::Presence(const Programme& programme) : m_days(programme.days.size()) {
    const size_t people = programme.people.size();
    m_present.assign(people * m_days * 3, false);
    m_absent.assign(people * m_days * 3, false);
    m_leave.assign(people * m_days, false);
    if (m_days == 0)
        return;
    m_first = programme.first();
    std::vector<bool> certain(m_absent.size(), false);
    for (const Absence& absence : programme.absences)
        if (absence.person >= 0 && absence.blocks())
            mark(programme, absence, certain);
    for (size_t p = 0; p < people; ++p)
        for (size_t d = 0; d < m_days; ++d) {
            m_leave[p * m_days + d] = certain[at(int(p), int(d), Half::Am)] && certain[at(int(p), int(d), Half::Pm)];
            if (programme.people[p].isActiveOn(programme.days[d].date) && isHere(programme.people[p].status))
                for (const Half half : {Half::Am, Half::Pm, Half::Night})
                    m_present[at(int(p), int(d), half)] = !m_absent[at(int(p), int(d), half)];
        }
}

void Presence::mark(const Programme& programme, const Absence& absence, std::vector<bool>& certain) {
    const base::Date from = std::max(absence.start, programme.first());
    const base::Date to = std::min(absence.end, programme.last());
    for (base::Date date = from; date <= to; date += std::chrono::days(1)) {
        const int day = dayIndex(date);
        for (const Half half : {Half::Am, Half::Pm, Half::Night})
            if (absence.covers(date, half)) {
                m_absent[at(absence.person, day, half)] = true;
                if (absence.status != AbsenceStatus::Anticipated)
                    certain[at(absence.person, day, half)] = true;
            }
    }
}

int Presence::dayIndex(base::Date date) const {
    const auto offset = (date - m_first).count();
    return offset < 0 || offset >= int64_t(m_days) ? -1 : int(offset);
}

bool isWork(const Programme& programme, const Assignment& assignment) {
    if (assignment.role == AssignmentRole::Backup)
        return false;
    if (std::find(kFreeActivities.begin(), kFreeActivities.end(), assignment.activity) != kFreeActivities.end())
        return false;
    return assignment.rotation < 0 || programme.rotations[size_t(assignment.rotation)].countsAsDuty;
}

double hoursOf(const Programme& programme, int rotation, Half half) {
    if (rotation < 0)
        return kHoursWithoutTemplate;
    const Rotation& r = programme.rotations[size_t(rotation)];
    return half == Half::Am ? r.hoursAm : r.hoursPm;
}

std::vector<std::vector<int>> assignmentsByPerson(const Programme& programme) {
    std::vector<std::vector<int>> positions(programme.people.size());
    for (size_t i = 0; i < programme.assignments.size(); ++i)
        if (programme.assignments[i].person >= 0)
            positions[size_t(programme.assignments[i].person)].push_back(int(i));
    return positions;
}

} // namespace core::programme
