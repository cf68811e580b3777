#include "core/programme/Stability.h"

#include <algorithm>

namespace core::programme {

StabilityGrade gradeStability(double churn, double ripple, double vulnerability, int newViolations) {
    StabilityGrade grade;
    grade.score = 0.35 * (100 - 100 * churn) + 0.25 * std::max(0.0, 100 - 20 * ripple) +
                  0.40 * (100 - 100 * vulnerability);
    grade.stable = churn < 0.15 && ripple < 2 && vulnerability < 0.5 && newViolations == 0;
    if (newViolations > 0)
        return grade;
    const double s = grade.score;
    grade.letter = s >= 90 ? 'A' : s >= 80 ? 'B' : s >= 70 ? 'C' : s >= 60 ? 'D' : 'F';
    return grade;
}

} // namespace core::programme
