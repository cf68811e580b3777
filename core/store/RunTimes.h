#pragma once

#include "core/store/Connection.h"

#include <chrono>
#include <map>
#include <set>
#include <string>

namespace core::store {

/// How long a task of a type usually runs.
struct RunTime {
    base::milliseconds median{0};
    int runs = 0; ///< that it is the median of
    bool operator==(const RunTime&) const = default;
};

/// By type, of the successes among its newest 1,000 tasks: from start to end of the attempt that succeeded. A type
/// without one is not in the answer.
std::map<std::string, RunTime> readRunTimes(Connection& db, const std::set<std::string>& types);

} // namespace core::store
