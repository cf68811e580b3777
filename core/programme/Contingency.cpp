#include "core/programme/Contingency.h"

#include "core/programme/Cascade.h"
#include "core/programme/ContingencyAdvice.h"
#include "core/programme/PairLoss.h"
#include "core/programme/SingleLoss.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

namespace core::programme {

namespace {

constexpr size_t kCascadeSeeds = 5;
/// Scores that are equal but for their last digits are equal: the order must not depend on that of the people.
constexpr double kScoreSteps = 1e9;

/// The services that one person covers, with the number of others who could.
std::map<std::string, int> alternativesOf(const Staffing& staffing, int person) {
    std::map<int, int> others; ///< by requirement
    std::map<std::string, int> alternatives;
    for (const int s : staffing.slotsOf(person)) {
        const Slot& slot = staffing.slot(s);
        if (slot.neededFaculty <= 0 || others.contains(slot.requirement))
            continue;
        const Requirement& requirement = staffing.requirementOf(slot);
        const int count = others[slot.requirement] = staffing.othersQualified(requirement, person);
        const auto [found, isNew] = alternatives.emplace(requirement.service, count);
        if (!isNew)
            found->second = std::min(found->second, count);
    }
    return alternatives;
}

/// Scores of everybody who serves.
class Ranking {
  public:
    explicit Ranking(const Staffing& staffing) : m_staffing(staffing) {
        for (const Slot& slot : staffing.slots())
            if (slot.neededFaculty > 0)
                m_services.insert(staffing.requirementOf(slot).service);
        for (const int person : staffing.serving())
            m_most = std::max(m_most, staffing.assignmentsOf(person));
    }

    std::vector<Criticality> run() const {
        std::vector<Criticality> list;
        std::vector<HubNode> nodes;
        for (const int person : m_staffing.serving()) {
            const auto alternatives = alternativesOf(m_staffing, person);
            list.push_back(scoreOf(person, alternatives));
            nodes.push_back(nodeOf(list.back(), alternatives));
        }
        const std::vector<HubScore> hubs = hubScores(nodes);
        for (size_t i = 0; i < list.size(); ++i)
            list[i].hub = hubs[i];
        std::stable_sort(list.begin(), list.end(), [](const Criticality& a, const Criticality& b) {
            return std::llround(a.score * kScoreSteps) > std::llround(b.score * kScoreSteps);
        });
        return list;
    }

  private:
    double workloadOf(int person) const { return double(m_staffing.assignmentsOf(person)) / m_most; }

    Criticality scoreOf(int person, const std::map<std::string, int>& alternatives) const {
        Criticality c;
        c.person = person;
        c.score = 0.20 * workloadOf(person);
        c.servicesCovered = int(alternatives.size());
        if (alternatives.empty())
            return c;
        double sum = 0;
        for (const auto& [service, others] : alternatives) {
            c.servicesSole += others == 0 ? 1 : 0;
            sum += others;
        }
        c.meanAlternatives = sum / c.servicesCovered;
        c.score += 0.30 * c.servicesCovered / double(m_services.size()) +
                   0.30 * c.servicesSole / c.servicesCovered + 0.20 / (1 + c.meanAlternatives);
        return c;
    }

    HubNode nodeOf(const Criticality& c, const std::map<std::string, int>& alternatives) const {
        HubNode node;
        for (const auto& [service, others] : alternatives)
            node.services.push_back(int(std::distance(m_services.begin(), m_services.find(service))));
        node.meanAlternatives = c.meanAlternatives;
        node.workload = workloadOf(c.person);
        return node;
    }

    const Staffing& m_staffing;
    std::set<std::string> m_services;
    int m_most = 1;
};

/// Follows losses through those who serve.
class CascadeStudy {
  public:
    explicit CascadeStudy(const Staffing& staffing) : m_people(staffing.serving()) {
        const double weeks = std::max(1.0, double((staffing.to() - staffing.from()).count() + 1) / 7.0);
        for (const int person : m_people)
            m_loads.push_back(double(staffing.assignmentsOf(person)) / weeks);
        for (const int from : m_people) {
            m_takes.emplace_back();
            const auto work = workOf(staffing, from);
            for (const int to : m_people)
                m_takes.back().push_back(from == to ? 0 : shareTakenBy(staffing, work, to));
        }
    }

    CascadeCase follow(const std::vector<int>& lost) const {
        std::vector<int> seed;
        for (size_t i = 0; i < m_people.size(); ++i)
            if (std::find(lost.begin(), lost.end(), m_people[i]) != lost.end())
                seed.push_back(int(i));
        const CascadeResult result = simulateCascade(m_loads, seed, m_takes);
        CascadeCase found{lost, result.waves, {}, result.finalCoverage, result.catastrophic};
        for (const int i : result.failed)
            found.failed.push_back(m_people[size_t(i)]);
        return found;
    }

  private:
    /// Slots by requirement.
    static std::map<int, int> workOf(const Staffing& staffing, int person) {
        std::map<int, int> work;
        for (const int s : staffing.slotsOf(person))
            ++work[staffing.slot(s).requirement];
        return work;
    }

    /// The share of the work for which `to` is qualified.
    static double shareTakenBy(const Staffing& staffing, const std::map<int, int>& work, int to) {
        const Programme& programme = staffing.programme();
        int all = 0, qualified = 0;
        for (const auto& [requirement, slots] : work) {
            all += slots;
            if (isQualified(programme, programme.requirements[size_t(requirement)], programme.people[size_t(to)]))
                qualified += slots;
        }
        return double(qualified) / std::max(1, all);
    }

    const std::vector<int>& m_people;
    std::vector<double> m_loads; ///< half-days a week
    std::vector<std::vector<double>> m_takes;
};

void checkSingles(const Staffing& staffing, ContingencyReport& report) {
    for (const int person : staffing.serving())
        report.vulnerabilities.push_back(lossOf(staffing, person));
    // Whoever serves comes by id, which decides among equals.
    std::stable_sort(report.vulnerabilities.begin(), report.vulnerabilities.end(),
                     [](const Vulnerability& a, const Vulnerability& b) {
                         return std::pair(a.irreplaceable, a.affected) > std::pair(b.irreplaceable, b.affected);
                     });
    report.n1Pass = report.criticalCount() == 0;
}

void checkPairs(const Staffing& staffing, ContingencyReport& report, const ContingencyStep& step) {
    const std::vector<int>& faculty = staffing.serving();
    const size_t all = faculty.size() * (faculty.size() - 1) / 2;
    for (size_t i = 0; i < faculty.size(); ++i) {
        for (size_t j = i + 1; j < faculty.size(); ++j) {
            ++report.pairsChecked;
            FatalPair pair = lossOfPair(staffing, faculty[i], faculty[j]);
            if (pair.uncoverable > 0)
                report.fatalPairs.push_back(std::move(pair));
        }
        if (all > 0)
            step(0.4 + 0.5 * report.pairsChecked / double(all), "Checking the loss of two at once");
    }
    std::stable_sort(report.fatalPairs.begin(), report.fatalPairs.end(), [](const FatalPair& a, const FatalPair& b) {
        return std::pair(a.beyondSingles, a.uncoverable) > std::pair(b.beyondSingles, b.uncoverable);
    });
    if (report.pairsChecked > 0)
        report.n2Pass = report.fatalPairs.empty();
    else
        report.unknownReason = "only one faculty member serves: there are no two to lose";
}

void followCascades(const Staffing& staffing, ContingencyReport& report) {
    const CascadeStudy study(staffing);
    for (const int person : staffing.serving()) {
        ++report.lossesFollowed;
        report.lossesThatSpread += study.follow({person}).waves > 0 ? 1 : 0;
    }
    for (size_t i = 0; i < std::min(kCascadeSeeds, report.criticality.size()); ++i)
        report.cascade.push_back(study.follow({report.criticality[i].person}));
    if (report.criticality.size() >= 2)
        report.cascade.push_back(study.follow({report.criticality[0].person, report.criticality[1].person}));
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
    const Staffing staffing(programme, from, to);
    if (staffing.serving().empty()) {
        report.unknownReason = "insufficient data";
    } else {
        step(0.3, "Checking the loss of each faculty member");
        checkSingles(staffing, report);
        checkPairs(staffing, report, step);
        step(0.9, "Following the cascades");
        report.criticality = Ranking(staffing).run();
        followCascades(staffing, report);
    }
    report.indicators = leadingIndicators(report, signals);
    report.phaseRisk = phaseRisk(report.indicators);
    report.recommendations = recommend(programme, report);
    return report;
}

} // namespace core::programme
