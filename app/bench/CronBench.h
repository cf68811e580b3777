#pragma once

#include "core/base/Json.h"
#include "core/base/Result.h"

#include <string>
#include <vector>

namespace app::bench {

/// What is measured, and for how long.
struct CronBenchPlan {
    std::vector<std::string> expressions; ///< none: the common ones
    std::vector<std::string> zones;       ///< none: UTC and America/New_York
    double seconds = 0.5;                 ///< for each expression in each zone
    std::string from = "2026-01-01T00:00:00Z";
};

/// Thread: any. How many next instants a second are found, one thread, each from the one before: one object
/// `{"expression","zone","n","last","next_per_s"}` for each expression in each zone, in that order, and one for all,
/// `{"expressions","next_per_s"}`, whose rate is that of the same number of instants of each. `last` is the n-th
/// instant, so that another program's answers can be compared. InvalidParams names an expression that cannot be read.
core::base::Result<std::vector<core::base::Json>> measureCron(const CronBenchPlan& plan);

} // namespace app::bench
