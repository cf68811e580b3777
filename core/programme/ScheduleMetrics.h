#pragma once

#include "core/base/Json.h"
#include "core/programme/Coverage.h"
#include "core/programme/DutyHours.h"
#include "core/programme/Fairness.h"

#include <nlohmann/json.hpp>
#include <optional>
#include <string>

namespace core::programme {

/// What the metrics take from the store beside the schedule itself.
struct MetricsSignals {
    std::optional<double> previousFairness, previousCoverage, previousCompliance; ///< of the last stored row
    int scheduleRuns = 0;          ///< runs that overlap the period
    int overridesAcknowledged = 0; ///< open violations of the period that were acknowledged or overridden
};

/// Fairness, coverage and compliance of the schedule of a period.
struct ScheduleMetrics {
    base::Date from{}, to{};
    FairnessReport fairness;
    CoverageReport coverage;
    DutyHoursReport hours;
    int halfDays = 0, assignments = 0, people = 0;
    MetricsSignals signals;

    std::optional<double> coveragePercent() const;
};

/// The programme should hold the 27 days before `from` as well, so that four-week windows are whole.
ScheduleMetrics measureSchedule(const Programme& programme, base::Date from, base::Date to,
                                const MetricsSignals& signals);

/// `up` or `down` if the value moved by more than 1 % of the previous one, otherwise `stable`; `unknown` without one.
const char* trendOf(const std::optional<double>& previous, const std::optional<double>& value);

/// The `schedule_analysis` of the task's result (without `generated_at`).
base::Json toDocument(const Programme& programme, const ScheduleMetrics& metrics);

} // namespace core::programme
