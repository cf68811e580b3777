#pragma once

#include "core/programme/Slots.h"

#include <optional>
#include <string>
#include <vector>

namespace core::programme {

/// One requirement that is not fully met.
struct CoverageGap {
    base::Date date{};
    Half half = Half::Am;
    int requirement = 0;
    std::string role; ///< resident, faculty
    double needed = 0, have = 0;
};

/// What of one service is met over a period.
struct ServiceCoverage {
    std::string service;
    int shedCategory = 3;
    double needed = 0, covered = 0; ///< person half-days
    double leastSpare = 0; ///< available − minimum in the tightest half-day
    double minimum = 0;    ///< faculty needed in that half-day
    double available = 0;  ///< qualified faculty present in it, whatever they do; adjuncts, who are never called in, if they serve
};

/// How much of what is required in a period is met.
struct CoverageReport {
    double needed = 0, covered = 0; ///< person half-days, after multipliers and without what is shed
    std::vector<CoverageGap> gaps;
    std::vector<ServiceCoverage> services; ///< in the order of the programme's requirements
    /// Σ min(assigned qualified, needed) / Σ needed, 0..1; absent when nothing is required.
    std::optional<double> ratio() const;
};

CoverageReport coverageOf(const Programme& programme, const Presence& presence, const std::vector<Slot>& slots);
CoverageReport coverageBetween(const Programme& programme, base::Date from, base::Date to);

/// ≥ 95 % `good`, ≥ 85 % `warning`, otherwise `critical`.
const char* coverageStatus(double percent);

} // namespace core::programme
