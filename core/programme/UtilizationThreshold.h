#pragma once

#include "core/base/Json.h"
#include "core/programme/Bands.h"

#include <string>

namespace core::programme {

/// The simple form of the 80 % rule, without calendar and absences: what people ask beforehand.
struct ThresholdQuestion {
    int availableFaculty = 0;    ///< people, ≥ 0
    int requiredBlocks = 0;      ///< half-days, ≥ 0
    double blocksPerFacultyPerDay = 2.0; ///< > 0
    int daysInPeriod = 1;        ///< ≥ 1
};

/// Capacity is floor(faculty × blocks per day × days). InvalidParams names every field that is out of range.
base::Result<UtilizationReading> readThreshold(const ThresholdQuestion& question);

/// The answer as tools give it: level, utilization_rate, effective_utilization (assigned ÷ capacity; here what is
/// assigned is what is required), buffer_remaining, total_capacity, required_coverage, current_assignments,
/// safe_maximum, wait_time_multiplier (null: without bound), message, recommendations, severity.
base::Json toDocument(const UtilizationReading& reading);

/// `healthy`, `warning`, `critical`, `emergency` for GREEN, YELLOW, ORANGE, RED and BLACK.
const char* severityOf(UtilizationLevel level);

/// Whether a further assignment leaves room.
enum class AssignmentVerdict { Safe, Warning, Unsafe };
/// `safe`, `warning`, `unsafe`.
const char* toText(AssignmentVerdict verdict);

struct AssignmentCheck {
    AssignmentVerdict verdict = AssignmentVerdict::Safe;
    UtilizationReading before, after;
    std::string message; ///< for people, with both figures
};

/// What `further` half-days (≥ 0) on top of `required` would do: above 0.80 unsafe (a hard stop unless somebody overrides
/// it), above 0.70 a warning. Half-days; negative figures count as none.
AssignmentCheck checkAssignmentSafe(double capacity, double required, double further);

} // namespace core::programme
