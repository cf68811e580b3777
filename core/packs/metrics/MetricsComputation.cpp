#include "core/packs/Reading.h"
#include "core/packs/metrics/Tasks.h"
#include "core/programme/OrNull.h"
#include "core/programme/ScheduleMetrics.h"
#include "core/programme/store/ProgrammeReader.h"
#include "core/programme/store/ResilienceInputs.h"

#include <algorithm>

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

std::string violationKey(const std::string& person, const programme::HoursViolation& v) {
    return "H80|" + person + "|" + base::formatDate(v.firstWindowStart) + "|" + v.basis;
}

task::Change violationRow(const programme::Person& person, const programme::HoursViolation& v,
                          const programme::store::StoredViolation* stored, base::Instant now) {
    const double average = std::round(v.worstAverage * 10) / 10;
    const std::string text = base::Json(average).dump();
    task::Change row;
    row.kind = task::ChangeKind::Upsert;
    row.table = "acgme_violation";
    row.where["rule"] = "H80";
    row.where["person_id"] = person.id;
    row.where["window_start"] = base::formatDate(v.firstWindowStart);
    row.where["basis"] = v.basis;
    row.values = row.where;
    row.values["window_end"] = base::formatDate(v.worstWindowEnd);
    row.values["severity"] = v.severity;
    row.values["value"] = average;
    row.values["limit_value"] = programme::DutyLimits().limit;
    row.values["message"] = person.name + " averages " + text + " h a week from " +
                            base::formatDate(v.worstWindowStart) + " to " + base::formatDate(v.worstWindowEnd);
    row.values["suggested_fix"] = "Take duty from " + person.name + " in this window until the average is at most 80 h";
    row.values["first_seen_at"] = stored ? stored->firstSeenAt : secondsText(now);
    row.values["last_seen_at"] = secondsText(now);
    if (stored && stored->status == "resolved")
        row.values["status"] = "open";
    return row;
}

/// Found violations are kept under their natural key; open ones of the period that are gone are resolved.
void addViolations(task::Outcome& outcome, core::store::Connection& db, const programme::Programme& programme,
                   const programme::ScheduleMetrics& metrics, base::Instant now) {
    auto stored = programme::store::readViolations(db, metrics.from, metrics.to);
    for (const programme::HoursViolation& v : metrics.hours.violations) {
        const programme::Person& person = programme.people[size_t(v.person)];
        const auto known = stored.find(violationKey(person.id, v));
        outcome.changes.changes.push_back(
            violationRow(person, v, known == stored.end() ? nullptr : &known->second, now));
        if (known != stored.end())
            stored.erase(known);
    }
    for (const auto& [key, violation] : stored) {
        if (violation.status != "open")
            continue;
        task::Change gone;
        gone.kind = task::ChangeKind::Update;
        gone.table = "acgme_violation";
        gone.where["id"] = violation.id;
        gone.values["status"] = "resolved";
        gone.values["last_seen_at"] = secondsText(now);
        outcome.changes.changes.push_back(std::move(gone));
    }
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
    row.values["compliance_pct"] = programme::orNull(metrics.hours.compliancePercent());
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
    context.progress(30, "Measuring fairness, coverage and duty hours");
    const programme::ScheduleMetrics metrics = programme::measureSchedule(
        *programme, period->from, period->to, readMetricsSignals(db, period->from, period->to));
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
    addViolations(outcome, db, *programme, metrics, now);
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
    type.description = "Measures fairness, coverage and duty hours of the schedule of a period";
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
