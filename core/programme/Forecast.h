#pragma once

#include "core/base/Json.h"
#include "core/programme/Bands.h"
#include "core/programme/Programme.h"

#include <array>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

namespace core::programme {

/// One day ahead.
struct ForecastDay {
    base::Date date{};
    double required = 0, available = 0; ///< half-days of the day itself
    double utilization = 0;             ///< ratio, see forecastUtilization
    UtilizationLevel level = UtilizationLevel::Green;
    std::vector<std::string> factors; ///< `3 faculty absent (2 leave, 1 TDY)`, `holiday minimal manning`
};

struct Forecast {
    base::Date from{}, to{};
    int totalFaculty = 0; ///< in the programme on the first day
    std::optional<double> average; ///< Σ required / Σ available; absent without a day
    std::optional<base::Date> peakDate;
    double peak = 0;
    std::array<int, 5> daysByLevel{}; ///< by UtilizationLevel
    int highRiskDays = 0;             ///< RED or BLACK
    std::vector<ForecastDay> days;

    /// True if a BLACK day lies within `days` from the first.
    bool hasBlackWithin(int days) const;
};

/// Capacity and demand day by day over [from, to]. The ratio of a day is taken over the seven days around it (three
/// before, three after, as far as the programme holds them), because on weekends and holidays the attending on the ward
/// is capacity and demand at once; an ordinary weekday that alone asks for more than there is counts by itself.
Forecast forecastUtilization(const Programme& programme, base::Date from, base::Date to);

/// Consecutive days at high risk as text: `3–9 Aug (RED)`, at most `most` groups, then `and N more`.
std::vector<std::string> highRiskGroups(const Forecast& forecast, size_t most);

/// The result of the task (without `timestamp`).
base::Json toDocument(const Forecast& forecast);

} // namespace core::programme
