#pragma once

#include "core/metrics/Histogram.h"

#include <optional>

namespace core::metrics {

/// Successful runs of a type that it takes to say anything about the next one.
inline constexpr uint64_t kEnoughRuns = 5;

/// How long a running task will still take. Two witnesses: `runs`, the run times of its type's successes (the median of
/// what was left of those that took longer than `elapsed`), and its own progress (what is left at the pace so far).
/// Their mean, in which progress counts by what it has shown: at 20 % one part in five. One witness alone speaks alone;
/// none when there are fewer than five runs or none was that long, and progress is below 1 %.
std::optional<std::chrono::milliseconds> remainingTime(const Histogram& runs, std::chrono::milliseconds elapsed,
                                                       std::optional<double> progressPercent);

} // namespace core::metrics
