#include "core/programme/PairLoss.h"

#include <algorithm>
#include <limits>
#include <map>
#include <optional>
#include <set>

namespace core::programme {

namespace {

constexpr int kNight = std::numeric_limits<int>::max(); ///< the place of all who work in the night

/// Sends the substitutes of one half-day to places, in every way that makes a difference.
class Spreading {
  public:
    explicit Spreading(const std::vector<Opening>& openings) : m_openings(openings), m_given(openings.size(), 0) {
        std::map<int, std::vector<size_t>> couldFill; ///< openings by person
        for (size_t o = 0; o < openings.size(); ++o)
            for (const int person : openings[o].candidates)
                couldFill[person].push_back(o);
        // Who could fill the same openings is interchangeable: only their number matters.
        std::map<std::vector<size_t>, int> people;
        for (const auto& [person, could] : couldFill)
            ++people[could];
        for (const auto& [could, count] : people)
            m_groups.push_back({byPlace(could), count});
    }

    /// The slots that stay short when they are as few as possible.
    std::vector<int> run() {
        begin(0);
        std::sort(m_fewest->begin(), m_fewest->end());
        return *m_fewest;
    }

  private:
    struct Group {
        std::vector<std::vector<size_t>> places; ///< the openings that they could fill, by place
        int people = 0;
    };

    std::vector<std::vector<size_t>> byPlace(const std::vector<size_t>& could) const {
        std::map<std::pair<int, size_t>, std::vector<size_t>> places;
        for (const size_t o : could)
            places[{m_openings[o].place, m_openings[o].place < 0 ? o : 0}].push_back(o);
        std::vector<std::vector<size_t>> list;
        for (auto& [place, openings] : places)
            list.push_back(std::move(openings));
        return list;
    }

    void begin(size_t group) {
        if (group == m_groups.size())
            consider();
        else
            send(group, 0, m_groups[group].people);
    }

    /// `left` of the group go to its places from `place` on.
    void send(size_t group, size_t place, int left) {
        const auto& places = m_groups[group].places;
        const bool isLast = place + 1 == places.size();
        for (int here = isLast ? left : 0; here <= left; ++here) {
            for (const size_t o : places[place])
                m_given[o] += here;
            if (isLast)
                begin(group + 1);
            else
                send(group, place + 1, left - here);
            for (const size_t o : places[place])
                m_given[o] -= here;
        }
    }

    void consider() {
        std::vector<int> left;
        for (size_t o = 0; o < m_openings.size(); ++o)
            if (m_given[o] < m_openings[o].units)
                left.insert(left.end(), m_openings[o].slots.begin(), m_openings[o].slots.end());
        if (!m_fewest || left.size() < m_fewest->size())
            m_fewest = std::move(left);
    }

    const std::vector<Opening>& m_openings;
    std::vector<Group> m_groups;
    std::vector<int> m_given; ///< substitutes by opening
    std::optional<std::vector<int>> m_fewest;
};

/// Collects what two losses open in one half-day.
class HalfDayLoss {
  public:
    HalfDayLoss(const Staffing& staffing, int first, int second)
        : m_staffing(staffing), m_first(first), m_second(second) {}

    /// Adds the slot if it would be short; says whether.
    bool add(int position) {
        const Slot& slot = m_staffing.slot(position);
        const int units = m_staffing.openUnits(position, lostOf(slot));
        if (units == 0)
            return false;
        std::vector<int> candidates;
        for (const int person : m_staffing.substitutes(position))
            if (person != m_first && person != m_second)
                candidates.push_back(person);
        m_openings.push_back({{position}, units, std::move(candidates), placeOf(slot)});
        return true;
    }

    std::vector<int> takeShort() {
        std::vector<int> left = shortSlots(m_openings);
        m_openings.clear();
        return left;
    }

  private:
    int lostOf(const Slot& slot) const {
        return int(std::count_if(slot.faculty.begin(), slot.faculty.end(),
                                 [this](int person) { return person == m_first || person == m_second; }));
    }
    /// Whoever steps in on a rotation counts in each of its services; whoever is on call in each of the night.
    int placeOf(const Slot& slot) const {
        return slot.half == Half::Night ? kNight : m_staffing.requirementOf(slot).rotation;
    }

    const Staffing& m_staffing;
    const int m_first, m_second;
    std::vector<Opening> m_openings;
};

std::string pairSeverity(int uncoverable, int affected) {
    const double ratio = affected > 0 ? double(uncoverable) / affected : 0;
    if (ratio > 0.20)
        return "critical";
    if (ratio > 0.10 || uncoverable > 10)
        return "high";
    return ratio > 0.05 || uncoverable > 5 ? "medium" : "low";
}

/// A slot of one person's that nobody could take, were they lost alone.
bool isIrreplaceable(const Staffing& staffing, int slot) {
    return staffing.openUnits(slot, 1) > 0 && staffing.substitutes(slot).empty();
}

} // namespace

std::vector<int> shortSlots(const std::vector<Opening>& openings) {
    return Spreading(openings).run();
}

FatalPair lossOfPair(const Staffing& staffing, int first, int second) {
    FatalPair pair;
    const auto& people = staffing.programme().people;
    if (people[size_t(second)].id < people[size_t(first)].id)
        std::swap(first, second);
    pair.first = first;
    pair.second = second;
    std::vector<int> both;
    std::set_union(staffing.slotsOf(first).begin(), staffing.slotsOf(first).end(), staffing.slotsOf(second).begin(),
                   staffing.slotsOf(second).end(), std::back_inserter(both));
    std::set<std::string> services;
    int alone = 0;
    HalfDayLoss loss(staffing, first, second);
    for (size_t i = 0; i < both.size(); ++i) {
        const Slot& slot = staffing.slot(both[i]);
        pair.affected += loss.add(both[i]) ? 1 : 0;
        alone += isIrreplaceable(staffing, both[i]) ? 1 : 0;
        const bool last = i + 1 == both.size() || staffing.slot(both[i + 1]).day != slot.day ||
                          staffing.slot(both[i + 1]).half != slot.half;
        if (!last)
            continue;
        for (const int s : loss.takeShort()) {
            const Slot& open = staffing.slot(s);
            services.insert(staffing.requirementOf(open).service);
            pair.open.push_back({staffing.requirementOf(open).service, {staffing.dateOf(open), open.half}});
        }
    }
    pair.uncoverable = int(pair.open.size());
    pair.beyondSingles = pair.uncoverable - alone;
    pair.services.assign(services.begin(), services.end());
    pair.severity = pairSeverity(pair.uncoverable, pair.affected);
    return pair;
}

} // namespace core::programme
