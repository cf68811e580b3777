#include "core/programme/Contingency.h"

#include "core/programme/Cascade.h"
#include "core/programme/ContingencyAdvice.h"
#include "core/programme/Substitutes.h"

#include <algorithm>
#include <map>
#include <cmath>
#include <set>

namespace core::programme {

namespace {

constexpr size_t kBestSubstitutes = 3;
constexpr size_t kCascadeSeeds = 5;
constexpr double kNeedTolerance = 1e-9;

/// Units of a slot that are open when `lost` of those who serve it are gone: at most as many as were lost.
int openUnits(const Slot& slot, int lost) {
    const double missing = slot.neededFaculty - (double(slot.faculty.size()) - lost);
    const int units = missing > kNeedTolerance ? int(std::ceil(missing - kNeedTolerance)) : 0;
    return std::min(units, lost);
}

/// Gives distinct substitutes to the open units of one half-day (augmenting paths).
class Matching {
  public:
    /// True if the unit found somebody; earlier units keep somebody.
    bool add(const std::vector<int>& candidates) {
        m_units.push_back(candidates);
        std::set<int> visited;
        return augment(m_units.size() - 1, visited);
    }

  private:
    bool augment(size_t unit, std::set<int>& visited) {
        for (const int person : m_units[unit]) {
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

    std::vector<std::vector<int>> m_units;
    std::map<int, size_t> m_taken;
};

std::string pairSeverity(int uncoverable, int affected) {
    const double ratio = affected > 0 ? double(uncoverable) / affected : 0;
    if (ratio > 0.20)
        return "critical";
    if (ratio > 0.10 || uncoverable > 10)
        return "high";
    return ratio > 0.05 || uncoverable > 5 ? "medium" : "low";
}

/// One analysis: the slots of the window, who serves them and who could.
class Analysis {
  public:
    Analysis(const Programme& programme, base::Date from, base::Date to)
        : m_programme(programme), m_presence(programme), m_slots(slotsBetween(programme, m_presence, from, to)),
          m_substitutes(programme, m_presence, m_slots), m_own(programme.people.size()), m_free(m_slots.size()) {
        for (size_t s = 0; s < m_slots.size(); ++s) {
            for (const int person : m_slots[s].faculty)
                m_own[size_t(person)].push_back(int(s));
            if (!m_slots[s].faculty.empty() && m_slots[s].neededFaculty > 0)
                m_free[s] = m_substitutes.forSlot(m_slots[s]);
        }
        for (size_t p = 0; p < m_own.size(); ++p)
            if (!m_own[p].empty()) {
                m_faculty.push_back(int(p));
                m_total += int(m_own[p].size());
            }
    }

    const std::vector<int>& faculty() const { return m_faculty; }
    Vulnerability lose(int person) const;
    FatalPair lose(int first, int second) const;
    std::vector<Criticality> criticality() const;
    CascadeCase cascade(const std::vector<int>& lost) const;

  private:
    const Requirement& requirementOf(const Slot& slot) const {
        return m_programme.requirements[size_t(slot.requirement)];
    }
    int otherQualified(const Requirement& requirement, int except) const;
    double shareTakenBy(int from, int to) const;
    int uncoverableIn(const std::vector<int>& slots, const std::vector<int>& lost, std::vector<int>& open,
                      int& affected) const;

    const Programme& m_programme;
    const Presence m_presence;
    const std::vector<Slot> m_slots;
    const Substitutes m_substitutes;
    std::vector<std::vector<int>> m_own;  ///< slots by person
    std::vector<std::vector<int>> m_free; ///< substitutes by slot
    std::vector<int> m_faculty;           ///< with at least one slot
    int m_total = 0;
};

Vulnerability Analysis::lose(int person) const {
    Vulnerability v;
    v.person = person;
    v.assignments = int(m_own[size_t(person)].size());
    v.share = double(v.assignments) / m_total;
    std::map<std::string, ServiceAtRisk> services;
    std::map<int, int> helpers;
    for (const int s : m_own[size_t(person)]) {
        const Slot& slot = m_slots[size_t(s)];
        if (openUnits(slot, 1) == 0)
            continue;
        ServiceAtRisk& service = services[requirementOf(slot).service];
        service.service = requirementOf(slot).service;
        ++service.affected;
        ++v.affected;
        for (const int helper : m_free[size_t(s)])
            ++helpers[helper];
        if (!m_free[size_t(s)].empty())
            continue;
        ++service.irreplaceable;
        ++v.irreplaceable;
        service.sole = otherQualified(requirementOf(slot), person) == 0;
    }
    for (const auto& [name, service] : services)
        v.services.push_back(service);
    std::stable_sort(v.services.begin(), v.services.end(), [](const ServiceAtRisk& a, const ServiceAtRisk& b) {
        return std::tie(a.sole, a.irreplaceable, a.affected) > std::tie(b.sole, b.irreplaceable, b.affected);
    });
    for (const auto& [helper, count] : helpers)
        v.substitutes.push_back({helper, count});
    std::stable_sort(v.substitutes.begin(), v.substitutes.end(),
                     [](const Substitute& a, const Substitute& b) { return a.halfDays > b.halfDays; });
    if (v.substitutes.size() > kBestSubstitutes)
        v.substitutes.resize(kBestSubstitutes);
    v.severity = v.irreplaceable > 0 ? "critical" : v.affected > 5 ? "high" : v.affected > 0 ? "medium" : "low";
    return v;
}

/// How many of `slots` (all in one half-day) stay open when `lost` are gone; `open` gets them.
int Analysis::uncoverableIn(const std::vector<int>& slots, const std::vector<int>& lost, std::vector<int>& open,
                            int& affected) const {
    Matching matching;
    int uncoverable = 0;
    for (const int s : slots) {
        const Slot& slot = m_slots[size_t(s)];
        const int gone = int(std::count_if(lost.begin(), lost.end(), [&](int person) {
            return std::find(slot.faculty.begin(), slot.faculty.end(), person) != slot.faculty.end();
        }));
        const int units = openUnits(slot, gone);
        affected += units > 0 ? 1 : 0;
        std::vector<int> candidates = m_free[size_t(s)];
        std::erase_if(candidates, [&](int p) { return std::find(lost.begin(), lost.end(), p) != lost.end(); });
        bool covered = true;
        for (int unit = 0; unit < units; ++unit)
            covered &= matching.add(candidates);
        if (!covered) {
            ++uncoverable;
            open.push_back(s);
        }
    }
    return uncoverable;
}

FatalPair Analysis::lose(int first, int second) const {
    FatalPair pair;
    pair.first = first;
    pair.second = second;
    std::vector<int> both;
    std::set_union(m_own[size_t(first)].begin(), m_own[size_t(first)].end(), m_own[size_t(second)].begin(),
                   m_own[size_t(second)].end(), std::back_inserter(both));
    std::set<std::string> services;
    for (size_t start = 0; start < both.size();) {
        const Slot& head = m_slots[size_t(both[start])];
        std::vector<int> together;
        for (; start < both.size(); ++start) {
            const Slot& slot = m_slots[size_t(both[start])];
            if (slot.day != head.day || slot.half != head.half)
                break;
            together.push_back(both[start]);
        }
        std::vector<int> open, openAlone;
        int ignored = 0;
        pair.uncoverable += uncoverableIn(together, {first, second}, open, pair.affected);
        if (open.empty())
            continue;
        uncoverableIn(together, {first}, openAlone, ignored);
        uncoverableIn(together, {second}, openAlone, ignored);
        for (const int s : open) {
            services.insert(requirementOf(m_slots[size_t(s)]).service);
            pair.beyondSingles += std::find(openAlone.begin(), openAlone.end(), s) == openAlone.end() ? 1 : 0;
        }
    }
    pair.services.assign(services.begin(), services.end());
    pair.severity = pairSeverity(pair.uncoverable, pair.affected);
    return pair;
}

int Analysis::otherQualified(const Requirement& requirement, int except) const {
    int count = 0;
    for (size_t p = 0; p < m_programme.people.size(); ++p) {
        const Person& person = m_programme.people[p];
        count += int(p) != except && person.isFaculty() && person.status != PersonStatus::Separated &&
                         person.isActiveOn(m_programme.last()) && isQualified(m_programme, requirement, person)
                     ? 1
                     : 0;
    }
    return count;
}

std::vector<Criticality> Analysis::criticality() const {
    std::set<std::string> all;
    for (const Slot& slot : m_slots)
        if (slot.neededFaculty > 0)
            all.insert(requirementOf(slot).service);
    size_t most = 1;
    for (const int person : m_faculty)
        most = std::max(most, m_own[size_t(person)].size());
    std::vector<Criticality> list;
    for (const int person : m_faculty) {
        std::map<std::string, int> alternatives; ///< service → other qualified faculty, the fewest
        for (const int s : m_own[size_t(person)]) {
            const Requirement& requirement = requirementOf(m_slots[size_t(s)]);
            if (!alternatives.contains(requirement.service))
                alternatives[requirement.service] = otherQualified(requirement, person);
        }
        Criticality c;
        c.person = person;
        c.servicesCovered = int(alternatives.size());
        double sum = 0;
        for (const auto& [service, others] : alternatives) {
            c.servicesSole += others == 0 ? 1 : 0;
            sum += others;
        }
        c.meanAlternatives = sum / c.servicesCovered;
        c.score = 0.30 * c.servicesCovered / double(std::max<size_t>(1, all.size())) +
                  0.30 * c.servicesSole / c.servicesCovered + 0.20 / (1 + c.meanAlternatives) +
                  0.20 * double(m_own[size_t(person)].size()) / double(most);
        list.push_back(c);
    }
    std::stable_sort(list.begin(), list.end(),
                     [](const Criticality& a, const Criticality& b) { return a.score > b.score; });
    return list;
}

/// The share of `from`'s slots for which `to` is qualified.
double Analysis::shareTakenBy(int from, int to) const {
    int qualified = 0;
    for (const int s : m_own[size_t(from)])
        qualified += isQualified(m_programme, requirementOf(m_slots[size_t(s)]), m_programme.people[size_t(to)]) ? 1 : 0;
    return double(qualified) / double(m_own[size_t(from)].size());
}

CascadeCase Analysis::cascade(const std::vector<int>& lost) const {
    const double weeks = std::max(1.0, double(m_slots.back().day - m_slots.front().day + 1) / 7.0);
    std::vector<double> loads;
    std::vector<std::vector<double>> takes;
    std::vector<int> seed;
    for (size_t i = 0; i < m_faculty.size(); ++i) {
        loads.push_back(double(m_own[size_t(m_faculty[i])].size()) / weeks);
        takes.emplace_back();
        for (const int other : m_faculty)
            takes.back().push_back(other == m_faculty[i] ? 0 : shareTakenBy(m_faculty[i], other));
        if (std::find(lost.begin(), lost.end(), m_faculty[i]) != lost.end())
            seed.push_back(int(i));
    }
    const CascadeResult result = simulateCascade(loads, seed, takes);
    CascadeCase found{lost, result.waves, {}, result.finalCoverage, result.catastrophic};
    for (const int i : result.failed)
        found.failed.push_back(m_faculty[size_t(i)]);
    return found;
}

void checkPairs(const Analysis& analysis, ContingencyReport& report, const ContingencyStep& step) {
    const std::vector<int>& faculty = analysis.faculty();
    const size_t all = faculty.size() * (faculty.size() - 1) / 2;
    for (size_t i = 0; i < faculty.size(); ++i) {
        for (size_t j = i + 1; j < faculty.size(); ++j) {
            ++report.pairsChecked;
            FatalPair pair = analysis.lose(faculty[i], faculty[j]);
            if (pair.uncoverable > 0)
                report.fatalPairs.push_back(std::move(pair));
        }
        if (all > 0)
            step(0.4 + 0.5 * report.pairsChecked / double(all), "Checking the loss of two at once");
    }
    std::stable_sort(report.fatalPairs.begin(), report.fatalPairs.end(), [](const FatalPair& a, const FatalPair& b) {
        return std::pair(a.beyondSingles, a.uncoverable) > std::pair(b.beyondSingles, b.uncoverable);
    });
}

} // namespace

int ContingencyReport::criticalCount() const {
    return int(std::count_if(vulnerabilities.begin(), vulnerabilities.end(),
                             [](const Vulnerability& v) { return v.severity == "critical"; }));
}

ContingencyReport analyseContingency(const Programme& programme, base::Date from, base::Date to,
                                     const ContingencySignals& signals, const ContingencyStep& step) {
    ContingencyReport report;
    report.from = from;
    report.to = to;
    step(0, "Finding who serves what, and who else could");
    const Analysis analysis(programme, from, to);
    if (analysis.faculty().empty()) {
        report.unknownReason = "insufficient data";
        report.indicators = leadingIndicators(report, signals);
        report.phaseRisk = phaseRisk(report.indicators);
        return report;
    }
    step(0.3, "Checking the loss of each faculty member");
    for (const int person : analysis.faculty())
        report.vulnerabilities.push_back(analysis.lose(person));
    std::stable_sort(report.vulnerabilities.begin(), report.vulnerabilities.end(),
                     [](const Vulnerability& a, const Vulnerability& b) {
                         return std::pair(a.irreplaceable, a.affected) > std::pair(b.irreplaceable, b.affected);
                     });
    report.n1Pass = report.criticalCount() == 0;
    checkPairs(analysis, report, step);
    report.n2Pass = report.fatalPairs.empty();
    step(0.9, "Following the cascades");
    report.criticality = analysis.criticality();
    std::vector<int> top;
    for (size_t i = 0; i < std::min(kCascadeSeeds, report.criticality.size()); ++i) {
        report.cascade.push_back(analysis.cascade({report.criticality[i].person}));
        top.push_back(report.criticality[i].person);
    }
    if (top.size() >= 2)
        report.cascade.push_back(analysis.cascade({top[0], top[1]}));
    report.indicators = leadingIndicators(report, signals);
    report.phaseRisk = phaseRisk(report.indicators);
    report.recommendations = recommend(programme, report);
    return report;
}

} // namespace core::programme
