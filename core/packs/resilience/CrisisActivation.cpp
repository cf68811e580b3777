#include "core/base/Text.h"
#include "core/base/Uuid.h"
#include "core/packs/Alert.h"
#include "core/packs/Reading.h"
#include "core/packs/resilience/CrisisChange.h"
#include "core/packs/resilience/Tasks.h"
#include "core/programme/CrisisPlan.h"
#include "core/programme/LoadShedding.h"
#include "core/programme/OrNull.h"
#include "core/programme/store/ResilienceReader.h"

namespace core::packs::resilience {

namespace {

using programme::CrisisPlan;
using programme::CrisisPreview;

constexpr const char* kNoFallback =
    "No fallback schedule was activated: none has been computed for this programme";

/// Who answers for the activation; refused when the plan asks for a second person and there is none.
base::Result<std::string> approverOf(const CrisisPlan& plan, const std::string& named, const std::string& operatorName) {
    const std::string approver = base::trimmed(named);
    if (!plan.needsSecondApprover)
        return approver.empty() ? operatorName : approver;
    if (approver.empty())
        return {base::ErrorCode::InvalidParams, "approved_by is required for severe and critical",
                "Name a second person who approves"};
    if (sameName(approver, operatorName))
        return {base::ErrorCode::InvalidParams,
                "approved_by must be somebody other than the operator (" + operatorName + ") for severe and critical",
                "Name a second person who approves, or use the severity emergency"};
    return approver;
}

/// What the activation did, for people.
std::vector<std::string> actionsOf(const CrisisPlan& plan, const CrisisPreview& preview, int before) {
    std::vector<std::string> actions;
    if (preview.shedLevel > before)
        actions.push_back("Load shedding raised from " + std::string(programme::shedLevelName(before)) + " to " +
                          preview.shedName);
    else
        actions.push_back("Load shedding stays at " + std::string(preview.shedName));
    for (const std::string& text : activityTexts(preview.activities))
        actions.push_back("Suspended: " + text);
    actions.push_back("Defence action called for: " + plan.defenseAction);
    if (plan.fallbackRule.empty())
        actions.push_back("No fallback schedule is foreseen at this severity");
    else
        actions.push_back(kNoFallback);
    return actions;
}

task::Change crisisRow(const std::string& id, const CrisisPlan& plan, const CrisisPreview& preview,
                       const std::string& reason, const std::string& approver, const task::TaskContext& context,
                       base::Instant now) {
    task::Change row;
    row.table = "crisis";
    row.values["id"] = id;
    row.values["state"] = "active";
    row.values["severity"] = plan.severity;
    row.values["requested_word"] = plan.requestedWord;
    row.values["reason"] = reason;
    row.values["requested_by"] = context.triggeredBy();
    row.values["approved_by"] = approver;
    row.values["approval_method"] = plan.emergencyOverride ? "emergency_override" : "manual";
    row.values["activated_at"] = secondsText(now);
    row.values["shed_level"] = preview.shedLevel;
    row.values["shed_name"] = preview.shedName;
    row.values["defense_action"] = plan.defenseAction;
    row.values["suspended"] = activityTexts(preview.activities);
    row.values["task_id"] = context.taskId();
    return row;
}

base::Json activationResult(const std::string& id, const CrisisPlan& plan, const CrisisPreview& preview,
                            const std::vector<std::string>& actions, const std::string& approver, base::Instant now) {
    base::Json result = base::Json::object();
    result["crisis_mode"] = true;
    result["crisis_id"] = id;
    result["severity"] = plan.severity;
    result["requested_severity"] = plan.requestedWord;
    result["actions_taken"] = actions;
    result["load_shedding_level"] = preview.shedLevel;
    result["load_shedding_name"] = preview.shedName;
    result["fallback_id"] = nullptr;
    result["fallback_coverage"] = nullptr;
    result["suspended_activities"] = activityTexts(preview.activities);
    result["approved_by"] = approver;
    result["approval_method"] = plan.emergencyOverride ? "emergency_override" : "manual";
    result["utilization_before"] = programme::orNull(preview.utilizationBefore);
    result["utilization_after"] = programme::orNull(preview.utilizationAfter);
    result["coverage_before"] = programme::orNull(preview.coverageBefore);
    result["coverage_after"] = programme::orNull(preview.coverageAfter);
    result["timestamp"] = base::formatInstant(now);
    return result;
}

void addActivationRecords(task::Outcome& outcome, const CrisisPlan& plan, const std::string& reason, int levelBefore,
                          const task::TaskContext& context) {
    base::Json& result = outcome.result;
    task::AuditEntry audit;
    audit.action = "crisis_activated";
    audit.actor = context.triggeredBy();
    audit.entityType = "crisis";
    audit.entityId = result.at("crisis_id").get<std::string>();
    audit.before["load_shedding_level"] = levelBefore;
    audit.after["severity"] = plan.severity;
    audit.after["requested_severity"] = plan.requestedWord;
    audit.after["load_shedding_level"] = result.at("load_shedding_level");
    audit.after["approved_by"] = result.at("approved_by");
    audit.after["approval_method"] = result.at("approval_method");
    audit.reason = reason;
    outcome.changes.audit.push_back(std::move(audit));

    Alert alert;
    alert.kind = "crisis";
    alert.level = plan.emergencyOverride ? "emergency" : plan.shedLevel >= 3 ? "critical" : "warning";
    alert.status = "active";
    alert.message = "Crisis declared (" + plan.severity + "): " + reason;
    alert.details["crisis_id"] = result.at("crisis_id");
    alert.details["suspended_activities"] = result.at("suspended_activities");
    result["alert"] = toDocument(alert);
    outcome.followUps.push_back({"resilience_health_check", base::Json::object(), std::nullopt, base::milliseconds(0)});
}

task::Outcome activate(core::store::Connection& db, const base::Json& params, task::TaskContext& context) {
    const base::Instant now = context.clock().now();
    const auto plan = programme::planFor(params.value("severity", ""));
    if (!plan)
        return failureOf(plan.error());
    const std::string reason = params.value("reason", "");
    const auto approver = approverOf(*plan, params.value("approved_by", ""), context.triggeredBy());
    if (!approver)
        return failureOf(approver.error());
    const programme::CrisisStatus current = programme::store::readCrisis(db);
    if (current.active)
        return task::Outcome::permanentFailure("conflict", "crisis already active at level " +
                                                               std::to_string(current.shedLevel) + " " +
                                                               current.shedName);
    context.progress(20, "Working out what is suspended");
    const auto preview = programme::store::previewCrisis(db, plan->requestedWord, now);
    if (!preview)
        return failureOf(preview.error());
    context.checkCancelled();
    context.progress(80, "Recording the decision");
    const programme::store::ShedState before = programme::store::readShedState(db);
    const std::string id = base::newUuidV7(now);
    task::Outcome outcome = task::Outcome::success(
        activationResult(id, *plan, *preview, actionsOf(*plan, *preview, before.level), *approver, now));
    outcome.changes.changes.push_back(crisisRow(id, *plan, *preview, reason, *approver, context, now));
    addShedding(outcome, context, now, before,
                {id, preview->shedLevel, reason, *approver, plan->emergencyOverride ? "emergency_override" : "manual",
                 *preview, preview->activities});
    addActivationRecords(outcome, *plan, reason, before.level, context);
    return outcome;
}

task::ParameterSchema activationParameters() {
    task::Parameter severity;
    severity.name = "severity";
    severity.title = "Severity";
    severity.description = "How bad it is; decides what is suspended";
    severity.kind = task::ParameterKind::Choice;
    severity.presence = task::Presence::Required;
    severity.choices = programme::severityWords();
    severity.choiceNames = {"Minor: optional education is suspended",
                            "Moderate: research and administration too",
                            "Severe: core education too; needs a second approver",
                            "Critical: continuity of care too; needs a second approver",
                            "Warning (same as minor)",
                            "Emergency: critical with one approver, recorded as an override"};
    severity.missingMessage = "severity parameter required for crisis activation";
    severity.wrongTypeMessage = programme::severityMessage();
    severity.wrongChoiceMessage = programme::severityMessage();
    task::Parameter reason;
    reason.name = "reason";
    reason.title = "Reason";
    reason.description = "What happened, for the record";
    reason.presence = task::Presence::Required;
    reason.minLength = 10;
    reason.maxLength = 500;
    reason.missingMessage = "reason parameter required for crisis activation";
    task::Parameter approver;
    approver.name = "approved_by";
    approver.title = "Approved by";
    approver.description = "Who approves; for severe and critical somebody other than the operator";
    approver.maxLength = 200;
    return task::ParameterSchema({severity, reason, approver});
}

} // namespace

task::TaskType crisisActivationTask() {
    task::TaskType type;
    type.id = "resilience_crisis_activation";
    type.celeryName = "app.resilience.tasks.activate_crisis_response";
    type.queue = "resilience";
    type.title = "Activate crisis response";
    type.description = "Declares a crisis: sheds load by severity, records the decision and alerts";
    type.parameters = activationParameters();
    type.retry.maxRetries = 0;
    type.idempotent = task::Idempotent::No;
    type.concurrency = 1;
    type.expectedDuration = "30 seconds";
    type.danger = task::DangerLevel::Typed;
    type.resultSchema = resultSchema({{"crisis_mode", "boolean"},
                                      {"crisis_id", "string"},
                                      {"severity", "string"},
                                      {"actions_taken", "array"},
                                      {"load_shedding_level", "integer"},
                                      {"fallback_id", "string?"},
                                      {"fallback_coverage", "number?"},
                                      {"suspended_activities", "array"},
                                      {"approved_by", "string"},
                                      {"alert", "object"},
                                      {"timestamp", "string"}});
    type.run = [](const base::Json& params, task::TaskContext& context) {
        return onSnapshot(context, [&](core::store::Connection& db) { return activate(db, params, context); });
    };
    return type;
}

} // namespace core::packs::resilience
