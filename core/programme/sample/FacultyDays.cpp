#include "core/programme/sample/Draft.h"

#include "core/programme/Utilization.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace core::programme::sample {

using base::kFriday;
using base::kSaturday;

namespace {

constexpr int kSpares = 2; ///< holders of a skill in use who stay free, one of whom may be over their week

struct Slot {
    int rotation = kNone;
    AssignmentRole role = AssignmentRole::Primary;
    const char* activity = "";
};

/// Half-days of the faculty. FMIT, rest and leave are settled; services and clinic attending are given to whoever did
/// least; own clinics and protected time go where most people are free, so that somebody stays free in every half-day.
class FacultyDays {
  public:
    explicit FacultyDays(Draft& draft)
        : m_draft(draft), m_chance(draft.chance(Step::Faculty)), m_slots(size_t(draft.faculty)),
          m_served(size_t(draft.faculty), 0), m_attended(size_t(draft.faculty), 0), m_owed(size_t(draft.faculty), 0.0),
          m_owedProtected(draft.programme.commitments.size(), 0.0), m_fmit(draft.rotationNamed("FMIT")),
          m_clinic(draft.rotationNamed("C")), m_own(draft.rotationNamed("FC")), m_rest(draft.rotationNamed("DO")) {
        for (auto& days : m_slots)
            days.assign(size_t(draft.dayCount()), {});
        for (int member = 0; member < draft.faculty; ++member)
            m_skills.push_back({hasSkill(of(member), Skill::SportsMedicine), hasSkill(of(member), Skill::Procedures)});
    }

    void run() {
        std::erase_if(m_draft.programme.assignments,
                      [&](const Assignment& row) { return row.person >= m_draft.residents; });
        countUnits();
        for (int day = 0; day < m_draft.dayCount(); ++day) {
            for (int member = 0; member < m_draft.faculty; ++member)
                settle(member, day);
            if (isWorkday(day)) {
                serve(day);
                attend(day);
            }
        }
        for (int monday = -m_draft.weekday(0); monday < m_draft.dayCount(); monday += 7)
            fillWeek(monday);
        write();
    }

  private:
    int person(int member) const { return m_draft.residents + member; }
    const Person& of(int member) const { return m_draft.person(person(member)); }
    Slot& slot(int member, int day, int half) { return m_slots[size_t(member)][size_t(day)][size_t(half)]; }
    bool isWorkday(int day) const {
        return day >= 0 && day < m_draft.dayCount() && m_draft.weekday(day) < kSaturday &&
               m_draft.day(day).multiplier > 0;
    }
    bool isFree(int member, int day, int half) {
        return of(member).role != FacultyRole::Adjunct && slot(member, day, half).rotation == kNone &&
               !m_draft.isAway(person(member), day, half);
    }

    /// Supervision units in the continuity clinic, by half-day of the year.
    void countUnits() {
        m_units.assign(size_t(2 * m_draft.dayCount()), 0);
        for (const Assignment& row : m_draft.programme.assignments)
            if (row.rotation == m_clinic)
                m_units[size_t(2 * (row.date - m_draft.programme.yearStart).count() + int(row.half))] +=
                    supervisionUnits(m_draft.person(row.person));
    }

    void settle(int member, int day) {
        const int who = person(member);
        if (m_draft.onFmit(who, day)) {
            for (const int half : {0, 1})
                slot(member, day, half) = {m_fmit, AssignmentRole::Primary, ""};
            return;
        }
        if (!isWorkday(day))
            return;
        const bool afterFmit = m_draft.weekday(day) == kFriday && m_draft.onFmit(who, day - 1);
        for (const int half : {0, 1})
            if (const char tag = m_draft.away[size_t(who)][size_t(2 * day + half)])
                slot(member, day, half) = {leaveRotation(tag), AssignmentRole::Primary, ""};
            else if (afterFmit || (half == 1 && wasOnCall(who, day)))
                slot(member, day, half) = {m_rest, AssignmentRole::Primary, "DO"};
            else if (wasOnCall(who, day))
                slot(member, day, half) = {m_clinic, AssignmentRole::Supervising, "PCAT"};
    }

    int leaveRotation(char tag) const {
        return m_draft.rotationNamed(tag == 'T' ? "TDY" : tag == 'D' ? "DEP" : tag == 'C' ? "CONF" : "LV");
    }

    bool wasOnCall(int who, int day) const { return day > 0 && m_draft.programme.calls[size_t(day - 1)].person == who; }

    static bool isQualified(const Person& person, const Requirement& row) {
        return (row.requiresSpecialty.empty() || person.hasSpecialty(row.requiresSpecialty)) &&
               (!row.requiresProcedureCredential || person.performsProcedures);
    }

    /// Clinics and lectures that name their number of faculty.
    void serve(int day) {
        for (const Requirement& row : m_draft.programme.requirements) {
            if (row.half == Half::Night || row.rotation == m_fmit || row.facultyByUnits || row.minFaculty <= 0 ||
                !appliesOn(row, m_draft.day(day)))
                continue;
            for (int needed = int(std::ceil(row.minFaculty)); needed > 0; --needed)
                if (const int member = server(row, day); member != kNone) {
                    slot(member, day, int(row.half)) = {row.rotation, AssignmentRole::Supervising, ""};
                    ++m_served[size_t(member)];
                }
        }
    }

    /// Sports medicine is held by its specialist when there, everything else by whoever did least.
    int server(const Requirement& row, int day) {
        const int half = int(row.half);
        if (row.requiresSpecialty == "sports_medicine")
            if (const int specialist =
                    least(m_served, day, half, [&](int who) { return of(who).role == FacultyRole::SportsMed; });
                specialist != kNone)
                return specialist;
        return least(m_served, day, half, [&](int who) { return isQualified(of(who), row); });
    }

    /// Attendings of the continuity clinic: those after call (PCAT) count, the rest is AT.
    void attend(int day) {
        for (const int half : {0, 1}) {
            int needed = (m_units[size_t(2 * day + half)] + kUnitsPerAttending - 1) / kUnitsPerAttending;
            if (needed > 0 && m_draft.day(day).multiplier == 1)
                needed += m_draft.extraAttending;
            for (int member = 0; member < m_draft.faculty; ++member)
                needed -= slot(member, day, half).rotation == m_clinic;
            Free free = countFree(day, half);
            for (; needed > 0; --needed) {
                int member = least(m_attended, day, half, [&](int who) { return !isNeeded(who, day, half, free); });
                if (member == kNone)
                    member = least(m_attended, day, half, [](int) { return true; });
                if (member == kNone)
                    break;
                slot(member, day, half) = {m_clinic, AssignmentRole::Supervising, "AT"};
                ++m_attended[size_t(member)];
                take(free, member);
            }
        }
    }

    /// The free member who did least of a kind and fulfils `fits`.
    template <class Fits>
    int least(const std::vector<int>& done, int day, int half, Fits fits) {
        int best = kNone;
        double lowest = std::numeric_limits<double>::max();
        for (int member = 0; member < m_draft.faculty; ++member) {
            if (!isFree(member, day, half) || !fits(member))
                continue;
            const double load = done[size_t(member)] + m_chance.unit();
            if (load < lowest) {
                lowest = load;
                best = member;
            }
        }
        return best;
    }

    /// Counts who is free in a half-day, in all and by skill.
    struct Free {
        int all = 0;
        std::array<int, 2> bySkill{};
    };

    Free countFree(int day, int half) {
        Free free;
        for (int member = 0; member < m_draft.faculty; ++member)
            if (isFree(member, day, half)) {
                ++free.all;
                for (const size_t skill : {0u, 1u})
                    free.bySkill[skill] += m_skills[size_t(member)][skill];
            }
        return free;
    }

    void take(Free& free, int member) const {
        --free.all;
        for (const size_t skill : {0u, 1u})
            free.bySkill[skill] -= m_skills[size_t(member)][skill];
    }

    /// One of the last free holders of a skill that somebody uses in this half-day: they could step in.
    bool isNeeded(int member, int day, int half, const Free& free) const {
        for (const Skill skill : {Skill::SportsMedicine, Skill::Procedures})
            if (m_skills[size_t(member)][size_t(skill)] && free.bySkill[size_t(skill)] <= kSpares &&
                isUsed(skill, day, half))
                return true;
        return false;
    }

    bool isUsed(Skill skill, int day, int half) const {
        for (const Requirement& row : m_draft.programme.requirements)
            if (int(row.half) == half && appliesOn(row, m_draft.day(day)) &&
                (skill == Skill::SportsMedicine ? row.requiresSpecialty == "sports_medicine"
                                                : row.requiresProcedureCredential))
                return true;
        return false;
    }

    /// Own clinics and protected time of one week, as much as each is owed for the days that they are there.
    void fillWeek(int monday) {
        std::vector<std::pair<int, int>> sessions; // member, rotation
        for (int member = 0; member < m_draft.faculty; ++member) {
            const double share = shareOfWeek(member, monday);
            m_owed[size_t(member)] += ownClinicSessions(of(member).role) * of(member).fte * share;
            for (; m_owed[size_t(member)] >= 1; --m_owed[size_t(member)])
                sessions.emplace_back(member, m_own);
        }
        for (size_t i = 0; i < m_draft.programme.commitments.size(); ++i) {
            const Commitment& commitment = m_draft.programme.commitments[i];
            const int member = commitment.person - m_draft.residents;
            m_owedProtected[i] += commitment.halfDaysPerWeek * shareOfWeek(member, monday);
            for (; m_owedProtected[i] >= 1; --m_owedProtected[i])
                sessions.emplace_back(member, protectedRotation(commitment, of(member)));
        }
        m_chance.shuffle(sessions);
        std::array<std::array<Free, 2>, 5> week;
        for (int day = std::max(0, monday); day < monday + 5; ++day)
            for (const int half : {0, 1})
                if (isWorkday(day))
                    week[size_t(day - monday)][size_t(half)] = countFree(day, half);
        for (const auto& [member, rotation] : sessions)
            placeSession(member, rotation, monday, week);
    }

    /// The part of the week's ten half-days that the member is there and not on FMIT.
    double shareOfWeek(int member, int monday) {
        int present = 0;
        for (int day = monday; day < monday + 5; ++day)
            for (const int half : {0, 1})
                if (isWorkday(day) && m_draft.day(day).multiplier == 1)
                    present += !m_draft.isAway(person(member), day, half) && !m_draft.onFmit(person(member), day);
        return present / 10.0;
    }

    int protectedRotation(const Commitment& commitment, const Person& member) const {
        if (commitment.shedCategory == 5)
            return m_draft.rotationNamed("RES");
        if (commitment.shedCategory == 7)
            return m_draft.rotationNamed("JC");
        return m_draft.rotationNamed(member.adminType == "GME" || member.adminType == "DFM" ? member.adminType : "ADM");
    }

    /// Where most others are free; nowhere if nobody else would be.
    void placeSession(int member, int rotation, int monday, std::array<std::array<Free, 2>, 5>& week) {
        int bestDay = kNone, bestHalf = 0, most = 2;
        for (int day = std::max(0, monday); day < monday + 5; ++day)
            for (const int half : {0, 1}) {
                const Free& free = week[size_t(day - monday)][size_t(half)];
                if (free.all <= most || !isWorkday(day) || m_draft.day(day).multiplier < 1 ||
                    !isFree(member, day, half) || isNeeded(member, day, half, free))
                    continue;
                most = free.all;
                bestDay = day;
                bestHalf = half;
            }
        if (bestDay == kNone)
            return;
        slot(member, bestDay, bestHalf) = {rotation, AssignmentRole::Primary, ""};
        take(week[size_t(bestDay - monday)][size_t(bestHalf)], member);
    }

    void write() {
        for (int day = 0; day < m_draft.dayCount(); ++day)
            for (const Half half : {Half::Am, Half::Pm})
                for (int member = 0; member < m_draft.faculty; ++member)
                    if (const Slot& one = slot(member, day, int(half)); one.rotation != kNone)
                        m_draft.programme.assignments.push_back(
                            {m_draft.date(day), half, person(member), one.rotation, one.role, one.activity});
    }

    Draft& m_draft;
    Random m_chance;
    std::vector<std::vector<std::array<Slot, 2>>> m_slots; ///< by member, by day
    std::vector<std::array<bool, 2>> m_skills;             ///< by member, by Skill
    std::vector<int> m_units;                              ///< by 2 × day + half
    std::vector<int> m_served, m_attended;                 ///< by member
    std::vector<double> m_owed;                            ///< own clinic sessions, by member
    std::vector<double> m_owedProtected;                   ///< by commitment
    const int m_fmit, m_clinic, m_own, m_rest;
};

} // namespace

void makeFacultyDays(Draft& draft) {
    FacultyDays(draft).run();
}

} // namespace core::programme::sample
