#include "core/programme/PairLoss.h"

#include <algorithm>
#include <map>
#include <set>

namespace core::programme {

namespace {

/// Gives distinct substitutes to the open units of one half-day.
class Matching {
  public:
    /// True if the unit found somebody; earlier units keep somebody.
    bool add(const std::vector<int>& candidates) {
        m_units.push_back(&candidates);
        std::set<int> visited;
        return augment(m_units.size() - 1, visited);
    }

  private:
    bool augment(size_t unit, std::set<int>& visited) {
        for (const int person : *m_units[unit]) {
            if (!visited.insert(person).second)
                continue;
            const auto taken = m_taken.find(person);
            if (taken == m_taken.end() || augment(taken->second, visited)) {
                m_taken[person] = unit;
                return true;
            }
        }
        return false;
    }

    std::vector<const std::vector<int>*> m_units;
    std::map<int, size_t> m_taken;
};

/// The openings that stay short if those of several units that `filled` names are to be filled; absent: they cannot be.
/// What can be filled together is a matroid (transversal), so taking the openings of most slots first is best.
std::optional<std::vector<size_t>> shortWith(const std::vector<Opening>& openings, const std::vector<size_t>& order,
                                             const std::set<size_t>& filled) {
    Matching matching;
    for (const size_t o : filled)
        for (int unit = 0; unit < openings[o].units; ++unit)
            if (!matching.add(openings[o].candidates))
                return std::nullopt;
    std::vector<size_t> left;
    for (const size_t o : order)
        if (!filled.contains(o) && (openings[o].units > 1 || !matching.add(openings[o].candidates)))
            left.push_back(o);
    return left;
}

size_t slotCount(const std::vector<Opening>& openings, const std::vector<size_t>& which) {
    size_t count = 0;
    for (const size_t o : which)
        count += openings[o].slots.size();
    return count;
}

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
        for (size_t o = 0; o < m_openings.size(); ++o)
            if (m_rotations[o] == rotationOf(slot) && m_openings[o].units == units &&
                m_openings[o].candidates == candidates) {
                m_openings[o].slots.push_back(position);
                return true;
            }
        m_rotations.push_back(rotationOf(slot));
        m_openings.push_back({{position}, units, std::move(candidates)});
        return true;
    }

    std::vector<int> takeShort() {
        std::vector<int> left = shortSlots(m_openings);
        m_openings.clear();
        m_rotations.clear();
        return left;
    }

  private:
    int lostOf(const Slot& slot) const {
        return int(std::count_if(slot.faculty.begin(), slot.faculty.end(),
                                 [this](int person) { return person == m_first || person == m_second; }));
    }
    /// Whoever is on call serves every night requirement.
    int rotationOf(const Slot& slot) const {
        return slot.half == Half::Night ? -2 : m_staffing.requirementOf(slot).rotation;
    }

    const Staffing& m_staffing;
    const int m_first, m_second;
    std::vector<Opening> m_openings;
    std::vector<int> m_rotations; ///< of the openings
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
    std::vector<size_t> order, several;
    for (size_t o = 0; o < openings.size(); ++o) {
        order.push_back(o);
        if (openings[o].units > 1)
            several.push_back(o);
    }
    std::stable_sort(order.begin(), order.end(),
                     [&](size_t a, size_t b) { return openings[a].slots.size() > openings[b].slots.size(); });
    std::optional<std::vector<size_t>> best;
    for (size_t choice = 0; choice < size_t(1) << several.size(); ++choice) {
        std::set<size_t> filled;
        for (size_t i = 0; i < several.size(); ++i)
            if ((choice >> i & 1) != 0)
                filled.insert(several[i]);
        auto left = shortWith(openings, order, filled);
        if (left && (!best || slotCount(openings, *left) < slotCount(openings, *best)))
            best = std::move(left);
    }
    std::vector<int> slots;
    for (const size_t o : *best)
        slots.insert(slots.end(), openings[o].slots.begin(), openings[o].slots.end());
    std::sort(slots.begin(), slots.end());
    return slots;
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
