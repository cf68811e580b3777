#include "core/programme/sample/Draft.h"

#include <algorithm>

namespace core::programme::sample {

using base::kFriday;
using std::chrono::days;

namespace {

constexpr int kTries = 40;
constexpr double kQuarterWeights[] = {1.1, 1.2, 0.8, 0.9}; ///< July first: summer and the year's end are busier
constexpr int kMaxLeavePercent = 28;

/// Whether the calendar of the rotations binds an absence: leave is planned around it, illness is not.
enum class Planning { Planned, Sudden };

struct AbsenceKind {
    const char* type;
    int weight; ///< of 1000
    Planning planning;
    std::vector<int> residentDays, facultyDays; ///< lengths to draw from
};

const std::vector<AbsenceKind>& absenceKinds() {
    static const std::vector<AbsenceKind> kinds{
        {"vacation", 620, Planning::Planned, {7, 7, 7, 7, 7, 5, 3, 3, 2}, {1, 1, 1, 2, 3, 5, 5, 5, 5, 12}},
        {"sick", 120, Planning::Sudden, {1, 1, 2, 2, 3}, {1, 1, 2, 2}},
        {"conference", 80, Planning::Planned, {3, 4, 5}, {3, 4, 5}},
        {"medical", 40, Planning::Planned, {1, 1, 2}, {1, 1, 2}},
        {"tdy", 50, Planning::Planned, {5, 5, 12}, {5, 5, 5, 12}},
        {"maternity_paternity", 20, Planning::Planned, {12}, {12, 19}},
        {"family_emergency", 25, Planning::Sudden, {3, 4, 5}, {3, 4, 5}},
        {"bereavement", 15, Planning::Sudden, {3, 4}, {3, 4}},
        {"training", 10, Planning::Planned, {3, 5}, {3, 5}},
        {"military_duty", 10, Planning::Planned, {2, 5}, {2, 5}},
        {"convalescent", 10, Planning::Planned, {5, 7}, {5, 10}}};
    return kinds;
}

constexpr const char* kLocations[] = {"Northern training area", "Coastal clinic detachment", "Regional medical centre",
                                      "Island outreach clinic"};

/// Books absences into the draft, keeping to what its owner allows.
class AbsenceStep {
  public:
    AbsenceStep(Draft& draft, Step step)
        : m_draft(draft), m_chance(draft.chance(step)), m_awayPerDay(size_t(draft.dayCount()), {0, 0}) {
        const auto& people = draft.programme.people;
        m_holders = {int(std::count_if(people.begin(), people.end(),
                                       [](const Person& p) { return hasSkill(p, Skill::SportsMedicine); })),
                     int(std::count_if(people.begin(), people.end(),
                                       [](const Person& p) { return hasSkill(p, Skill::Procedures); }))};
        for (const Absence& absence : draft.programme.absences)
            count(absence);
    }

    /// One deployment of a core member from late summer on, and two longer temporary duties.
    void longOnes() {
        std::vector<int> core;
        for (int i = m_draft.residents; i < m_draft.people(); ++i)
            if (m_draft.person(i).role == FacultyRole::Core && i != m_draft.obstetrician)
                core.push_back(i);
        if (core.size() < 4)
            return;
        m_chance.shuffle(core);
        const int start = nextWeekday(m_chance.between(40, 70), 0);
        book(core[0], start, start + m_chance.between(100, 130), "deployment");
        for (size_t i = 1; i <= 2; ++i) {
            const int begin = nextWeekday(m_chance.between(170, 300), 0);
            const int length = m_chance.between(14, 30);
            if (isFree(core[i], begin, begin + length - 1))
                book(core[i], begin, begin + length - 1, "tdy");
        }
    }

    void residents() { fill(0, m_draft.residents, 5.56, 6.38); }
    void faculty() { fill(m_draft.residents, m_draft.people(), 4.62, 5.76); }

  private:
    int nextWeekday(int day, int weekday) const { return day + (weekday - m_draft.weekday(day) + 7) % 7; }
    bool isFaculty(int person) const { return person >= m_draft.residents; }

    /// Between `low` and `high` absences a person on average, Poisson by quarter.
    void fill(int first, int last, double low, double high) {
        const int people = last - first;
        const int atLeast = int(low * people + 0.999), atMost = std::max(atLeast, int(high * people));
        const auto total = [&] {
            return int(std::count_if(m_draft.programme.absences.begin(), m_draft.programme.absences.end(),
                                     [&](const Absence& a) { return a.person >= first && a.person < last; }));
        };
        std::vector<std::pair<int, int>> wanted; // person, quarter
        for (int person = first; person < last; ++person)
            for (int quarter = 0; quarter < 4; ++quarter) {
                const double share = m_draft.person(person).role == FacultyRole::Adjunct ? 0.4 : 1.08;
                const double mean = (low + high) / 8 * kQuarterWeights[quarter] * share;
                for (int i = m_chance.poisson(mean); i > 0; --i)
                    wanted.emplace_back(person, quarter);
            }
        m_chance.shuffle(wanted);
        for (const auto& [person, quarter] : wanted)
            if (total() < atMost)
                place(person, quarter);
        for (int attempts = 0; total() < atLeast && attempts < 20 * people; ++attempts) {
            const int person = m_chance.between(first, last - 1);
            place(person, m_chance.below(4));
        }
    }

    const AbsenceKind& drawKind() {
        int left = m_chance.below(1000);
        for (const AbsenceKind& kind : absenceKinds())
            if ((left -= kind.weight) < 0)
                return kind;
        return absenceKinds().front();
    }

    void place(int person, int quarter) {
        const AbsenceKind& kind = drawKind();
        const int length = m_chance.pick(isFaculty(person) ? kind.facultyDays : kind.residentDays);
        for (int attempt = 0; attempt < kTries; ++attempt) {
            int start = quarter * m_draft.dayCount() / 4 + m_chance.below(m_draft.dayCount() / 4);
            start = length >= 5 ? nextWeekday(start, 0) : m_draft.weekday(start) > 4 ? nextWeekday(start, 0) : start;
            const int end = start + length - 1;
            if (end >= m_draft.dayCount() || (length < 5 && m_draft.weekday(end) > 4) || !isFree(person, start, end) ||
                !mayGo(person, start, end, kind.planning))
                continue;
            book(person, start, end, kind.type);
            return;
        }
    }

    /// No other absence and no FMIT week within a day.
    bool isFree(int person, int start, int end) const {
        if (end >= m_draft.dayCount())
            return false;
        for (const Absence& other : m_draft.programme.absences)
            if (other.person == person && dayOf(other.start) <= end + 1 && dayOf(other.end) >= start - 1)
                return false;
        for (int day = start - 1; day <= end + 1; ++day)
            if (!m_draft.fmit.empty() && m_draft.onFmit(person, day))
                return false;
        return true;
    }

    bool mayGo(int person, int start, int end, Planning planning) const {
        const int group = isFaculty(person) ? 1 : 0;
        const int size = group == 1 ? m_draft.faculty : m_draft.residents;
        const int most = std::max(1, size * kMaxLeavePercent / 100 * (group == 1 ? 1 : 2) / (group == 1 ? 1 : 3));
        for (int day = start; day <= end; ++day) {
            // On Fridays one faculty member rests after FMIT and one after call.
            const bool tightDay = group == 1 && m_draft.weekday(day) == kFriday;
            if (takesAttending(person) && m_awayPerDay[size_t(day)][size_t(group)] >= most - (tightDay ? 1 : 0))
                return false;
            if (group == 1 && !skillsRemain(person, day))
                return false;
            if (group == 0 && planning == Planning::Planned &&
                !m_draft.rotation(m_draft.rotationOf(person, day)).leaveEligible)
                return false;
        }
        return true;
    }

    /// Adjuncts are not scheduled: nobody misses them.
    bool takesAttending(int person) const { return m_draft.person(person).role != FacultyRole::Adjunct; }

    /// Beside the one who attends, another holder of each skill stays.
    bool skillsRemain(int person, int day) const {
        for (const Skill skill : {Skill::SportsMedicine, Skill::Procedures})
            if (hasSkill(m_draft.person(person), skill) &&
                m_draft.reserved[size_t(day)][size_t(skill)] + 1 > std::max(1, m_holders[size_t(skill)] - 3))
                return false;
        return true;
    }

    AbsenceStatus drawStatus() {
        const int roll = m_chance.below(100);
        return roll < 88   ? AbsenceStatus::Approved
               : roll < 95 ? AbsenceStatus::Confirmed
               : roll < 98 ? AbsenceStatus::Pending
                           : AbsenceStatus::Anticipated;
    }

    void book(int person, int start, int end, const std::string& type) {
        Absence absence;
        absence.person = person;
        absence.start = m_draft.date(start);
        absence.end = m_draft.date(std::min(end, m_draft.dayCount() - 1));
        absence.type = type;
        absence.status = end - start > 13 ? AbsenceStatus::Approved : drawStatus();
        absence.awayFromProgramme = type != "conference" && type != "training";
        if (type == "medical" && start == end && m_chance.below(2) == 0)
            absence.startHalf = Half::Pm; // an afternoon appointment
        m_draft.tdyLocations.push_back(type == "tdy" ? kLocations[m_chance.below(4)] : "");
        m_draft.programme.absences.push_back(absence);
        count(absence);
        mark(absence);
    }

    int dayOf(base::Date date) const { return int((date - m_draft.programme.yearStart).count()); }

    void count(const Absence& absence) {
        if (!absence.blocks())
            return;
        for (int day = dayOf(absence.start); takesAttending(absence.person) && day <= dayOf(absence.end); ++day)
            ++m_awayPerDay[size_t(day)][isFaculty(absence.person) ? 1u : 0u];
    }

    void mark(const Absence& absence) {
        if (!absence.blocks())
            return;
        const Person& person = m_draft.person(absence.person);
        for (int day = dayOf(absence.start); day <= dayOf(absence.end); ++day) {
            for (const Half half : {Half::Am, Half::Pm})
                if (absence.covers(m_draft.date(day), half))
                    m_draft.away[size_t(absence.person)][size_t(2 * day + int(half))] = tagOf(absence.type);
            for (const Skill skill : {Skill::SportsMedicine, Skill::Procedures})
                if (isFaculty(absence.person) && hasSkill(person, skill))
                    ++m_draft.reserved[size_t(day)][size_t(skill)];
        }
    }

    static char tagOf(const std::string& type) {
        return type == "tdy" ? 'T' : type == "deployment" ? 'D' : type == "conference" ? 'C' : 'L';
    }

    Draft& m_draft;
    Random m_chance;
    std::vector<std::array<int, 2>> m_awayPerDay; ///< residents, faculty
    std::array<int, 2> m_holders{};               ///< of each Skill
};

} // namespace

void makeLongAbsences(Draft& draft) {
    AbsenceStep(draft, Step::LongAbsences).longOnes();
}

void makeAbsences(Draft& draft) {
    AbsenceStep step(draft, Step::Absences);
    step.residents();
    step.faculty();
    // Sorted as they are read: by start, then in the order of their making.
    std::vector<size_t> order(draft.programme.absences.size());
    for (size_t i = 0; i < order.size(); ++i)
        order[i] = i;
    std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) {
        return draft.programme.absences[a].start < draft.programme.absences[b].start;
    });
    std::vector<Absence> absences;
    std::vector<std::string> locations;
    for (const size_t i : order) {
        absences.push_back(draft.programme.absences[i]);
        locations.push_back(draft.tdyLocations[i]);
    }
    draft.programme.absences = std::move(absences);
    draft.tdyLocations = std::move(locations);
}

} // namespace core::programme::sample
