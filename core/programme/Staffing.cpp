#include "core/programme/Staffing.h"

#include <algorithm>
#include <cmath>

namespace core::programme {

namespace {

constexpr double kNeedTolerance = 1e-9;

} // namespace

Staffing::Staffing(const Programme& programme, base::Date from, base::Date to)
    : m_programme(programme), m_from(from), m_to(to), m_presence(programme),
      m_slots(slotsBetween(programme, m_presence, from, to)), m_substitutes(programme, m_presence, m_slots),
      m_own(programme.people.size()), m_free(m_slots.size()), m_assignments(programme.people.size(), 0) {
    for (size_t s = 0; s < m_slots.size(); ++s) {
        for (const int person : m_slots[s].faculty)
            m_own[size_t(person)].push_back(int(s));
        if (!m_slots[s].faculty.empty() && m_slots[s].neededFaculty > 0)
            m_free[s] = m_substitutes.forSlot(m_slots[s]);
    }
    for (const int person : m_substitutes.faculty())
        if (!m_own[size_t(person)].empty())
            m_serving.push_back(person);
    countAssignments();
}

void Staffing::countAssignments() {
    for (const int person : m_serving) {
        const Slot* before = nullptr;
        for (const int s : m_own[size_t(person)]) {
            const Slot& slot = m_slots[size_t(s)];
            const bool same = before && before->day == slot.day && before->half == slot.half;
            m_assignments[size_t(person)] += same ? 0 : 1;
            before = &slot;
        }
        m_allAssignments += m_assignments[size_t(person)];
    }
}

int Staffing::openUnits(int slot, int lost) const {
    const Slot& s = m_slots[size_t(slot)];
    const double missing = s.neededFaculty - (double(s.faculty.size()) - lost);
    const int units = missing > kNeedTolerance ? int(std::ceil(missing - kNeedTolerance)) : 0;
    return std::min(units, lost);
}

int Staffing::othersQualified(const Requirement& requirement, int person) const {
    return int(std::count_if(m_substitutes.faculty().begin(), m_substitutes.faculty().end(), [&](int other) {
        const Person& who = m_programme.people[size_t(other)];
        const bool here = who.status == PersonStatus::Active || who.status == PersonStatus::Onboarding;
        return other != person && here && who.activeFrom <= m_to && (!who.activeTo || *who.activeTo >= m_from) &&
               isQualified(m_programme, requirement, who);
    }));
}

} // namespace core::programme
