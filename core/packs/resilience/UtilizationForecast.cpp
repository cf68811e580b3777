#include "core/packs/Alert.h"
#include "core/packs/Reading.h"
#include "core/packs/resilience/ContingencyRow.h"
#include "core/packs/resilience/Tasks.h"
#include "core/programme/AlertTransition.h"
#include "core/programme/Forecast.h"
#include "core/programme/OrNull.h"
#include "core/programme/store/ProgrammeReader.h"
#include "core/programme/store/ResilienceInputs.h"

namespace core::packs::resilience {

namespace {

constexpr size_t kNamedGroups = 4;
constexpr const char* kAlertKind = "utilization_forecast";

/// Said when the forecast turns bad, gets a BLACK day soon, or is fine again.
std::optional<Alert> alertOf(const programme::Forecast& forecast, core::store::Connection& db, base::Instant now) {
    const int rank = programme::alertRank(forecast);
    Alert alert;
    alert.transition = programme::alertTransition(programme::store::readLastForecastRank(db), rank,
                                                  programme::store::readPastAlert(db, kAlertKind), now);
    if (alert.transition.empty())
        return std::nullopt;
    alert.kind = kAlertKind;
    alert.rank = rank;
    alert.level = rank == 0 ? "info" : rank == 1 ? "warning" : "critical";
    alert.status = alert.level;
    alert.message = std::to_string(forecast.highRiskDays) + " of the next " + std::to_string(forecast.days.size()) +
                    " days are RED or BLACK";
    std::string groups;
    for (const std::string& group : programme::highRiskGroups(forecast, kNamedGroups))
        groups += (groups.empty() ? ": " : ", ") + group;
    alert.message += groups;
    alert.details["high_risk_days"] = forecast.highRiskDays;
    return alert;
}

task::Change forecastRow(const programme::Forecast& forecast, const base::Json& result,
                         const task::TaskContext& context, base::Instant now) {
    task::Change row;
    row.table = "utilization_forecast";
    row.values["at"] = secondsText(now);
    row.values["period_start"] = base::formatDate(forecast.from);
    row.values["period_end"] = base::formatDate(forecast.to);
    row.values["average_utilization"] = programme::orNull(forecast.average);
    row.values["peak_date"] = programme::orNull(forecast.peakDate);
    row.values["peak_utilization"] = forecast.peakDate ? base::Json(forecast.peak) : base::Json();
    row.values["high_risk_days"] = forecast.highRiskDays;
    row.values["daily"] = result.at("daily");
    base::Json document = result;
    document.erase("daily");
    document["alert_rank"] = programme::alertRank(forecast);
    row.values["document"] = std::move(document);
    row.values["task_id"] = context.taskId();
    return row;
}

task::Outcome forecastAhead(core::store::Connection& db, const base::Json& params, task::TaskContext& context) {
    using namespace programme::store;
    const base::Instant now = context.clock().now();
    const base::Date today = localToday(db, now);
    const base::Date last = today + std::chrono::days(params.value("days_ahead", 90) - 1);
    context.progress(5, "Reading the schedule");
    const auto programme = readFromToday(db, today, kLookBack, last + kLookBack);
    if (!programme)
        return failureOf(programme.error());
    context.checkCancelled();
    context.progress(40, "Comparing demand and capacity day by day");
    const programme::Forecast forecast = programme::forecastUtilization(*programme, today, last);
    context.checkCancelled();
    context.progress(90, "Writing the forecast");
    base::Json result = programme::toDocument(forecast);
    result["timestamp"] = base::formatInstant(now);
    const auto alert = alertOf(forecast, db, now);
    result["alert"] = toDocument(alert);
    task::Outcome outcome;
    outcome.changes.changes.push_back(forecastRow(forecast, result, context, now));
    outcome.result = std::move(result);
    return outcome;
}

} // namespace

task::TaskType utilizationForecastTask() {
    task::TaskType type;
    type.id = "resilience_utilization_forecast";
    type.celeryName = "app.resilience.tasks.generate_utilization_forecast";
    type.queue = "resilience";
    type.title = "Utilization forecast";
    type.description = "Compares required and available faculty half-days for every day ahead";
    type.parameters = task::ParameterSchema({daysAheadParameter(7, 365)});
    type.retry = task::RetryPolicy::fixed(2, base::seconds(300));
    type.expectedDuration = "1-3 minutes";
    type.resultSchema = resultSchema({{"timestamp", "string"},
                                      {"period", "object"},
                                      {"total_faculty", "integer"},
                                      {"average_utilization", "number?"},
                                      {"peak", "object"},
                                      {"days_by_level", "object"},
                                      {"high_risk_days", "integer"},
                                      {"high_risk_periods", "array"},
                                      {"daily", "array"},
                                      {"alert", "object?"}});
    type.run = [](const base::Json& params, task::TaskContext& context) {
        return onSnapshot(context, [&](core::store::Connection& db) { return forecastAhead(db, params, context); });
    };
    return type;
}

} // namespace core::packs::resilience
