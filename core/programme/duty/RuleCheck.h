#pragma once

#include "core/programme/duty/ContinuousDuty.h"
#include "core/programme/duty/DaysOff.h"
#include "core/programme/duty/Finding.h"
#include "core/programme/duty/RuleLedger.h"
#include "core/programme/duty/AverageHours.h"

#include <optional>
#include <string>
#include <vector>

namespace core::programme::duty {

/// What one resident's duty in the period comes to.
struct ResidentFigures {
    int person = -1;
    HoursFigures hours;
    HoursLevel level = HoursLevel::Fine;     ///< of the worst average; without one it says nothing
    HoursLevel weekLevel = HoursLevel::Fine; ///< of the heaviest week
    DaysOffFigures daysOff;
    double longestDuty = 0; ///< h, the longest duty period
    int calls = 0;          ///< in-house
    int longestNights = 0;  ///< nights of night float in a row
};

/// Everything that the rules found in a period.
struct RuleReport {
    base::Date from{}, to{};
    std::vector<Finding> findings; ///< by person in the order of the programme, places last; then by rule and day
    std::vector<ResidentFigures> residents; ///< of the programme's order; those in the programme in the period
    std::vector<RuleTally> tallies;         ///< one a rule, in the order of `Rule`
    std::vector<NotEvaluated> notEvaluated; ///< what was neither kept nor broken, and why
    std::vector<std::string> notes;         ///< data that was taken otherwise than it stands

    const RuleTally& tally(Rule rule) const { return tallies[size_t(rule)]; }
};

/// Checks every resident against the rules of the ACGME Common Program Requirements (VI.F, 2023) and the programme's
/// policy, and the supervision of clinics. Pure: reads no clock; what lies ahead is judged as it is scheduled.
/// Calculations are in domain rules 2.2 and 2.3; this is how the open points are settled:
///
/// - **Data.** The days of the programme are all that is known. Pass the days before `from` as well (27 for whole
///   windows; from the beginning of the academic year so that the same finding has the same first window, and with it
///   the same key, from day to day). Rows outside the days of a resident's membership (`activeFrom`, `activeTo`) lie in
///   no window. `Person::status` has no date and is not looked at, but for supervision, which asks who is present.
/// - **Duty** is what `DutyReader` says, by the clock on the wall, merged over gaps of at most 30 minutes; the gaps
/// count.
///   Hours belong to the calendar day in which they lie (clipped at midnight).
/// - **Leave days** are whole days (AM and PM) of approved or confirmed absence of any type. They are taken out of
///   windows: hours on them (a call that ends in the morning) are not counted, nor is the day. Half a day of leave
///   leaves the day in. An anticipated absence keeps from work, but is no leave day. Overlapping absences count once;
///   an absence that ends before it begins covers nothing.
/// - **Windows** of H80 are those that end on a day of [from, to]: 28 days, or the days since the resident or the
///   data began. With fewer than 7 days that are not leave a window is not evaluated. Windows never reach beyond a
///   resident's last day or the data. D1IN7 and Q3 need all 28 days, because a part of a window cannot be averaged
///   to whole days.
/// - **Rotation segments** (H80) are runs of days on the same rotation within the data, cut at 28 days from the first
///   of them, see `rotationSegments`; those that end in [from, to] with at least 7 days that are not leave are
///   evaluated.
/// - **Single things** (duty periods, streaks of days or nights) belong to the period when they touch it; a rest
///   when the duty after it begins in it.
/// - **Insufficient data**: a resident of whom no window could be evaluated is in `notEvaluated` and counts neither as
///   compliant nor as violating. So is one of whom the programme holds no assignment, call or extra work at all:
///   nothing is known, and H80 and D1IN7 are not evaluated. Days without a row, for somebody who has rows, are free.
/// - **Runs.** Consecutive windows (by their ends) that violate are one finding, with the first, the worst and the
/// number.
///   A run of windows above 76 h is one warning, unless one of them is above 80 h: then that is the finding.
///
/// `policy` must be valid, as `changedPolicy` makes it. An empty programme, roster or period gives an empty report.
/// `changeableFrom` is the first day on which duty can still be moved: suggestions name no earlier one. It changes
/// nothing else.
RuleReport checkRules(const Programme& programme, base::Date from, base::Date to, const DutyPolicy& policy = {},
                      base::Date changeableFrom = base::Date::min());

/// `programme` without the days before the first and after the last for which anything is assigned to anybody: those
/// are not free, they are not planned yet. Without any assignment no day is left.
Programme scheduledPart(Programme programme);

} // namespace core::programme::duty
