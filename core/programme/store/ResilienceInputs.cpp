#include "core/programme/store/ResilienceInputs.h"

#include "core/programme/store/DutyPolicyStore.h"
#include "core/programme/store/ViolationStore.h"

#include <sqlite3.h>

namespace core::programme::store {

namespace {

using core::store::Connection;
using core::store::Query;

base::Instant inputInstant(const Query& row, int column) {
    const auto parsed = base::parseInstant(row.text(column));
    if (!parsed)
        throw core::store::SqlError(SQLITE_CORRUPT, parsed.error().message);
    return *parsed;
}

std::optional<double> inputReal(const Query& row, int column) {
    return row.isNull(column) ? std::nullopt : std::optional(row.real(column));
}

std::optional<bool> inputFlag(const Query& row, int column) {
    return row.isNull(column) ? std::nullopt : std::optional(row.intAt(column) != 0);
}

std::optional<DefenseLevel> inputDefense(const Query& row, int column) {
    const int level = row.isNull(column) ? 0 : row.intAt(column);
    return level < 1 || level > 5 ? std::nullopt : std::optional(DefenseLevel(level));
}

} // namespace

HealthHistory readHealthHistory(Connection& connection) {
    HealthHistory history;
    Query check = connection.query(
        "SELECT status, defense_level, json_extract(document, '$.defense_level_recommended'),"
        " json_extract(document, '$.defense_actions'), coalesce(json_extract(document, '$.load_shedding_advice.level'), 0)"
        " FROM health_check WHERE source = 'task' ORDER BY at DESC, id DESC LIMIT 1");
    if (!check.step())
        return history;
    history.status = check.text(0);
    history.defenseInForce = inputDefense(check, 1);
    history.recommended = inputDefense(check, 2);
    if (const base::Json actions = check.json(3); actions.is_array())
        for (const base::Json& action : actions)
            history.actions.push_back(action.value("action", ""));
    history.shedAdvice = check.intAt(4);
    return history;
}

PastAlert readPastAlert(Connection& connection, const std::string& kind) {
    PastAlert past;
    Query alert = connection.query("SELECT at, transition, coalesce(json_extract(details, '$.rank'), 1)"
                                   " FROM resilience_alert WHERE kind = ? ORDER BY at DESC, id DESC",
                                   kind);
    while (alert.step()) {
        if (alert.text(1) == "recovery") {
            past.recovered = true;
            continue;
        }
        past.at = inputInstant(alert, 0);
        past.rank = alert.intAt(2);
        break;
    }
    return past;
}

std::optional<LastContingency> readLastContingency(Connection& connection) {
    Query row = connection.query("SELECT at, n1_pass, n2_pass, coalesce(phase_transition_risk, '')"
                                 " FROM contingency_report ORDER BY at DESC, id DESC LIMIT 1");
    if (!row.step())
        return std::nullopt;
    return LastContingency{inputInstant(row, 0), inputFlag(row, 1), inputFlag(row, 2), row.text(3)};
}

std::optional<int> readLastForecastRank(Connection& connection) {
    Query row = connection.query("SELECT coalesce(json_extract(document, '$.alert_rank'), high_risk_days > 5)"
                                 " FROM utilization_forecast ORDER BY at DESC, id DESC LIMIT 1");
    return row.step() ? std::optional(row.intAt(0)) : std::nullopt;
}

int countLateChanges(Connection& connection, base::Instant now) {
    // A block's key is twice its day number since 1970, plus one for PM; 2440587.5 is the Julian day of 1970-01-01.
    Query row = connection.query("SELECT count(*) FROM assignment WHERE updated_at BETWEEN ?1 AND ?2"
                                 " AND block_key / 2 - (julianday(updated_at) - 2440587.5) < 14",
                                 base::formatInstant(now - std::chrono::days(7)), base::formatInstant(now));
    return row.step() ? row.intAt(0) : 0;
}

MetricsSignals readMetricsSignals(Connection& connection, base::Date from, base::Date to, base::Instant now) {
    MetricsSignals signals;
    Query last = connection.query("SELECT fairness, coverage_pct, compliance_pct FROM schedule_metrics"
                                  " ORDER BY source = 'task' DESC, created_at DESC, id DESC LIMIT 1");
    if (last.step()) {
        signals.previousFairness = inputReal(last, 0);
        signals.previousCoverage = inputReal(last, 1);
        signals.previousCompliance = inputReal(last, 2);
    }
    Query runs = connection.query("SELECT count(*) FROM schedule_run WHERE start_date <= ? AND end_date >= ?", to, from);
    if (runs.step())
        signals.scheduleRuns = runs.intAt(0);
    signals.answered = readAnswered(connection, from, to, now);
    signals.policy = readDutyPolicy(connection).policy;
    return signals;
}

ShedState readShedState(Connection& connection) {
    ShedState state;
    Query row = connection.query("SELECT level, categories, version FROM shed_state WHERE id = 1");
    if (!row.step())
        throw core::store::SqlError(SQLITE_CORRUPT, "the state of load shedding is missing");
    state.level = row.intAt(0);
    for (const base::Json& category : row.json(1))
        if (category.is_number_integer())
            state.categories.push_back(category.get<int>());
    state.version = row.integer(2);
    Query last = connection.query("SELECT approval_method = 'automatic' AND to_level = ? FROM shed_event"
                                  " ORDER BY at DESC, id DESC LIMIT 1",
                                  state.level);
    state.byItself = last.step() && last.intAt(0) != 0;
    return state;
}

std::vector<ShedActivity> readSuspended(Connection& connection, const std::string& crisisId) {
    std::vector<ShedActivity> activities;
    Query row = connection.query("SELECT affected FROM shed_event WHERE crisis_id = ? AND to_level > from_level"
                                 " ORDER BY at, id LIMIT 1",
                                 crisisId);
    if (!row.step())
        return activities;
    for (const base::Json& entry : row.json(0))
        activities.push_back({entry.value("name", ""), entry.value("category", 7), entry.value("category_name", ""),
                              entry.value("half_days_per_week", 0.0)});
    return activities;
}

} // namespace core::programme::store
