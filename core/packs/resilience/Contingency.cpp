#include "core/packs/Alert.h"
#include "core/packs/Reading.h"
#include "core/packs/resilience/ContingencyRow.h"
#include "core/packs/resilience/Tasks.h"
#include "core/programme/AlertTransition.h"
#include "core/programme/Utilization.h"
#include "core/programme/store/ProgrammeReader.h"
#include "core/programme/store/ResilienceInputs.h"
#include "core/task/ProgressScope.h"

namespace core::packs::resilience {

namespace {

/// 1 when N-1 fails, 2 when a phase transition threatens as well or alone.
int rankOf(const programme::ContingencyReport& report) {
    return report.phaseRisk == "critical" ? 2 : report.n1Pass == false ? 1 : 0;
}

/// Said when the verdict turns bad, worse, or good again; not every night. What is not known changes nothing.
std::optional<Alert> alertOf(const programme::ContingencyReport& report,
                             const std::optional<programme::store::LastContingency>& last, core::store::Connection& db,
                             base::Instant now) {
    const int rank = rankOf(report);
    if (rank == 0 && !report.n1Pass)
        return std::nullopt;
    std::optional<int> before;
    if (last)
        before = last->phaseRisk == "critical" ? 2 : last->n1Pass == false ? 1 : 0;
    Alert alert;
    alert.transition =
        programme::alertTransition(before, rank, programme::store::readPastAlert(db, "contingency"), now);
    if (alert.transition.empty())
        return std::nullopt;
    alert.kind = "contingency";
    alert.rank = rank;
    alert.level = rank == 0 ? "info" : rank == 1 ? "warning" : "critical";
    alert.status = report.phaseRisk;
    if (rank == 0)
        alert.message = "Every single loss on the faculty can be covered again";
    else if (report.criticalCount() > 0)
        alert.message = std::to_string(report.criticalCount()) +
                        " faculty member(s) cannot be replaced in at least one half-day";
    else
        alert.message = "Several leading indicators warn of a sudden loss of order";
    if (rank > 0 && !report.recommendations.empty())
        alert.message += ". " + report.recommendations.front();
    alert.details["recommendations"] = report.recommendations;
    return alert;
}

task::Outcome analyse(core::store::Connection& db, const base::Json& params, task::TaskContext& context) {
    using namespace programme::store;
    const base::Instant now = context.clock().now();
    const base::Date today = localToday(db, now);
    const base::Date last = today + std::chrono::days(params.value("days_ahead", 90));
    context.progress(2, "Reading the schedule");
    const auto programme = readFromToday(db, today, kLookBack, last);
    if (!programme)
        return failureOf(programme.error());
    context.checkCancelled();
    programme::ContingencySignals signals;
    signals.utilization = programme::utilization(programme::weekLoad(*programme, today));
    signals.changesLastWeek = countLateChanges(db, now);
    task::ProgressScope analysis = context.scope(10, 95);
    const auto report = programme::analyseContingency(
        *programme, today, std::min(last, programme->last()), signals, [&](double done, const char* text) {
            analysis.checkCancelled();
            analysis.progress(100 * done, text);
        });
    context.progress(96, "Writing the report");
    base::Json result = contingencyResult(*programme, report, now);
    const auto alert = alertOf(report, readLastContingency(db), db, now);
    result["alert"] = toDocument(alert);
    task::Outcome outcome;
    outcome.changes.changes.push_back(contingencyRow(report, result, context, now));
    outcome.result = std::move(result);
    return outcome;
}

} // namespace

task::TaskType contingencyTask() {
    task::TaskType type;
    type.id = "resilience_contingency";
    type.celeryName = "app.resilience.tasks.run_contingency_analysis";
    type.queue = "resilience";
    type.title = "Contingency analysis";
    type.description = "Finds the faculty members, and pairs of them, whose loss would leave a service uncovered";
    type.parameters = task::ParameterSchema({daysAheadParameter(1, 365)});
    type.retry = task::RetryPolicy::fixed(2, base::seconds(300));
    type.expectedDuration = "2-5 minutes";
    type.resultSchema = resultSchema({{"timestamp", "string"},
                                      {"period", "object"},
                                      {"n1_pass", "boolean?"},
                                      {"n1_vulnerabilities_count", "integer"},
                                      {"n2_pass", "boolean?"},
                                      {"n2_fatal_pairs_count", "integer?"},
                                      {"phase_transition_risk", "string"},
                                      {"most_critical_faculty", "array"},
                                      {"recommendations", "array"},
                                      {"n1_vulnerabilities", "array"},
                                      {"n2_fatal_pairs", "array"},
                                      {"criticality", "array"},
                                      {"cascade", "array"},
                                      {"leading_indicators", "array"},
                                      {"alert", "object?"}});
    type.run = [](const base::Json& params, task::TaskContext& context) {
        return onSnapshot(context, [&](core::store::Connection& db) { return analyse(db, params, context); });
    };
    return type;
}

} // namespace core::packs::resilience
