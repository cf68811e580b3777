#pragma once

#include "core/task/Trigger.h"

#include <vector>

namespace tests {

/// What follows from the success of `test_effect`, and from the row that it leaves: a `test_echo` each.
std::vector<core::task::Trigger> crashTriggers();

} // namespace tests
