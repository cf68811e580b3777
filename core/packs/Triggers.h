#pragma once

#include "core/task/Trigger.h"

#include <vector>

namespace core::packs {

/// What follows from what, in one list: a new rule is one entry. Those whose task type or cause is not there yet wait for
/// it. Types are named as the specification of the programme names them.
std::vector<task::Trigger> triggers();

} // namespace core::packs
