#include "core/programme/HealthReport.h"

#include "core/programme/DayText.h"
#include "core/programme/OrNull.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace core::programme {

namespace {

constexpr std::array<const char*, 5> kHealthWords{"healthy", "warning", "degraded", "critical", "emergency"};
constexpr int kFirstAlertingRank = 2;
constexpr double kThinBuffer = 0.10;
constexpr size_t kNamedGaps = 3;
constexpr int kDaysAhead = 7;

std::string gapText(const Programme& programme, const CoverageGap& gap) {
    const int missing = int(std::ceil(gap.needed - gap.have - 1e-9));
    return "Find " + std::to_string(missing) + " " + gap.role + " for " +
           programme.requirements[size_t(gap.requirement)].service + " on " + halfDayText(gap.date, gap.half);
}

std::vector<std::string> immediateActions(const Programme& programme, const HealthReport& report,
                                          const std::vector<CoverageGap>& gaps) {
    std::vector<std::string> actions;
    for (size_t i = 0; i < std::min(kNamedGaps, gaps.size()); ++i)
        actions.push_back(gapText(programme, gaps[i]));
    if (gaps.size() > kNamedGaps)
        actions.push_back("Fill " + std::to_string(gaps.size() - kNamedGaps) + " further open requirements of the week");
    if (report.utilization.required > 0 && report.utilization.buffer < kThinBuffer)
        actions.push_back("Free capacity: only " + percentText(report.utilization.buffer) +
                          " of the week's half-days are left below the safe limit of 80 %");
    if (report.utilization.level >= UtilizationLevel::Orange)
        for (const std::string& text : recommendationsFor(report.utilization.level))
            actions.push_back(text);
    for (const DefenseAction& action : report.actions)
        if (action.level > DefenseLevel::Prevention)
            actions.push_back(action.automatic ? action.text : "Decide: " + action.text);
    if (report.shedAdvice.level > report.shedLevel)
        actions.push_back("Shed load to level " + std::string(shedLevelName(report.shedAdvice.level)) +
                          ": the week asks for more than there is");
    if (report.signals.n1Pass == false)
        actions.push_back("Read the contingency analysis: the loss of one person would leave a service uncovered");
    return actions;
}

void countFaculty(const Programme& programme, const Presence& presence, base::Date today, HealthReport& report) {
    const int day = presence.dayIndex(today);
    for (size_t p = 0; p < programme.people.size(); ++p) {
        const Person& person = programme.people[p];
        if (!person.isFaculty() || !person.isActiveOn(today) || person.status == PersonStatus::Separated)
            continue;
        ++report.facultyTotal;
        const bool away = person.status == PersonStatus::Away ||
                          (day >= 0 && presence.absent(int(p), day, Half::Am) && presence.absent(int(p), day, Half::Pm));
        ++(away ? report.facultyOnLeave : report.facultyOnDuty);
    }
}

double oneDecimal(double value) {
    return std::round(value * 10) / 10;
}

} // namespace

std::string healthStatus(UtilizationLevel utilization, std::optional<DefenseLevel> defense,
                         const HealthSignals& signals) {
    const DefenseLevel d = defense.value_or(DefenseLevel::Prevention);
    if (utilization == UtilizationLevel::Black || d == DefenseLevel::Emergency)
        return "emergency";
    if (utilization == UtilizationLevel::Red || d == DefenseLevel::Containment || signals.phaseRisk == "critical")
        return "critical";
    if (utilization == UtilizationLevel::Orange || d == DefenseLevel::SafetySystems || signals.n1Pass == false)
        return "degraded";
    if (utilization == UtilizationLevel::Yellow || d == DefenseLevel::Control || signals.n2Pass == false)
        return "warning";
    return "healthy";
}

int healthRank(const std::string& status) {
    for (size_t rank = 0; rank < kHealthWords.size(); ++rank)
        if (status == kHealthWords[rank])
            return int(rank);
    return -1;
}

HealthReport checkHealth(const Programme& programme, base::Date today, const HealthSignals& signals) {
    HealthReport report;
    report.signals = signals;
    report.shedLevel = programme.shedLevel;
    const base::Date last = today + std::chrono::days(kDaysAhead - 1);
    const Presence presence(programme);
    report.load = loadBetween(programme, today, last);
    report.utilization = readUtilization(report.load.capacity, report.load.required);
    report.essential = utilization(report.load.essential, report.load.capacity);
    report.shedAdvice = adviseShedding(report.load.capacity,
                                       {report.load.byCategory.begin(), report.load.byCategory.end()});
    const CoverageReport coverage = coverageOf(programme, presence, slotsBetween(programme, presence, today, last));
    report.coverage = coverage.ratio();
    report.gaps = int(coverage.gaps.size());
    if (report.coverage) {
        report.recommendedDefense = recommendedDefense(*report.coverage);
        report.defense = nextDefense(signals.defenseInForce, signals.previousRecommended, *report.recommendedDefense);
        report.actions = defenseActions(*report.defense, *report.coverage, report.gaps, signals.automation);
    }
    countFaculty(programme, presence, today, report);
    for (const ServiceCoverage& service : coverage.services)
        if (service.minimum > 0)
            report.redundancy.push_back({service.service, redundancyLevel(service.available, service.minimum),
                                         service.available, service.minimum});
    report.status = healthStatus(report.utilization.level, report.defense, signals);
    report.immediateActions = immediateActions(programme, report, coverage.gaps);
    return report;
}

int alertRank(const std::string& status) {
    return std::max(0, healthRank(status) - kFirstAlertingRank + 1);
}

std::optional<DefenseEvent> defenseChange(const HealthReport& report) {
    if (!report.defense)
        return std::nullopt;
    const std::vector<std::string>& before = report.signals.previousActions;
    std::vector<DefenseAction> added;
    for (const DefenseAction& action : report.actions)
        if (std::find(before.begin(), before.end(), action.name) == before.end())
            added.push_back(action);
    const bool moved = report.signals.defenseInForce != report.defense;
    if (!moved && added.empty())
        return std::nullopt;
    DefenseEvent event;
    event.from = report.signals.defenseInForce;
    event.to = *report.defense;
    event.coverage = report.coverage;
    event.actions = toDocument(added);
    const std::string coverage = "coverage of the next 7 days is " + percentText(*report.coverage);
    if (!event.from)
        event.reason = "no level was in force: " + coverage;
    else if (event.to > *event.from)
        event.reason = "raised: " + coverage;
    else if (event.to < *event.from)
        event.reason = "lowered after two better checks: " + coverage;
    else
        event.reason = "further actions: " + coverage;
    return event;
}

const char* alertLevel(const std::string& status) {
    const int rank = healthRank(status);
    return rank >= 3 ? "critical" : rank == 2 ? "warning" : "info";
}

base::Json toDocument(const HealthReport& report) {
    base::Json document = base::Json::object();
    document["status"] = report.status;
    document["utilization"] = oneDecimal(100 * report.utilization.ratio);
    document["utilization_ratio"] = report.utilization.ratio;
    document["utilization_level"] = toText(report.utilization.level);
    document["capacity"] = report.utilization.capacity;
    document["required"] = report.utilization.required;
    document["clinical_demand"] = report.load.clinicalDemand;
    document["protected_demand"] = report.load.protectedDemand;
    document["suspended"] = report.load.suspended;
    document["essential_utilization_ratio"] = report.essential;
    document["wait_multiplier"] = orNull(report.utilization.waitMultiplier);
    document["coverage_rate"] = orNull(report.coverage);
    document["coverage_reason"] = report.coverage ? base::Json() : base::Json("no requirement");
    document["coverage_gaps"] = report.gaps;
    document["defense_level"] = report.defense ? base::Json(colourOf(*report.defense)) : base::Json();
    document["defense_level_name"] = report.defense ? base::Json(toText(*report.defense)) : base::Json();
    document["defense_level_number"] = report.defense ? base::Json(int(*report.defense)) : base::Json();
    document["defense_level_recommended"] =
        report.recommendedDefense ? base::Json(int(*report.recommendedDefense)) : base::Json();
    document["defense_actions"] = toDocument(report.actions);
    document["defense_needs_decision"] =
        std::any_of(report.actions.begin(), report.actions.end(), [](const DefenseAction& a) { return !a.automatic; });
    document["faculty"]["total"] = report.facultyTotal;
    document["faculty"]["on_duty"] = report.facultyOnDuty;
    document["faculty"]["on_leave"] = report.facultyOnLeave;
    document["n1_pass"] = orNull(report.signals.n1Pass);
    document["n2_pass"] = orNull(report.signals.n2Pass);
    document["phase_transition_risk"] = orNull(report.signals.phaseRisk);
    document["load_shedding_level"] = report.shedLevel;
    document["load_shedding_advice"]["level"] = report.shedAdvice.level;
    document["load_shedding_advice"]["name"] = shedLevelName(report.shedAdvice.level);
    document["load_shedding_advice"]["uncovered_half_days"] = report.shedAdvice.uncovered;
    document["active_fallbacks"] = report.signals.activeFallbacks;
    document["buffer_remaining"] = report.utilization.buffer;
    base::Json redundancy = base::Json::array();
    for (const Redundancy& service : report.redundancy) {
        base::Json entry = base::Json::object();
        entry["service"] = service.service;
        entry["level"] = service.level;
        entry["available"] = service.available;
        entry["minimum"] = service.minimum;
        redundancy.push_back(std::move(entry));
    }
    document["redundancy"] = std::move(redundancy);
    document["immediate_actions"] = report.immediateActions;
    return document;
}

} // namespace core::programme
