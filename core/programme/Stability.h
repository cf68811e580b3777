#pragma once

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

} // namespace core::programme
