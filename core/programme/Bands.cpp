#include "core/programme/Bands.h"

#include <algorithm>
#include <cmath>

namespace core::programme {

namespace {

/// Sums of fractions of half-days must not fall below a bound by rounding alone.
constexpr double kBandTolerance = 1e-9;
/// From here on the wait is shown as a word.
constexpr double kCriticalWait = 100;

std::string oneDecimalText(double value) {
    const long tenths = std::lround(value * 10);
    return (tenths < 0 ? "-" : "") + std::to_string(std::abs(tenths) / 10) + "." + std::to_string(std::abs(tenths) % 10);
}

} // namespace

const char* toText(UtilizationLevel level) {
    switch (level) {
    case UtilizationLevel::Green: return "GREEN";
    case UtilizationLevel::Yellow: return "YELLOW";
    case UtilizationLevel::Orange: return "ORANGE";
    case UtilizationLevel::Red: return "RED";
    case UtilizationLevel::Black: return "BLACK";
    }
    return "BLACK";
}

UtilizationLevel utilizationLevel(double ratio) {
    const double r = ratio + kBandTolerance;
    if (r < 0.70)
        return UtilizationLevel::Green;
    if (r < 0.80)
        return UtilizationLevel::Yellow;
    if (r < 0.90)
        return UtilizationLevel::Orange;
    return r < 0.95 ? UtilizationLevel::Red : UtilizationLevel::Black;
}

std::vector<std::string> recommendationsFor(UtilizationLevel level) {
    switch (level) {
    case UtilizationLevel::Green: return {"Continue; use the slack for training"};
    case UtilizationLevel::Yellow:
        return {"Review commitments", "Confirm backups", "Defer new initiatives"};
    case UtilizationLevel::Orange:
        return {"Cancel optional meetings", "Defer research", "Prepare escalation"};
    case UtilizationLevel::Red:
        return {"Activate load shedding", "Cancel non-clinical activities", "Consolidate services",
                "Notify the leadership"};
    case UtilizationLevel::Black:
        return {"Call emergency staffing", "Close services", "Escalate", "Document every decision"};
    }
    return {};
}

UtilizationReading readUtilization(double capacity, double required) {
    UtilizationReading reading;
    reading.capacity = std::max(0.0, capacity);
    reading.required = std::max(0.0, required);
    if (reading.capacity > 0)
        reading.ratio = reading.required / reading.capacity;
    else
        reading.ratio = reading.required > 0 ? 1 : 0;
    reading.level = utilizationLevel(reading.ratio);
    reading.safeCapacity = std::floor(0.8 * reading.capacity + kBandTolerance);
    if (reading.capacity > 0)
        reading.buffer = std::max(0.0, reading.safeCapacity - reading.required) / reading.capacity;
    if (reading.ratio >= 1)
        reading.waitMultiplier.reset();
    else
        reading.waitMultiplier = reading.ratio / (1 - reading.ratio);
    return reading;
}

std::string waitText(const UtilizationReading& reading) {
    if (!reading.waitMultiplier || *reading.waitMultiplier >= kCriticalWait)
        return "critical";
    return oneDecimalText(*reading.waitMultiplier) + "×";
}

std::string percentText(double ratio) {
    return oneDecimalText(100 * ratio) + " %";
}

const char* redundancyLevel(double available, double minimum) {
    const double spare = available - minimum + kBandTolerance;
    if (spare >= 2)
        return "N+2";
    if (spare >= 1)
        return "N+1";
    return spare >= 0 ? "N+0" : "BELOW";
}

} // namespace core::programme
