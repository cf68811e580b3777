#include "core/programme/HealthReport.h"

#include "core/programme/OrNull.h"
#include "core/programme/Utilization.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace core::programme {

namespace {

constexpr std::array<const char*, 5> kHealthWords{"healthy", "warning", "degraded", "critical", "emergency"};
constexpr int kFirstAlertingRank = 2;
constexpr std::chrono::minutes kAlertWindow{240};
constexpr double kThinBuffer = 0.10;
constexpr size_t kNamedGaps = 3;
constexpr int kDaysAhead = 7;

std::string percent(double ratio) {
    const double tenths = std::round(ratio * 1000);
    return std::to_string(int(tenths) / 10) + "." + std::to_string(std::abs(int(tenths)) % 10) + " %";
}

std::string gapText(const Programme& programme, const CoverageGap& gap) {
    const int missing = int(std::ceil(gap.needed - gap.have - 1e-9));
    return "Find " + std::to_string(missing) + " " + gap.role + " for " +
           programme.requirements[size_t(gap.requirement)].service + " on " + base::formatDate(gap.date) + " " +
           toText(gap.half);
}

std::vector<std::string> immediateActions(const Programme& programme, const HealthReport& report,
                                          const std::vector<CoverageGap>& gaps) {
    std::vector<std::string> actions;
    for (size_t i = 0; i < std::min(kNamedGaps, gaps.size()); ++i)
        actions.push_back(gapText(programme, gaps[i]));
    if (gaps.size() > kNamedGaps)
        actions.push_back("Fill " + std::to_string(gaps.size() - kNamedGaps) + " further open requirements of the week");
    if (report.utilization.required > 0 && report.utilization.buffer < kThinBuffer)
        actions.push_back("Free capacity: only " + percent(report.utilization.buffer) +
                          " of the week's half-days are left below the safe limit of 80 %");
    if (report.utilization.level >= UtilizationLevel::Orange)
        for (const std::string& text : recommendationsFor(report.utilization.level))
            actions.push_back(text);
    if (report.defense && report.coverage)
        for (const std::string& text : defenseActions(*report.defense, *report.coverage))
            actions.push_back(text);
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
    const DayLoad load = loadBetween(programme, today, last);
    report.utilization = readUtilization(load.capacity, load.required);
    const CoverageReport coverage = coverageOf(programme, presence, slotsBetween(programme, presence, today, last));
    report.coverage = coverage.ratio();
    report.gaps = int(coverage.gaps.size());
    if (report.coverage) {
        report.recommendedDefense = recommendedDefense(*report.coverage);
        report.defense = nextDefense(signals.defenseInForce, signals.previousRecommended, *report.recommendedDefense);
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

std::string alertTransition(const std::string& previous, const std::string& status, const PastAlerts& past,
                            base::Instant now) {
    const int before = healthRank(previous), after = healthRank(status);
    const bool wasBad = before >= kFirstAlertingRank, isBad = after >= kFirstAlertingRank;
    if (wasBad && !isBad)
        return past.badAt && !past.recovered ? "recovery" : "";
    if (!isBad || (wasBad && after <= before))
        return {};
    if (wasBad)
        return "worsening";
    const bool saidLately =
        past.badAt && now - *past.badAt < kAlertWindow && healthRank(past.badStatus) >= after;
    return saidLately ? "" : "entering";
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
    document["wait_multiplier"] = orNull(report.utilization.waitMultiplier);
    document["coverage_rate"] = orNull(report.coverage);
    document["coverage_reason"] = report.coverage ? base::Json() : base::Json("no requirement");
    document["coverage_gaps"] = report.gaps;
    document["defense_level"] = report.defense ? base::Json(colourOf(*report.defense)) : base::Json();
    document["defense_level_name"] = report.defense ? base::Json(toText(*report.defense)) : base::Json();
    document["defense_level_number"] = report.defense ? base::Json(int(*report.defense)) : base::Json();
    document["defense_level_recommended"] =
        report.recommendedDefense ? base::Json(int(*report.recommendedDefense)) : base::Json();
    document["faculty"]["total"] = report.facultyTotal;
    document["faculty"]["on_duty"] = report.facultyOnDuty;
    document["faculty"]["on_leave"] = report.facultyOnLeave;
    document["n1_pass"] = orNull(report.signals.n1Pass);
    document["n2_pass"] = orNull(report.signals.n2Pass);
    document["phase_transition_risk"] = orNull(report.signals.phaseRisk);
    document["load_shedding_level"] = report.shedLevel;
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
