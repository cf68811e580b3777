#pragma once

#include "core/programme/duty/RuleLedger.h"
#include "core/programme/duty/WindowRuns.h"

#include <optional>
#include <vector>

namespace core::programme::duty {

/// How far an average is from the limit.
enum class HoursLevel { Fine, Watch, Warning, Violation };
/// `fine`, `watch`, `warning`, `violation`.
const char* toText(HoursLevel level);
HoursLevel levelOf(double average, const DutyPolicy& policy);
/// Of the hours in seven days: above 72 `Watch`, above 80 `Warning`; a single week is never a violation.
HoursLevel levelOfWeek(double hours, const DutyPolicy& policy);

/// Averages are compared with this tolerance, so that 80 h in a sum of fractions is no violation.
inline constexpr double kHoursTolerance = 0.01;

/// What one resident's hours come to.
struct HoursFigures {
    std::optional<double> worstAverage;   ///< h/week, the highest of the four-week windows and rotations evaluated
    std::optional<double> overallAverage; ///< h/week over the whole period
    double worstWeek = 0;                 ///< h in the heaviest 7 days
};

/// A stretch of days on one rotation, as positions, inclusive.
struct RotationSegment {
    int rotation = -1;
    int start = 0, end = 0;
};

/// Maximal runs of days on the same rotation within the data, cut at 28 days. The rotation of a day is the inpatient
/// or outpatient one with the most hours scheduled on that date (of several the first), and that of the day before
/// where there is none; days before the first are in no segment.
std::vector<RotationSegment> rotationSegments(const Programme& programme, const DutyDays& days);

/// The four-week windows that end in [from, to]: 28 days, or those since the resident (or the data) began. Windows with
/// fewer than 7 exposed days are left out. The value is the average in h/week.
std::vector<WindowValue> fourWeekWindows(const DutyDays& days, int from, int to);

/// H80 (VI.F.1). Hours in a window, without leave days, divided by (28 − leave days)/7; the same for each rotation
/// segment that ends in the period, so that a light rotation cannot dilute a heavy one; and any 7 days.
HoursFigures checkWeeklyHours(const ResidentCase& resident, RuleLedger& ledger);

} // namespace core::programme::duty
