#pragma once

#include "core/programme/Programme.h"

#include <string>
#include <vector>

namespace core::programme {

/// A scheduling period of the academic year.
struct AcademicBlock {
    int number = 0;            ///< 0: orientation; 1–12: 28 days, Thursday to Wednesday; 13: the rest, to 30 June
    base::Date start{}, end{}; ///< inclusive
};

struct Holiday {
    base::Date observed{}; ///< a Saturday holiday is observed on Friday, a Sunday one on Monday
    std::string name;
};

/// The 1 July of the academic year that contains `date`.
base::Date academicYearStart(base::Date date);
/// The 30 June that ends the academic year which begins on `yearStart`.
base::Date academicYearEnd(base::Date yearStart);

/// The 14 blocks of the year, contiguous. Block 0 runs from 1 July to the day before the first Thursday after it (one
/// to seven days).
std::vector<AcademicBlock> academicBlocks(base::Date yearStart);

/// The 11 federal holidays of a calendar year by the rules of 5 U.S.C. 6103, in calendar order. The New Year's Day of a
/// year can be observed on 31 December of the year before.
std::vector<Holiday> federalHolidays(int year);

/// Every day of the academic year: blocks, weekends, federal holidays (nothing runs but the wards), the training
/// holiday after Thanksgiving and minimal manning on the other weekdays from 24 to 31 December (a quarter runs).
std::vector<Day> academicCalendar(base::Date yearStart);

} // namespace core::programme
