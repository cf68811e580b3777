#include "core/programme/UtilizationThreshold.h"

#include "core/programme/OrNull.h"
#include "core/programme/Words.h"

#include <algorithm>
#include <cmath>

namespace core::programme {

namespace {

constexpr double kSafeRatio = 0.80, kWarningRatio = 0.70;
constexpr double kRatioTolerance = 1e-9;

constexpr Word<AssignmentVerdict> kVerdicts[] = {{AssignmentVerdict::Safe, "safe"},
                                                 {AssignmentVerdict::Warning, "warning"},
                                                 {AssignmentVerdict::Unsafe, "unsafe"}};

std::string meaningOf(const UtilizationReading& reading) {
    switch (reading.level) {
    case UtilizationLevel::Green: return "healthy";
    case UtilizationLevel::Yellow: return "approaching the threshold of 80 %";
    case UtilizationLevel::Orange: return "above the threshold of 80 %";
    case UtilizationLevel::Red: return "load has to be shed";
    case UtilizationLevel::Black: return "failure is imminent";
    }
    return "";
}

} // namespace

base::Result<UtilizationReading> readThreshold(const ThresholdQuestion& question) {
    std::vector<base::FieldError> wrong;
    if (question.availableFaculty < 0)
        wrong.push_back({"available_faculty", "must be at least 0"});
    if (question.requiredBlocks < 0)
        wrong.push_back({"required_blocks", "must be at least 0"});
    if (!(question.blocksPerFacultyPerDay > 0) || !std::isfinite(question.blocksPerFacultyPerDay))
        wrong.push_back({"blocks_per_faculty_per_day", "must be above 0"});
    if (question.daysInPeriod < 1)
        wrong.push_back({"days_in_period", "must be at least 1"});
    if (!wrong.empty())
        return base::Error{base::ErrorCode::InvalidParams, wrong.front().field + " " + wrong.front().message, {}, wrong};
    return readUtilization(std::floor(question.availableFaculty * question.blocksPerFacultyPerDay *
                                          question.daysInPeriod +
                                      kRatioTolerance),
                           question.requiredBlocks);
}

base::Json toDocument(const UtilizationReading& reading) {
    base::Json document = base::Json::object();
    document["level"] = toText(reading.level);
    document["utilization_rate"] = reading.ratio;
    document["effective_utilization"] = reading.ratio;
    document["buffer_remaining"] = reading.buffer;
    document["total_capacity"] = reading.capacity;
    document["required_coverage"] = reading.required;
    document["current_assignments"] = reading.required;
    document["safe_maximum"] = reading.safeCapacity;
    document["wait_time_multiplier"] = orNull(reading.waitMultiplier);
    document["message"] = "Utilization is " + percentText(reading.ratio) + " (" + toText(reading.level) + "): " +
                          meaningOf(reading) + "; wait factor " + waitText(reading);
    document["recommendations"] = recommendationsFor(reading.level);
    document["severity"] = severityOf(reading.level);
    return document;
}

const char* severityOf(UtilizationLevel level) {
    switch (level) {
    case UtilizationLevel::Green: return "healthy";
    case UtilizationLevel::Yellow: return "warning";
    case UtilizationLevel::Orange: return "critical";
    case UtilizationLevel::Red:
    case UtilizationLevel::Black: return "emergency";
    }
    return "emergency";
}

const char* toText(AssignmentVerdict verdict) {
    return wordOf(kVerdicts, verdict);
}

AssignmentCheck checkAssignmentSafe(double capacity, double required, double further) {
    AssignmentCheck check;
    check.before = readUtilization(capacity, required);
    check.after = readUtilization(capacity, std::max(0.0, required) + std::max(0.0, further));
    const std::string figures =
        "utilization would go from " + percentText(check.before.ratio) + " to " + percentText(check.after.ratio);
    if (check.after.ratio > kSafeRatio + kRatioTolerance) {
        check.verdict = AssignmentVerdict::Unsafe;
        check.message = "Not safe: " + figures + ", above 80 %";
    } else if (check.after.ratio > kWarningRatio + kRatioTolerance) {
        check.verdict = AssignmentVerdict::Warning;
        check.message = "Possible: " + figures + ", above 70 %";
    } else {
        check.message = "Safe: " + figures;
    }
    return check;
}

} // namespace core::programme
