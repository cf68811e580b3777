#pragma once

#include "core/task/TaskRegistry.h"
#include "core/task/TaskState.h"

#include <set>
#include <string>
#include <vector>

namespace tests {

/// A way in which a handler brings its worker down, and what its task may come to.
struct DeathMode {
    std::string name;
    core::task::FailureReason reason;
    bool mayEndWell = false; ///< the worker may also see it through
};

/// `segv`, `abort`, `silent_exit`, `spin`, `deadlock`, `memory_bomb`, `stack_overflow`, `descriptor_leak`,
/// `stops_itself`, `closes_channel`, `garbage`, `log_flood` (1 GB), `ignores_term`, `children`.
const std::vector<DeathMode>& deathModes();

/// The type `test_mayhem {mode}` with a hard limit of one second.
void addDeathModes(core::task::TaskRegistry& registry);

} // namespace tests
