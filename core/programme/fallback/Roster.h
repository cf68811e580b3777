#pragma once

#include "core/programme/Slots.h"
#include "core/programme/fallback/DutyBook.h"
#include "core/programme/fallback/Filling.h"
#include "core/programme/fallback/Generator.h"

#include <array>
#include <map>
#include <tuple>

namespace core::programme::fallback {

/// What one way of filling came to.
struct Roster {
    std::vector<Takeover> takeovers;
    std::map<std::tuple<int, int, Half, PersonType>, std::string> reasons; ///< by (requirement, day, half, role)
};

/// Fills [from, to] of a reduced programme by one method; see `makePlan`. `slots`: everything required then.
Roster fillRoster(const Reduced& reduced, const Presence& presence, const std::vector<Slot>& slots,
                  const Vulnerable& vulnerable, const duty::DutyPolicy& policy, Method method, const PlanStep& step);

} // namespace core::programme::fallback
