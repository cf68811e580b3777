#include "core/metrics/MetricRegistry.h"

#include <algorithm>

namespace core::metrics {

namespace {

MetricFamily* familyOf(std::vector<MetricFamily>& families, std::string_view name) {
    const auto found = std::find_if(families.begin(), families.end(),
                                    [name](const MetricFamily& family) { return family.name == name; });
    return found == families.end() ? nullptr : &*found;
}

} // namespace

const char* toText(MetricKind kind) {
    switch (kind) {
    case MetricKind::Gauge: return "gauge";
    case MetricKind::Counter: return "counter";
    case MetricKind::Histogram: return "histogram";
    }
    return "gauge";
}

void MetricRegistry::declare(const std::string& name, MetricKind kind, const std::string& help) {
    const std::lock_guard lock(m_mutex);
    if (!familyOf(m_families, name))
        m_families.push_back({name, kind, help, {}, {}});
}

void MetricRegistry::set(const std::string& name, std::vector<MetricSample> samples) {
    const std::lock_guard lock(m_mutex);
    if (MetricFamily* family = familyOf(m_families, name))
        family->samples = std::move(samples);
}

void MetricRegistry::addSource(Source source) {
    const std::lock_guard lock(m_mutex);
    m_sources.push_back(std::move(source));
}

std::vector<MetricFamily> MetricRegistry::read() const {
    std::vector<MetricFamily> families;
    std::vector<Source> sources;
    {
        const std::lock_guard lock(m_mutex);
        families = m_families;
        sources = m_sources;
    }
    for (const Source& source : sources)
        source(
            [&](const std::string& name, MetricSample sample) {
                if (MetricFamily* family = familyOf(families, name))
                    family->samples.push_back(std::move(sample));
            },
            [&](const std::string& name, HistogramSample sample) {
                if (MetricFamily* family = familyOf(families, name))
                    family->histograms.push_back(std::move(sample));
            });
    return families;
}

std::optional<double> MetricRegistry::value(std::string_view name, const Labels& labels) const {
    std::vector<MetricFamily> families = read();
    const MetricFamily* family = familyOf(families, name);
    if (!family)
        return std::nullopt;
    for (const MetricSample& sample : family->samples)
        if (sample.labels == labels)
            return sample.value;
    return std::nullopt;
}

} // namespace core::metrics
