#pragma once

#include "core/base/Json.h"
#include "core/base/Result.h"
#include "core/base/Time.h"

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace core::programme {

/// Defense in depth, 1 to 5.
enum class DefenseLevel { Prevention = 1, Control, SafetySystems, Containment, Emergency };

/// `PREVENTION` … `EMERGENCY`, and back exactly as written.
const char* toText(DefenseLevel level);
std::optional<DefenseLevel> defenseLevelFromText(std::string_view text);
/// `green` … `black`.
const char* colourOf(DefenseLevel level);
/// By coverage (ratio): ≥ .95, ≥ .90, ≥ .80, ≥ .70, below.
DefenseLevel recommendedDefense(double coverage);

/// The level in force after a check: raised at once, lowered only after two consecutive checks at a better level.
/// `previousRecommended` is the recommendation of the check before; absent: there was none.
DefenseLevel nextDefense(std::optional<DefenseLevel> inForce, std::optional<DefenseLevel> previousRecommended,
                         DefenseLevel recommended);

/// What the programme lets happen by itself. Levels below the threshold act by themselves, from it on a person decides.
struct DefenseAutomation {
    bool activateDefense = true;   ///< actions below the threshold begin by themselves
    bool activateFallback = false; ///< a fallback schedule may be put in force by itself
    bool shedLoad = true;          ///< load is shed by itself, up to the colour below the threshold's
    DefenseLevel escalation = DefenseLevel::Containment; ///< SAFETY_SYSTEMS … EMERGENCY

    bool operator==(const DefenseAutomation&) const = default;
};

/// InvalidParams unless the threshold is between SAFETY_SYSTEMS and EMERGENCY: below it nothing would be left that
/// happens by itself, and EMERGENCY always is a person's decision.
base::Result<void> checkAutomation(const DefenseAutomation& automation);
base::Json toDocument(const DefenseAutomation& automation);

/// One action that a check calls for.
struct DefenseAction {
    std::string name; ///< `overtime authorisation`
    std::string text; ///< what to do, for people
    DefenseLevel level = DefenseLevel::Prevention;
    bool automatic = true; ///< begins by itself; otherwise somebody has to decide
};

/// The registered actions of all levels up to `level` whose own trigger holds: coverage (ratio) below the action's
/// bound, an open requirement for `auto-reassignment`, or the level itself. In the order of the levels.
std::vector<DefenseAction> defenseActions(DefenseLevel level, double coverage, int gaps,
                                          const DefenseAutomation& automation);
/// Names and states (`active`, `needs_decision`) as documents carry them.
base::Json toDocument(const std::vector<DefenseAction>& actions);

/// A change of the level in force, or of the actions that a level calls for.
struct DefenseEvent {
    base::Instant at{};
    std::optional<DefenseLevel> from; ///< absent: none was in force (the first check, or coverage was not known)
    DefenseLevel to = DefenseLevel::Prevention;
    std::string reason;
    std::optional<double> coverage; ///< ratio
    std::string by;                 ///< who: a person, or the schedule that ran the check
    base::Json actions = base::Json::array(); ///< newly called for, as `toDocument` writes them
};
base::Json toDocument(const DefenseEvent& event);

} // namespace core::programme
