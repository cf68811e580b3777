#pragma once

#include "core/base/Json.h"

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

namespace core::programme {

/// How much a published schedule still moves.
struct StabilityGrade {
    double score = 0; ///< 0..100
    char letter = 'F'; ///< A ≥ 90, B ≥ 80, C ≥ 70, D ≥ 60, F
    bool stable = false; ///< churn < .15, ripple < 2, vulnerability < .5 and no new violations
};

/// churn 0..1, ripple ≥ 0 (further people changed per change), vulnerability 0..1 (N-1), newViolations ≥ 0.
/// Score .35·(100 − 100·churn) + .25·max(0, 100 − 20·ripple) + .40·(100 − 100·vulnerability); any new violation is F.
StabilityGrade gradeStability(double churn, double ripple, double vulnerability, int newViolations);

/// One (half-day, person) that differs between two versions of a schedule.
struct ScheduleChange {
    int64_t day = 0; ///< days since 1970-01-01
    int64_t person = 0;
    std::vector<int64_t> rotations; ///< before and after, as far as there was one
};

/// Mean over the changed people of the distinct other changed people on the same rotation and day, at most 5; 0
/// without a change.
double rippleOf(const std::vector<ScheduleChange>& changes);

/// The latest published version against the one before.
struct StabilityMetrics {
    int versions = 0; ///< published so far; the first has churn 0 and ripple 0
    std::optional<double> churn;         ///< (added + removed + modified) / the larger number of rows, 0..1
    std::optional<double> ripple;        ///< 0..5
    std::optional<double> vulnerability; ///< 0.7·max + 0.3·mean of the criticality scores; absent: no fresh analysis
    std::optional<int> newViolations;
    std::optional<int> daysSinceMajorChange; ///< churn > 0.30 or > 50 rows; absent: there never was one
    std::string reason;                  ///< why something is absent
};

/// `stability_metrics` of the metrics task; grade null while something that it needs is absent.
base::Json toDocument(const StabilityMetrics& metrics);

} // namespace core::programme
