#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace core::programme {

/// The one table of utilization bands (bounds inclusive below): GREEN < 0.70 ≤ YELLOW < 0.80 ≤ ORANGE < 0.90 ≤ RED
/// < 0.95 ≤ BLACK.
enum class UtilizationLevel { Green, Yellow, Orange, Red, Black };

/// `GREEN` … `BLACK`.
const char* toText(UtilizationLevel level);
UtilizationLevel utilizationLevel(double ratio);
/// What to do at a level, for people.
std::vector<std::string> recommendationsFor(UtilizationLevel level);

/// Half-days required against half-days there are.
struct UtilizationReading {
    double capacity = 0; ///< half-days, ≥ 0
    double required = 0; ///< half-days, ≥ 0
    double ratio = 0;    ///< required / capacity; without capacity 1 when something is required, otherwise 0
    UtilizationLevel level = UtilizationLevel::Green;
    double safeCapacity = 0; ///< floor(0.8 × capacity)
    double buffer = 0;       ///< max(0, safe − required) / capacity
    std::optional<double> waitMultiplier = 0; ///< ratio / (1 − ratio); absent: infinite (ratio ≥ 1)
};

/// The 80 % rule of queueing theory: at 0.5 the wait factor is 1, at 0.8 it is 4, at 0.95 it is 19.
UtilizationReading readUtilization(double capacity, double required);
/// The wait multiplier for people: `4.0×`; `critical` from 100 on and where it has no bound.
std::string waitText(const UtilizationReading& reading);
/// A ratio as people read it, in percent with one decimal: `78.5 %`.
std::string percentText(double ratio);

/// How far what is available exceeds the minimum of a service: `N+2`, `N+1`, `N+0`, `BELOW`.
const char* redundancyLevel(double available, double minimum);

} // namespace core::programme
