#pragma once

#include "core/programme/fallback/PlanSet.h"
#include "core/programme/store/FallbackStore.h"
#include "core/task/ChangeSet.h"
#include "core/task/TaskContext.h"

#include <string>
#include <vector>

namespace core::packs::resilience {

/// Generations of a scenario that are kept; those in force are kept beyond that.
inline constexpr size_t kFallbackGenerations = 4;
/// Why a plan has no coverage.
inline constexpr const char* kNoDemand = "nothing is required in this period under this scenario";

/// A new generation of the plan's scenario: what the one before becomes, what is pushed out, and the new row with its
/// assignments. `generations`: all that there are.
void addFallback(task::ChangeSet& changes, const programme::Programme& published,
                 const programme::fallback::Plan& plan, const std::string& id,
                 const std::vector<programme::store::KeptGeneration>& generations, const task::TaskContext& context,
                 base::Instant now);

} // namespace core::packs::resilience
