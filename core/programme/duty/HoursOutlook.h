#pragma once

#include "core/programme/Programme.h"
#include "core/programme/duty/DutyPolicy.h"

#include <optional>
#include <string>
#include <vector>

namespace core::programme::duty {

/// How close somebody is to the weekly limit: yellow from 75 h, orange from 78, red from 80 (policy).
enum class NearLimit { Unknown, Green, Yellow, Orange, Red };
/// `unknown`, `green`, `yellow`, `orange`, `red`.
const char* toText(NearLimit level);

/// The hours that a resident has left before the weekly limit (domain rules 2.5).
struct HoursOutlook {
    std::string personId, personName;
    int pgy = 0;                          ///< 0: not known
    NearLimit level = NearLimit::Unknown; ///< of the higher of the two averages
    std::string reason;                   ///< why the level is unknown
    // The 28 days that end today, with today as it is scheduled.
    double hoursSoFar = 0;
    int daysSoFar = 0;                    ///< that are not leave
    std::optional<double> average;        ///< h/week; absent below 7 days
    std::optional<double> remainingHours; ///< limit × days/7 − hours; negative beyond the limit
    // The heaviest of the windows that end in the 28 days after today.
    std::optional<double> projectedAverage; ///< h/week; absent: nothing is known of the days to come
    base::Date projectedStart{}, projectedEnd{};
    std::optional<double> projectedRemaining; ///< h left in that window
    /// It is above the policy's warning: told before it happens. A check of the rules that reaches so far has the same
    /// windows as a finding of H80.
    bool preViolation = false;
    std::optional<base::Date> exceedsOn; ///< the first day at whose end a window is above the limit
    double longestDuty = 0;              ///< h, the longest duty period that begins in those 28 days
    std::optional<LocalMinute> longestDutyStart;
};

/// The outlook of every resident who is in the programme on `today`, in the order of the programme. Uses windows as
/// `checkRules` does; what lies ahead is what is assigned.
std::vector<HoursOutlook> hoursOutlook(const Programme& programme, base::Date today, const DutyPolicy& policy = {});

/// Those from yellow on, the closest first.
std::vector<HoursOutlook> nearLimit(std::vector<HoursOutlook> outlooks);

} // namespace core::programme::duty
