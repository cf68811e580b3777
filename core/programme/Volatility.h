#pragma once

#include "core/base/Json.h"

#include <optional>
#include <span>
#include <string>

namespace core::programme {

/// Readings of a window that volatility is judged over.
inline constexpr size_t kVolatilityWindow = 20;

/// Where a figure is well and where it breaks down, in the direction of harm: utilization .75 → .95, coverage .95 → .70.
struct StressScale {
    double well = 0;
    double critical = 0;
};
inline constexpr StressScale kUtilizationStress{0.75, 0.95}, kCoverageStress{0.95, 0.70};

/// How restless a figure is, over its newest 20 readings.
struct Volatility {
    int samples = 0;
    std::optional<double> mean, sigma, newest; ///< of the window
    std::optional<int> reversals;              ///< of direction in it
    std::optional<double> variation; ///< coefficient of variation: σ / mean
    std::optional<double> jitter;    ///< share of the inner readings at which the direction reverses, 0..1
    std::optional<double> distance;  ///< to criticality: 1 where it is well or better, 0 at the critical bound or beyond
    std::optional<double> risk;      ///< 2·variation + 1.5·jitter + (1 − distance)
    std::string level;               ///< stable < .2, normal < .5, elevated < 1, high < 1.5, critical; empty: not known
    std::string reason;              ///< why it is not known
};

/// `readings` oldest first; only the newest 20 are looked at, and with fewer nothing is said. The distance is that of the
/// newest reading.
Volatility volatilityOf(std::span<const double> readings, const StressScale& scale);

base::Json toDocument(const Volatility& volatility);

} // namespace core::programme
