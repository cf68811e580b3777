#pragma once

#include "core/base/Json.h"
#include "core/programme/ProcessCapability.h"
#include "core/programme/WeeklyHours.h"

#include <optional>
#include <span>
#include <string>
#include <vector>

namespace core::programme {

/// Centre and spread that weekly hours are judged by.
struct ControlLimits {
    double centre = 60; ///< hours
    double sigma = 5;   ///< hours, > 0
    bool estimated = false; ///< from the programme's own weeks; otherwise the default 60 ± 5
    int weeks = 0;      ///< whole weeks of the programme that there are
    int samples = 0;    ///< person-weeks in them
    std::string basis;  ///< the same for people
};

/// Weeks that it takes to estimate, and person-weeks that it takes to judge the capability.
inline constexpr int kWeeksToEstimate = 30;
inline constexpr int kSamplesToJudge = 30;

/// Mean and sample standard deviation of all person-weeks when they come from at least 30 different weeks and vary at all;
/// otherwise the default.
ControlLimits estimateLimits(const std::vector<PersonWeeks>& people);

/// A pattern that chance alone seldom makes (Western Electric rules; W. A. Shewhart's control chart).
struct RunSignal {
    int rule = 1;          ///< 1: one point beyond 3σ; 2: two of three beyond 2σ; 3: four of five beyond 1σ; 4: eight in a row
    const char* severity = "CRITICAL"; ///< of the rules: CRITICAL, WARNING, WARNING, INFO
    const char* side = "above";        ///< above, below
    size_t first = 0, last = 0;        ///< positions of the pattern
};

/// The patterns in a row of weekly hours, oldest first, in the order in which they were complete; all of a pattern's
/// points lie on one side. A pattern of rule 2 or 3 is told at each point beyond its bound that completes it, one of rule
/// 4 once for each run, at its eighth point. InvalidParams for hours outside 0..168.
base::Result<std::vector<RunSignal>> runSignals(std::span<const double> hours, const ControlLimits& limits);

/// The chart of one person's weeks.
struct PersonChart {
    int person = -1;
    std::vector<WorkedWeek> weeks;
    std::vector<RunSignal> signals;
};

/// Weekly hours of the residents under statistical process control.
struct HoursChart {
    base::Date from{}, to{};
    ControlLimits limits;
    std::vector<PersonChart> people;
    std::optional<double> cpk; ///< of all person-weeks against 40..80 h; absent below 30 of them or without variation
    std::optional<Capability> capability;
    std::string reason; ///< why the two are absent
};

/// Residents' whole weeks of [from, to].
HoursChart chartHours(const Programme& programme, base::Date from, base::Date to);

base::Json toDocument(const Programme& programme, const HoursChart& chart);

} // namespace core::programme
