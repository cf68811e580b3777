#pragma once

#include "core/base/Time.h"

#include <cstdint>

namespace core::policy {

/// A waiting task gains one step of priority in this time.
inline constexpr base::milliseconds kAgeingStep = std::chrono::minutes(10);

/// The order in which waiting tasks are claimed, smaller first: the millisecond since which the task may run, moved
/// one ageing step into the past for each step of priority. It never changes while the task waits, so that an index
/// holds it, and yet it ages: whoever comes 10 minutes later needs one step more to overtake. No task is overtaken by
/// one that comes more than (9 - 0) steps after it. Equal ranks go by the order of submission.
constexpr int64_t rankOf(base::Instant waitingSince, int priority) {
    return waitingSince.time_since_epoch().count() - priority * kAgeingStep.count();
}

} // namespace core::policy
