#include "core/programme/fallback/Reduced.h"

#include "core/programme/Slots.h"

#include <algorithm>
#include <cmath>
#include <set>

namespace core::programme::fallback {

using std::chrono::days;

namespace {

constexpr double kWhole = 1e-9;

/// Takes off the published programme what a scenario takes, step by step.
class Reduction {
  public:
    Reduction(const Programme& published, const ScenarioRule& rule, const Loss& loss, base::Date from, base::Date to)
        : m_rule(rule), m_loss(loss), m_from(from), m_to(to) {
        m_result.programme = published;
        m_result.lost.assign(published.people.size() * published.days.size(), false);
    }

    Reduced run() {
        cancelLeave();
        removePeople();
        dropRequirements();
        if (m_loss.crew == Crew::Holiday)
            makeHolidays();
        dropWork();
        if (m_loss.crew == Crew::Holiday)
            keepMinimumCrew();
        return std::move(m_result);
    }

  private:
    Programme& programme() { return m_result.programme; }
    bool isInPeriod(base::Date date) const { return date >= m_from && date <= m_to; }
    int dayOf(base::Date date) { return int((date - programme().first()).count()); }

    void cancelLeave() {
        const std::set<std::string> cancelled(m_loss.cancelledLeave.begin(), m_loss.cancelledLeave.end());
        auto& absences = programme().absences;
        for (const Absence& absence : absences)
            if (cancelled.contains(absence.id))
                m_recalled.push_back(absence);
        std::erase_if(absences, [&](const Absence& absence) { return cancelled.contains(absence.id); });
        // What was taken before the period stays leave.
        for (Absence before : m_recalled)
            if (before.start < m_from) {
                before.end = m_from - days(1);
                before.endHalf = Half::Pm;
                absences.push_back(std::move(before));
            }
    }

    void removePeople() {
        for (const Removal& removal : m_loss.removals) {
            Absence away;
            away.id = "fallback";
            away.person = removal.person;
            away.start = removal.from;
            away.end = removal.to;
            away.type = "fallback";
            away.status = AbsenceStatus::Confirmed;
            programme().absences.push_back(std::move(away));
            for (base::Date date = removal.from; date <= removal.to; date += days(1))
                m_result.lost[size_t(removal.person) * programme().days.size() + size_t(dayOf(date))] = true;
        }
    }

    void dropRequirements() {
        programme().shedLevel = 0;
        programme().shedCategories.clear();
        for (Requirement& requirement : programme().requirements)
            if (m_rule.shedding.covers(programme(), requirement))
                requirement.validTo = std::min(requirement.validTo.value_or(m_to), m_from - days(1));
            else if (requirement.rotation >= 0)
                m_needed.insert(requirement.rotation);
    }

    void makeHolidays() {
        for (Day& day : programme().days)
            if (isInPeriod(day.date)) {
                day.holiday = true;
                day.multiplier = 0;
            }
    }

    bool isShed(int rotation) {
        return rotation >= 0 && !m_needed.contains(rotation) &&
               m_rule.shedding.covers(programme().rotations[size_t(rotation)]);
    }

    /// Leave that no longer is any.
    bool isRecalled(const Assignment& a) const {
        return std::any_of(m_recalled.begin(), m_recalled.end(), [&](const Absence& absence) {
            return absence.person == a.person && absence.covers(a.date, a.half);
        });
    }

    void dropWork() {
        const Presence presence(programme());
        std::erase_if(programme().assignments, [&](const Assignment& a) {
            if (!isInPeriod(a.date) || a.person < 0)
                return false;
            const bool night = a.rotation >= 0 && programme().rotations[size_t(a.rotation)].isNight;
            if (!presence.present(a.person, dayOf(a.date), night ? Half::Night : a.half))
                return true;
            if (!isWork(programme(), a))
                return isRecalled(a);
            if (isShed(a.rotation))
                m_result.givenUp[{a.person, dayOf(a.date), a.half}] = a.rotation;
            return isShed(a.rotation);
        });
        std::erase_if(programme().calls, [&](const Call& call) {
            return isInPeriod(call.date) && call.person >= 0 &&
                   !presence.present(call.person, dayOf(call.date), Half::Night);
        });
    }

    void keepMinimumCrew() {
        std::set<std::tuple<int, int, Half>> crew; ///< (person, day, half)
        const Presence presence(programme());
        for (const Slot& slot : slotsBetween(programme(), presence, m_from, m_to)) {
            keepFirst(slot, slot.residents, slot.neededResidents, crew);
            keepFirst(slot, slot.faculty, slot.neededFaculty, crew);
        }
        std::erase_if(programme().assignments, [&](const Assignment& a) {
            if (!isInPeriod(a.date) || a.person < 0 || a.role == AssignmentRole::Backup || !isWork(programme(), a))
                return false;
            const bool night = a.rotation >= 0 && programme().rotations[size_t(a.rotation)].isNight;
            if (crew.contains({a.person, dayOf(a.date), night ? Half::Night : a.half}))
                return false;
            m_result.givenUp[{a.person, dayOf(a.date), a.half}] = a.rotation;
            return true;
        });
        std::erase_if(programme().calls, [&](const Call& call) {
            return isInPeriod(call.date) && call.person >= 0 && call.type != CallType::Backup &&
                   !crew.contains({call.person, dayOf(call.date), Half::Night});
        });
    }

    void keepFirst(const Slot& slot, std::vector<int> people, double needed,
                   std::set<std::tuple<int, int, Half>>& crew) {
        std::sort(people.begin(), people.end(), [this](int a, int b) {
            return programme().people[size_t(a)].id < programme().people[size_t(b)].id;
        });
        const size_t count = size_t(std::ceil(needed - kWhole));
        for (size_t i = 0; i < std::min(count, people.size()); ++i)
            crew.insert({people[i], slot.day, slot.half});
    }

    const ScenarioRule& m_rule;
    const Loss& m_loss;
    const base::Date m_from, m_to;
    Reduced m_result;
    std::vector<Absence> m_recalled;
    std::set<int> m_needed; ///< rotations that a requirement names which goes on
};

} // namespace

Reduced reduced(const Programme& published, const ScenarioRule& rule, const Loss& loss, base::Date from, base::Date to) {
    return Reduction(published, rule, loss, from, to).run();
}

} // namespace core::programme::fallback
