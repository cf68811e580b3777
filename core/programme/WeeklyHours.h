#pragma once

#include "core/programme/Programme.h"

#include <vector>

namespace core::programme {

/// Hours of work of one person in one whole week, Monday to Sunday.
struct WorkedWeek {
    base::Date monday{};
    double hours = 0; ///< clock hours in the programme's local time, 0..168
    bool operator==(const WorkedWeek&) const = default;
};

/// The weeks of one person, oldest first.
struct PersonWeeks {
    int person = -1;
    std::vector<WorkedWeek> weeks;
};

/// Everybody of `type`, with their whole weeks inside [from, to] in which they were in the programme all the time. Weeks
/// with a day of leave are left out: they say nothing about how much somebody works. A duty that passes midnight counts
/// where its hours lie.
std::vector<PersonWeeks> weeklyHours(const Programme& programme, PersonType type, base::Date from, base::Date to);

} // namespace core::programme
