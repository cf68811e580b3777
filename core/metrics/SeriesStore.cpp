#include "core/metrics/SeriesStore.h"

#include <algorithm>

namespace core::metrics {

namespace {

constexpr size_t kSeconds = 900;
constexpr size_t kMinutes = 1440;

int64_t secondOf(base::Instant at) {
    return std::chrono::floor<std::chrono::seconds>(at).time_since_epoch().count();
}

int64_t minuteOf(base::Instant at) {
    return std::chrono::floor<std::chrono::minutes>(at).time_since_epoch().count();
}

} // namespace

void SeriesStore::put(Ring& ring, int64_t index, std::optional<double> value) {
    auto& bucket = ring.buckets[size_t(index) % ring.buckets.size()];
    if (bucket.index > index)
        return; // the clock went back: what was measured stays
    if (bucket.index < index)
        bucket = {index, 0, 0};
    if (value) {
        bucket.sum += *value;
        ++bucket.count;
    }
}

void SeriesStore::record(const std::string& name, base::Instant at, std::optional<double> value) {
    const std::lock_guard lock(m_mutex);
    Series& series = m_series[name];
    if (series.seconds.buckets.empty()) {
        series.seconds.buckets.resize(kSeconds);
        series.minutes.buckets.resize(kMinutes);
    }
    put(series.seconds, secondOf(at), value);
    put(series.minutes, minuteOf(at), value);
}

std::vector<SeriesPoint> SeriesStore::read(const std::string& name, Resolution resolution, base::Instant from,
                                           base::Instant to) const {
    const std::lock_guard lock(m_mutex);
    const auto found = m_series.find(name);
    std::vector<SeriesPoint> points;
    if (found == m_series.end())
        return points;
    const bool bySecond = resolution == Resolution::Second;
    const Ring& ring = bySecond ? found->second.seconds : found->second.minutes;
    const int64_t width = bySecond ? 1 : 60;
    const int64_t last = bySecond ? secondOf(to) : minuteOf(to);
    const int64_t first =
        std::max(bySecond ? secondOf(from) : minuteOf(from), last - int64_t(ring.buckets.size()) + 1);
    for (int64_t index = first; index <= last; ++index) {
        const auto& bucket = ring.buckets[size_t(index) % ring.buckets.size()];
        SeriesPoint point{base::Instant(std::chrono::seconds(index * width)), std::nullopt};
        if (bucket.index == index && bucket.count > 0)
            point.value = bucket.sum / bucket.count;
        points.push_back(point);
    }
    return points;
}

std::vector<std::string> SeriesStore::names() const {
    const std::lock_guard lock(m_mutex);
    std::vector<std::string> names;
    for (const auto& [name, series] : m_series)
        names.push_back(name);
    return names;
}

} // namespace core::metrics
