#include "core/programme/Bands.h"

#include <algorithm>
#include <cmath>

namespace core::programme {

namespace {

/// Sums of fractions of half-days must not fall below a bound by rounding alone.
constexpr double kBandTolerance = 1e-9;

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

UtilizationReading readUtilization(int faculty, double required, double perDay, int days) {
    return readUtilization(faculty * perDay * days, required);
}

const char* toText(DefenseLevel level) {
    switch (level) {
    case DefenseLevel::Prevention: return "PREVENTION";
    case DefenseLevel::Control: return "CONTROL";
    case DefenseLevel::SafetySystems: return "SAFETY_SYSTEMS";
    case DefenseLevel::Containment: return "CONTAINMENT";
    case DefenseLevel::Emergency: return "EMERGENCY";
    }
    return "EMERGENCY";
}

const char* colourOf(DefenseLevel level) {
    switch (level) {
    case DefenseLevel::Prevention: return "green";
    case DefenseLevel::Control: return "yellow";
    case DefenseLevel::SafetySystems: return "orange";
    case DefenseLevel::Containment: return "red";
    case DefenseLevel::Emergency: return "black";
    }
    return "black";
}

DefenseLevel recommendedDefense(double coverage) {
    const double c = coverage + kBandTolerance;
    if (c >= 0.95)
        return DefenseLevel::Prevention;
    if (c >= 0.90)
        return DefenseLevel::Control;
    if (c >= 0.80)
        return DefenseLevel::SafetySystems;
    return c >= 0.70 ? DefenseLevel::Containment : DefenseLevel::Emergency;
}

std::vector<std::string> defenseActions(DefenseLevel level, double coverage) {
    std::vector<std::string> actions;
    if (level >= DefenseLevel::Control)
        actions.push_back("Watch coverage daily and follow up every open slot");
    if (level >= DefenseLevel::SafetySystems) {
        actions.push_back("Reassign free qualified people to the open slots and call the backups");
        if (coverage < 0.85)
            actions.push_back("Authorise overtime");
    }
    if (level >= DefenseLevel::Containment)
        actions.push_back("Decide on a service reduction; protect the minimum service");
    if (level >= DefenseLevel::Emergency) {
        actions.push_back("Start crisis communication");
        if (coverage < 0.60)
            actions.push_back("Escalate outside the programme");
    }
    return actions;
}

DefenseLevel nextDefense(std::optional<DefenseLevel> inForce, std::optional<DefenseLevel> previousRecommended,
                         DefenseLevel recommended) {
    if (!inForce || recommended >= *inForce)
        return recommended;
    if (!previousRecommended || *previousRecommended >= *inForce)
        return *inForce;
    return std::max(recommended, *previousRecommended);
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
