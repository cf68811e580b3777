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
    double expectedUnplanned = 0; ///< half-days of `available` that unplanned sickness takes on average (2 %)
    UtilizationLevel levelWithUnplanned = UtilizationLevel::Green; ///< the level without them
    /// What makes the day what it is: `3 faculty absent (2 leave, 1 TDY)`, `away: A (leave), B (leave), C (TDY)`,
    /// `holiday minimal manning (Labor Day)`, `PCS season`, `left: D`, `onboarding at half capacity: E`.
    std::vector<std::string> factors;
};

struct Forecast {
    base::Date from{}, to{};
    int totalFaculty = 0; ///< in the programme on the first day
    std::optional<double> average; ///< Σ required / Σ available; absent without a day
    std::optional<base::Date> peakDate;
    double peak = 0;
    std::array<int, 5> daysByLevel{}; ///< by UtilizationLevel
    int highRiskDays = 0;             ///< RED or BLACK
    std::optional<double> averageWithUnplanned; ///< the average if unplanned sickness takes 2 % of what is available
    int highRiskDaysWithUnplanned = 0;
    std::string message;              ///< why fewer days are looked at than were asked for; empty: all are
    std::vector<ForecastDay> days;

    /// True if a BLACK day lies within `days` from the first.
    bool hasBlackWithin(int days) const;
};

/// Capacity and demand day by day over [from, to]. The ratio of a day is taken over the seven days around it (three
/// before, three after, as far as the programme holds them), because on weekends and holidays the attending on the ward
/// is capacity and demand at once; an ordinary weekday that alone asks for more than there is counts by itself. Days
/// beyond the programme's calendar are left out, with a message.
Forecast forecastUtilization(const Programme& programme, base::Date from, base::Date to);

/// How bad a forecast is for an alert: 2 with a BLACK day in the first 14, 1 with more than five days at high risk, else 0.
int alertRank(const Forecast& forecast);

/// Runs of consecutive days at high risk as text: `3 Aug – 9 Aug (RED)`, `12 Aug – 13 Aug (RED and BLACK)`; at most `most`
/// runs, then `and N more`.
std::vector<std::string> highRiskGroups(const Forecast& forecast, size_t most);

/// The result of the task (without `timestamp`).
base::Json toDocument(const Forecast& forecast);

} // namespace core::programme
