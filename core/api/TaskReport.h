#pragma once

#include "core/engine/Services.h"

namespace core::api {

/// How the tasks of a filter ended: counts by state and, by type, success rate (of those that succeeded or failed)
/// and run times of finished attempts in seconds (min, mean, p50, p95, max). A filter without `createdFrom` means the
/// seven days before `now`. InvalidParams above 200,000 tasks.
base::Result<base::Json> reportTasks(const engine::TaskService& tasks, store::TaskFilter filter, base::Instant now);

} // namespace core::api
