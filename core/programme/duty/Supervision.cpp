#include "core/programme/duty/Supervision.h"

#include "core/base/Text.h"
#include "core/programme/Slots.h"

#include <algorithm>
#include <map>

namespace core::programme::duty {

namespace {

bool isSupervisedPlace(const Rotation& rotation) {
    return rotation.countsAsDuty && !rotation.isInpatient() && !rotation.isNight &&
           (rotation.supervisionRequired || rotation.requiresProcedureCredential);
}

void addOnce(std::vector<int>& people, int person) {
    if (std::find(people.begin(), people.end(), person) == people.end())
        people.push_back(person);
}

/// The places of one day, by half and rotation.
class DayOfSlots {
  public:
    DayOfSlots(const Programme& programme, const Presence& presence, int day)
        : m_programme(programme), m_presence(presence), m_day(day) {}

    void add(const Assignment& a) {
        if (a.rotation < 0 || a.person < 0 || a.half == Half::Night || !isWork(m_programme, a) ||
            !m_presence.present(a.person, m_day, a.half))
            return;
        const Rotation& rotation = m_programme.rotations[size_t(a.rotation)];
        if (!isSupervisedPlace(rotation))
            return;
        SupervisedSlot& slot = m_slots[{a.half, a.rotation}];
        const Person& person = m_programme.people[size_t(a.person)];
        if (!person.isFaculty())
            addOnce(slot.residents, a.person);
        else if (supervises(a) && isQualified(rotation, person))
            addOnce(slot.faculty, a.person);
    }

    void finish(const DutyPolicy& policy, std::vector<SupervisedSlot>& slots) {
        for (auto& [place, slot] : m_slots) {
            if (slot.residents.empty())
                continue;
            slot.day = m_day;
            std::tie(slot.half, slot.rotation) = place;
            const int pgy1 = int(std::count_if(slot.residents.begin(), slot.residents.end(), [&](int resident) {
                return m_programme.people[size_t(resident)].pgy <= 1;
            }));
            const int all = int(slot.residents.size());
            slot.hasPgy1 = pgy1 > 0;
            slot.required = m_programme.rotations[size_t(slot.rotation)].requiresProcedureCredential
                                ? all
                                : attendingsFor(policy, pgy1, all - pgy1);
            slots.push_back(std::move(slot));
        }
    }

  private:
    const Programme& m_programme;
    const Presence& m_presence;
    const int m_day;
    std::map<std::pair<Half, int>, SupervisedSlot> m_slots;
};

std::vector<std::string> peopleLines(const Programme& programme, const SupervisedSlot& slot) {
    std::vector<std::string> lines;
    for (const int resident : slot.residents) {
        const Person& person = programme.people[size_t(resident)];
        lines.push_back(person.name +
                        (person.pgy > 0 ? " (PGY-" + std::to_string(person.pgy) + ")" : " (no PGY level)"));
    }
    for (const int member : slot.faculty)
        lines.push_back(programme.people[size_t(member)].name + " (attending)");
    return lines;
}

Finding deficitOf(const Programme& programme, const SupervisedSlot& slot) {
    const base::Date date = programme.days[size_t(slot.day)].date;
    const std::string& rotation = programme.rotations[size_t(slot.rotation)].abbreviation;
    Finding finding;
    finding.rule = Rule::Sup;
    finding.basis = rotation;
    finding.severity =
        slot.deficit() >= 2 || (slot.faculty.empty() && slot.hasPgy1) ? Severity::Critical : Severity::High;
    finding.place = Place{slot.half, slot.rotation};
    finding.firstStart = finding.firstEnd = finding.worstStart = finding.worstEnd = finding.lastEnd = date;
    finding.value = double(slot.faculty.size());
    finding.limit = slot.required;
    finding.anchor = base::formatDate(date) + " " + toText(slot.half);
    finding.message = rotation + " on " + finding.anchor + " has " +
                      base::counted(int(slot.faculty.size()), "attending", "attendings") + " for " +
                      base::counted(int(slot.residents.size()), "resident", "residents") + ", " +
                      std::to_string(slot.required) + (slot.required == 1 ? " is" : " are") + " required";
    finding.worked.push_back({date, std::nullopt, toText(slot.half), peopleLines(programme, slot)});
    return finding;
}

} // namespace

int attendingsFor(const DutyPolicy& policy, int pgy1, int seniors) {
    const int whole = policy.pgy1PerFaculty * policy.seniorsPerFaculty;
    return (pgy1 * policy.seniorsPerFaculty + seniors * policy.pgy1PerFaculty + whole - 1) / whole;
}

std::vector<SupervisedSlot> supervisedSlots(const Programme& programme, const Presence& presence, int from, int to,
                                            const DutyPolicy& policy) {
    std::vector<SupervisedSlot> slots;
    for (int day = from; day <= to; ++day) {
        DayOfSlots places(programme, presence, day);
        for (const Assignment& a : programme.assignmentsOn(programme.days[size_t(day)].date))
            places.add(a);
        places.finish(policy, slots);
    }
    return slots;
}

void checkSupervision(const Programme& programme, const std::vector<SupervisedSlot>& slots, RuleLedger& ledger) {
    for (size_t i = 0; i < slots.size(); ++i) {
        const bool broken = slots[i].deficit() > 0;
        ledger.check(Rule::Sup, int(i), broken ? Verdict::Broken : Verdict::Kept);
        if (broken)
            ledger.add(deficitOf(programme, slots[i]));
    }
}

} // namespace core::programme::duty
