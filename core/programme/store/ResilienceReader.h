#pragma once

#include "core/programme/Crisis.h"
#include "core/programme/Summary.h"
#include "core/store/Connection.h"

#include <string>
#include <vector>

namespace core::programme::store {

/// Reads of the result tables. Thread: that of the connection. They throw SqlError like every query; the caller owns
/// the snapshot.

/// The latest figures with their ages. Never computes: what no task has found out yet is absent, with the reason.
Pulse readPulse(core::store::Connection& connection);

/// The stored history from `from` on, oldest first. Beyond 14 days at most one health check per hour is kept.
std::vector<TrendPoint> readTrend(core::store::Connection& connection, base::Instant from);

/// The active crisis, otherwise the last one, otherwise an empty status.
CrisisStatus readCrisis(core::store::Connection& connection);

/// Crises, newest first, at most `limit`.
std::vector<CrisisStatus> readCrisisLog(core::store::Connection& connection, int limit);

/// What activating at `severity` (either vocabulary) would shed, with utilization and coverage of the next 7 local
/// days before and after. InvalidParams for another word, NotFound without a programme. Changes nothing.
base::Result<CrisisPreview> previewCrisis(core::store::Connection& connection, const std::string& severity,
                                          base::Instant now);

/// For a programme that was just created: one row per past week of the academic year, computed from the recorded
/// schedule and marked `backfill`, so that the history has a past. Utilization, coverage and duty hours are those of
/// the week; fairness is that of the up to 90 days before its end, and absent in the first four weeks. Does nothing when backfilled rows exist.
/// Runs on the writer's connection, inside the caller's transaction.
base::Result<void> backfillHistory(core::store::Connection& connection, base::Instant now);

} // namespace core::programme::store
