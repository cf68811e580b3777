#pragma once

#include "core/base/Result.h"
#include "core/engine/Services.h"
#include "core/policy/CircuitBreaker.h"
#include "core/task/RateLimit.h"

#include <optional>
#include <string>
#include <vector>

namespace core::engine {

/// What a person decided about a circuit.
struct BreakerOverride {
    policy::BreakerHold hold = policy::BreakerHold::None; ///< None: nobody holds it
    std::string reason;
    std::string by;
    base::Instant at{};
};

/// What lets tasks of a type begin, or keeps them waiting.
struct TypeStatus {
    std::string type;
    policy::BreakerState breaker = policy::BreakerState::Closed;
    int failuresInARow = 0;
    std::optional<base::Instant> openUntil; ///< trial runs begin then; none: not open, or held open
    BreakerOverride decision;
    task::RateLimit rate;
    std::optional<base::Instant> rateOpensAt; ///< the rate is used up until then
    int running = 0;
    /// Why waiting tasks of this type do not begin, for people: `circuit open until …`; empty: nothing keeps them.
    std::string waitsFor;
};

/// How many retries may become due, over all types.
struct RetryBudgetStatus {
    int room = 0;
    std::optional<base::Instant> roomAt; ///< none: now
};

/// Thread: any but gui for `setBreaker` (it waits for the disk); the rest never waits.
class TaskTypeService {
  public:
    virtual ~TaskTypeService() = default;
    /// InvalidParams for an unknown type.
    virtual base::Result<TypeStatus> status(const std::string& type) const = 0;
    /// Of every type, in the order of the registry.
    virtual std::vector<TypeStatus> statuses() const = 0;
    virtual RetryBudgetStatus retryBudget() const = 0;
    /// Holds the circuit open or closed, or hands it back to its own judgement, closed. Audited, and kept over restarts.
    /// InvalidParams for an unknown type or a reason with fewer than 3 characters.
    virtual base::Result<TypeStatus> setBreaker(const std::string& type, policy::BreakerHold hold,
                                                const std::string& reason, const Actor& actor) = 0;
};

} // namespace core::engine
