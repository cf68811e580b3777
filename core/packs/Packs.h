#pragma once

#include "core/task/TaskRegistry.h"

namespace core::packs {

/// Adds every task type of this program: one line a task in Packs.cpp.
void registerAll(task::TaskRegistry& registry);
/// Adds the task types of measurements, which no catalogue shows: an engine has them only when it is measured.
void registerBench(task::TaskRegistry& registry);

} // namespace core::packs
