#include "core/programme/CrisisPlan.h"

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

} // namespace core::programme
