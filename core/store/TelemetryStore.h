#pragma once

#include "core/store/Connection.h"

#include <functional>
#include <string>
#include <vector>

namespace core::store {

/// One bucket of a series over time, as telemetry.db keeps it.
struct TelemetryBucket {
    std::string series;
    int kind = 0;       ///< what an absent bucket means; the room `metrics` says
    int resolution = 0; ///< 0 seconds, 1 minutes, 2 hours, 3 days
    int64_t index = 0;  ///< number of the bucket since the epoch
    double sum = 0, least = 0, most = 0, last = 0;
    int64_t weight = 0, samples = 0;
};

/// Adds buckets, or replaces those that are there. Thread: writer (as all that writes).
void saveBuckets(Connection& db, const std::vector<TelemetryBucket>& buckets);
/// Calls `visit` with each bucket of a resolution whose index is in [first, last].
void readBuckets(Connection& db, int resolution, int64_t first, int64_t last,
                 const std::function<void(TelemetryBucket)>& visit);
/// Keeps the newest `most` points in time of a resolution, by the series that is in every one of them. Points after
/// `last` are from a clock that was wrong; they go as soon as half as many others are there.
void pruneBuckets(Connection& db, int resolution, int64_t most, int64_t last, const std::string& everPresent);

/// Run times of one task type, in the words of the room `metrics`.
struct TelemetryRuns {
    std::string type;
    std::string counts;
};
void saveRuns(Connection& db, const std::vector<TelemetryRuns>& runs);
std::vector<TelemetryRuns> readRuns(Connection& db);

} // namespace core::store
