#pragma once

#include "core/base/Json.h"
#include "core/programme/Bands.h"
#include "core/programme/Coverage.h"
#include "core/programme/Defense.h"
#include "core/programme/LoadShedding.h"
#include "core/programme/Utilization.h"

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

namespace core::programme {

/// What a health check takes from what is already known.
struct HealthSignals {
    std::optional<DefenseLevel> defenseInForce;       ///< of the check before
    std::optional<DefenseLevel> previousRecommended;  ///< of the check before
    std::vector<std::string> previousActions;         ///< names of those that the check before called for
    DefenseAutomation automation;
    std::optional<bool> n1Pass, n2Pass;
    std::string phaseRisk; ///< empty: not known
    int activeFallbacks = 0;
};

/// Redundancy of one service in its tightest half-day of the week.
struct Redundancy {
    std::string service;
    std::string level; ///< N+2, N+1, N+0, BELOW
    double available = 0, minimum = 0;
};

/// How the programme stands over the next seven local days.
struct HealthReport {
    std::string status; ///< healthy, warning, degraded, critical, emergency
    DayLoad load;       ///< of the seven days
    UtilizationReading utilization;
    double essential = 0; ///< ratio with the categories 1–4 only
    std::optional<double> coverage; ///< ratio; absent: no requirement
    std::optional<DefenseLevel> defense, recommendedDefense;
    std::vector<DefenseAction> actions; ///< that the level in force calls for
    int facultyTotal = 0, facultyOnDuty = 0, facultyOnLeave = 0; ///< on the first day
    HealthSignals signals;
    int shedLevel = 0;
    ShedAdvice shedAdvice; ///< the level that the week asks for
    std::vector<Redundancy> redundancy;
    std::vector<std::string> immediateActions;
    int gaps = 0; ///< requirements not fully met
};

/// Reads the seven days from `today` (as many of them as the programme holds).
HealthReport checkHealth(const Programme& programme, base::Date today, const HealthSignals& signals);

/// The status ladder, first match: BLACK or EMERGENCY = emergency; RED, CONTAINMENT or phase risk critical = critical;
/// ORANGE, SAFETY_SYSTEMS or N-1 fails = degraded; YELLOW, CONTROL or N-2 fails = warning; otherwise healthy.
std::string healthStatus(UtilizationLevel utilization, std::optional<DefenseLevel> defense,
                         const HealthSignals& signals);

/// 0 healthy … 4 emergency; -1 for another word.
int healthRank(const std::string& status);

/// How bad a status is for an alert: 0 healthy and warning, 1 degraded, 2 critical, 3 emergency. See alertTransition.
int alertRank(const std::string& status);
/// The change of the defense level, or of the actions called for, that the check brings; absent: there is none.
/// `at` and `by` are left to the caller.
std::optional<DefenseEvent> defenseChange(const HealthReport& report);
/// `critical` for critical and emergency, `warning` for degraded, otherwise `info`.
const char* alertLevel(const std::string& status);

/// The result of the task (without `timestamp` and `alerts_sent`).
base::Json toDocument(const HealthReport& report);

} // namespace core::programme
