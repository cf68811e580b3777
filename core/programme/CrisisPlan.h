#pragma once

#include "core/base/Result.h"
#include "core/programme/Crisis.h"
#include "core/programme/Programme.h"

#include <string>
#include <vector>

namespace core::programme {

/// What an activation at one word of severity does, before anything about the programme is known.
struct CrisisPlan {
    std::string requestedWord; ///< as asked
    std::string severity;      ///< minor, moderate, severe, critical
    int shedLevel = 0;
    std::string defenseAction; ///< `early warning` …
    std::string fallbackRule;  ///< which precomputed schedule would be chosen, for people; empty: none
    bool emergencyOverride = false; ///< one approver suffices; recorded as `emergency_override`
    bool needsSecondApprover = false; ///< severe and critical without override
};

/// Words accepted for severity: the four canonical ones, then the two synonyms of the requirements.
const std::vector<std::string>& severityWords();
/// `severity must be one of minor, moderate, severe, critical (or warning, emergency)`.
const char* severityMessage();

/// `warning` = minor, `emergency` = critical with override. InvalidParams with `severityMessage` for another word.
base::Result<CrisisPlan> planFor(const std::string& word);

/// What the plan would shed, with utilization and coverage of the seven days from `today` before and after; the level
/// in force stays if it is higher. `at` is left to the caller.
CrisisPreview previewPlan(const CrisisPlan& plan, const Programme& programme, base::Date today);
/// The same when the days cannot be looked at, and why.
CrisisPreview previewPlan(const CrisisPlan& plan, const std::string& unknownReason);

} // namespace core::programme
