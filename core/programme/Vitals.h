#pragma once

#include "core/programme/AdaptiveThreshold.h"
#include "core/programme/AllostaticLoad.h"
#include "core/programme/ControlChart.h"
#include "core/programme/Homeostasis.h"
#include "core/programme/RiskScore.h"
#include "core/programme/SpecialistCoverage.h"
#include "core/programme/Volatility.h"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace core::programme {

/// What the latest contingency report says of one person.
struct NetworkScores {
    double criticality = 0, hub = 0, degree = 0; ///< 0..1
};

/// What the vitals take from stored results. Readings are oldest first.
struct VitalsInputs {
    std::vector<double> utilization, coverage; ///< of health checks, newest 100
    std::vector<double> workloadGini;          ///< 1 − fairness index of metrics rows, newest 3
    std::vector<double> stability;             ///< 1 − churn of metrics rows, newest 3
    std::vector<double> compliance;            ///< of metrics rows, ratio, newest 3
    std::map<std::string, StressCounts> stress; ///< by person id
    std::map<std::string, NetworkScores> network; ///< by person id; empty: no contingency report
    RiskFigures figures; ///< without burnout and hours, which are computed here
};

/// One person in the unified critical index: .40 contingency + .25 burnout spread + .35 hub.
struct UnifiedIndex {
    int person = -1;
    std::optional<double> total; ///< 0..1; absent: a part is not known
    double criticality = 0, hub = 0;
    std::optional<double> burnout;
    std::string reason;
};

/// A figure against the bounds of its own past.
struct AdaptiveReading {
    std::string name;
    int samples = 0; ///< before the newest
    std::optional<double> value;
    std::optional<AdaptiveThreshold::Bounds> bounds;
    std::optional<Unusual> level;
    std::string reason;
};
/// Judges the newest of `readings` by those before it.
AdaptiveReading readAdaptive(const std::string& name, const std::vector<double>& readings);

/// How a programme is beyond the health of a week: what wears it out, what wavers, and what it hangs on. Every part has
/// the figures that it was made of, and is absent with a reason where there is too little to go by.
struct Vitals {
    base::Date today{};
    HoursChart hours;                 ///< residents' weeks of the academic year so far
    AllostaticReport allostatic;
    std::vector<SpecialistCoverage> specialists; ///< of the next 90 days
    std::vector<SetPointReading> setPoints;
    Volatility utilizationVolatility, coverageVolatility;
    std::vector<AdaptiveReading> adaptive;
    std::vector<UnifiedIndex> unified; ///< the highest first
    std::string unifiedReason;         ///< why there are none
    RiskColour risk;
    DashboardScore score;
};

/// `programme` should hold the academic year up to 90 days after `today`.
Vitals takeVitals(const Programme& programme, base::Date today, const VitalsInputs& inputs);

base::Json toDocument(const Programme& programme, const Vitals& vitals);

} // namespace core::programme
