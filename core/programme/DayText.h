#pragma once

#include "core/base/Time.h"
#include "core/programme/Half.h"

#include <string>
#include <vector>

namespace core::programme {

/// `Thu 10 Dec 2026`.
std::string dayText(base::Date date);
/// `10 Dec`, where the year is plain.
std::string shortDayText(base::Date date);
/// `Thu 10 Dec 2026 AM`.
std::string halfDayText(base::Date date, Half half);

/// A half-day (or night) of a date.
struct HalfDay {
    base::Date date{};
    Half half = Half::Am;
    auto operator<=>(const HalfDay&) const = default;
};

/// The first `most` in order, then how many more: `Thu 10 Dec 2026 AM, Thu 17 Dec 2026 AM and 3 more`.
std::string halfDaysText(const std::vector<HalfDay>& halfDays, size_t most);

/// `A`, `A and B`, `A, B and C`.
std::string enumerated(const std::vector<std::string>& words);

} // namespace core::programme
