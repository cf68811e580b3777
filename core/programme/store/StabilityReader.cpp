#include "core/programme/store/ResilienceInputs.h"

#include <algorithm>
#include <map>

namespace core::programme::store {

namespace {

using core::store::Connection;

constexpr std::chrono::hours kFreshAnalysis{24};
constexpr double kMajorChurn = 0.30;
constexpr int64_t kMajorRows = 50;

struct PublishedRun {
    int64_t key = 0;
    int violations = 0;
    base::Instant publishedAt{};
};

/// Newest first.
std::vector<PublishedRun> publishedRuns(Connection& db) {
    std::vector<PublishedRun> runs;
    auto row = db.query("SELECT key, acgme_violations, published_at FROM schedule_run WHERE published_at IS NOT NULL"
                        " ORDER BY published_at DESC, key DESC");
    while (row.step())
        runs.push_back({row.integer(0), row.intAt(1), base::parseInstant(row.text(2)).value_or(base::Instant{})});
    return runs;
}

int64_t rowsOfVersion(Connection& db, int64_t run) {
    auto row = db.query("SELECT count(*) FROM schedule_version_assignment WHERE first_run_key <= ?1"
                        " AND (end_run_key IS NULL OR end_run_key > ?1)",
                        run);
    return row.step() ? row.integer(0) : 0;
}

/// What differs between two versions, by (half-day, person): a row that went and a row that came are one change.
std::vector<ScheduleChange> changesBetween(Connection& db, int64_t before, int64_t after) {
    std::vector<ScheduleChange> changes;
    int64_t lastBlock = -1;
    auto row = db.query("SELECT block_key, person_key, rotation_key FROM schedule_version_assignment"
                        " WHERE (first_run_key > ?1 AND first_run_key <= ?2"
                        "        AND (end_run_key IS NULL OR end_run_key > ?2))"
                        "    OR (first_run_key <= ?1 AND end_run_key > ?1 AND end_run_key <= ?2)"
                        " ORDER BY block_key, person_key",
                        before, after);
    while (row.step()) {
        const int64_t block = row.integer(0), person = row.integer(1);
        if (changes.empty() || block != lastBlock || changes.back().person != person)
            changes.push_back({block / 2, person, {}});
        lastBlock = block;
        if (!row.isNull(2))
            changes.back().rotations.push_back(row.integer(2));
    }
    return changes;
}

/// 0.7·max + 0.3·mean of the criticality scores of the latest contingency report, if it is fresh.
std::optional<double> freshVulnerability(Connection& db, base::Instant now) {
    auto row = db.query("SELECT at, json_extract(document, '$.criticality') FROM contingency_report"
                        " ORDER BY at DESC, id DESC LIMIT 1");
    if (!row.step())
        return std::nullopt;
    const auto at = base::parseInstant(row.text(0));
    const base::Json list = row.json(1);
    if (!at || now - *at > kFreshAnalysis || !list.is_array() || list.empty())
        return std::nullopt;
    double most = 0, sum = 0;
    for (const base::Json& entry : list) {
        most = std::max(most, entry.value("score", 0.0));
        sum += entry.value("score", 0.0);
    }
    return 0.7 * most + 0.3 * sum / double(list.size());
}

std::optional<int> daysSinceMajorChange(Connection& db, const std::vector<PublishedRun>& runs, base::Instant now) {
    for (size_t i = 0; i + 1 < runs.size(); ++i) {
        const auto changed = int64_t(changesBetween(db, runs[i + 1].key, runs[i].key).size());
        const double rows = double(std::max<int64_t>(1, rowsOfVersion(db, runs[i].key)));
        if (changed > kMajorRows || double(changed) / rows > kMajorChurn)
            return int(std::chrono::floor<std::chrono::days>(now - runs[i].publishedAt).count());
    }
    return std::nullopt;
}

} // namespace

StabilityMetrics readStability(Connection& connection, base::Instant now) {
    StabilityMetrics metrics;
    const std::vector<PublishedRun> runs = publishedRuns(connection);
    metrics.versions = int(runs.size());
    if (runs.empty()) {
        metrics.reason = "no published version";
        return metrics;
    }
    metrics.churn = metrics.ripple = 0.0;
    metrics.newViolations = 0;
    if (runs.size() > 1) {
        const auto changes = changesBetween(connection, runs[1].key, runs[0].key);
        const int64_t rows = std::max(rowsOfVersion(connection, runs[0].key), rowsOfVersion(connection, runs[1].key));
        metrics.churn = rows > 0 ? double(changes.size()) / double(rows) : 0;
        metrics.ripple = rippleOf(changes);
        metrics.newViolations = std::max(0, runs[0].violations - runs[1].violations);
    }
    metrics.daysSinceMajorChange = daysSinceMajorChange(connection, runs, now);
    metrics.vulnerability = freshVulnerability(connection, now);
    if (!metrics.vulnerability)
        metrics.reason = "no contingency analysis in the last 24 hours";
    return metrics;
}

} // namespace core::programme::store
