#include "core/programme/ContingencyAdvice.h"

#include "core/programme/OrNull.h"

#include <algorithm>
#include <cmath>

namespace core::programme {

namespace {

constexpr size_t kListedPairs = 10;
constexpr size_t kMostCritical = 5;
constexpr double kCriticalHub = 0.6;
constexpr size_t kMostRecommendations = 12;

std::string times(int count) {
    return std::to_string(count) + (count == 1 ? " half-day" : " half-days");
}

/// `A`, `A and B`, `A, B and C`.
std::string enumerated(const std::vector<std::string>& words) {
    std::string text;
    for (size_t i = 0; i < words.size(); ++i)
        text += (i == 0 ? "" : i + 1 == words.size() ? " and " : ", ") + words[i];
    return text;
}

const std::string& nameOf(const Programme& programme, int person) {
    return programme.people[size_t(person)].name;
}

LeadingIndicator indicator(const char* name, double value, const char* level, std::string text) {
    return {name, value, level, std::move(text)};
}

void recommendFor(const Programme& programme, const Vulnerability& v, std::vector<std::string>& list) {
    for (const ServiceAtRisk& service : v.services) {
        if (service.irreplaceable == 0)
            continue;
        if (service.sole)
            list.push_back("Urgent: cross-train a backup for " + nameOf(programme, v.person) + " in " +
                           service.service + " (nobody else is qualified; " + times(service.irreplaceable) +
                           " in the period depend on them)");
        else
            list.push_back("Keep a second qualified person free for " + service.service + " when " +
                           nameOf(programme, v.person) + " serves it: on " + times(service.irreplaceable) +
                           " everybody else is absent or taken");
    }
}

base::Json personDocument(const Programme& programme, int person) {
    base::Json document = base::Json::object();
    document["person_id"] = programme.people[size_t(person)].id;
    document["person"] = nameOf(programme, person);
    return document;
}

double rounded(double value) {
    return std::round(value * 1000) / 1000;
}

base::Json vulnerabilityDocument(const Programme& programme, const Vulnerability& v) {
    base::Json services = base::Json::array();
    for (const ServiceAtRisk& service : v.services) {
        base::Json entry = base::Json::object();
        entry["service"] = service.service;
        entry["affected_blocks"] = service.affected;
        entry["irreplaceable_blocks"] = service.irreplaceable;
        entry["sole_qualified"] = service.sole;
        services.push_back(std::move(entry));
    }
    base::Json substitutes = base::Json::array();
    for (const Substitute& substitute : v.substitutes) {
        base::Json entry = personDocument(programme, substitute.person);
        entry["blocks"] = substitute.halfDays;
        substitutes.push_back(std::move(entry));
    }
    base::Json document = personDocument(programme, v.person);
    document["severity"] = v.severity;
    document["assignments"] = v.assignments;
    document["share_of_assignments"] = rounded(v.share);
    document["affected_blocks"] = v.affected;
    document["irreplaceable_blocks"] = v.irreplaceable;
    document["services_at_risk"] = std::move(services);
    document["substitutes"] = std::move(substitutes);
    return document;
}

base::Json pairDocument(const Programme& programme, const FatalPair& pair) {
    base::Json document = base::Json::object();
    document["people"] = {personDocument(programme, pair.first), personDocument(programme, pair.second)};
    document["affected_blocks"] = pair.affected;
    document["uncoverable_blocks"] = pair.uncoverable;
    document["beyond_single_losses"] = pair.beyondSingles;
    document["services"] = pair.services;
    document["severity"] = pair.severity;
    return document;
}

base::Json criticalityDocument(const Programme& programme, const Criticality& c) {
    base::Json document = personDocument(programme, c.person);
    document["score"] = rounded(c.score);
    document["services_covered"] = c.servicesCovered;
    document["services_uniquely_covered"] = c.servicesSole;
    document["mean_alternatives"] = rounded(c.meanAlternatives);
    return document;
}

base::Json cascadeDocument(const Programme& programme, const CascadeCase& c) {
    base::Json document = base::Json::object();
    document["lost"] = base::Json::array();
    for (const int person : c.lost)
        document["lost"].push_back(nameOf(programme, person));
    document["failed"] = base::Json::array();
    for (const int person : c.failed)
        document["failed"].push_back(nameOf(programme, person));
    document["length"] = c.waves;
    document["final_coverage"] = rounded(c.finalCoverage);
    document["catastrophic"] = c.catastrophic;
    return document;
}

base::Json indicatorDocument(const LeadingIndicator& i) {
    base::Json document = base::Json::object();
    document["name"] = i.name;
    document["value"] = rounded(i.value);
    document["level"] = i.level;
    document["text"] = i.text;
    return document;
}

template <class T, class F>
base::Json listOf(const std::vector<T>& values, size_t most, F document) {
    base::Json list = base::Json::array();
    for (size_t i = 0; i < std::min(most, values.size()); ++i)
        list.push_back(document(values[i]));
    return list;
}

} // namespace

std::vector<LeadingIndicator> leadingIndicators(const ContingencyReport& report, const ContingencySignals& signals) {
    std::vector<LeadingIndicator> list;
    if (signals.utilization) {
        const double u = *signals.utilization;
        list.push_back(indicator("utilization", u, u > .95 ? "critical" : u > .90 ? "high" : u > .85 ? "medium" : "none",
                                 "utilization of the next 7 days"));
    }
    const int changes = signals.changesLastWeek;
    list.push_back(indicator("schedule_changes_7d", changes, changes > 20 ? "high" : changes > 10 ? "medium" : "none",
                             "late changes of the schedule in the last 7 days"));
    if (report.n1Pass) {
        const int critical = report.criticalCount();
        list.push_back(indicator("critical_n1", critical, critical >= 3 ? "high" : critical >= 1 ? "medium" : "none",
                                 "faculty members whose loss nobody can replace"));
    }
    if (report.n2Pass) {
        const int fatal = int(report.fatalPairs.size());
        list.push_back(indicator("fatal_pairs", fatal, fatal >= 5 ? "high" : fatal >= 1 ? "medium" : "none",
                                 "pairs of faculty members whose loss nobody can replace"));
    }
    return list;
}

std::string phaseRisk(const std::vector<LeadingIndicator>& indicators) {
    const auto warning =
        std::count_if(indicators.begin(), indicators.end(), [](const LeadingIndicator& i) { return i.level != "none"; });
    return warning >= 3 ? "critical" : warning == 2 ? "high" : warning == 1 ? "medium" : "low";
}

std::vector<std::string> recommend(const Programme& programme, const ContingencyReport& report) {
    std::vector<std::string> others;
    for (const Vulnerability& v : report.vulnerabilities)
        recommendFor(programme, v, others);
    std::stable_partition(others.begin(), others.end(), [](const std::string& text) { return text.starts_with("Urgent"); });
    for (const FatalPair& pair : report.fatalPairs)
        if (pair.beyondSingles > 0) {
            others.push_back("Pair " + nameOf(programme, pair.first) + " + " + nameOf(programme, pair.second) +
                             " share only coverage of " + enumerated(pair.services) + " on " + times(pair.beyondSingles));
        }
    for (const Criticality& c : report.criticality)
        if (c.score >= kCriticalHub)
            others.push_back("Reduce the load of " + nameOf(programme, c.person) + ": " +
                             std::to_string(c.servicesCovered) + " services hang on them");
    if (others.size() > kMostRecommendations)
        others.resize(kMostRecommendations);
    return others;
}

base::Json toDocument(const Programme& programme, const ContingencyReport& report) {
    std::vector<Vulnerability> listed;
    for (const Vulnerability& v : report.vulnerabilities)
        if (v.affected > 0)
            listed.push_back(v);
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
    const size_t all = programme.people.size();
    document["n1_vulnerabilities"] = listOf(listed, all, [&](const Vulnerability& v) {
        return vulnerabilityDocument(programme, v);
    });
    document["n2_fatal_pairs"] =
        listOf(report.fatalPairs, kListedPairs, [&](const FatalPair& p) { return pairDocument(programme, p); });
    document["total_pairs_checked"] = report.pairsChecked;
    document["criticality"] =
        listOf(report.criticality, all, [&](const Criticality& c) { return criticalityDocument(programme, c); });
    document["cascade"] =
        listOf(report.cascade, all, [&](const CascadeCase& c) { return cascadeDocument(programme, c); });
    document["leading_indicators"] = listOf(report.indicators, all, indicatorDocument);
    return document;
}

} // namespace core::programme
