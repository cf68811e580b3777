#include "core/packs/Alert.h"
#include "core/packs/Reading.h"
#include "core/packs/resilience/ContingencyRow.h"
#include "core/packs/resilience/Tasks.h"
#include "core/programme/Utilization.h"
#include "core/programme/store/ProgrammeReader.h"
#include "core/programme/store/ResilienceInputs.h"
#include "core/task/ProgressScope.h"

namespace core::packs::resilience {

namespace {

/// Said when the verdict turns bad, or turns worse; not every night again.
void addContingencyAlert(task::Outcome& outcome, const task::TaskContext& context, base::Instant now,
                         const programme::ContingencyReport& report,
                         const std::optional<programme::store::LastContingency>& last) {
    const bool phaseCritical = report.phaseRisk == "critical";
    const bool bad = report.n1Pass == false || phaseCritical;
    const bool lastPhaseCritical = last && last->phaseRisk == "critical";
    const bool wasBad = last && (last->n1Pass == false || lastPhaseCritical);
    Alert alert;
    alert.kind = "contingency";
    if (bad && !wasBad)
        alert.transition = "entering";
    else if (bad && phaseCritical && !lastPhaseCritical)
        alert.transition = "worsening";
    else if (!bad && wasBad && report.n1Pass)
        alert.transition = "recovery";
    else
        return;
    alert.level = !bad ? "info" : phaseCritical ? "critical" : "warning";
    alert.status = report.phaseRisk;
    alert.message = !bad ? "Every single loss on the faculty can be covered again"
                         : std::to_string(report.criticalCount()) +
                               " faculty member(s) cannot be replaced in at least one half-day";
    if (bad && !report.recommendations.empty())
        alert.message += ". " + report.recommendations.front();
    alert.details["recommendations"] = report.recommendations;
    addAlert(outcome, context, now, alert);
}

task::Outcome analyse(core::store::Connection& db, const base::Json& params, task::TaskContext& context) {
    using namespace programme::store;
    const base::Instant now = context.clock().now();
    const base::Date today = localToday(db, now);
    const base::Date last = today + std::chrono::days(params.value("days_ahead", 90));
    context.progress(2, "Reading the schedule");
    const auto programme = readProgramme(db, today - kLookBack, last);
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
    task::Outcome outcome;
    outcome.changes.changes.push_back(contingencyRow(report, result, context, now));
    outcome.result = std::move(result);
    addContingencyAlert(outcome, context, now, report, readLastContingency(db));
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
                                      {"leading_indicators", "array"}});
    type.run = [](const base::Json& params, task::TaskContext& context) {
        return onSnapshot(context, [&](core::store::Connection& db) { return analyse(db, params, context); });
    };
    return type;
}

} // namespace core::packs::resilience
