#pragma once

#include "core/base/Json.h"
#include "core/programme/Bands.h"
#include "core/programme/Coverage.h"

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

namespace core::programme {

/// What a health check takes from what is already known.
struct HealthSignals {
    std::optional<DefenseLevel> defenseInForce;       ///< of the check before
    std::optional<DefenseLevel> previousRecommended;  ///< of the check before
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
    UtilizationReading utilization;
    std::optional<double> coverage; ///< ratio; absent: no requirement
    std::optional<DefenseLevel> defense, recommendedDefense;
    int facultyTotal = 0, facultyOnDuty = 0, facultyOnLeave = 0; ///< on the first day
    HealthSignals signals;
    int shedLevel = 0;
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

/// What was said about health before.
struct PastAlerts {
    std::optional<base::Instant> badAt; ///< of the last `entering` or `worsening`; absent: there was none
    std::string badStatus;              ///< the status that it spoke of
    bool recovered = false;             ///< a `recovery` was said since
};

/// Whether a change of status is worth an alert: `entering` (degraded or worse, from better), `worsening`, `recovery`
/// (once, from degraded or worse to better), or empty. Entering again within 240 minutes of an alert about a status at
/// least as bad is not said twice, and neither is the recovery from what was not said; worsening always is.
std::string alertTransition(const std::string& previous, const std::string& status, const PastAlerts& past,
                            base::Instant now);
/// `critical` for critical and emergency, `warning` for degraded, otherwise `info`.
const char* alertLevel(const std::string& status);

/// The result of the task (without `timestamp` and `alerts_sent`).
base::Json toDocument(const HealthReport& report);

} // namespace core::programme
