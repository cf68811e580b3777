#include "core/programme/Crisis.h"

#include "core/programme/OrNull.h"

namespace core::programme {

base::Json toDocument(const CrisisStatus& status) {
    base::Json document = base::Json::object();
    document["crisis_mode"] = status.active;
    document["crisis_id"] = orNull(status.id);
    document["severity"] = orNull(status.severity);
    document["requested_severity"] = orNull(status.requestedWord);
    document["reason"] = orNull(status.reason);
    document["requested_by"] = orNull(status.requestedBy);
    document["approved_by"] = orNull(status.approvedBy);
    document["approval_method"] = orNull(status.approvalMethod);
    document["activated_at"] =
        status.id.empty() ? base::Json() : base::Json(base::formatInstant(status.activatedAt));
    document["deactivated_at"] = orNull(status.deactivatedAt);
    document["deactivated_by"] = orNull(status.deactivatedBy);
    document["deactivation_reason"] = orNull(status.deactivationReason);
    document["load_shedding_level"] = status.shedLevel;
    document["load_shedding_name"] = orNull(status.shedName);
    document["suspended_activities"] = status.suspended;
    return document;
}

base::Json toDocument(const ShedActivity& activity) {
    base::Json document = base::Json::object();
    document["name"] = activity.name;
    document["category"] = activity.category;
    document["category_name"] = activity.categoryName;
    document["half_days_per_week"] = activity.halfDaysPerWeek;
    return document;
}

base::Json toDocument(const CrisisPreview& preview) {
    base::Json activities = base::Json::array();
    for (const ShedActivity& activity : preview.activities)
        activities.push_back(toDocument(activity));
    base::Json document = base::Json::object();
    document["severity"] = preview.severity;
    document["load_shedding_level"] = preview.shedLevel;
    document["load_shedding_name"] = preview.shedName;
    document["defense_action"] = preview.defenseAction;
    document["suspended_activities"] = std::move(activities);
    document["utilization_before"] = orNull(preview.utilizationBefore);
    document["utilization_after"] = orNull(preview.utilizationAfter);
    document["coverage_before"] = orNull(preview.coverageBefore);
    document["coverage_after"] = orNull(preview.coverageAfter);
    document["unknown_reason"] = orNull(preview.unknownReason);
    document["needs_approver"] = preview.needsApprover;
    document["needs_typed_confirmation"] = preview.needsTypedConfirmation;
    document["at"] = orNull(preview.at);
    return document;
}

} // namespace core::programme
