#include "core/base/Text.h"
#include "core/packs/Alert.h"
#include "core/packs/Reading.h"
#include "core/packs/resilience/CrisisChange.h"
#include "core/packs/resilience/Tasks.h"
#include "core/programme/LoadShedding.h"
#include "core/programme/store/ProgrammeReader.h"
#include "core/programme/store/ResilienceReader.h"

namespace core::packs::resilience {

namespace {

using programme::CrisisStatus;

/// What remains to be done by people once a crisis is over.
std::vector<std::string> checklistOf(const CrisisStatus& crisis) {
    std::vector<std::string> list{"Tell everybody on duty that the crisis is over",
                                  "Resume the suspended activities in the order of the recovery plan",
                                  "Reschedule what was deferred, the oldest first",
                                  "Check the duty hours of everybody who stepped in",
                                  "Write down what happened and what to do better"};
    if (crisis.approvalMethod == "emergency_override")
        list.push_back("Have the emergency override reviewed by a second person");
    return list;
}

base::Json recoveryDocument(const std::vector<programme::RecoveryStep>& plan) {
    base::Json list = base::Json::array();
    for (const programme::RecoveryStep& step : plan) {
        base::Json entry = programme::toDocument(step.activity);
        entry["order"] = step.order;
        entry["suspended_days"] = step.suspendedDays;
        entry["past_deferral_limit"] = step.pastLimit;
        list.push_back(std::move(entry));
    }
    return list;
}

task::Change resolvedRow(const CrisisStatus& crisis, const std::string& reason, const std::string& approver,
                         base::seconds duration, base::Instant now) {
    task::Change row;
    row.kind = task::ChangeKind::Update;
    row.table = "crisis";
    row.where["id"] = crisis.id;
    row.where["state"] = "active";
    row.expectRows = 1;
    row.values["state"] = "resolved";
    row.values["deactivated_at"] = secondsText(now);
    row.values["deactivated_by"] = approver;
    row.values["deactivation_reason"] = reason;
    row.values["duration_seconds"] = duration.count();
    return row;
}

void addDeactivationRecords(task::Outcome& outcome, const CrisisStatus& crisis, const std::string& reason,
                            const task::TaskContext& context) {
    task::AuditEntry audit;
    audit.action = "crisis_deactivated";
    audit.actor = context.triggeredBy();
    audit.entityType = "crisis";
    audit.entityId = crisis.id;
    audit.before["severity"] = crisis.severity;
    audit.before["load_shedding_level"] = crisis.shedLevel;
    audit.after["load_shedding_level"] = 0;
    audit.after["approved_by"] = outcome.result.at("approved_by");
    audit.after["duration_seconds"] = outcome.result.at("duration_seconds");
    audit.reason = reason;
    outcome.changes.audit.push_back(std::move(audit));

    Alert alert;
    alert.kind = "crisis";
    alert.level = "info";
    alert.status = "resolved";
    alert.message = "The crisis (" + crisis.severity + ") is over: " + reason;
    alert.details["crisis_id"] = crisis.id;
    outcome.result["alert"] = toDocument(alert);
    outcome.followUps.push_back({"resilience_health_check", base::Json::object(), std::nullopt, base::milliseconds(0)});
}

task::Outcome deactivate(core::store::Connection& db, const base::Json& params, task::TaskContext& context) {
    const base::Instant now = context.clock().now();
    const std::string reason = params.value("reason", ""), approver = base::trimmed(params.value("approved_by", ""));
    const CrisisStatus crisis = programme::store::readCrisis(db);
    if (!crisis.active)
        return task::Outcome::permanentFailure("conflict", "no crisis is active");
    context.progress(30, "Planning the recovery");
    const auto duration = std::max(base::seconds(0), std::chrono::floor<base::seconds>(now - crisis.activatedAt));
    const int days = int((programme::store::localToday(db, now) -
                          programme::store::localToday(db, crisis.activatedAt)).count());
    const auto suspended = programme::store::readSuspended(db, crisis.id);
    context.checkCancelled();
    context.progress(80, "Recording the decision");
    const programme::store::ShedState before = programme::store::readShedState(db);
    base::Json result = base::Json::object();
    result["crisis_mode"] = false;
    result["crisis_id"] = crisis.id;
    result["severity"] = crisis.severity;
    result["duration_seconds"] = duration.count();
    result["actions_taken"] = {"Load shedding lowered from " +
                               std::string(programme::shedLevelName(before.level)) + " to NORMAL"};
    result["load_shedding_level"] = 0;
    result["recovery_plan"] = recoveryDocument(programme::planRecovery(suspended, std::max(0, days)));
    result["checklist"] = checklistOf(crisis);
    result["approved_by"] = approver;
    result["timestamp"] = base::formatInstant(now);
    task::Outcome outcome = task::Outcome::success(std::move(result));
    outcome.changes.changes.push_back(resolvedRow(crisis, reason, approver, duration, now));
    addShedding(outcome, context, now, before, {crisis.id, 0, reason, approver, "manual", {}, suspended});
    addDeactivationRecords(outcome, crisis, reason, context);
    return outcome;
}

task::ParameterSchema deactivationParameters() {
    task::Parameter reason;
    reason.name = "reason";
    reason.title = "Reason";
    reason.description = "Why the crisis is over, for the record";
    reason.presence = task::Presence::Required;
    reason.minLength = 10;
    reason.maxLength = 500;
    reason.missingMessage = "reason parameter required for crisis deactivation";
    task::Parameter approver;
    approver.name = "approved_by";
    approver.title = "Approved by";
    approver.description = "Who approves the return to normal";
    approver.presence = task::Presence::Required;
    approver.maxLength = 200;
    approver.missingMessage = "approved_by parameter required for crisis deactivation";
    return task::ParameterSchema({reason, approver});
}

} // namespace

task::TaskType crisisDeactivationTask() {
    task::TaskType type;
    type.id = "resilience_crisis_deactivation";
    type.celeryName = "app.resilience.tasks.deactivate_crisis_response";
    type.queue = "resilience";
    type.title = "Deactivate crisis response";
    type.description = "Ends the crisis: lifts load shedding and plans what comes back first";
    type.parameters = deactivationParameters();
    type.retry.maxRetries = 0;
    type.idempotent = task::Idempotent::No;
    type.concurrency = 1;
    type.expectedDuration = "30 seconds";
    type.danger = task::DangerLevel::Confirm;
    type.resultSchema = resultSchema({{"crisis_mode", "boolean"},
                                      {"crisis_id", "string"},
                                      {"severity", "string"},
                                      {"duration_seconds", "integer"},
                                      {"actions_taken", "array"},
                                      {"load_shedding_level", "integer"},
                                      {"recovery_plan", "array"},
                                      {"checklist", "array"},
                                      {"approved_by", "string"},
                                      {"alert", "object"},
                                      {"timestamp", "string"}});
    type.run = [](const base::Json& params, task::TaskContext& context) {
        return onSnapshot(context, [&](core::store::Connection& db) { return deactivate(db, params, context); });
    };
    return type;
}

} // namespace core::packs::resilience
