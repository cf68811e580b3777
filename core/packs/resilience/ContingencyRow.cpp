#include "core/packs/resilience/ContingencyRow.h"

#include "core/packs/Reading.h"
#include "core/programme/ContingencyDocument.h"
#include "core/programme/OrNull.h"

namespace core::packs::resilience {

base::Json contingencyResult(const programme::Programme& programme, const programme::ContingencyReport& report,
                             base::Instant now) {
    base::Json result = programme::toDocument(programme, report);
    result["timestamp"] = base::formatInstant(now);
    result["period"]["start"] = base::formatDate(report.from);
    result["period"]["end"] = base::formatDate(report.to);
    return result;
}

task::Change contingencyRow(const programme::ContingencyReport& report, const base::Json& document,
                            const task::TaskContext& context, base::Instant now) {
    task::Change row;
    row.table = "contingency_report";
    row.values["at"] = secondsText(now);
    row.values["period_start"] = base::formatDate(report.from);
    row.values["period_end"] = base::formatDate(report.to);
    row.values["n1_pass"] = programme::orNull(report.n1Pass);
    row.values["n1_vulnerabilities"] = document.at("n1_vulnerabilities_count");
    row.values["n2_pass"] = programme::orNull(report.n2Pass);
    row.values["n2_fatal_pairs"] = document.at("n2_fatal_pairs_count");
    row.values["phase_transition_risk"] = report.phaseRisk;
    row.values["document"] = document;
    row.values["task_id"] = context.taskId();
    return row;
}

} // namespace core::packs::resilience
