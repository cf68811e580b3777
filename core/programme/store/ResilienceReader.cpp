#include "core/programme/store/ResilienceReader.h"

#include "core/programme/store/ProgrammeReader.h"

#include <map>
#include <sqlite3.h>

namespace core::programme::store {

namespace {

using core::store::Connection;
using core::store::Query;

/// A damaged time is a damaged database, as a damaged date is.
base::Instant resultInstant(const Query& row, int column) {
    const auto parsed = base::parseInstant(row.text(column));
    if (!parsed)
        throw core::store::SqlError(SQLITE_CORRUPT, parsed.error().message);
    return *parsed;
}

std::optional<double> resultReal(const Query& row, int column) {
    return row.isNull(column) ? std::nullopt : std::optional(row.real(column));
}

std::optional<bool> resultFlag(const Query& row, int column) {
    return row.isNull(column) ? std::nullopt : std::optional(row.intAt(column) != 0);
}

std::vector<std::string> resultTexts(const base::Json& list) {
    std::vector<std::string> texts;
    if (list.is_array())
        for (const auto& entry : list)
            if (entry.is_string())
                texts.push_back(entry.get<std::string>());
    return texts;
}

Figure resultFigure(const Query& row, int column, base::Instant at, const char* reason) {
    Figure figure;
    figure.value = resultReal(row, column);
    figure.at = at;
    if (!figure.value)
        figure.reason = reason;
    return figure;
}

void addHealth(Connection& connection, Pulse& pulse) {
    pulse.utilization.reason = pulse.coverage.reason = "no health check yet";
    Query row = connection.query("SELECT at, status, utilization, utilization_level, coverage, defense_level,"
                                 " coalesce(json_extract(document, '$.defense_level_name'), ''),"
                                 " json_extract(document, '$.immediate_actions')"
                                 " FROM health_check WHERE source = 'task' ORDER BY at DESC, id DESC LIMIT 1");
    if (!row.step())
        return;
    const base::Instant at = resultInstant(row, 0);
    pulse.status = row.text(1);
    pulse.utilization = resultFigure(row, 2, at, "insufficient data");
    pulse.utilizationLevel = row.text(3);
    pulse.coverage = resultFigure(row, 4, at, "no requirement");
    pulse.defenseLevel = row.isNull(5) ? 0 : row.intAt(5);
    pulse.defenseName = row.text(6);
    pulse.immediateActions = resultTexts(row.json(7));
}

void addContingency(Connection& connection, Pulse& pulse) {
    Query row = connection.query("SELECT at, n1_pass, n2_pass FROM contingency_report ORDER BY at DESC, id DESC LIMIT 1");
    if (!row.step())
        return;
    pulse.contingencyAt = resultInstant(row, 0);
    pulse.n1Pass = resultFlag(row, 1);
    pulse.n2Pass = resultFlag(row, 2);
}

void addMetrics(Connection& connection, Pulse& pulse) {
    pulse.fairness.reason = pulse.compliance.reason = "no schedule metrics yet";
    Query row = connection.query("SELECT created_at, fairness, compliance_pct FROM schedule_metrics"
                                 " WHERE source = 'task' ORDER BY created_at DESC, id DESC LIMIT 1");
    if (!row.step())
        return;
    const base::Instant at = resultInstant(row, 0);
    pulse.fairness = resultFigure(row, 1, at, "insufficient data");
    pulse.compliance = resultFigure(row, 2, at, "not evaluated");
}

constexpr const char* kCrisisColumns =
    "SELECT id, state, severity, requested_word, reason, requested_by, approved_by, approval_method, activated_at,"
    " deactivated_at, deactivated_by, deactivation_reason, shed_level, shed_name, suspended FROM crisis ";

CrisisStatus crisisOf(const Query& row) {
    CrisisStatus crisis;
    crisis.id = row.text(0);
    crisis.active = row.text(1) == "active";
    crisis.severity = row.text(2);
    crisis.requestedWord = row.text(3);
    crisis.reason = row.text(4);
    crisis.requestedBy = row.text(5);
    crisis.approvedBy = row.text(6);
    crisis.approvalMethod = row.text(7);
    crisis.activatedAt = resultInstant(row, 8);
    if (!row.isNull(9))
        crisis.deactivatedAt = resultInstant(row, 9);
    crisis.deactivatedBy = row.text(10);
    crisis.deactivationReason = row.text(11);
    crisis.shedLevel = row.intAt(12);
    crisis.shedName = row.text(13);
    crisis.suspended = resultTexts(row.json(14));
    return crisis;
}

/// Rows beyond this age are thinned to one an hour.
constexpr std::chrono::days kFullHistory{14};

} // namespace

Pulse readPulse(Connection& connection) {
    Pulse pulse;
    pulse.programmePresent = hasProgramme(connection);
    addHealth(connection, pulse);
    addContingency(connection, pulse);
    addMetrics(connection, pulse);
    if (!pulse.programmePresent)
        for (Figure* figure : {&pulse.utilization, &pulse.coverage, &pulse.fairness, &pulse.compliance})
            if (!figure->value)
                figure->reason = "no programme yet";
    if (Query shed = connection.query("SELECT level FROM shed_state WHERE id = 1"); shed.step())
        pulse.loadSheddingLevel = shed.intAt(0);
    Query forecast = connection.query("SELECT high_risk_days FROM utilization_forecast ORDER BY at DESC, id DESC LIMIT 1");
    if (forecast.step())
        pulse.highRiskDays = forecast.intAt(0);
    return pulse;
}

std::vector<TrendPoint> readTrend(Connection& connection, base::Instant from) {
    std::map<base::Instant, TrendPoint> points;
    const auto pointAt = [&](const Query& row) -> TrendPoint& {
        TrendPoint& point = points[resultInstant(row, 0)];
        point.at = resultInstant(row, 0);
        return point;
    };
    const std::string since = base::formatInstant(std::chrono::floor<base::seconds>(from));
    base::Instant newest = from;
    if (Query last = connection.query("SELECT max(at) FROM health_check"); last.step() && !last.isNull(0))
        newest = resultInstant(last, 0);
    const std::string thinUntil = base::formatInstant(std::chrono::floor<base::seconds>(newest - kFullHistory));
    Query health = connection.query(
        "SELECT at, utilization, coverage FROM health_check WHERE at >= ?1 AND at >= ?2 UNION ALL "
        "SELECT max(at), utilization, coverage FROM health_check WHERE at >= ?1 AND at < ?2 GROUP BY substr(at, 1, 13)",
        since, thinUntil);
    while (health.step()) {
        TrendPoint& point = pointAt(health);
        point.utilization = resultReal(health, 1);
        point.coverage = resultReal(health, 2);
    }
    Query metrics = connection.query(
        "SELECT created_at, fairness, compliance_pct FROM schedule_metrics WHERE created_at >= ? ORDER BY id", since);
    while (metrics.step()) {
        TrendPoint& point = pointAt(metrics);
        point.fairness = resultReal(metrics, 1);
        point.compliance = resultReal(metrics, 2);
    }
    std::vector<TrendPoint> trend;
    trend.reserve(points.size());
    for (const auto& [at, point] : points)
        trend.push_back(point);
    return trend;
}

CrisisStatus readCrisis(Connection& connection) {
    Query row = connection.query(std::string(kCrisisColumns) + "ORDER BY state = 'active' DESC, activated_at DESC, rowid DESC LIMIT 1");
    return row.step() ? crisisOf(row) : CrisisStatus{};
}

std::vector<CrisisStatus> readCrisisLog(Connection& connection, int limit) {
    std::vector<CrisisStatus> log;
    Query row = connection.query(std::string(kCrisisColumns) + "ORDER BY activated_at DESC, rowid DESC LIMIT ?", limit);
    while (row.step())
        log.push_back(crisisOf(row));
    return log;
}

} // namespace core::programme::store
