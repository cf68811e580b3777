#pragma once

#include "core/programme/Programme.h"

#include <optional>
#include <string>
#include <vector>

namespace core::programme {

/// Gini coefficient of non-negative values, 0 (all equal) … 1: Σ (2i − n − 1)·x(i) / (n·Σx), x ascending, i = 1..n.
/// Absent for no values; 0 when all are zero.
std::optional<double> gini(std::vector<double> values);
/// 1 − Gini, rounded to three decimals. Absent for no values.
std::optional<double> fairnessIndex(const std::vector<double>& values);
/// Jain's index (Σx)² / (n·Σx²), 1/n … 1. Absent for no values; 1 when all are zero.
std::optional<double> jainIndex(const std::vector<double>& values);

/// What one person carries in a period.
struct PersonLoad {
    int person = -1;
    int halfDays = 0, weekendHalfDays = 0, holidayHalfDays = 0;
    int sundayCalls = 0, weekdayCalls = 0, otherCalls = 0; ///< Sunday; Monday–Thursday; Friday, Saturday and holidays
    int nights = 0;          ///< night float
    double hours = 0;        ///< clock hours of half-days and nights, and 12 h a call
    double weighted = 0;     ///< Σ weights of the fairness table
    double availability = 0; ///< available half-days ÷ half-days of the period, with leave, FTE and dates, 0..1
    std::optional<double> load; ///< weighted / availability; absent below 20 % availability: not compared
    int calls() const { return sundayCalls + weekdayCalls + otherCalls; }
};

/// Weights of the fairness table: half-day 1.0, weekend 1.5, holiday 2.0, each × 1.2 on inpatient services; overnight
/// call 3.0, Friday to Sunday 4.0, holiday 5.0; night float 2.5; backup, leave, post-call and off 0.
/// Everybody who is in the programme on a day of [from, to] is listed, also with no load; what stands in the schedule
/// before they come or after they have left is nobody's.
std::vector<PersonLoad> loadsOf(const Programme& programme, base::Date from, base::Date to);

/// How evenly the load of a period lies on comparable people; residents and faculty are never mixed.
struct FairnessReport {
    std::vector<PersonLoad> loads;
    std::optional<double> residents, faculty; ///< fairness index; absent: nobody to compare
    std::optional<double> overall;            ///< the worse of the two
    std::optional<double> residentsJain, facultyJain;
};

FairnessReport fairnessOf(const Programme& programme, base::Date from, base::Date to);

/// ≥ 0.90 `good`, ≥ 0.75 `warning`, otherwise `critical`.
const char* fairnessStatus(double index);

} // namespace core::programme
