#pragma once

#include "core/metrics/Histogram.h"

#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace core::metrics {

enum class MetricKind { Gauge, Counter, Histogram };
/// `gauge`, `counter`, `histogram`.
const char* toText(MetricKind kind);

/// Names and values, in the order in which they are written.
using Labels = std::vector<std::pair<std::string, std::string>>;

/// One figure of a family.
struct MetricSample {
    Labels labels;
    double value = 0;
    bool operator==(const MetricSample&) const = default;
};

/// One distribution of a family: durations, with the bounds that it is told by.
struct HistogramSample {
    Labels labels;
    std::vector<double> bounds; ///< seconds, ascending
    Histogram durations;
};

/// One named figure with its meaning. A figure that is not known has no sample; it is never 0 for that.
struct MetricFamily {
    std::string name; ///< `resilience_coverage_rate`
    MetricKind kind = MetricKind::Gauge;
    std::string help;
    std::vector<MetricSample> samples;       ///< of gauges and counters
    std::vector<HistogramSample> histograms; ///< of histograms
};

/// The figures as of now, by the names that monitors and alert rules use: one place for all of them.
/// Thread: any; one lock, held for a copy, never while a source is asked.
class MetricRegistry {
  public:
    /// Families are told in the order in which they were declared, also without samples.
    void declare(const std::string& name, MetricKind kind, const std::string& help);
    /// Replaces all samples of a declared family; those of an unknown one are dropped.
    void set(const std::string& name, std::vector<MetricSample> samples);
    /// Asked at every reading, for figures that are kept elsewhere: fills histograms and samples of declared families.
    using Source = std::function<void(const std::function<void(const std::string& name, MetricSample)>& addSample,
                                      const std::function<void(const std::string& name, HistogramSample)>& addHistogram)>;
    void addSource(Source source);

    std::vector<MetricFamily> read() const;
    /// One figure; absent when it is not known.
    std::optional<double> value(std::string_view name, const Labels& labels = {}) const;

  private:
    mutable std::mutex m_mutex; // guards the fields below
    std::vector<MetricFamily> m_families;
    std::vector<Source> m_sources;
};

} // namespace core::metrics
