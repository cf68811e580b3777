#pragma once

#include "core/programme/Crisis.h"
#include "core/programme/store/ResilienceInputs.h"
#include "core/task/Outcome.h"
#include "core/task/TaskContext.h"

#include <string>
#include <vector>

namespace core::packs::resilience {

/// One decision about load shedding.
struct ShedDecision {
    std::string crisisId; ///< empty: there is no crisis
    int toLevel = 0;
    std::string reason, approver;
    std::string approvalMethod; ///< automatic, manual, emergency_override
    programme::CrisisPreview figures; ///< utilization before and after, as far as known
    std::vector<programme::ShedActivity> affected;
};

/// Adds the new state of load shedding, which must still be the one that was read (otherwise the whole outcome is
/// refused), and the event that records the decision.
void addShedding(task::Outcome& outcome, const task::TaskContext& context, base::Instant now,
                 const programme::store::ShedState& before, const ShedDecision& decision);

/// `Research (2.0 half-days a week)`.
std::vector<std::string> activityTexts(const std::vector<programme::ShedActivity>& activities);

/// True if two names are the same but for case and outer white space.
bool sameName(const std::string& a, const std::string& b);

} // namespace core::packs::resilience
