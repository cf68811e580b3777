#pragma once

#include "core/base/Time.h"

#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace core::metrics {

/// One bucket of a series; no value = nothing was measured then (a gap, not zero).
struct SeriesPoint {
    base::Instant at{};
    std::optional<double> value;
};

enum class Resolution { Second, Minute }; ///< 1 s × 900 and 1 min × 1,440

/// Thread: any. Fixed-size rings of named series: constant memory however long the engine runs.
/// Names: `depth.<queue>` (waiting tasks), `rate.success`, `rate.failure`, `rate.retry`, `rate.revoked`,
/// `rate.submitted`, `rate.started` (tasks per second), `wait.p50`, `wait.p95`, `run.p50`, `run.p95` (seconds, over the
/// bucket), `oldest` (age of the oldest waiting task, seconds), `workers.busy`.
class SeriesStore {
  public:
    /// Adds the value of the bucket that contains `at`; minutes keep the mean of their seconds (rates, depths).
    void record(const std::string& name, base::Instant at, std::optional<double> value);
    /// The buckets of [from, to], oldest first, gaps included; empty for an unknown name.
    std::vector<SeriesPoint> read(const std::string& name, Resolution resolution, base::Instant from,
                                  base::Instant to) const;
    std::vector<std::string> names() const;

  private:
    struct Ring {
        struct Bucket {
            int64_t index = -1; ///< seconds or minutes since the epoch
            double sum = 0;
            int count = 0;
        };
        std::vector<Bucket> buckets;
    };
    struct Series {
        Ring seconds;
        Ring minutes;
    };
    static void put(Ring& ring, int64_t index, std::optional<double> value);
    mutable std::mutex m_mutex; // guards m_series
    std::map<std::string, Series> m_series;
};

} // namespace core::metrics
