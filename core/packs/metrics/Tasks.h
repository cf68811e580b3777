#pragma once

#include "core/task/TaskType.h"

namespace core::packs::metrics {

/// The task types of the queue `metrics`, one file each.
task::TaskType metricsComputationTask();

} // namespace core::packs::metrics
