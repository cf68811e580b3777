#pragma once

#include "core/policy/CircuitBreaker.h"
#include "core/policy/RetryBudget.h"
#include "core/task/RateLimit.h"

#include <map>
#include <string>

namespace core::engine {

/// How tasks are admitted, over all types.
struct AdmissionOptions {
    policy::BreakerPolicy breaker;
    policy::RetryBudgetPolicy retries;
    std::map<std::string, task::RateLimit> queueRates; ///< queues that are not named have no rate
};

} // namespace core::engine
