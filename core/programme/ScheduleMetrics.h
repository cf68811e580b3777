#pragma once

#include "core/base/Json.h"
#include "core/programme/Coverage.h"
#include "core/programme/Fairness.h"
#include "core/programme/duty/Compliance.h"

#include <nlohmann/json.hpp>
#include <optional>
#include <string>

namespace core::programme {

/// What somebody said to a recorded violation.
struct AnsweredViolation {
    enum class Answer { Acknowledged, Overridden };
    std::string rule, personId, half, basis; ///< of a place the half instead of a person
    base::Date start{}, end{};         ///< of its first to its last window
    Answer answer = Answer::Acknowledged;
};

/// What the metrics take from the store beside the schedule itself.
struct MetricsSignals {
    std::optional<double> previousFairness, previousCoverage, previousCompliance; ///< of the last stored row
    int scheduleRuns = 0;                     ///< runs that overlap the period
    std::vector<AnsweredViolation> answered; ///< that overlap the period, with overrides in force
    duty::DutyPolicy policy;
};

/// Fairness, coverage and compliance of the schedule of a period.
struct ScheduleMetrics {
    base::Date from{}, to{};
    FairnessReport fairness;
    CoverageReport coverage;
    duty::RuleReport rules;
    duty::ComplianceFigures compliance;
    int halfDays = 0, assignments = 0, people = 0;
    MetricsSignals signals;

    std::optional<double> coveragePercent() const;
};

/// The programme should hold the 27 days before `from` as well, so that four-week windows are whole. Rules are checked on
/// the part that is scheduled (`duty::scheduledPart`).
ScheduleMetrics measureSchedule(const Programme& programme, base::Date from, base::Date to,
                                const MetricsSignals& signals);

/// `up` or `down` if the value moved by more than 1 % of the previous one, otherwise `stable`; `unknown` without one.
const char* trendOf(const std::optional<double>& previous, const std::optional<double>& value);

/// The `schedule_analysis` of the task's result (without `generated_at`).
base::Json toDocument(const Programme& programme, const ScheduleMetrics& metrics);

} // namespace core::programme
