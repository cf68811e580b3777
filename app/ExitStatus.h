#pragma once

#include "core/base/Result.h"

namespace app {

/// What the program tells its caller; fixed, scripts rely on it.
enum class ExitStatus {
    Done = 0,
    Failed = 1,      ///< the thing asked about failed: a task that ended in failure, an unhealthy report
    Usage = 2,       ///< wrong words or parameters
    NotFound = 3,
    Conflict = 4,    ///< a terminal task, a crisis that is already active
    Unavailable = 5, ///< no engine can be reached or started
};

ExitStatus exitStatusOf(core::base::ErrorCode code);

} // namespace app
