#pragma once

#include <cstddef>

namespace core::programme::fallback {

/// Why somebody cannot take over a half-day or night, the first that holds in this order.
enum class Unfit {
    Fit,
    Lost,          ///< away because of the scenario
    NotHere,       ///< not in the programme on that day, away or separated
    Adjunct,       ///< never called in
    NotQualified,  ///< lacks a specialty, the procedure credential or, as a resident, the level
    Absent,        ///< a blocking absence covers it
    Assigned,      ///< works then, in the published schedule or by stepping in already
    ProtectedTime, ///< works then on protected time (category 4–7) that the scenario keeps
    DayOff,        ///< a granted day off, leave or recovery; the Friday after FMIT
    PostCall,      ///< on the day after a night of duty
    DutyAfter,     ///< would have to work on the day after this night
    WeeklyCap,     ///< would pass 12 half-days × FTE in that week (nights do not count)
    Rest,          ///< less than 8 h between duties, less than 14 h after 24 h of it, or more than 24 h without a break (R8, R14, C24)
    EightyHours,   ///< would pass the weekly limit in a week from Monday to Sunday, or on average in four weeks (H80)
    DaysOff        ///< as a resident, would have less than one day in seven free (D1IN7)
};
inline constexpr size_t kUnfits = size_t(Unfit::DaysOff) + 1;

/// As part of a sentence: `assigned elsewhere`.
const char* wordsOf(Unfit unfit);

} // namespace core::programme::fallback
