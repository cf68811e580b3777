#pragma once

#include "core/task/TaskType.h"

namespace core::packs::resilience {

/// The task types of the queue `resilience`, one file each.
task::TaskType healthCheckTask();
task::TaskType contingencyTask();
task::TaskType utilizationForecastTask();
task::TaskType fallbackPrecomputeTask();
task::TaskType sendAlertTask();
task::TaskType crisisActivationTask();
task::TaskType crisisDeactivationTask();

} // namespace core::packs::resilience
