#pragma once

#include "core/base/Json.h"

#include <array>
#include <optional>
#include <string>
#include <vector>

namespace core::programme {

/// The figures that a programme is kept near.
enum class SetPointKind { Coverage, FacultyUtilization, WorkloadBalance, ScheduleStability, AcgmeCompliance };
inline constexpr std::array kAllSetPoints{SetPointKind::Coverage, SetPointKind::FacultyUtilization,
                                          SetPointKind::WorkloadBalance, SetPointKind::ScheduleStability,
                                          SetPointKind::AcgmeCompliance};

/// On which side of the target a figure does harm. On the other side it is only better than aimed at.
enum class HarmfulSide { Below, Above };

/// A target and how far, relative to it, a figure may be off: coverage .95 ± 5 % (critical), faculty utilization .75 ± 10 %
/// (critical), workload balance .15 ± 5 % (the Gini coefficient of the loads), schedule stability .95 ± 5 % (1 − churn),
/// ACGME compliance 1.00 ± 2 % (critical).
struct SetPoint {
    SetPointKind kind = SetPointKind::Coverage;
    const char* name = "";
    double target = 0, tolerance = 0;
    bool isCritical = false;
    HarmfulSide harm = HarmfulSide::Below;
    const char* action = ""; ///< what brings it back, for people
};
const SetPoint& setPoint(SetPointKind kind);

/// By |deviation| / tolerance: ≤ 1 `none`, ≤ 2 `minor`, ≤ 3 `moderate`, ≤ 5 `major`, beyond `critical`.
const char* deviationSeverity(double deviation, double tolerance);

/// Where a figure stands against its set point.
struct SetPointReading {
    SetPointKind kind = SetPointKind::Coverage;
    std::optional<double> value;     ///< the newest; absent: not known
    std::optional<double> deviation; ///< (value − target) / target
    std::string severity;            ///< of a deviation that does harm, otherwise `none`; empty: not known
    int outOfBand = 0;               ///< newest readings in a row beyond the tolerance, on the harmful side
    int readings = 0;                ///< that were looked at
    std::vector<double> newest;      ///< the last three of them, oldest first
    std::string action;              ///< severity major or critical, or three in a row out of band; empty: none
    std::string reason;              ///< why it is not known
};

/// `readings` oldest first, as they were stored; empty: not known, for `reason`.
SetPointReading readSetPoint(SetPointKind kind, const std::vector<double>& readings, const std::string& reason);

base::Json toDocument(const SetPointReading& reading);

} // namespace core::programme
