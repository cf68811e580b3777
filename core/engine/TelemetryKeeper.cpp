#include "core/engine/TelemetryKeeper.h"

#include "core/store/TelemetryStore.h"

#include <limits>

namespace core::engine {

using base::Result;
using metrics::Resolution;
using metrics::SavedBucket;

namespace {

constexpr int kSavesBetweenPrunes = 360; // an hour
constexpr size_t kRestoredAtOnce = 4096;

store::TelemetryBucket toRow(const SavedBucket& saved) {
    const metrics::Bucket& bucket = saved.bucket;
    return {saved.name,   int(saved.absent), int(saved.resolution), saved.index,          bucket.sum,
            bucket.least, bucket.most,       bucket.last,           int64_t(bucket.weight), int64_t(bucket.samples)};
}

/// None for figures that no release has written.
std::optional<SavedBucket> fromRow(store::TelemetryBucket row) {
    constexpr int64_t kMost = std::numeric_limits<uint32_t>::max();
    const bool known = row.kind == int(metrics::Absent::Gap) || row.kind == int(metrics::Absent::Zero);
    if (!known || row.weight < 0 || row.weight > kMost || row.samples < 0 || row.samples > kMost)
        return std::nullopt;
    return SavedBucket{std::move(row.series), metrics::Absent(row.kind), Resolution(row.resolution), row.index,
                       {row.sum, row.least, row.most, row.last, uint32_t(row.weight), uint32_t(row.samples)}};
}

int64_t indexOf(Resolution resolution, base::Instant at) {
    return std::chrono::floor<std::chrono::seconds>(at).time_since_epoch() / metrics::widthOf(resolution);
}

} // namespace

Result<upkeep::NextLook> TelemetryKeeper::look(base::Instant now) {
    if (!m_database)
        return upkeep::NextLook{kPeriod};
    if (!std::exchange(m_restored, true)) {
        restore(now);
        return upkeep::NextLook{kPeriod};
    }
    {
        const std::lock_guard lock(m_last->mutex);
        if (m_last->underWay)
            return upkeep::NextLook{kPeriod};
        if (auto error = std::exchange(m_last->error, std::nullopt))
            return *error;
        m_last->underWay = true;
    }
    const bool prune = m_savesToPrune-- <= 0;
    if (prune)
        m_savesToPrune = kSavesBetweenPrunes;
    auto unsaved = m_series.takeUnsaved();
    m_database->post(workOf(unsaved, now, prune), [last = m_last, unsaved, &series = m_series](Result<void> saved) {
        if (!saved)
            series.notSaved(unsaved);
        const std::lock_guard lock(last->mutex);
        last->underWay = false;
        if (!saved)
            last->error = saved.error();
    });
    return upkeep::NextLook{kPeriod};
}

void TelemetryKeeper::stop(base::Instant now) {
    if (!m_database || !m_restored)
        return;
    auto buckets = m_series.takeUnsaved();
    for (SavedBucket& second : m_series.seconds(now))
        buckets.push_back(std::move(second));
    if (auto saved = m_database->write(workOf(std::move(buckets), now, false)); !saved)
        base::log(base::LogLevel::Warning, "telemetry", "the last figures were not kept: " + saved.error().text());
}

void TelemetryKeeper::restore(base::Instant now) {
    const auto read = m_database->read([&](store::Connection& db) -> Result<void> {
        for (const Resolution resolution : metrics::kAllResolutions) {
            std::vector<SavedBucket> buckets;
            const int64_t last = indexOf(resolution, now);
            store::readBuckets(db, int(resolution), last - metrics::capacityOf(resolution) + 1, last,
                               [&](store::TelemetryBucket row) {
                                   if (auto bucket = fromRow(std::move(row)))
                                       buckets.push_back(std::move(*bucket));
                                   if (buckets.size() == kRestoredAtOnce)
                                       m_series.restore(std::exchange(buckets, {}), now);
                               });
            m_series.restore(buckets, now);
        }
        for (const store::TelemetryRuns& runs : store::readRuns(db))
            if (const auto histogram = metrics::Histogram::decode(runs.counts))
                m_live.restoreSuccesses(runs.type, *histogram);
        return {};
    });
    if (!read)
        base::log(base::LogLevel::Warning, "telemetry", "the figures of the past cannot be read: " + read.error().text());
}

/// The transaction that stores buckets and the run times that changed.
store::Database::Work TelemetryKeeper::workOf(std::vector<SavedBucket> buckets, base::Instant now, bool prune) {
    std::vector<store::TelemetryBucket> rows;
    rows.reserve(buckets.size());
    for (const SavedBucket& bucket : buckets)
        rows.push_back(toRow(bucket));
    std::vector<store::TelemetryRuns> runs;
    for (auto& [type, counts] : m_live.takeChangedSuccesses())
        runs.push_back({type, counts});
    return [rows = std::move(rows), runs = std::move(runs), now, prune](store::Connection& db) -> Result<void> {
        store::saveBuckets(db, rows);
        store::saveRuns(db, runs);
        if (prune)
            for (const Resolution resolution : metrics::kAllResolutions)
                store::pruneBuckets(db, int(resolution), metrics::capacityOf(resolution), indexOf(resolution, now),
                                    metrics::SeriesStore::kMeasured);
        return {};
    };
}

} // namespace core::engine
