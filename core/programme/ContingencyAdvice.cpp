#include "core/programme/ContingencyAdvice.h"

#include <algorithm>
#include <cmath>
#include <set>

namespace core::programme {

namespace {

constexpr size_t kMostRecommendations = 12;
constexpr size_t kNamedDates = 3;
constexpr double kHeavilyCritical = 0.6; ///< the bound of a critical hub

std::string times(int count) {
    return std::to_string(count) + (count == 1 ? " half-day" : " half-days");
}

const std::string& nameOf(const Programme& programme, int person) {
    return programme.people[size_t(person)].name;
}

LeadingIndicator indicator(const char* name, double value, const char* level, std::string text) {
    return {name, value, level, std::move(text)};
}

/// How often each reason was given, by reason; the one that allows is left out.
std::vector<std::string> reasonsOf(const Candidate& candidate) {
    std::vector<std::string> reasons;
    for (size_t answer = 1; answer < kStandIns; ++answer)
        if (candidate.answers[answer] > 0)
            reasons.push_back(std::to_string(candidate.answers[answer]) + " " + wordsOf(StandIn(answer)));
    return reasons;
}

void recommendFor(const Programme& programme, const Vulnerability& v, std::vector<std::string>& list) {
    for (const ServiceAtRisk& service : v.services) {
        if (service.irreplaceable == 0)
            continue;
        const std::string dates = halfDaysText(service.when, kNamedDates);
        if (service.sole)
            list.push_back("Urgent: cross-train a backup for " + nameOf(programme, v.person) + " in " +
                           service.service + " (nobody else is qualified; " + times(service.irreplaceable) +
                           " in the period depend on them: " + dates + ")");
        else
            list.push_back("Keep a second qualified person free for " + service.service + " when " +
                           nameOf(programme, v.person) + " serves it: on " + times(service.irreplaceable) +
                           " everybody else is absent or taken (" + dates + ")");
    }
}

/// The open slots of a pair that neither loss alone would leave open.
std::vector<ShortSlot> newWith(const ContingencyReport& report, const FatalPair& pair) {
    std::vector<ShortSlot> slots;
    std::copy_if(pair.open.begin(), pair.open.end(), std::back_inserter(slots), [&](const ShortSlot& open) {
        return std::none_of(report.vulnerabilities.begin(), report.vulnerabilities.end(), [&](const Vulnerability& v) {
            return (v.person == pair.first || v.person == pair.second) &&
                   std::any_of(v.open.begin(), v.open.end(), [&](const OpenHalfDay& half) {
                       return half.service == open.service && half.when == open.when;
                   });
        });
    });
    return slots;
}

void recommendForPair(const Programme& programme, const ContingencyReport& report, const FatalPair& pair,
                      std::vector<std::string>& list) {
    if (pair.beyondSingles <= 0)
        return;
    std::set<std::string> services;
    std::vector<HalfDay> halfDays;
    for (const ShortSlot& open : newWith(report, pair)) {
        services.insert(open.service);
        if (std::find(halfDays.begin(), halfDays.end(), open.when) == halfDays.end())
            halfDays.push_back(open.when);
    }
    list.push_back("Pair " + nameOf(programme, pair.first) + " + " + nameOf(programme, pair.second) +
                   " share only coverage of " + enumerated({services.begin(), services.end()}) + " on " +
                   times(pair.beyondSingles) + " (" + halfDaysText(halfDays, kNamedDates) + ")");
}

void recommendRelief(const Programme& programme, const ContingencyReport& report, std::vector<std::string>& list) {
    for (const Criticality& c : report.criticality) {
        if (c.hub.level != "critical hub" && c.score < kHeavilyCritical)
            continue;
        const auto loss = std::find_if(report.vulnerabilities.begin(), report.vulnerabilities.end(),
                                       [&](const Vulnerability& v) { return v.person == c.person; });
        std::vector<std::string> services;
        if (loss != report.vulnerabilities.end())
            for (const ServiceAtRisk& service : loss->services)
                services.push_back(service.service);
        list.push_back("Reduce the load of " + nameOf(programme, c.person) + ": " + std::to_string(c.servicesCovered) +
                       (c.servicesCovered == 1 ? " service hangs on them" : " services hang on them") +
                       (services.empty() ? "" : " (" + enumerated(services) + ")") + " between " + dayText(report.from) + " and " + dayText(report.to));
    }
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
    std::vector<std::string> list;
    for (const Vulnerability& v : report.vulnerabilities)
        recommendFor(programme, v, list);
    std::stable_partition(list.begin(), list.end(), [](const std::string& text) { return text.starts_with("Urgent"); });
    for (const FatalPair& pair : report.fatalPairs)
        if (list.size() < kMostRecommendations)
            recommendForPair(programme, report, pair, list);
    recommendRelief(programme, report, list);
    if (list.size() > kMostRecommendations)
        list.resize(kMostRecommendations);
    return list;
}

std::string whyAllowed(const Candidate& candidate, int affected) {
    const long tenths = std::lround(candidate.mostHours * 10);
    std::string text = "qualified and free on " + std::to_string(candidate.halfDays()) + " of " +
                       std::to_string(affected) + "; at most " + std::to_string(tenths / 10) + "." +
                       std::to_string(tenths % 10) + " h and " + times(candidate.mostHalfDays) + " in a week";
    if (const auto others = reasonsOf(candidate); !others.empty())
        text += "; otherwise: " + enumerated(others);
    return text;
}

std::string whyRejected(const Candidate& candidate) {
    return enumerated(reasonsOf(candidate));
}

} // namespace core::programme
