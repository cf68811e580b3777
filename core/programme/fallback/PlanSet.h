#pragma once

#include "core/programme/fallback/Generator.h"

#include <optional>
#include <string>
#include <vector>

namespace core::programme::fallback {

/// What became of one scenario: a plan, or why there is none.
struct PlanResult {
    Scenario scenario = Scenario::SingleLoss;
    std::optional<Plan> plan;
    std::string error;
};

/// Makes the plan of one scenario; `makePlan` but in tests.
using PlanMaker = std::function<Plan(Scenario, const PlanStep&)>;

/// Every scenario in the order of `kScenarios`. One that throws std::exception is on record with its message and stops no
/// other; what `step` throws passes. `step` gets the share of the whole and the scenario's name.
std::vector<PlanResult> makePlans(const PlanMaker& make, const std::function<void(double, const char*)>& step);

} // namespace core::programme::fallback
