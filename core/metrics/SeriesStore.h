#pragma once

#include "core/base/Time.h"
#include "core/metrics/Ring.h"

#include <array>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace core::metrics {

/// One bucket of a series; no value = nothing was measured then (a gap, not zero).
struct SeriesPoint {
    base::Instant at{};
    std::optional<double> value; ///< the mean, weighted
    double least = 0, most = 0, last = 0; ///< of the samples; meaningful with a value
    uint32_t samples = 0;
};

enum class Resolution { Second, Minute, Hour, Day }; ///< 900 × 1 s, 1,440 × 1 min, 2,160 × 1 h, 400 × 1 day (UTC)

inline constexpr std::array kAllResolutions{Resolution::Second, Resolution::Minute, Resolution::Hour, Resolution::Day};
base::seconds widthOf(Resolution resolution);
int64_t capacityOf(Resolution resolution);

/// What it means that a series has nothing in a bucket that was measured.
enum class Absent {
    Gap, ///< not known: a quantile of no observations
    Zero ///< none: a rate, a depth. Such a series is written only where it is not zero
};

/// One figure of one sample.
struct Measure {
    std::string name;
    Absent absent = Absent::Gap;
    double value = 0;
    uint32_t weight = 1; ///< of a Gap series: observations. Zero series are weighted by the time of the sample
};

/// A bucket on its way to the store and back.
struct SavedBucket {
    std::string name;
    Absent absent = Absent::Gap;
    Resolution resolution = Resolution::Minute;
    int64_t index = 0; ///< number of the bucket since the epoch
    Bucket bucket;
};

/// Thread: any; one lock, held for a copy. Named series in rings of four resolutions; every sample goes into all four,
/// so that coarser buckets are exact. Memory is constant: 205 KiB for a series that is never zero, 320 series at most.
/// Names: README.md.
class SeriesStore {
  public:
    SeriesStore();
    static constexpr size_t kMostSeries = 320;
    /// The series that tells when was measured: every sample has it, weighted by its milliseconds.
    static constexpr const char* kMeasured = "measured";

    /// Series that are there, empty, before the first figure.
    void declare(const std::vector<std::string>& names, Absent absent);
    /// One sample: what was found at `at`, over the time since the sample before. What names a series too many is
    /// dropped.
    void record(base::Instant at, base::milliseconds elapsed, const std::vector<Measure>& measures);

    /// The buckets of [from, to], oldest first, gaps included, at most as many as the ring has; empty for an unknown
    /// name.
    std::vector<SeriesPoint> read(const std::string& name, Resolution resolution, base::Instant from,
                                  base::Instant to) const;
    std::vector<std::string> names() const;
    /// For tests and the health view.
    size_t bytesInUse() const;

    /// The buckets of a minute and coarser that changed since the last call.
    std::vector<SavedBucket> takeUnsaved();
    /// They could not be stored: they come again with the next call.
    void notSaved(const std::vector<SavedBucket>& buckets);
    /// All buckets of seconds that are still in the window before `now`.
    std::vector<SavedBucket> seconds(base::Instant now) const;
    /// Puts back what an earlier run measured, before the first sample of this one. Buckets outside the window before
    /// `now` are left where they are.
    void restore(const std::vector<SavedBucket>& buckets, base::Instant now);

  private:
    struct Series {
        Series();
        Absent absent = Absent::Gap;
        std::vector<Ring> rings; ///< by Resolution
        std::vector<std::set<int64_t>> unsaved; ///< by Resolution
    };
    Series* at(const std::string& name, Absent absent);
    void put(Series& series, base::Instant at, const Measure& measure);
    SeriesPoint pointOf(const Series& series, Resolution resolution, int64_t index) const;

    mutable std::mutex m_mutex; // guards the fields below
    std::map<std::string, Series, std::less<>> m_series;
    Series* m_measured; ///< in m_series
};

} // namespace core::metrics
