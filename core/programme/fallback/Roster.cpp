#include "core/programme/fallback/Roster.h"

#include "core/programme/Utilization.h"

#include <algorithm>
#include <cmath>

namespace core::programme::fallback {

using std::chrono::minutes;

namespace {

constexpr double kNeedTolerance = 1e-9;
constexpr int kOnCall = -1; ///< the place of whoever is on call in the night
constexpr minutes kCallStart{19 * 60}, kCallLength{12 * 60};

/// A required slot and who is in it by now.
struct OpenSlot {
    const Slot* slot = nullptr;
    int residents = 0, faculty = 0, interns = 0;
    double neededFaculty = 0;
    int addedUnits = 0; ///< supervision units of residents who stepped in
};

/// What one place lacks.
struct Opening {
    int rotation = kOnCall; ///< the place
    PersonType role = PersonType::Faculty;
    bool seniorsOnly = false;
    int units = 0;
    int category = 7;
    std::vector<size_t> slots; ///< that it is in, positions in the half-day
    Stretch stretch;
    std::vector<int> candidates;
};

/// Fills one half-day after the other.
class RosterMaker {
  public:
    RosterMaker(const Reduced& reduced, const Presence& presence, const Vulnerable& vulnerable,
                const duty::DutyPolicy& policy, Method method)
        : m_reduced(reduced), m_programme(reduced.programme), m_presence(presence), m_vulnerable(vulnerable),
          m_book(reduced, presence, policy), m_method(method) {
        for (size_t p = 0; p < m_programme.people.size(); ++p)
            m_people[size_t(m_programme.people[p].type)].push_back(int(p));
    }

    void fill(const Slot* first, const Slot* last) {
        m_slots.clear();
        for (const Slot* slot = first; slot != last; ++slot)
            m_slots.push_back(opened(*slot));
        fillRole(PersonType::Resident);
        for (OpenSlot& open : m_slots)
            superviseMore(open);
        fillRole(PersonType::Faculty);
    }

    Roster takeRoster() { return std::move(m_roster); }

  private:
    const Requirement& requirementOf(const OpenSlot& open) const {
        return m_programme.requirements[size_t(open.slot->requirement)];
    }
    const Person& personOf(int person) const { return m_programme.people[size_t(person)]; }

    OpenSlot opened(const Slot& slot) const {
        OpenSlot open;
        open.slot = &slot;
        open.residents = int(slot.residents.size());
        open.faculty = int(slot.faculty.size());
        open.interns = int(std::count_if(slot.residents.begin(), slot.residents.end(),
                                         [this](int person) { return personOf(person).mayBeIntern(); }));
        open.neededFaculty = slot.neededFaculty;
        return open;
    }

    /// The attendings for the residents who stepped in, together with those who were there.
    void superviseMore(OpenSlot& open) const {
        const Requirement& requirement = requirementOf(open);
        if (!requirement.facultyByUnits || open.slot->half == Half::Night || open.addedUnits == 0)
            return;
        const Day& day = m_programme.days[size_t(open.slot->day)];
        int units = open.addedUnits;
        for (const Assignment& a : m_programme.assignmentsOn(day.date))
            if (a.person >= 0 && a.rotation >= 0 && a.rotation == requirement.rotation && a.half == open.slot->half &&
                isWork(m_programme, a) && m_presence.present(a.person, open.slot->day, a.half) &&
                !personOf(a.person).isFaculty())
                units += supervisionUnits(personOf(a.person));
        open.neededFaculty = demandMultiplier(requirement, day) *
                             (requirement.minFaculty + (units + kUnitsPerAttending - 1) / kUnitsPerAttending);
    }

    int missing(const OpenSlot& open, PersonType role) const {
        const double needed = role == PersonType::Faculty ? open.neededFaculty : open.slot->neededResidents;
        const int have = role == PersonType::Faculty ? open.faculty : open.residents;
        return std::max(0, int(std::ceil(needed - have - kNeedTolerance)));
    }

    /// Whoever is put there counts in each service of the place.
    int placeOf(const OpenSlot& open, PersonType role) const {
        const int rotation = requirementOf(open).rotation;
        if (open.slot->half != Half::Night)
            return rotation;
        const bool ownNight = rotation >= 0 && m_programme.rotations[size_t(rotation)].isNight;
        return role == PersonType::Resident && ownNight ? rotation : kOnCall;
    }

    Stretch stretchOf(const Slot& slot, int place) const {
        const LocalMinute day = duty::midnight(m_programme.days[size_t(slot.day)].date);
        if (place < 0)
            return {slot.day, slot.half, day + kCallStart, day + kCallStart + kCallLength};
        const Rotation& rotation = m_programme.rotations[size_t(place)];
        const LocalMinute start = day + minutes(slot.half == Half::Am ? rotation.startMinuteAm : rotation.startMinutePm);
        const double hours = slot.half == Half::Am ? rotation.hoursAm : rotation.hoursPm;
        return {slot.day, slot.half, start, start + duty::wholeMinutes(hours)};
    }

    /// A place that lacks more than it may have of interns is two: one for anybody, one for seniors.
    std::vector<Opening> openings(PersonType role) const {
        std::map<std::pair<int, bool>, Opening> byPlace;
        for (size_t s = 0; s < m_slots.size(); ++s) {
            const int lacks = missing(m_slots[s], role);
            const Requirement& requirement = requirementOf(m_slots[s]);
            const int place = placeOf(m_slots[s], role);
            if (lacks == 0 || (place < 0 && m_slots[s].slot->half != Half::Night))
                continue;
            const int interns = role == PersonType::Resident && requirement.maxPgy1
                                    ? std::clamp(*requirement.maxPgy1 - m_slots[s].interns, 0, lacks)
                                    : lacks;
            for (const bool seniorsOnly : {false, true}) {
                const int units = seniorsOnly ? lacks - interns : interns;
                if (units == 0)
                    continue;
                Opening& opening = byPlace[{place, seniorsOnly}];
                opening.rotation = place;
                opening.role = role;
                opening.seniorsOnly = seniorsOnly;
                opening.units = std::max(opening.units, units);
                opening.category = std::min(opening.category, requirement.shedCategory);
                opening.slots.push_back(s);
                opening.stretch = stretchOf(*m_slots[s].slot, place);
            }
        }
        std::vector<Opening> list;
        for (auto& [place, opening] : byPlace)
            list.push_back(std::move(opening));
        return list;
    }

    bool isQualifiedFor(int person, const Opening& opening) const {
        const Person& who = personOf(person);
        if (opening.role == PersonType::Resident)
            return !opening.seniorsOnly || !who.mayBeIntern();
        return std::all_of(opening.slots.begin(), opening.slots.end(),
                           [&](size_t s) { return isQualified(m_programme, requirementOf(m_slots[s]), who); });
    }

    /// The answer of the duty book, asked once for everybody who would work at the same time.
    Unfit judge(int person, const Stretch& stretch) {
        const auto [found, isNew] =
            m_answers.try_emplace({person, stretch.start, stretch.end}, Unfit::Fit);
        if (isNew)
            found->second = m_book.judge(person, stretch);
        return found->second;
    }

    Unfit judgeFor(int person, const Opening& opening) {
        Unfit answer = judge(person, opening.stretch);
        // A night on a rotation is kept at the afternoon, where there is one row a person.
        const Stretch& stretch = opening.stretch;
        if (stretch.half == Half::Night && opening.rotation >= 0 &&
            (answer == Unfit::Fit || answer > Unfit::Assigned) && m_book.worksIn(person, stretch.day, Half::Pm))
            answer = Unfit::Assigned;
        const bool laterReason = answer == Unfit::Fit || answer > Unfit::NotQualified;
        return laterReason && !isQualifiedFor(person, opening) ? Unfit::NotQualified : answer;
    }

    void fillRole(PersonType role) {
        std::vector<Opening> open = openings(role);
        if (open.empty())
            return;
        m_answers.clear();
        const std::vector<int> order = byPreference(role, open.front().stretch.day);
        for (Opening& opening : open)
            for (const int person : order)
                if (judgeFor(person, opening) == Unfit::Fit)
                    opening.candidates.push_back(person);
        std::sort(open.begin(), open.end(), [this](const Opening& a, const Opening& b) { return rankOf(a) < rankOf(b); });
        std::vector<Vacancy> vacancies;
        for (const Opening& opening : open)
            vacancies.push_back({opening.units, opening.candidates});
        Filling filling = fillGreedily(vacancies);
        if (m_method == Method::Exact) {
            Filling exact = fillExactly(vacancies);
            if (filledUnits(exact) > filledUnits(filling))
                filling = std::move(exact);
        }
        for (size_t o = 0; o < open.size(); ++o)
            for (const int person : filling[o])
                take(person, open[o]);
        m_answers.clear();
        for (const Opening& opening : open)
            explain(opening);
    }

    std::tuple<int, size_t, std::string, std::string, bool> rankOf(const Opening& opening) const {
        const Requirement& first = requirementOf(m_slots[opening.slots.front()]);
        return {opening.category, opening.candidates.size(), first.service, first.id, opening.seniorsOnly};
    }

    /// Least hours in the week for their FTE, then the less critical, then by id.
    std::vector<int> byPreference(PersonType role, int day) const {
        std::vector<std::tuple<double, int64_t, std::string, int>> ranked;
        for (const int person : m_people[size_t(role)]) {
            const Person& who = personOf(person);
            ranked.emplace_back(m_book.weekHours(person, day) / who.fte, m_vulnerable.criticality[size_t(person)], who.id,
                                person);
        }
        std::sort(ranked.begin(), ranked.end());
        std::vector<int> order;
        for (const auto& entry : ranked)
            order.push_back(std::get<int>(entry));
        return order;
    }

    void take(int person, const Opening& opening) {
        m_book.take(person, opening.stretch);
        const OpenSlot& first = m_slots[opening.slots.front()];
        const Requirement& requirement = requirementOf(first);
        Takeover takeover;
        takeover.when = {m_programme.days[size_t(first.slot->day)].date, first.slot->half};
        takeover.person = person;
        takeover.requirement = first.slot->requirement;
        takeover.rotation = opening.rotation;
        const bool attends = opening.role == PersonType::Faculty && opening.rotation >= 0 &&
                             (requirement.facultyByUnits ||
                              m_programme.rotations[size_t(opening.rotation)].supervisionRequired);
        takeover.role = attends ? AssignmentRole::Supervising : AssignmentRole::Primary;
        const Half half = first.slot->half == Half::Night ? Half::Pm : first.slot->half;
        if (const auto given = m_reduced.givenUp.find({person, first.slot->day, half}); given != m_reduced.givenUp.end())
            takeover.replaces = given->second;
        m_roster.takeovers.push_back(takeover);
        for (const size_t s : opening.slots) {
            OpenSlot& open = m_slots[s];
            if (opening.role == PersonType::Faculty) {
                ++open.faculty;
                continue;
            }
            ++open.residents;
            open.interns += personOf(person).mayBeIntern() ? 1 : 0;
            open.addedUnits += supervisionUnits(personOf(person));
        }
    }

    /// For whatever stays short how many could not, by reason.
    void explain(const Opening& opening) {
        std::string text;
        for (const size_t s : opening.slots) {
            if (missing(m_slots[s], opening.role) == 0)
                continue;
            if (text.empty())
                text = reasonsOf(opening);
            const Slot& slot = *m_slots[s].slot;
            m_roster.reasons[{slot.requirement, slot.day, slot.half, opening.role}] = text;
        }
    }

    std::string reasonsOf(const Opening& opening) {
        std::array<int, kUnfits> counts{};
        for (const int person : m_people[size_t(opening.role)])
            ++counts[size_t(judgeFor(person, opening))];
        std::vector<std::pair<int, size_t>> most;
        for (size_t u = size_t(Unfit::Fit) + 1; u < kUnfits; ++u)
            if (counts[u] > 0)
                most.emplace_back(-counts[u], u);
        std::sort(most.begin(), most.end());
        std::string text;
        for (const auto& [count, unfit] : most)
            text += (text.empty() ? "" : ", ") + std::to_string(-count) + " " + wordsOf(Unfit(unfit));
        return text.empty() ? "nobody of this role is in the programme" : text;
    }

    const Reduced& m_reduced;
    const Programme& m_programme;
    const Presence& m_presence;
    const Vulnerable& m_vulnerable;
    DutyBook m_book;
    const Method m_method;
    std::array<std::vector<int>, 2> m_people; ///< by PersonType
    std::vector<OpenSlot> m_slots;            ///< of the half-day
    std::map<std::tuple<int, LocalMinute, LocalMinute>, Unfit> m_answers;
    Roster m_roster;
};

} // namespace

Roster fillRoster(const Reduced& reduced, const Presence& presence, const std::vector<Slot>& slots,
                  const Vulnerable& vulnerable, const duty::DutyPolicy& policy, Method method, const PlanStep& step) {
    RosterMaker maker(reduced, presence, vulnerable, policy, method);
    for (size_t first = 0; first < slots.size();) {
        size_t last = first;
        while (last < slots.size() && slots[last].day == slots[first].day && slots[last].half == slots[first].half)
            ++last;
        maker.fill(slots.data() + first, slots.data() + last);
        step(double(last) / double(slots.size()));
        first = last;
    }
    return maker.takeRoster();
}

} // namespace core::programme::fallback
