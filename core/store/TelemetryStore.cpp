#include "core/store/TelemetryStore.h"

namespace core::store {

void saveBuckets(Connection& db, const std::vector<TelemetryBucket>& buckets) {
    const std::string* named = nullptr; // buckets of one series come together
    for (const TelemetryBucket& bucket : buckets) {
        if (!named || *named != bucket.series)
            db.run("INSERT OR IGNORE INTO series(name, kind) VALUES(?,?)", bucket.series, bucket.kind);
        named = &bucket.series;
        db.run("INSERT OR REPLACE INTO point(resolution, bucket, series, sum, least, most, last, weight, samples) "
               "VALUES(?, ?, (SELECT id FROM series WHERE name=?), ?, ?, ?, ?, ?, ?)",
               bucket.resolution, bucket.index, bucket.series, bucket.sum, bucket.least, bucket.most, bucket.last,
               bucket.weight, bucket.samples);
    }
}

void readBuckets(Connection& db, int resolution, int64_t first, int64_t last,
                 const std::function<void(TelemetryBucket)>& visit) {
    Query rows = db.query("SELECT s.name, s.kind, p.bucket, p.sum, p.least, p.most, p.last, p.weight, p.samples "
                          "FROM point p JOIN series s ON s.id=p.series WHERE p.resolution=? AND p.bucket BETWEEN ? AND ?",
                          resolution, first, last);
    while (rows.step())
        visit({rows.text(0), rows.intAt(1), resolution, rows.integer(2), rows.real(3), rows.real(4), rows.real(5),
               rows.real(6), rows.integer(7), rows.integer(8)});
}

void pruneBuckets(Connection& db, int resolution, int64_t most, int64_t last, const std::string& everPresent) {
    const auto points = [&](const char* where, int64_t bound) {
        Query count = db.query(std::string("SELECT count(*) FROM point WHERE resolution=? AND series=(SELECT id FROM "
                                           "series WHERE name=?) AND ") + where,
                               resolution, everPresent, bound);
        return count.step() ? count.integer(0) : 0;
    };
    const int64_t ahead = points("bucket > ?", last);
    if (ahead > 0 && points("bucket <= ?", last) * 2 >= ahead)
        db.run("DELETE FROM point WHERE resolution=? AND bucket > ?", resolution, last);
    db.run("DELETE FROM point WHERE resolution=? AND bucket < (SELECT bucket FROM point WHERE resolution=? AND series="
           "(SELECT id FROM series WHERE name=?) ORDER BY bucket DESC LIMIT 1 OFFSET ?)",
           resolution, resolution, everPresent, most - 1);
}

void saveRuns(Connection& db, const std::vector<TelemetryRuns>& runs) {
    for (const TelemetryRuns& each : runs)
        db.run("INSERT OR REPLACE INTO runs(type, counts) VALUES(?,?)", each.type, each.counts);
}

std::vector<TelemetryRuns> readRuns(Connection& db) {
    Query rows = db.query("SELECT type, counts FROM runs");
    std::vector<TelemetryRuns> runs;
    while (rows.step())
        runs.push_back({rows.text(0), rows.text(1)});
    return runs;
}

} // namespace core::store
