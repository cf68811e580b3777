#include "core/engine/GaugeKeeper.h"

#include "core/programme/store/GaugeReader.h"

#include <span>

namespace core::engine {

using base::Result;
using metrics::MetricKind;

namespace {

struct Declared {
    const char* name;
    MetricKind kind;
    const char* help;
};

constexpr const char* kFailures = "resilience_health_check_failures_total";
constexpr const char* kHealthDuration = "resilience_health_check_duration_seconds";
constexpr const char* kContingencyDuration = "resilience_contingency_analysis_duration_seconds";
constexpr const char* kHealthType = "resilience_health_check";
constexpr const char* kContingencyType = "resilience_contingency";

/// The families that health checks and schedule metrics keep up to date.
constexpr Declared kGauges[] = {
    {"resilience_utilization_rate", MetricKind::Gauge, "Required half-days by available ones, next 7 days"},
    {"resilience_utilization_level", MetricKind::Gauge, "0 GREEN, 1 YELLOW, 2 ORANGE, 3 RED, 4 BLACK"},
    {"resilience_defense_level", MetricKind::Gauge, "Defense level in force, 1 to 5"},
    {"resilience_load_shedding_level", MetricKind::Gauge, "Load shedding in force, 0 to 5"},
    {"resilience_n1_compliant", MetricKind::Gauge, "1 if every single loss can be covered"},
    {"resilience_n2_compliant", MetricKind::Gauge, "1 if every loss of two can be covered"},
    {"resilience_faculty_available", MetricKind::Gauge, "Faculty today: total, on_duty, on_leave"},
    {"resilience_coverage_rate", MetricKind::Gauge, "Covered share of the requirements of the next 7 days"},
    {"resilience_buffer_remaining", MetricKind::Gauge, "Share of the capacity left below the safe limit of 80 %"},
    {"resilience_redundancy_level", MetricKind::Gauge, "By service: 0 below the minimum, 1 N+0, 2 N+1, 3 N+2"},
    {"resilience_active_fallbacks", MetricKind::Gauge, "Fallback schedules in force"},
    {"resilience_suspended_activities", MetricKind::Gauge, "Activities that load shedding suspends"},
    {"acgme_compliance_score", MetricKind::Gauge, "Share of those evaluated who keep a duty rule, latest metrics"}};

constexpr Declared kCounters[] = {
    {"resilience_crisis_activations_total", MetricKind::Counter, "Crises declared, by severity"},
    {"resilience_fallback_activations_total", MetricKind::Counter, "Fallback schedules put in force, by scenario"},
    {"resilience_load_shedding_events_total", MetricKind::Counter, "Changes of load shedding, by levels"},
    {"resilience_defense_activations_total", MetricKind::Counter, "Defense actions that began, by level and action"},
    {"acgme_violations_total", MetricKind::Counter, "Violations of the duty rules ever recorded, by rule"}};

constexpr Declared kOfTasks[] = {
    {kFailures, MetricKind::Counter, "Failed attempts of the health check since the start, by reason"},
    {kHealthDuration, MetricKind::Histogram, "How long health checks took since the start"},
    {kContingencyDuration, MetricKind::Histogram, "How long contingency analyses took since the start"}};

const std::vector<double> kHealthBounds{0.1, 0.5, 1, 2, 5, 10};
const std::vector<double> kContingencyBounds{0.5, 1, 5, 10, 30, 60};

} // namespace

GaugeKeeper::GaugeKeeper(const store::Database& database, const LiveState& live, metrics::MetricRegistry& registry)
    : m_database(database), m_registry(registry) {
    for (const auto families : {std::span<const Declared>(kGauges), std::span<const Declared>(kCounters),
                                std::span<const Declared>(kOfTasks)})
        for (const Declared& family : families)
            registry.declare(family.name, family.kind, family.help);
    registry.addSource([&live](const auto& addSample, const auto& addHistogram) {
        const auto figures = live.figures();
        if (const metrics::TaskFigures* health = figures.type(kHealthType)) {
            for (size_t reason = 0; reason < health->counts.failures.size(); ++reason)
                if (health->counts.failures[reason] > 0)
                    addSample(kFailures, {{{"reason", task::toText(task::FailureReason(reason))}},
                                          double(health->counts.failures[reason])});
            addHistogram(kHealthDuration, {{}, kHealthBounds, health->run});
        }
        if (const metrics::TaskFigures* contingency = figures.type(kContingencyType))
            addHistogram(kContingencyDuration, {{}, kContingencyBounds, contingency->run});
    });
}

Result<upkeep::NextLook> GaugeKeeper::look(base::Instant) {
    const auto read = m_database.read([this](store::Connection& db) -> Result<void> {
        const std::string mark = programme::store::readGaugeMark(db);
        if (mark == m_mark)
            return {};
        auto gauges = programme::store::readResilienceGauges(db);
        for (const auto families : {std::span<const Declared>(kGauges), std::span<const Declared>(kCounters)})
            for (const Declared& family : families)
                m_registry.set(family.name, std::move(gauges[family.name]));
        m_mark = mark;
        return {};
    });
    if (!read)
        return read.error();
    return upkeep::NextLook{kPeriod};
}

} // namespace core::engine
