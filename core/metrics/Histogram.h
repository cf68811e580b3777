#pragma once

#include "core/base/Result.h"

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace core::metrics {

/// Thread: one at a time. How often durations were of which length: log-linear buckets whose bounds are all decimal
/// numbers of two digits (100, 110, … 990 µs, 1.0, 1.1 … ms, up to 100,000 s), so that every usual bound of Prometheus
/// is one of them. Fixed size (6.5 KiB), mergeable, never allocates.
/// A bucket holds what is above its lower and at most its upper bound.
class Histogram {
  public:
    using Duration = std::chrono::microseconds;

    /// Negative durations count as zero.
    void add(Duration duration, uint64_t times = 1);
    void merge(const Histogram& other);
    /// Every count halved, rounded down: what was measured long ago weighs less, and in the end nothing.
    void fade();
    void clear();

    uint64_t count() const { return m_count; }
    /// The sum of all durations; ends at 292,000 years.
    Duration sum() const { return m_sum; }
    /// None while nothing was added.
    std::optional<Duration> shortest() const;
    std::optional<Duration> longest() const;
    /// The q-quantile (0..1, nearest rank) within 5 %, from 100 µs to 100,000 s; below, within 100 µs. None of nothing.
    std::optional<Duration> quantile(double q) const;
    /// How many were at most `bound`. Exact where `isBound(bound)`; else those of the bound below.
    uint64_t countUpTo(Duration bound) const;
    static bool isBound(Duration bound);
    /// The q-quantile of what was left after `elapsed`, over the durations that were longer. None when none was.
    std::optional<Duration> remaining(Duration elapsed, double q) const;

    /// A short text of the counts, for the store.
    std::string encode() const;
    /// Corrupt for anything that `encode` does not write.
    static base::Result<Histogram> decode(std::string_view text);

    bool operator==(const Histogram&) const = default;

  private:
    static constexpr int kDecades = 9; ///< 100 µs up to 100,000 s
    static constexpr int kPerDecade = 90;
    static constexpr size_t kBuckets = size_t(kDecades) * kPerDecade + 2; ///< and one below, one above

    static size_t bucketOf(Duration duration);
    /// The upper bound; of the last bucket: its lower bound.
    static Duration boundOf(size_t bucket);
    static Duration lowerBoundOf(size_t bucket);
    Duration within(size_t bucket) const;

    std::array<uint64_t, kBuckets> m_counts{};
    uint64_t m_count = 0;
    Duration m_sum{0};
    Duration m_shortest{Duration::max()};
    Duration m_longest{Duration::zero()};
};

/// The bounds of task durations on `/metrics`, in seconds (0.1 … 600).
inline constexpr std::array kDurationBounds{0.1, 0.5, 1.0, 5.0, 10.0, 30.0, 60.0, 120.0, 300.0, 600.0};

} // namespace core::metrics
