#pragma once

#include "core/task/TaskRegistry.h"

namespace core::packs {

/// Adds every task type of this program: one line a task in Packs.cpp.
void registerAll(task::TaskRegistry& registry);

} // namespace core::packs
