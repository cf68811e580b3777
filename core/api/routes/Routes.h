#pragma once

#include "core/api/Route.h"

namespace core::api {

/// Health, workers.
std::vector<Route> systemRoutes();
/// Looking at tasks: list, one, result, log, report.
std::vector<Route> taskRoutes();
/// Acting on tasks: start, cancel, retry, reschedule.
std::vector<Route> taskCommandRoutes();
/// Trees of tasks.
std::vector<Route> workflowRoutes();
/// Acts on many tasks, with time to undo them.
std::vector<Route> bulkRoutes();
std::vector<Route> queueRoutes();
/// What can be started, and what lets it begin.
std::vector<Route> taskTypeRoutes();
std::vector<Route> scheduleRoutes();
/// Making up for a schedule's missed instants.
std::vector<Route> backfillRoutes();
/// What follows from what.
std::vector<Route> triggerRoutes();
/// The residency data and the crisis.
std::vector<Route> programmeRoutes();
/// Duty rules: violations, who is near the limit, the limits.
std::vector<Route> dutyRoutes();
/// Precomputed schedules for when people are lost.
std::vector<Route> fallbackRoutes();

} // namespace core::api
