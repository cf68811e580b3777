#include "core/programme/Slots.h"

#include "core/programme/Utilization.h"

#include <algorithm>

namespace core::programme {

namespace {

bool fits(const Person& person, const std::string& specialty, bool credential) {
    return (specialty.empty() || person.hasSpecialty(specialty)) && (!credential || person.performsProcedures);
}

/// Collects who is there, day by day.
class SlotFinder {
  public:
    SlotFinder(const Programme& programme, const Presence& presence) : m_programme(programme), m_presence(presence) {}

    void addDay(int day, std::vector<Slot>& slots) const {
        const Day& today = m_programme.days[size_t(day)];
        for (size_t r = 0; r < m_programme.requirements.size(); ++r) {
            const Requirement& requirement = m_programme.requirements[r];
            if (m_programme.shedCategories.contains(requirement.shedCategory) || !appliesOn(requirement, today))
                continue;
            const double multiplier = demandMultiplier(requirement, today);
            Slot slot;
            slot.day = day;
            slot.half = requirement.half;
            slot.requirement = int(r);
            slot.neededResidents = requirement.minResidents * multiplier;
            slot.neededFaculty = multiplier * facultyNeeded(m_programme, m_presence, requirement, day);
            if (slot.needed() <= 0)
                continue;
            if (slot.half == Half::Night)
                fillNight(slot, today.date);
            else
                fillHalf(slot, requirement, today.date);
            slots.push_back(std::move(slot));
        }
    }

  private:
    void fillHalf(Slot& slot, const Requirement& requirement, base::Date date) const {
        for (const Assignment& a : m_programme.assignmentsOn(date)) {
            if (a.half != slot.half || a.rotation < 0 || a.rotation != requirement.rotation || a.person < 0 ||
                !isWork(m_programme, a) || !m_presence.present(a.person, slot.day, slot.half))
                continue;
            const Person& person = m_programme.people[size_t(a.person)];
            if (!person.isFaculty()) {
                if (!isSurplus(slot, person))
                    slot.residents.push_back(a.person);
            } else if ((!requirement.facultyByUnits || supervises(a)) && isQualified(m_programme, requirement, person)) {
                slot.faculty.push_back(a.person);
            }
        }
    }

    void fillNight(Slot& slot, base::Date date) const {
        const Requirement& requirement = m_programme.requirements[size_t(slot.requirement)];
        const bool ownNight = requirement.rotation >= 0 && m_programme.rotations[size_t(requirement.rotation)].isNight;
        for (const Assignment& a : m_programme.assignmentsOn(date)) {
            if (a.rotation < 0 || a.person < 0 || !m_programme.rotations[size_t(a.rotation)].isNight ||
                (ownNight && a.rotation != requirement.rotation) || !isWork(m_programme, a))
                continue;
            addAtNight(slot, a.person);
        }
        for (const Call& call : m_programme.callsOn(date))
            if (call.person >= 0 && call.type != CallType::Backup)
                addAtNight(slot, call.person);
    }

    /// One PGY-1 more than the requirement may have.
    bool isSurplus(const Slot& slot, const Person& resident) const {
        const std::optional<int> most = m_programme.requirements[size_t(slot.requirement)].maxPgy1;
        const auto interns = std::count_if(slot.residents.begin(), slot.residents.end(),
                                           [this](int one) { return m_programme.people[size_t(one)].mayBeIntern(); });
        return most && resident.mayBeIntern() && interns >= *most;
    }

    void addAtNight(Slot& slot, int person) const {
        if (!m_presence.present(person, slot.day, Half::Night))
            return;
        const Person& who = m_programme.people[size_t(person)];
        if (who.isFaculty() && !isQualified(m_programme, m_programme.requirements[size_t(slot.requirement)], who))
            return;
        std::vector<int>& list = who.isFaculty() ? slot.faculty : slot.residents;
        if (std::find(list.begin(), list.end(), person) == list.end() && (who.isFaculty() || !isSurplus(slot, who)))
            list.push_back(person);
    }

    const Programme& m_programme;
    const Presence& m_presence;
};

} // namespace

double Slot::covered() const {
    return std::min(double(residents.size()), neededResidents) + std::min(double(faculty.size()), neededFaculty);
}

bool supervises(const Assignment& a) {
    return a.role == AssignmentRole::Supervising ||
           (a.role == AssignmentRole::Primary && (a.activity == "AT" || a.activity == "PCAT"));
}

bool isQualified(const Rotation& rotation, const Person& person) {
    return fits(person, rotation.requiresSpecialty, rotation.requiresProcedureCredential);
}

bool isQualified(const Programme& programme, const Requirement& requirement, const Person& person) {
    return fits(person, requirement.requiresSpecialty, requirement.requiresProcedureCredential) &&
           (requirement.rotation < 0 || isQualified(programme.rotations[size_t(requirement.rotation)], person));
}

std::vector<Slot> slotsBetween(const Programme& programme, const Presence& presence, base::Date from, base::Date to) {
    std::vector<Slot> slots;
    const SlotFinder finder(programme, presence);
    for (size_t d = 0; d < programme.days.size(); ++d)
        if (programme.days[d].date >= from && programme.days[d].date <= to)
            finder.addDay(int(d), slots);
    std::stable_sort(slots.begin(), slots.end(), [](const Slot& a, const Slot& b) {
        return std::pair(a.day, a.half) < std::pair(b.day, b.half);
    });
    return slots;
}

} // namespace core::programme
