#pragma once

#include "core/base/Result.h"
#include "core/programme/ScheduleMetrics.h"
#include "core/programme/duty/Violation.h"
#include "core/store/Connection.h"

#include <optional>
#include <string>
#include <vector>

namespace core::programme::store {

/// Violations on record, and what people say to them. Reads and writes throw SqlError like every query; the caller owns
/// snapshot or transaction. Thread: that of the connection; what writes, the writer's.

/// The most severe first, then by the worst window; without worked windows.
duty::ViolationPage readViolations(core::store::Connection& connection, const duty::ViolationFilter& filter);
/// With its worked window. NotFound.
base::Result<duty::Violation> findViolation(core::store::Connection& connection, int64_t id);
/// All of them, for a check that compares.
std::vector<duty::Violation> readAllViolations(core::store::Connection& connection);
/// Those acknowledged, or overridden by something in force at `now`, whose windows touch [from, to].
std::vector<AnsweredViolation> readAnswered(core::store::Connection& connection, base::Date from, base::Date to,
                                            base::Instant now);

/// Who may let a violation stand, by name: programme directors, and contacts who are administrators; those who are there.
std::vector<std::string> readOverrideApprovers(core::store::Connection& connection);

/// Who says it, about what they saw.
struct ViolationActor {
    std::string name, type;
    std::optional<int64_t> version; ///< Conflict when the record is another by now; absent: whatever it is
};

/// Somebody has seen it. Conflict for one that is overridden or resolved. An audit entry is written.
base::Result<duty::Violation> acknowledgeViolation(core::store::Connection& connection, int64_t id,
                                                   const std::string& note, const ViolationActor& actor,
                                                   base::Instant now);

/// It may stand until the expiry (again, when it is overridden already). InvalidParams names what is wrong with the
/// request, which somebody of `readOverrideApprovers` must approve; Conflict for one that is resolved. An audit entry is
/// written.
base::Result<duty::Violation> overrideViolation(core::store::Connection& connection, int64_t id,
                                                const duty::OverrideRequest& request, const ViolationActor& actor,
                                                base::Instant now);

} // namespace core::programme::store
