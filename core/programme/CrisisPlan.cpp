#include "core/programme/CrisisPlan.h"

#include "core/programme/Coverage.h"
#include "core/programme/LoadShedding.h"
#include "core/programme/Utilization.h"

#include <algorithm>

namespace core::programme {

const std::vector<std::string>& severityWords() {
    static const std::vector<std::string> words{"minor", "moderate", "severe", "critical", "warning", "emergency"};
    return words;
}

const char* severityMessage() {
    return "severity must be one of minor, moderate, severe, critical (or warning, emergency)";
}

base::Result<CrisisPlan> planFor(const std::string& word) {
    CrisisPlan plan;
    plan.requestedWord = word;
    if (word == "minor" || word == "warning") {
        plan.severity = "minor";
        plan.shedLevel = 1;
        plan.defenseAction = "early warning";
    } else if (word == "moderate") {
        plan.severity = "moderate";
        plan.shedLevel = 2;
        plan.defenseAction = "auto-reassignment";
        plan.fallbackRule = "single faculty loss";
    } else if (word == "severe") {
        plan.severity = "severe";
        plan.shedLevel = 3;
        plan.defenseAction = "service reduction";
        plan.fallbackRule = "best match";
    } else if (word == "critical" || word == "emergency") {
        plan.severity = "critical";
        plan.shedLevel = 4;
        plan.defenseAction = "crisis communication";
        plan.fallbackRule = "best match or mass casualty";
    } else {
        return {base::ErrorCode::InvalidParams, severityMessage()};
    }
    if (word == "emergency") {
        plan.emergencyOverride = true;
        plan.defenseAction += " and external escalation";
    }
    plan.needsSecondApprover = plan.shedLevel >= 3 && !plan.emergencyOverride;
    return plan;
}

CrisisPreview previewPlan(const CrisisPlan& plan, const std::string& unknownReason) {
    CrisisPreview preview;
    preview.severity = plan.severity;
    preview.shedLevel = plan.shedLevel;
    preview.shedName = shedLevelName(plan.shedLevel);
    preview.defenseAction = plan.defenseAction;
    preview.unknownReason = unknownReason;
    preview.needsApprover = plan.needsSecondApprover;
    preview.needsTypedConfirmation = plan.shedLevel >= 3;
    return preview;
}

CrisisPreview previewPlan(const CrisisPlan& plan, const Programme& programme, base::Date today) {
    CrisisPreview preview = previewPlan(plan, std::string());
    preview.shedLevel = std::max(plan.shedLevel, programme.shedLevel);
    preview.shedName = shedLevelName(preview.shedLevel);
    const base::Date last = today + std::chrono::days(6);
    Programme after = programme;
    after.shedLevel = preview.shedLevel;
    after.shedCategories.merge(shedCategoriesAt(preview.shedLevel));
    preview.activities = activitiesIn(programme, after.shedCategories);
    preview.utilizationBefore = utilization(loadBetween(programme, today, last));
    preview.utilizationAfter = utilization(loadBetween(after, today, last));
    preview.coverageBefore = coverageBetween(programme, today, last).ratio();
    preview.coverageAfter = coverageBetween(after, today, last).ratio();
    if (!preview.coverageBefore)
        preview.unknownReason = "no requirement in the next 7 days";
    return preview;
}

} // namespace core::programme
