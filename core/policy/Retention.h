#pragma once

#include "core/base/Time.h"

namespace core::policy {

/// How long is kept what has ended.
struct Retention {
    using Days = std::chrono::days;
    base::milliseconds rows = Days(90);          ///< tasks that succeeded or were revoked
    base::milliseconds failures = Days(180);     ///< tasks that failed
    base::milliseconds results = std::chrono::hours(1); ///< result of a task that no schedule launched; see store::coreBrooms
    base::milliseconds failedBodies = Days(7);   ///< result and traceback of a failure
    base::milliseconds messages = Days(180);     ///< delivered
    base::milliseconds firings = Days(90);       ///< of schedules
    base::milliseconds logLines = Days(90);
};

} // namespace core::policy
