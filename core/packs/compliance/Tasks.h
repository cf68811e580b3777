#pragma once

#include "core/task/TaskType.h"

namespace core::packs::compliance {

/// The task types of the queue `compliance`, one file each.
task::TaskType dutyCheckTask();

} // namespace core::packs::compliance
