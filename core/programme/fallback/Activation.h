#pragma once

#include "core/base/Result.h"
#include "core/programme/fallback/FallbackCard.h"
#include "core/task/ChangeSet.h"

#include <optional>
#include <string>
#include <vector>

namespace core::programme::fallback {

inline constexpr size_t kShortestFallbackReason = 10, kLongestFallbackReason = 500; ///< characters

/// What the choice of a fallback schedule goes by.
struct Situation {
    bool emergency = false;   ///< declared as one
    bool pcsSeason = false;   ///< the middle of May to August
    bool holiday = false;     ///< today, or within the next 7 days
    int facultyLost = 0;      ///< on whom the schedule of the next 7 days counts although they are away
};

/// Domain 3.6: emergency → mass casualty; PCS season and loss ≥ 5 → PCS; holiday → holiday; loss ≥ 2 → double; loss ≥ 1 →
/// single; otherwise none.
std::optional<Scenario> bestMatch(const Situation& situation);
/// Domain 3.7: minor none; moderate single loss; severe best match; critical best match, otherwise mass casualty. The word
/// `emergency` counts as one.
std::optional<Scenario> scenarioForCrisis(const std::string& severity, const Situation& situation);

/// The card of the present generation of a scenario. NotFound, with what to do, when none was computed.
base::Result<FallbackCard> currentOf(const std::vector<FallbackCard>& cards, Scenario scenario);

enum class AllowStale { No, Yes };

/// Who puts a fallback schedule in force or takes it back, and why.
struct FallbackDecision {
    std::string reason;     ///< 10..500 characters
    std::string approvedBy; ///< a name
    std::string actor;      ///< who asks
    std::string actorType = "human"; ///< human, system, ai
    std::string crisisId;   ///< of the crisis that it belongs to; empty: none
    std::string taskId;     ///< of the task that does it; empty: none
    std::optional<int64_t> seenVersion; ///< Conflict when the card's is another
    AllowStale allowStale = AllowStale::No;
};

/// The changes that put `card` in force, audit entry included; whoever applies them is refused when the card has changed
/// in the meantime, or another schedule of its scenario is in force (one at a time). InvalidParams: reason or approver.
/// Conflict: superseded, active already, stale and not allowed, another version than the one that was seen.
base::Result<task::ChangeSet> activation(const FallbackCard& card, const FallbackDecision& decision, base::Instant now);
/// The changes that end it; its record stays. Conflict: not active, or another version.
base::Result<task::ChangeSet> deactivation(const FallbackCard& card, const FallbackDecision& decision, base::Instant now);
/// The audit entry of an activation that was refused because the schedule is stale: it is kept although nothing else is.
task::AuditEntry refusalOfStale(const FallbackCard& card, const FallbackDecision& decision);

} // namespace core::programme::fallback
