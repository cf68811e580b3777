#pragma once

#include "core/programme/duty/RuleLedger.h"

#include <optional>

namespace core::programme::duty {

/// A resident's free days where they are fewest.
struct DaysOffFigures {
    std::optional<int> fewestFree; ///< in the tightest whole four-week window; absent: none was evaluated
    int required = 0;              ///< in that window
    int longestStreak = 0;         ///< days worked in a row, of streaks that touch the period
};

/// Days off in [from, to], positions. `Calendar`: calendar days with neither duty nor at-home call. `Continuous24`: Σ
/// of ⌊hours / 24⌋ over the stretches of the window without duty and at-home call; a leave day ends a stretch and is
/// none. Leave days are no days off in either mode.
int daysOff(const DutyDays& days, int from, int to, DayOffMode mode);

/// D1IN7 (VI.F.2.d): in each whole window of 28 days that ends in the period, of which at least 7 are not leave,
/// ⌊(28 − leave days) / 7⌋ days off are required. And WDAY: days worked in a row; leave ends a streak.
DaysOffFigures checkDaysOff(const ResidentCase& resident, RuleLedger& ledger);

} // namespace core::programme::duty
