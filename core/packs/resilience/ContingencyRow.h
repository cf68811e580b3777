#pragma once

#include "core/programme/Contingency.h"
#include "core/task/ChangeSet.h"
#include "core/task/TaskContext.h"

namespace core::packs::resilience {

/// Days before the window that an analysis reads: a whole week and the ward week before it.
inline constexpr std::chrono::days kLookBack{7};

/// The row that keeps a contingency report; the document is the task's result.
task::Change contingencyRow(const programme::ContingencyReport& report, const base::Json& document,
                            const task::TaskContext& context, base::Instant now);

/// Timestamp, period and findings.
base::Json contingencyResult(const programme::Programme& programme, const programme::ContingencyReport& report,
                             base::Instant now);

} // namespace core::packs::resilience
