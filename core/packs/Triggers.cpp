#include "core/packs/Triggers.h"

#include "core/packs/Alert.h"

namespace core::packs {

namespace {

using base::Json;
using task::Cause;
using task::Consequence;
using task::Debounce;
using task::Ends;
using task::RowChange;
using task::RowChanges;
using task::TaskEnds;
using task::Trigger;
using Asked = std::optional<Consequence>;
using std::chrono::minutes;

constexpr const char* kAlert = "send_resilience_alert";
constexpr std::chrono::days kSoon{14}, kThisWeek{7};
constexpr int kRowsToTrain = 100, kTolerableTimeouts = 10;

Asked always(Json params = Json::object()) {
    return Consequence{std::move(params), task::kDefaultPriority};
}

std::string textIn(const Json& row, const char* column) {
    return row.is_object() && row.contains(column) && row[column].is_string() ? row[column].get<std::string>()
                                                                              : std::string();
}

int64_t numberIn(const Json& row, const char* column) {
    return row.is_object() && row.contains(column) && row[column].is_number() ? row[column].get<int64_t>() : 0;
}

Asked alert(const char* kind, const char* level, std::string message, Json details) {
    Alert alert;
    alert.kind = kind;
    alert.level = level;
    alert.message = std::move(message);
    alert.details = std::move(details);
    return sending(toDocument(alert));
}

/// True when the absence keeps its person from working.
bool isInForce(const Json& absence) {
    const std::string status = textIn(absence, "status");
    return status == "approved" || status == "confirmed" || status == "anticipated";
}

/// Approved, changed while in force, or no longer in force. Notes and the like concern nobody's work.
bool concernsWork(const RowChange& absence) {
    if (!isInForce(absence.before) && !isInForce(absence.after))
        return false;
    for (const char* column : {"status", "person_key", "start_date", "end_date", "start_half", "end_half", "type",
                               "is_away_from_program"})
        if (absence.touches(column))
            return true;
    return false;
}

Asked conflictsOfAbsence(const Cause& cause) {
    if (!concernsWork(*cause.row))
        return std::nullopt;
    return always({{"absence_id", cause.row->row().at("id")}});
}

/// As it is, or as it was: begins within two weeks and is not over.
bool isNear(const Json& absence, base::Date today) {
    return isInForce(absence) && textIn(absence, "start_date") <= base::formatDate(today + kSoon) &&
           textIn(absence, "end_date") >= base::formatDate(today);
}

Asked forecastOfAbsence(const Cause& cause) {
    const RowChange& absence = *cause.row;
    if (!concernsWork(absence) || (!isNear(absence.before, cause.today) && !isNear(absence.after, cause.today)))
        return std::nullopt;
    return always();
}

bool isPublication(const RowChange& run) {
    return textIn(run.after, "state") == "published" && run.touches("state");
}

/// The consequence of every publication with these parameters.
auto onPublication(Json params) {
    return [params = std::move(params)](const Cause& cause) -> Asked {
        return isPublication(*cause.row) ? always(params) : std::nullopt;
    };
}

Asked indexOfPublication(const Cause& cause) {
    if (!isPublication(*cause.row))
        return std::nullopt;
    return always({{"run_id", cause.row->after.at("id")}});
}

Asked trainingOfPublication(const Cause& cause) {
    if (!isPublication(*cause.row) || numberIn(cause.row->after, "total_blocks_assigned") <= kRowsToTrain)
        return std::nullopt;
    return always({{"lookback_days", 90}});
}

/// A swap that was executed, or an assignment of the coming week that somebody changed.
Asked checkOfEdit(const Cause& cause) {
    const RowChange& change = *cause.row;
    if (change.table == "swap_record")
        return textIn(change.after, "status") == "executed" && change.touches("status") ? always() : std::nullopt;
    const base::Date day{std::chrono::days(numberIn(change.row(), "block_key") / 2)}; // twice the day's number, plus 1 for PM
    if (day < cause.today || day > cause.today + kThisWeek)
        return std::nullopt;
    for (const char* column : {"rotation_key", "role", "activity_override"})
        if (change.touches(column))
            return always();
    return std::nullopt;
}

/// What the task itself finds worth an alert.
Asked alertInResult(const Cause& cause) {
    return sendingOf(cause.task->result);
}

/// What the check did by itself beside its own verdict.
Asked sheddingAlertInResult(const Cause& cause) {
    return sendingOf(cause.task->result, "shedding_alert");
}

/// Averages that will come close to the weekly limit, beside the violations.
Asked aheadAlertInResult(const Cause& cause) {
    return sendingOf(cause.task->result, "alert_ahead");
}

/// Where there is no programme yet, nobody misses its analysis.
Asked alertOfContingency(const Cause& cause) {
    if (cause.task->state == task::TaskState::Success)
        return alertInResult(cause);
    if (cause.task->errorType == base::toText(base::ErrorCode::NotFound))
        return std::nullopt;
    return alert("contingency", "warning", "The contingency analysis failed: " + cause.task->errorMessage,
                 {{"error_type", cause.task->errorType}});
}

Asked alertOfExport(const Cause& cause) {
    const task::Task& task = *cause.task;
    const std::string name = textIn(task.result, "job_name"), id = textIn(task.params, "job_id");
    return alert("export", "warning",
                 "The export job " + (name.empty() ? id : name) + " failed three times in a row: " + task.errorMessage,
                 {{"job_id", id}});
}

Asked alertOfRotation(const Cause& cause) {
    const task::Task& task = *cause.task;
    if (task.state == task::TaskState::Failure)
        return alert("rotation", "critical", task.type + " failed: " + task.errorMessage,
                     {{"secret_type", task.params.value("secret_type", Json())}, {"error_type", task.errorType}});
    const int64_t failed = numberIn(task.result, "failed_rotations_24h"), stuck = numberIn(task.result, "stuck_rotations");
    if (failed + stuck == 0)
        return std::nullopt;
    return alert("rotation", "critical",
                 std::to_string(failed) + " rotations failed in the last day, " + std::to_string(stuck) + " are stuck",
                 {{"failed_rotations_24h", failed}, {"stuck_rotations", stuck}});
}

Asked alertOfTimeouts(const Cause& cause) {
    const int64_t count = numberIn(cause.task->result, "timed_out_count");
    if (count <= kTolerableTimeouts)
        return std::nullopt;
    return alert("stale_pending", "warning", std::to_string(count) + " pending requests timed out",
                 {{"timed_out_count", count}});
}

/// Of an activation: people on duty are told what is suspended.
Asked noticeOfCrisis(const Cause& cause) {
    const Json& result = cause.task->result;
    return Consequence{{{"type", "crisis_activated"},
                        {"crisis_id", result.at("crisis_id")},
                        {"severity", result.at("severity")},
                        {"suspended_activities", result.at("suspended_activities")}},
                       task::kHighestPriority};
}

std::vector<Trigger> absenceTriggers() {
    return {{.name = "absence-conflicts",
             .about = "an absence was approved, changed or cancelled",
             .listensTo = RowChanges{{"absence"}},
             .makes = "detect_leave_conflicts",
             .judge = conflictsOfAbsence,
             .debounce = Debounce{},
             .keyParameter = "absence_id",
             .listParameter = "absence_ids"},
            {.name = "absence-forecast",
             .about = "an absence that begins within 14 days was approved, changed or cancelled",
             .listensTo = RowChanges{{"absence"}},
             .makes = "generate_utilization_forecast",
             .judge = forecastOfAbsence,
             .debounce = Debounce{minutes(1), minutes(10)}}};
}

std::vector<Trigger> scheduleTriggers() {
    const Debounce publication{minutes(1), minutes(5)};
    return {{.name = "published-snapshot",
             .about = "a schedule was published",
             .listensTo = RowChanges{{"schedule_run"}},
             .makes = "snapshot_metrics",
             .judge = onPublication({{"period_days", 90}}),
             .debounce = publication},
            {.name = "published-index",
             .about = "a schedule was published",
             .listensTo = RowChanges{{"schedule_run"}},
             .makes = "index_schedules_for_rag",
             .judge = indexOfPublication,
             .debounce = publication,
             .keyParameter = "run_id",
             .listParameter = "run_ids"},
            {.name = "published-training",
             .about = "a schedule with more than 100 rows was published",
             .listensTo = RowChanges{{"schedule_run"}},
             .makes = "train_schedule_predictor",
             .judge = trainingOfPublication,
             .debounce = publication},
            {.name = "published-contingency",
             .about = "a schedule was published",
             .listensTo = RowChanges{{"schedule_run"}},
             .makes = "run_contingency_analysis",
             .judge = onPublication({{"days_ahead", 90}}),
             .debounce = publication},
            {.name = "published-compliance",
             .about = "a schedule was published",
             .listensTo = RowChanges{{"schedule_run"}},
             .makes = "check_acgme_compliance",
             .judge = onPublication({{"days_ahead", 90}}),
             .debounce = publication},
            {.name = "edited-health-check",
             .about = "a swap was executed, or an assignment of the next 7 days changed",
             .listensTo = RowChanges{{"assignment", "swap_record"}},
             .makes = "periodic_health_check",
             .judge = checkOfEdit,
             .debounce = Debounce{minutes(5), minutes(30)}}};
}

/// One that makes an alert of every end that its judge finds worth one.
Trigger alertOn(const char* name, const char* about, TaskEnds ends, std::function<Asked(const Cause&)> judge) {
    return {.name = name, .about = about, .listensTo = std::move(ends), .makes = kAlert, .judge = std::move(judge)};
}

std::vector<Trigger> alertTriggers() {
    return {alertOn("health-alert", "the programme's health turned bad, turned worse, or is well again",
                    {{"periodic_health_check"}}, alertInResult),
            alertOn("shedding-alert", "protected time was suspended or restored without a person's word",
                    {{"periodic_health_check"}}, sheddingAlertInResult),
            alertOn("forecast-alert", "a forecast has more than 5 days that are RED or BLACK, or is well again",
                    {{"generate_utilization_forecast"}}, alertInResult),
            alertOn("fallback-alert", "a fallback schedule would cover less than 70 %, or all are well again",
                    {{"precompute_fallback_schedules"}}, alertInResult),
            alertOn("contingency-alert", "a contingency analysis finds what nobody can cover, or fails itself",
                    {{"run_contingency_analysis"}, Ends::Both}, alertOfContingency),
            alertOn("compliance-alert", "a check of the duty rules finds new violations, or no more of them",
                    {{"check_acgme_compliance"}}, alertInResult),
            alertOn("near-limit-alert", "a check of the duty rules finds averages that will come close to the limit",
                    {{"check_acgme_compliance"}}, aheadAlertInResult),
            alertOn("export-alert", "an export job failed three times in a row",
                    {{"execute_export_job"}, Ends::Failure, 3, "job_id"}, alertOfExport),
            alertOn("rotation-alert", "a rotation of secrets failed or is stuck",
                    {{"monitor_rotation_health", "rotate_secret", "emergency_rotate_all"}, Ends::Both}, alertOfRotation),
            alertOn("stale-requests-alert", "more than 10 pending requests timed out",
                    {{"timeout_stale_pending_requests"}}, alertOfTimeouts),
            alertOn("crisis-alert", "a crisis was activated or is over",
                    {{"activate_crisis_response", "deactivate_crisis_response"}}, alertInResult)};
}

Trigger crisisNotice() {
    return {.name = "crisis-notice",
            .about = "a crisis was activated: all on duty are told",
            .listensTo = TaskEnds{{"activate_crisis_response"}},
            .makes = "notify_on_duty",
            .judge = noticeOfCrisis};
}

} // namespace

std::vector<Trigger> triggers() {
    std::vector<Trigger> all = absenceTriggers();
    for (auto& part : {scheduleTriggers(), alertTriggers(), std::vector<Trigger>{crisisNotice()}})
        all.insert(all.end(), part.begin(), part.end());
    return all;
}

} // namespace core::packs
