#pragma once

#include "core/programme/AlertTransition.h"
#include "core/programme/Contingency.h"
#include "core/programme/Crisis.h"
#include "core/programme/HealthReport.h"
#include "core/programme/ScheduleMetrics.h"
#include "core/programme/Stability.h"
#include "core/store/Connection.h"

#include <optional>
#include <string>
#include <vector>

namespace core::programme::store {

/// What the resilience and metrics tasks need of earlier results. Reads only; they throw SqlError like every query, and
/// the caller owns the snapshot. Thread: that of the connection.

/// The health check before this one.
struct HealthHistory {
    std::string status; ///< empty: this is the first check
    std::optional<DefenseLevel> defenseInForce, recommended;
    std::vector<std::string> actions; ///< that it called for
    int shedAdvice = 0;               ///< the level of load shedding that it advised
};
HealthHistory readHealthHistory(core::store::Connection& connection);

/// The latest contingency report, as far as a health check reuses it.
struct LastContingency {
    base::Instant at{};
    std::optional<bool> n1Pass, n2Pass;
    std::string phaseRisk;
};
std::optional<LastContingency> readLastContingency(core::store::Connection& connection);

/// The alert rank of the latest utilization forecast; absent: there was none.
std::optional<int> readLastForecastRank(core::store::Connection& connection);

/// What was said last about a kind of alerts.
PastAlert readPastAlert(core::store::Connection& connection, const std::string& kind);

/// Edits of assignments in the 7 days before `now`, made less than 14 days before the shift.
int countLateChanges(core::store::Connection& connection, base::Instant now);

/// Previous values, counts, answers to violations and the policy in force, for the metrics of [from, to].
MetricsSignals readMetricsSignals(core::store::Connection& connection, base::Date from, base::Date to,
                                  base::Instant now);

/// The latest published version of the schedule against the one before it.
StabilityMetrics readStability(core::store::Connection& connection, base::Instant now);

/// Load shedding in force.
struct ShedState {
    int level = 0;
    std::vector<int> categories;
    int64_t version = 0; ///< a change must find this version again
    bool byItself = false; ///< the last decision was nobody's
};
ShedState readShedState(core::store::Connection& connection);

/// What the activation of this crisis suspended.
std::vector<ShedActivity> readSuspended(core::store::Connection& connection, const std::string& crisisId);

} // namespace core::programme::store
