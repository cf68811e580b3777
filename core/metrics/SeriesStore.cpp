#include "core/metrics/SeriesStore.h"

#include <algorithm>
#include <cmath>

namespace core::metrics {

namespace {

struct Shape {
    int64_t width; ///< seconds
    int64_t capacity;
    int64_t chunk;
};

constexpr std::array<Shape, kAllResolutions.size()> kShapes{
    {{1, 900, 60}, {60, 1440, 60}, {3600, 2160, 24}, {86'400, 400, 10}}};

const Shape& shapeOf(Resolution resolution) {
    return kShapes[size_t(resolution)];
}

int64_t indexOf(Resolution resolution, base::Instant at) {
    const int64_t second = std::chrono::floor<std::chrono::seconds>(at).time_since_epoch().count();
    const int64_t width = shapeOf(resolution).width;
    return second >= 0 ? second / width : (second + 1) / width - 1;
}

} // namespace

base::seconds widthOf(Resolution resolution) {
    return base::seconds(shapeOf(resolution).width);
}

int64_t capacityOf(Resolution resolution) {
    return shapeOf(resolution).capacity;
}

SeriesStore::Series::Series() : unsaved(kAllResolutions.size()) {
    for (const Shape& shape : kShapes)
        rings.emplace_back(shape.capacity, shape.chunk);
}

SeriesStore::SeriesStore() : m_measured(&m_series[kMeasured]) {}

SeriesStore::Series* SeriesStore::at(const std::string& name, Absent absent) {
    if (const auto found = m_series.find(name); found != m_series.end())
        return &found->second;
    if (m_series.size() >= kMostSeries)
        return nullptr;
    Series& series = m_series[name];
    series.absent = absent;
    return &series;
}

/// Writes one figure into all rings. In a Zero series, which is written only where it is not zero, `samples` is the
/// number of the sample within its bucket: what is missing between two of them was zero.
void SeriesStore::put(Series& series, base::Instant at, const Measure& measure) {
    for (const Resolution resolution : kAllResolutions) {
        const int64_t index = indexOf(resolution, at);
        Bucket& bucket = series.rings[size_t(resolution)].at(index);
        if (series.absent == Absent::Zero) {
            const uint32_t number = m_measured->rings[size_t(resolution)].at(index).samples;
            if (bucket.samples >= number)
                bucket = {}; // the bucket was begun anew after the clock had been elsewhere
            const bool zeroBefore = number > bucket.samples + 1;
            bucket.add(measure.value, measure.weight);
            if (zeroBefore)
                bucket.least = std::min(bucket.least, 0.0);
            bucket.samples = number;
        } else {
            bucket.add(measure.value, measure.weight);
        }
        if (resolution == Resolution::Second)
            continue;
        std::set<int64_t>& unsaved = series.unsaved[size_t(resolution)];
        unsaved.insert(index);
        if (int64_t(unsaved.size()) > shapeOf(resolution).capacity)
            unsaved.erase(unsaved.begin());
    }
}

void SeriesStore::declare(const std::vector<std::string>& names, Absent absent) {
    const std::lock_guard lock(m_mutex);
    for (const std::string& name : names)
        at(name, absent);
}

void SeriesStore::record(base::Instant at, base::milliseconds elapsed, const std::vector<Measure>& measures) {
    const auto weight = uint32_t(std::clamp<int64_t>(elapsed.count(), 1, 86'400'000));
    const std::lock_guard lock(m_mutex);
    put(*m_measured, at, {kMeasured, Absent::Gap, 1, weight});
    for (const Measure& measure : measures) {
        if (!std::isfinite(measure.value) || (measure.absent == Absent::Zero ? measure.value == 0 : measure.weight == 0))
            continue;
        Series* series = this->at(measure.name, measure.absent);
        if (!series || series == m_measured)
            continue;
        Measure one = measure;
        if (series->absent == Absent::Zero)
            one.weight = weight;
        put(*series, at, one);
    }
}

SeriesPoint SeriesStore::pointOf(const Series& series, Resolution resolution, int64_t index) const {
    SeriesPoint point;
    point.at = base::Instant(base::seconds(index * shapeOf(resolution).width));
    const Bucket* bucket = series.rings[size_t(resolution)].find(index);
    const auto fill = [&](uint32_t weight, uint32_t samples) {
        point.value = bucket->sum / weight;
        point.least = bucket->least;
        point.most = bucket->most;
        point.last = bucket->last;
        point.samples = samples;
    };
    if (series.absent == Absent::Gap) {
        if (bucket && bucket->weight > 0)
            fill(bucket->weight, bucket->samples);
        return point;
    }
    const Bucket* measured = m_measured->rings[size_t(resolution)].find(index);
    if (!measured)
        return point;
    point.value = 0;
    point.samples = measured->samples;
    if (!bucket || bucket->samples > measured->samples)
        return point;
    fill(measured->weight, measured->samples);
    if (bucket->samples < measured->samples) {
        point.least = std::min(point.least, 0.0);
        point.last = 0;
    }
    return point;
}

std::vector<SeriesPoint> SeriesStore::read(const std::string& name, Resolution resolution, base::Instant from,
                                           base::Instant to) const {
    const int64_t last = indexOf(resolution, to);
    const int64_t first = std::max(indexOf(resolution, from), last - capacityOf(resolution) + 1);
    std::vector<SeriesPoint> points;
    const std::lock_guard lock(m_mutex);
    const auto found = m_series.find(name);
    if (found == m_series.end())
        return points;
    points.reserve(size_t(std::max<int64_t>(last - first + 1, 0)));
    for (int64_t index = first; index <= last; ++index)
        points.push_back(pointOf(found->second, resolution, index));
    return points;
}

std::vector<std::string> SeriesStore::names() const {
    const std::lock_guard lock(m_mutex);
    std::vector<std::string> names;
    for (const auto& [name, series] : m_series)
        if (&series != m_measured)
            names.push_back(name);
    return names;
}

size_t SeriesStore::bytesInUse() const {
    const std::lock_guard lock(m_mutex);
    size_t bytes = 0;
    for (const auto& [name, series] : m_series)
        for (const Resolution resolution : kAllResolutions)
            bytes += series.rings[size_t(resolution)].chunksInUse() * size_t(shapeOf(resolution).chunk) * sizeof(Bucket);
    return bytes;
}

std::vector<SavedBucket> SeriesStore::takeUnsaved() {
    const std::lock_guard lock(m_mutex);
    std::vector<SavedBucket> buckets;
    for (auto& [name, series] : m_series)
        for (const Resolution resolution : kAllResolutions)
            for (const int64_t index : std::exchange(series.unsaved[size_t(resolution)], {}))
                if (const Bucket* bucket = series.rings[size_t(resolution)].find(index))
                    buckets.push_back({name, series.absent, resolution, index, *bucket});
    return buckets;
}

void SeriesStore::notSaved(const std::vector<SavedBucket>& buckets) {
    const std::lock_guard lock(m_mutex);
    for (const SavedBucket& saved : buckets)
        if (const auto series = m_series.find(saved.name); series != m_series.end())
            series->second.unsaved[size_t(saved.resolution)].insert(saved.index);
}

std::vector<SavedBucket> SeriesStore::seconds(base::Instant now) const {
    const int64_t last = indexOf(Resolution::Second, now);
    const std::lock_guard lock(m_mutex);
    std::vector<SavedBucket> buckets;
    for (const auto& [name, series] : m_series)
        for (int64_t index = last - capacityOf(Resolution::Second) + 1; index <= last; ++index)
            if (const Bucket* bucket = series.rings[size_t(Resolution::Second)].find(index))
                buckets.push_back({name, series.absent, Resolution::Second, index, *bucket});
    return buckets;
}

void SeriesStore::restore(const std::vector<SavedBucket>& buckets, base::Instant now) {
    const std::lock_guard lock(m_mutex);
    for (const SavedBucket& saved : buckets) {
        const int64_t last = indexOf(saved.resolution, now);
        const bool sound = saved.bucket.weight > 0 && saved.bucket.samples > 0 && std::isfinite(saved.bucket.sum);
        if (!sound || saved.index > last || saved.index <= last - capacityOf(saved.resolution))
            continue;
        Series* series = at(saved.name, saved.absent);
        if (!series || series->absent != saved.absent)
            continue;
        Bucket* bucket = series->rings[size_t(saved.resolution)].ifFree(saved.index);
        if (bucket && bucket->samples == 0)
            *bucket = saved.bucket;
    }
}

} // namespace core::metrics
