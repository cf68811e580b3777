#include "core/programme/Vitals.h"

#include "core/programme/HubScore.h"
#include "core/programme/OrNull.h"
#include "core/programme/duty/AverageHours.h"

#include <algorithm>
#include <utility>

namespace core::programme {

namespace {

constexpr std::chrono::days kSpecialistDays{90};
constexpr std::chrono::days kOneDay{1};

std::vector<SetPointReading> readSetPoints(const VitalsInputs& inputs) {
    constexpr const char* kNoCheck = "no health check with a coverage yet";
    constexpr const char* kNoMetrics = "no schedule metrics yet";
    return {readSetPoint(SetPointKind::Coverage, inputs.coverage, kNoCheck),
            readSetPoint(SetPointKind::FacultyUtilization, inputs.utilization, "no health check yet"),
            readSetPoint(SetPointKind::WorkloadBalance, inputs.workloadGini, kNoMetrics),
            readSetPoint(SetPointKind::ScheduleStability, inputs.stability, kNoMetrics),
            readSetPoint(SetPointKind::AcgmeCompliance, inputs.compliance, kNoMetrics)};
}

std::vector<UnifiedIndex> rankUnified(const Programme& programme, const AllostaticReport& allostatic,
                                      const VitalsInputs& inputs) {
    std::vector<UnifiedIndex> list;
    for (size_t p = 0; p < programme.people.size(); ++p) {
        const auto network = inputs.network.find(programme.people[p].id);
        if (network == inputs.network.end())
            continue;
        UnifiedIndex index;
        index.person = int(p);
        index.criticality = network->second.criticality;
        index.hub = network->second.hub;
        const auto load = std::find_if(allostatic.loads.begin(), allostatic.loads.end(),
                                       [&](const AllostaticLoad& each) { return each.person == int(p); });
        if (load == allostatic.loads.end()) {
            index.reason = allostatic.reason.empty() ? "no allostatic load is known" : allostatic.reason;
        } else {
            index.burnout = burnoutSpread(load->total, network->second.degree);
            index.total = unifiedIndex(index.criticality, *index.burnout, index.hub);
        }
        list.push_back(std::move(index));
    }
    std::sort(list.begin(), list.end(), [&](const UnifiedIndex& a, const UnifiedIndex& b) {
        return std::pair(-a.total.value_or(-1), programme.people[size_t(a.person)].id) <
               std::pair(-b.total.value_or(-1), programme.people[size_t(b.person)].id);
    });
    return list;
}

/// The highest four-week average of a resident, of the windows that end yesterday.
std::optional<double> worstAverage(const Programme& programme, base::Date today) {
    std::optional<double> worst;
    if (programme.days.empty() || !programme.day(today - kOneDay))
        return worst;
    for (const duty::DutyDays& days : duty::dutyDays(programme, Presence(programme), PersonType::Resident)) {
        const int yesterday = days.dayAt(today - kOneDay);
        for (const duty::WindowValue& window : duty::fourWeekWindows(days, yesterday, yesterday))
            worst = std::max(worst.value_or(0), window.value);
    }
    return worst;
}

base::Json adaptiveDocument(const AdaptiveReading& reading) {
    base::Json document = base::Json::object();
    document["name"] = reading.name;
    document["samples"] = reading.samples;
    document["value"] = orNull(reading.value);
    document["mean"] = reading.bounds ? base::Json(reading.bounds->mean) : base::Json();
    document["sigma"] = reading.bounds ? base::Json(reading.bounds->sigma) : base::Json();
    document["warning_bounds"] = base::Json();
    document["critical_bounds"] = base::Json();
    if (reading.bounds) {
        document["warning_bounds"] = {reading.bounds->warnLow, reading.bounds->warnHigh};
        document["critical_bounds"] = {reading.bounds->criticalLow, reading.bounds->criticalHigh};
    }
    document["level"] = reading.level ? base::Json(toText(*reading.level)) : base::Json();
    document["reason"] = orNull(reading.reason);
    return document;
}

base::Json unifiedDocument(const Programme& programme, const UnifiedIndex& index) {
    base::Json document = base::Json::object();
    document["person_id"] = programme.people[size_t(index.person)].id;
    document["person"] = programme.people[size_t(index.person)].name;
    document["total"] = orNull(index.total);
    document["contingency"] = index.criticality;
    document["burnout_spread"] = orNull(index.burnout);
    document["hub"] = index.hub;
    document["reason"] = orNull(index.reason);
    return document;
}

} // namespace

AdaptiveReading readAdaptive(const std::string& name, const std::vector<double>& readings) {
    AdaptiveReading reading;
    reading.name = name;
    if (readings.empty()) {
        reading.reason = "insufficient data: no reading";
        return reading;
    }
    AdaptiveThreshold threshold;
    for (size_t i = 0; i + 1 < readings.size(); ++i)
        threshold.add(readings[i]);
    reading.value = readings.back();
    reading.samples = int(threshold.samples());
    reading.bounds = threshold.bounds();
    reading.level = threshold.judge(*reading.value);
    if (!reading.level)
        reading.reason = "insufficient data: " + std::to_string(reading.samples) + " of " +
                         std::to_string(AdaptiveThreshold::kLeast) + " earlier readings";
    return reading;
}

Vitals takeVitals(const Programme& programme, base::Date today, const VitalsInputs& inputs) {
    Vitals vitals;
    vitals.today = today;
    vitals.hours = chartHours(programme, programme.yearStart, today - kOneDay);
    vitals.allostatic = allostaticLoads(programme, today, inputs.stress);
    vitals.specialists = specialistCoverage(programme, today, today + kSpecialistDays - kOneDay);
    vitals.setPoints = readSetPoints(inputs);
    vitals.utilizationVolatility = volatilityOf(inputs.utilization, kUtilizationStress);
    vitals.coverageVolatility = volatilityOf(inputs.coverage, kCoverageStress);
    vitals.adaptive = {readAdaptive("utilization", inputs.utilization), readAdaptive("coverage", inputs.coverage)};
    vitals.unified = rankUnified(programme, vitals.allostatic, inputs);
    if (inputs.network.empty())
        vitals.unifiedReason = "no contingency analysis yet";
    RiskFigures figures = inputs.figures;
    if (vitals.allostatic.burnout.share) {
        figures.burnoutCases = vitals.allostatic.burnout.overloaded;
        figures.burnoutShare = vitals.allostatic.burnout.share;
    }
    figures.worstAverageHours = worstAverage(programme, today);
    vitals.risk = riskColour(figures);
    vitals.score = dashboardScore(figures);
    return vitals;
}

base::Json toDocument(const Programme& programme, const Vitals& vitals) {
    base::Json document = base::Json::object();
    document["date"] = base::formatDate(vitals.today);
    document["weekly_hours"] = toDocument(programme, vitals.hours);
    document["allostatic_load"] = toDocument(programme, vitals.allostatic);
    document["specialist_coverage"] = base::Json::array();
    for (const SpecialistCoverage& skill : vitals.specialists)
        document["specialist_coverage"].push_back(toDocument(skill));
    document["set_points"] = base::Json::array();
    for (const SetPointReading& reading : vitals.setPoints)
        document["set_points"].push_back(toDocument(reading));
    document["volatility"]["utilization"] = toDocument(vitals.utilizationVolatility);
    document["volatility"]["coverage"] = toDocument(vitals.coverageVolatility);
    document["adaptive_thresholds"] = base::Json::array();
    for (const AdaptiveReading& reading : vitals.adaptive)
        document["adaptive_thresholds"].push_back(adaptiveDocument(reading));
    document["unified_critical_index"]["people"] = base::Json::array();
    for (const UnifiedIndex& index : vitals.unified)
        document["unified_critical_index"]["people"].push_back(unifiedDocument(programme, index));
    document["unified_critical_index"]["reason"] = orNull(vitals.unifiedReason);
    document["risk"] = toDocument(vitals.risk);
    document["score"] = toDocument(vitals.score);
    return document;
}

} // namespace core::programme
