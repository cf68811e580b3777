#include "core/programme/store/GaugeReader.h"

#include "core/programme/Bands.h"
#include "core/programme/store/FallbackStore.h"

#include <nlohmann/json.hpp>

namespace core::programme::store {

namespace {

using core::store::Connection;
using core::store::Query;
using Gauges = std::map<std::string, std::vector<metrics::MetricSample>>;

/// Adds a figure of a document if it is a number or a truth value.
void add(Gauges& gauges, const std::string& name, metrics::Labels labels, const base::Json& value) {
    if (value.is_boolean())
        gauges[name].push_back({std::move(labels), value.get<bool>() ? 1.0 : 0.0});
    else if (value.is_number())
        gauges[name].push_back({std::move(labels), value.get<double>()});
}

base::Json member(const base::Json& document, const char* name) {
    return document.is_object() && document.contains(name) ? document[name] : base::Json();
}

/// 0 BELOW … 3 N+2.
base::Json redundancyNumber(const std::string& level) {
    constexpr const char* kLevels[] = {"BELOW", "N+0", "N+1", "N+2"};
    for (int number = 0; number < 4; ++number)
        if (level == kLevels[number])
            return number;
    return {};
}

base::Json levelNumber(const base::Json& word) {
    for (const UtilizationLevel level : {UtilizationLevel::Green, UtilizationLevel::Yellow, UtilizationLevel::Orange,
                                         UtilizationLevel::Red, UtilizationLevel::Black})
        if (word == toText(level))
            return int(level);
    return {};
}

void addUtilization(const base::Json& document, Gauges& gauges) {
    const std::string rate = "resilience_utilization_rate";
    add(gauges, rate, {{"component", "overall"}}, member(document, "utilization_ratio"));
    add(gauges, rate, {{"component", "essential"}}, member(document, "essential_utilization_ratio"));
    const base::Json capacity = member(document, "capacity");
    if (capacity.is_number() && capacity.get<double>() > 0)
        for (const char* component : {"clinical", "protected"})
            if (const base::Json demand = member(document, (std::string(component) + "_demand").c_str());
                demand.is_number())
                add(gauges, rate, {{"component", component}}, demand.get<double>() / capacity.get<double>());
    add(gauges, "resilience_utilization_level", {}, levelNumber(member(document, "utilization_level")));
}

void addHealth(Connection& connection, Gauges& gauges) {
    Query row = connection.query("SELECT document FROM health_check WHERE source = 'task' ORDER BY at DESC, id DESC LIMIT 1");
    if (!row.step())
        return;
    const base::Json document = row.json(0);
    addUtilization(document, gauges);
    add(gauges, "resilience_defense_level", {}, member(document, "defense_level_number"));
    add(gauges, "resilience_n1_compliant", {}, member(document, "n1_pass"));
    add(gauges, "resilience_n2_compliant", {}, member(document, "n2_pass"));
    add(gauges, "resilience_coverage_rate", {}, member(document, "coverage_rate"));
    add(gauges, "resilience_buffer_remaining", {}, member(document, "buffer_remaining"));
    for (const char* type : {"total", "on_duty", "on_leave"})
        add(gauges, "resilience_faculty_available", {{"type", type}}, member(member(document, "faculty"), type));
    for (const base::Json& service : member(document, "redundancy"))
        add(gauges, "resilience_redundancy_level", {{"service", service.value("service", "")}},
            redundancyNumber(service.value("level", "")));
}

void addShedding(Connection& connection, Gauges& gauges) {
    Query state = connection.query("SELECT level FROM shed_state WHERE id = 1");
    if (!state.step())
        return;
    const int level = state.intAt(0);
    add(gauges, "resilience_load_shedding_level", {}, level);
    Query last = connection.query("SELECT json_array_length(affected) FROM shed_event WHERE to_level > from_level"
                                  " ORDER BY at DESC, id DESC LIMIT 1");
    const bool known = last.step();
    if (level == 0)
        add(gauges, "resilience_suspended_activities", {}, 0);
    else if (known)
        add(gauges, "resilience_suspended_activities", {}, last.intAt(0));
    Query events = connection.query("SELECT from_level, to_level, count(*) FROM shed_event GROUP BY 1, 2 ORDER BY 1, 2");
    while (events.step())
        add(gauges, "resilience_load_shedding_events_total",
            {{"from_level", events.text(0)}, {"to_level", events.text(1)}}, events.integer(2));
}

/// `sql` gives pairs of what `label` says and a number.
void addEach(Connection& connection, Gauges& gauges, const char* family, const char* label, const std::string& sql) {
    Query rows = connection.query(sql);
    while (rows.step())
        add(gauges, family, {{label, rows.text(0)}}, rows.real(1));
}

void addCounts(Connection& connection, Gauges& gauges) {
    addEach(connection, gauges, "resilience_crisis_activations_total", "severity",
            "SELECT severity, count(*) FROM crisis GROUP BY severity ORDER BY severity");
    addEach(connection, gauges, "resilience_fallback_activations_total", "scenario",
            "SELECT scenario, count(*) FROM fallback_event WHERE action = 'activated' GROUP BY scenario ORDER BY scenario");
    add(gauges, "resilience_active_fallbacks", {}, countActiveFallbacks(connection));
    // Actions of the defense that began by themselves; what needs a decision is no activation yet.
    Query actions = connection.query(
        "SELECT json_extract(each.value, '$.level'), json_extract(each.value, '$.action'), count(*)"
        " FROM defense_event, json_each(defense_event.actions) AS each"
        " WHERE json_extract(each.value, '$.state') = 'active' GROUP BY 1, 2 ORDER BY 1, 2");
    while (actions.step())
        add(gauges, "resilience_defense_activations_total",
            {{"level", actions.text(0)}, {"action", actions.text(1)}}, actions.integer(2));
}

/// Violations ever recorded, and how well each rule is kept in the schedule ahead.
void addDutyRules(Connection& connection, Gauges& gauges) {
    addEach(connection, gauges, "acgme_violations_total", "violation_type",
            "SELECT rule, count(*) FROM acgme_violation WHERE severity IN ('HIGH', 'CRITICAL') GROUP BY rule ORDER BY rule");
    addEach(connection, gauges, "acgme_compliance_score", "rule",
            "SELECT rule.key, json_extract(rule.value, '$.rule_score') AS score FROM json_each((SELECT json"
            " FROM schedule_metrics WHERE source = 'task' ORDER BY created_at DESC, id DESC LIMIT 1),"
            " '$.schedule_analysis.metrics.compliance.details.rules') AS rule WHERE score IS NOT NULL ORDER BY rule.key");
}

} // namespace

std::string readGaugeMark(Connection& connection) {
    Query row = connection.query(
        "SELECT coalesce((SELECT max(id) FROM health_check), 0) || '.' || coalesce((SELECT max(id) FROM shed_event), 0)"
        " || '.' || coalesce((SELECT max(id) FROM defense_event), 0) || '.' || (SELECT count(*) FROM crisis)"
        " || '.' || coalesce((SELECT max(version) FROM shed_state), 0)"
        " || '.' || coalesce((SELECT max(id) FROM acgme_violation), 0)"
        " || '.' || coalesce((SELECT max(id) FROM schedule_metrics), 0)"
        " || '.' || coalesce((SELECT max(id) FROM fallback_event), 0)");
    return row.step() ? row.text(0) : std::string();
}

std::map<std::string, std::vector<metrics::MetricSample>> readResilienceGauges(Connection& connection) {
    Gauges gauges;
    addHealth(connection, gauges);
    addShedding(connection, gauges);
    addCounts(connection, gauges);
    addDutyRules(connection, gauges);
    return gauges;
}

} // namespace core::programme::store
