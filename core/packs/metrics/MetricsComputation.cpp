#include "core/packs/Reading.h"
#include "core/packs/metrics/Tasks.h"
#include "core/programme/OrNull.h"
#include "core/programme/ScheduleMetrics.h"
#include "core/programme/store/ProgrammeReader.h"
#include "core/programme/store/ResilienceInputs.h"

namespace core::packs::metrics {

namespace {

constexpr std::chrono::days kDefaultSpan{90};
constexpr int kLongestSpanDays = 366;
/// Four-week windows that end in the period begin up to this long before it.
constexpr std::chrono::days kWindowBefore{27};

struct Period {
    base::Date from{}, to{};
};

/// `start_date` today and `end_date` 90 days later where they are absent.
base::Result<Period> periodOf(const base::Json& params, base::Date today) {
    Period period{today, today + kDefaultSpan};
    if (const std::string text = params.value("start_date", ""); !text.empty()) {
        const auto start = base::parseDate(text);
        if (!start)
            return start.error().in("start_date");
        period = {*start, *start + kDefaultSpan};
    }
    if (const std::string text = params.value("end_date", ""); !text.empty()) {
        const auto end = base::parseDate(text);
        if (!end)
            return end.error().in("end_date");
        period.to = *end;
    }
    if (period.to < period.from)
        return {base::ErrorCode::InvalidParams,
                "start_date (" + base::formatDate(period.from) + ") must not be after end_date (" +
                    base::formatDate(period.to) + ")"};
    if ((period.to - period.from).count() + 1 > kLongestSpanDays)
        return {base::ErrorCode::InvalidParams, "the period must not be longer than 366 days"};
    return period;
}

task::Change metricsRow(const programme::ScheduleMetrics& metrics, const base::Json& result,
                        const task::TaskContext& context, base::Instant now) {
    task::Change row;
    row.table = "schedule_metrics";
    row.values["created_at"] = secondsText(now);
    row.values["period_start"] = base::formatDate(metrics.from);
    row.values["period_end"] = base::formatDate(metrics.to);
    row.values["fairness"] = programme::orNull(metrics.fairness.overall);
    row.values["coverage_pct"] = programme::orNull(metrics.coveragePercent());
    row.values["compliance_pct"] = programme::orNull(metrics.compliance.compliancePct);
    row.values["resident_compliance_pct"] = programme::orNull(metrics.compliance.residentCompliancePct);
    row.values["json"] = result;
    row.values["task_id"] = context.taskId();
    return row;
}

task::Outcome compute(core::store::Connection& db, const base::Json& params, task::TaskContext& context) {
    using namespace programme::store;
    const base::Instant now = context.clock().now();
    const auto period = periodOf(params, localToday(db, now));
    if (!period)
        return failureOf(period.error());
    context.progress(5, "Reading the schedule");
    const auto programme = readProgramme(db, period->from - kWindowBefore, period->to);
    if (!programme)
        return failureOf(programme.error());
    context.checkCancelled();
    context.progress(30, "Measuring fairness, coverage and duty rules");
    const programme::ScheduleMetrics metrics = programme::measureSchedule(
        *programme, period->from, period->to, readMetricsSignals(db, period->from, period->to, now));
    context.checkCancelled();
    context.progress(80, "Comparing the published versions");
    base::Json analysis = programme::toDocument(*programme, metrics);
    analysis["generated_at"] = base::formatInstant(now);
    base::Json result = base::Json::object();
    result["timestamp"] = base::formatInstant(now);
    result["period"] = analysis.at("period");
    result["schedule_analysis"] = std::move(analysis);
    result["stability_metrics"] = programme::toDocument(readStability(db, now));
    result["task_status"] = "completed";
    context.progress(95, "Writing the metrics");
    task::Outcome outcome;
    outcome.changes.changes.push_back(metricsRow(metrics, result, context, now));
    outcome.result = std::move(result);
    return outcome;
}

task::Parameter dateParameter(const char* name, const char* title, const char* description) {
    task::Parameter parameter;
    parameter.name = name;
    parameter.title = title;
    parameter.description = description;
    parameter.kind = task::ParameterKind::Date;
    return parameter;
}

} // namespace

task::TaskType metricsComputationTask() {
    task::TaskType type;
    type.id = "metrics_computation";
    type.celeryName = "app.tasks.schedule_metrics_tasks.compute_schedule_metrics";
    type.queue = "metrics";
    type.title = "Schedule metrics";
    type.description = "Measures fairness, coverage and compliance of the schedule of a period";
    type.parameters = task::ParameterSchema(
        {dateParameter("start_date", "From", "First day; today in the programme's zone when absent"),
         dateParameter("end_date", "To", "Last day, at most 366 days in all; 90 days after the first when absent")});
    type.retry = task::RetryPolicy::fixed(3, base::seconds(60));
    type.expectedDuration = "2-5 minutes";
    type.resultSchema = resultSchema({{"timestamp", "string"},
                                      {"period", "object"},
                                      {"schedule_analysis", "object"},
                                      {"stability_metrics", "object"},
                                      {"task_status", "string"}});
    type.run = [](const base::Json& params, task::TaskContext& context) {
        return onSnapshot(context, [&](core::store::Connection& db) { return compute(db, params, context); });
    };
    return type;
}

} // namespace core::packs::metrics
