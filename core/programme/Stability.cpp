#include "core/programme/Stability.h"

#include "core/programme/OrNull.h"

#include <algorithm>
#include <map>
#include <set>

namespace core::programme {

namespace {

constexpr double kHighestRipple = 5;

} // namespace

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

double rippleOf(const std::vector<ScheduleChange>& changes) {
    std::map<std::pair<int64_t, int64_t>, std::set<int64_t>> together; ///< (day, rotation) → changed people
    std::map<int64_t, std::set<int64_t>> others;
    for (const ScheduleChange& change : changes) {
        others[change.person];
        for (const int64_t rotation : change.rotations)
            together[{change.day, rotation}].insert(change.person);
    }
    for (const auto& [where, people] : together)
        for (const int64_t person : people)
            for (const int64_t other : people)
                if (other != person)
                    others[person].insert(other);
    if (others.empty())
        return 0;
    double sum = 0;
    for (const auto& [person, set] : others)
        sum += double(set.size());
    return std::min(kHighestRipple, sum / double(others.size()));
}

base::Json toDocument(const StabilityMetrics& metrics) {
    base::Json document = base::Json::object();
    document["versions"] = metrics.versions;
    document["churn_rate"] = orNull(metrics.churn);
    document["ripple_factor"] = orNull(metrics.ripple);
    document["n1_vulnerability"] = orNull(metrics.vulnerability);
    document["new_violations"] = orNull(metrics.newViolations);
    document["days_since_major_change"] = orNull(metrics.daysSinceMajorChange);
    document["score"] = document["grade"] = document["is_stable"] = nullptr;
    document["reason"] = orNull(metrics.reason);
    if (metrics.churn && metrics.ripple && metrics.vulnerability && metrics.newViolations) {
        const StabilityGrade grade =
            gradeStability(*metrics.churn, *metrics.ripple, *metrics.vulnerability, *metrics.newViolations);
        document["score"] = grade.score;
        document["grade"] = std::string(1, grade.letter);
        document["is_stable"] = grade.stable;
    }
    return document;
}

} // namespace core::programme
