#pragma once

#include "core/task/Schedule.h"

#include <string>

namespace core::engine {

/// When a definition fires, in plain words: `At 02:00 every day, in America/New_York`, `Every 15 minutes`. What cannot
/// be read is said as it is written. Every surface says it with this. Thread: any.
std::string wordsOf(const task::Schedule& schedule);
/// With the shift of its spread: `At 02:00 every day, 12 s later`.
std::string wordsOf(const task::Schedule& schedule, base::seconds shift);

} // namespace core::engine
