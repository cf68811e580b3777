#include "core/programme/sample/Draft.h"

#include <algorithm>
#include <limits>

namespace core::programme::sample {

using base::kFriday;
using base::kSaturday;
using base::kSunday;
using base::kTuesday;
using base::kWednesday;

namespace {

constexpr int kMaxFmitWeeks = 6;
constexpr int kMinNightsBetweenCalls = 2;

std::vector<int> attendings(const Draft& draft) {
    std::vector<int> pool;
    for (int i = draft.residents; i < draft.people(); ++i)
        if (draft.person(i).role != FacultyRole::Adjunct)
            pool.push_back(i);
    return pool;
}

int holdersOf(const Draft& draft, Skill skill) {
    return int(std::count_if(draft.programme.people.begin(), draft.programme.people.end(),
                             [&](const Person& person) { return hasSkill(person, skill); }));
}

/// FMIT weeks run from Friday to Thursday; the first and the last of the year are cut by it. The obstetrician has none
/// when there are enough others, so that her clinic runs.
class FmitStep {
  public:
    explicit FmitStep(Draft& draft) : m_draft(draft), m_chance(draft.chance(Step::Fmit)), m_pool(attendings(draft)) {
        if (m_pool.size() > 4)
            std::erase(m_pool, draft.obstetrician);
        m_count.assign(size_t(draft.people()), 0);
        m_lastWeek.assign(size_t(draft.people()), -100);
        m_limit = std::max(kMaxFmitWeeks, (53 + int(m_pool.size()) - 1) / int(m_pool.size()));
    }

    void run() {
        m_draft.fmit.assign(size_t(m_draft.dayCount()), -1);
        int start = -((m_draft.weekday(0) - kFriday + 7) % 7);
        for (int week = 0; start < m_draft.dayCount(); ++week, start += 7) {
            const int person = choose(week, start);
            ++m_count[size_t(person)];
            m_lastWeek[size_t(person)] = week;
            for (int day = std::max(0, start); day < std::min(start + 7, m_draft.dayCount()); ++day) {
                m_draft.fmit[size_t(day)] = person;
                for (const Skill skill : {Skill::SportsMedicine, Skill::Procedures})
                    if (hasSkill(m_draft.person(person), skill))
                        ++m_draft.reserved[size_t(day)][size_t(skill)];
            }
        }
    }

  private:
    /// Weeks of the year that a role takes; leaders take fewer.
    double share(int person) const {
        const FacultyRole role = m_draft.person(person).role;
        return role == FacultyRole::Pd || role == FacultyRole::DeptChief || role == FacultyRole::SportsMed ? 0.75 : 1.0;
    }

    bool isHere(int person, int start) const {
        for (int day = start - 1; day <= start + 7; ++day)
            if (m_draft.isAwayAllDay(person, day))
                return false;
        return true;
    }

    /// The one with the fewest weeks for their share, three weeks or more after their last one, at least two (14 free
    /// days) where the pool is small.
    int choose(int week, int start) {
        for (const int gap : {4, 3, 2, 1}) {
            int best = -1;
            double least = std::numeric_limits<double>::max();
            for (const int person : m_pool) {
                if (week - m_lastWeek[size_t(person)] < gap || m_count[size_t(person)] >= m_limit ||
                    !isHere(person, start))
                    continue;
                const double load = m_count[size_t(person)] / share(person) + 0.5 * m_chance.unit();
                if (load < least) {
                    least = load;
                    best = person;
                }
            }
            if (best >= 0)
                return best;
        }
        return m_pool[size_t(week) % m_pool.size()];
    }

    Draft& m_draft;
    Random m_chance;
    std::vector<int> m_pool, m_count, m_lastWeek;
    int m_limit = kMaxFmitWeeks;
};

/// Overnight call: Friday and Saturday the FMIT attending, Sunday to Thursday the pool, Sundays counted by themselves.
class CallStep {
  public:
    explicit CallStep(Draft& draft)
        : m_draft(draft), m_chance(draft.chance(Step::Calls)), m_pool(attendings(draft)),
          m_total(size_t(draft.people()), 0), m_sundays(size_t(draft.people()), 0),
          m_last(size_t(draft.people()), -100), m_holders{holdersOf(draft, Skill::SportsMedicine),
                                                          holdersOf(draft, Skill::Procedures)} {}

    void run() {
        for (int night = 0; night < m_draft.dayCount(); ++night) {
            const int weekday = m_draft.weekday(night);
            const bool attendingsNight = weekday == kFriday || weekday == kSaturday;
            const int person = attendingsNight ? m_draft.fmit[size_t(night)] : choose(night);
            ++m_total[size_t(person)];
            m_sundays[size_t(person)] += weekday == kSunday;
            m_last[size_t(person)] = night;
            m_draft.programme.calls.push_back({m_draft.date(night), person, CallType::Overnight});
        }
    }

  private:
    int choose(int night) {
        for (const int rigour : {2, 1, 0}) {
            int best = -1;
            double least = std::numeric_limits<double>::max();
            for (const int person : m_pool) {
                if (!mayTake(person, night, rigour))
                    continue;
                const double load = (m_draft.weekday(night) == kSunday ? 100.0 * m_sundays[size_t(person)] : 0.0) +
                                    m_total[size_t(person)] + wish(person, night) + 0.5 * m_chance.unit();
                if (load < least) {
                    least = load;
                    best = person;
                }
            }
            if (best >= 0)
                return best;
        }
        return m_pool[size_t(night) % m_pool.size()];
    }

    /// Directors avoid Tuesdays, department chiefs prefer Wednesdays.
    double wish(int person, int night) const {
        const FacultyRole role = m_draft.person(person).role;
        if (role == FacultyRole::Pd && m_draft.weekday(night) == kTuesday)
            return 50;
        return role == FacultyRole::DeptChief && m_draft.weekday(night) == kWednesday ? -1.5 : 0;
    }

    /// Rigour 2 minds the services of the next day and the spacing, 1 only who is there, 0 only absences.
    bool mayTake(int person, int night, int rigour) const {
        if (m_draft.isAwayAllDay(person, night) || m_draft.isAwayAllDay(person, night + 1))
            return false;
        if (rigour == 0)
            return true;
        if (m_draft.onFmit(person, night) || m_draft.onFmit(person, night + 1) || m_last[size_t(person)] == night - 1)
            return false;
        if (rigour == 1)
            return true;
        if (night - m_last[size_t(person)] <= kMinNightsBetweenCalls)
            return false;
        if (person == m_draft.obstetrician && m_draft.weekday(night) == kWednesday)
            return false; // the OB clinic is on Thursday morning
        return night + 1 >= m_draft.dayCount() || skillsRemain(person, night + 1);
    }

    bool skillsRemain(int person, int day) const {
        for (const Skill skill : {Skill::SportsMedicine, Skill::Procedures})
            if (hasSkill(m_draft.person(person), skill) &&
                m_draft.reserved[size_t(day)][size_t(skill)] + 1 > m_holders[size_t(skill)] - 2)
                return false;
        return true;
    }

    Draft& m_draft;
    Random m_chance;
    std::vector<int> m_pool, m_total, m_sundays, m_last;
    std::array<int, 2> m_holders;
};

} // namespace

void makeFmitWeeks(Draft& draft) {
    FmitStep(draft).run();
}

void makeCalls(Draft& draft) {
    CallStep(draft).run();
}

} // namespace core::programme::sample
