#pragma once

#include "core/task/TaskType.h"

namespace core::packs::bench {

/// `bench_noop {text}` → null, at once: what `beatwarden bench engine` measures the engine with.
task::TaskType noopTask();

} // namespace core::packs::bench
