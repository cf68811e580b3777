#pragma once

#include "core/task/Trigger.h"

namespace core::policy {

/// When the task of several causes becomes due: after a cause at `now`, the first of them at `first`. The quiet time after
/// the latest cause, but not later than the longest wait after the first; never before `now`, and not before `due`, for
/// which it waits already (a person may have put it off).
base::Instant dueAfter(const task::Debounce& debounce, base::Instant first, base::Instant now, base::Instant due = {});

} // namespace core::policy
