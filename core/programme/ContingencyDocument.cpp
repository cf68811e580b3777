#include "core/programme/ContingencyDocument.h"

#include "core/programme/ContingencyAdvice.h"
#include "core/programme/OrNull.h"

#include <algorithm>
#include <cmath>

namespace core::programme {

namespace {

constexpr size_t kListedPairs = 10;
constexpr size_t kMostCritical = 5;
constexpr size_t kListedSubstitutes = 3;
constexpr size_t kListedRejected = 20;
constexpr size_t kListedHalfDays = 10;
constexpr size_t kExplainedHalfDays = 5;
constexpr size_t kEverything = ~size_t(0);

double rounded(double value) {
    return std::round(value * 1000) / 1000;
}

template <class T, class F>
base::Json listOf(const std::vector<T>& values, size_t most, F document) {
    base::Json list = base::Json::array();
    for (size_t i = 0; i < std::min(most, values.size()); ++i)
        list.push_back(document(values[i]));
    return list;
}

/// Writes the parts of one report.
class ContingencyWriter {
  public:
    explicit ContingencyWriter(const Programme& programme) : m_programme(programme) {}

    base::Json vulnerability(const Vulnerability& v) const {
        base::Json document = person(v.person);
        document["severity"] = v.severity;
        document["assignments"] = v.assignments;
        document["share_of_assignments"] = rounded(v.share);
        document["affected_blocks"] = v.affected;
        document["irreplaceable_blocks"] = v.irreplaceable;
        document["services_at_risk"] = listOf(v.services, kEverything, [&](const auto& s) { return service(s); });
        document["substitutes"] = listOf(v.substitutes, kListedSubstitutes,
                                         [&](const Candidate& c) { return substitute(c, v.affected); });
        document["substitutes_count"] = v.substitutes.size();
        document["rejected"] = listOf(v.rejected, kListedRejected, [&](const Candidate& c) { return rejected(c); });
        document["rejected_count"] = v.rejected.size();
        document["open_half_days"] = listOf(v.open, kExplainedHalfDays, [&](const auto& half) { return openHalfDay(half); });
        return document;
    }

    base::Json pair(const FatalPair& pair) const {
        base::Json document = base::Json::object();
        document["people"] = {person(pair.first), person(pair.second)};
        document["affected_blocks"] = pair.affected;
        document["uncoverable_blocks"] = pair.uncoverable;
        document["beyond_single_losses"] = pair.beyondSingles;
        document["services"] = pair.services;
        document["severity"] = pair.severity;
        document["half_days"] = listOf(pair.open, kListedHalfDays, [&](const ShortSlot& open) {
            base::Json entry = halfDay(open.when);
            entry["service"] = open.service;
            return entry;
        });
        return document;
    }

    base::Json criticality(const Criticality& c) const {
        base::Json document = person(c.person);
        document["score"] = rounded(c.score);
        document["services_covered"] = c.servicesCovered;
        document["services_uniquely_covered"] = c.servicesSole;
        document["mean_alternatives"] = rounded(c.meanAlternatives);
        document["hub"]["score"] = rounded(c.hub.score);
        document["hub"]["level"] = orNull(c.hub.level);
        document["hub"]["betweenness"] = rounded(c.hub.betweenness);
        document["hub"]["pagerank"] = rounded(c.hub.pageRank);
        document["hub"]["degree"] = rounded(c.hub.degree);
        document["hub"]["eigenvector"] = rounded(c.hub.eigenvector);
        document["hub"]["replacement_difficulty"] = rounded(c.hub.replacement);
        document["hub"]["workload"] = rounded(c.hub.workload);
        return document;
    }

    base::Json cascade(const CascadeCase& c) const {
        const auto name = [&](int person) { return base::Json(m_programme.people[size_t(person)].name); };
        base::Json document = base::Json::object();
        document["lost"] = listOf(c.lost, kEverything, name);
        document["failed"] = listOf(c.failed, kEverything, name);
        document["length"] = c.waves;
        document["final_coverage"] = rounded(c.finalCoverage);
        document["catastrophic"] = c.catastrophic;
        return document;
    }

  private:
    base::Json person(int person) const {
        base::Json document = base::Json::object();
        document["person_id"] = m_programme.people[size_t(person)].id;
        document["person"] = m_programme.people[size_t(person)].name;
        return document;
    }

    static base::Json halfDay(const HalfDay& when) {
        base::Json document = base::Json::object();
        document["date"] = base::formatDate(when.date);
        document["half"] = toText(when.half);
        return document;
    }

    static base::Json service(const ServiceAtRisk& service) {
        base::Json document = base::Json::object();
        document["service"] = service.service;
        document["affected_blocks"] = service.affected;
        document["irreplaceable_blocks"] = service.irreplaceable;
        document["sole_qualified"] = service.sole;
        return document;
    }

    base::Json substitute(const Candidate& candidate, int affected) const {
        base::Json document = person(candidate.person);
        document["blocks"] = candidate.halfDays();
        document["most_hours_in_week"] = rounded(candidate.mostHours);
        document["most_half_days_in_week"] = candidate.mostHalfDays;
        document["why"] = whyAllowed(candidate, affected);
        return document;
    }

    base::Json rejected(const Candidate& candidate) const {
        base::Json document = person(candidate.person);
        for (size_t answer = 1; answer < kStandIns; ++answer)
            if (candidate.answers[answer] > 0)
                document["reasons"][toText(StandIn(answer))] = candidate.answers[answer];
        document["why"] = whyRejected(candidate);
        return document;
    }

    base::Json openHalfDay(const OpenHalfDay& open) const {
        base::Json document = halfDay(open.when);
        document["service"] = open.service;
        document["rejected"] = listOf(open.rejected, kListedRejected, [&](const std::pair<int, StandIn>& candidate) {
            base::Json entry = person(candidate.first);
            entry["reason"] = toText(candidate.second);
            return entry;
        });
        return document;
    }

    const Programme& m_programme;
};

base::Json indicatorDocument(const LeadingIndicator& i) {
    base::Json document = base::Json::object();
    document["name"] = i.name;
    document["value"] = rounded(i.value);
    document["level"] = i.level;
    document["text"] = i.text;
    return document;
}

} // namespace

base::Json toDocument(const Programme& programme, const ContingencyReport& report) {
    const ContingencyWriter writer(programme);
    std::vector<Vulnerability> listed;
    std::copy_if(report.vulnerabilities.begin(), report.vulnerabilities.end(), std::back_inserter(listed),
                 [](const Vulnerability& v) { return v.affected > 0; });
    base::Json document = base::Json::object();
    document["n1_pass"] = orNull(report.n1Pass);
    document["n1_vulnerabilities_count"] = listed.size();
    document["n1_critical_count"] = report.criticalCount();
    document["n2_pass"] = orNull(report.n2Pass);
    document["n2_fatal_pairs_count"] = report.n2Pass ? base::Json(report.fatalPairs.size()) : base::Json();
    document["message"] = orNull(report.unknownReason);
    document["phase_transition_risk"] = report.phaseRisk;
    document["most_critical_faculty"] = listOf(report.criticality, kMostCritical, [&](const Criticality& c) {
        return base::Json(programme.people[size_t(c.person)].id);
    });
    document["recommendations"] = report.recommendations;
    document["faculty_analysed"] = report.vulnerabilities.size();
    document["n1_vulnerabilities"] =
        listOf(listed, kEverything, [&](const Vulnerability& v) { return writer.vulnerability(v); });
    document["n2_fatal_pairs"] =
        listOf(report.fatalPairs, kListedPairs, [&](const FatalPair& p) { return writer.pair(p); });
    document["total_pairs_checked"] = report.pairsChecked;
    document["criticality"] =
        listOf(report.criticality, kEverything, [&](const Criticality& c) { return writer.criticality(c); });
    document["cascade"] = listOf(report.cascade, kEverything, [&](const CascadeCase& c) { return writer.cascade(c); });
    document["cascade_losses_followed"] = report.lossesFollowed;
    document["cascade_losses_that_spread"] = report.lossesThatSpread;
    document["leading_indicators"] = listOf(report.indicators, kEverything, indicatorDocument);
    return document;
}

} // namespace core::programme
