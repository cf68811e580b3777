#pragma once

#include "core/base/Time.h"
#include "core/task/Notice.h"
#include "core/task/Outcome.h"
#include "core/task/ParameterSchema.h"
#include "core/task/Queue.h"
#include "core/task/RateLimit.h"
#include "core/task/TaskContext.h"
#include "core/task/Tracking.h"

#include <algorithm>
#include <functional>
#include <string>
#include <vector>

namespace core::task {

enum class Backoff { Fixed, Exponential };
/// Full: even between nothing and the delay. AsBackoff: full for exponential delays, none for fixed ones.
enum class Jitter { AsBackoff, None, Full };
enum class Idempotent { No, Yes };
/// What a person does before it starts. Whatever asks for more than nothing is a person's to start: no schedule may.
enum class DangerLevel { None, Confirm, Typed };

/// How often and how soon a failed attempt is tried again. What a type leaves open: 5 s, doubled each time, at most 15 min,
/// with full jitter.
struct RetryPolicy {
    int maxRetries = 0; ///< attempts are one more
    Backoff backoff = Backoff::Exponential;
    base::seconds delay{5};   ///< of the first retry
    base::seconds cap{900};   ///< no delay is longer
    Jitter jitter = Jitter::AsBackoff;

    static RetryPolicy fixed(int retries, base::seconds delay) {
        return {retries, Backoff::Fixed, delay, std::max(delay, base::seconds(900)), Jitter::AsBackoff};
    }
    /// With full jitter.
    static RetryPolicy exponential(int retries, base::seconds first, base::seconds cap) {
        return {retries, Backoff::Exponential, first, cap, Jitter::AsBackoff};
    }
};

/// Computes one attempt. It may throw: the executor turns that into a transient failure with the exception's text.
using Handler = std::function<Outcome(const base::Json& params, TaskContext& context)>;

/// The one description of a named task, from which every surface is made. A task = one file that returns one of these.
struct TaskType {
    std::string id;          ///< `resilience_contingency`
    std::string celeryName;  ///< `app.resilience.tasks.run_contingency_analysis`
    std::string queue;
    std::string title;       ///< `Contingency analysis`
    std::string description; ///< one line
    ParameterSchema parameters;
    RetryPolicy retry;
    base::seconds softLimit{540};
    base::seconds hardLimit{600};
    base::seconds cleanupTime{5}; ///< between a cancel and SIGTERM, for the handler to put things in order
    Idempotent idempotent = Idempotent::Yes;
    int concurrency = 0; ///< how many of this type may run at once; 0 = as many as the queue allows
    RateLimit rate;      ///< how many runs may begin in a time
    std::vector<Notice> notify;       ///< who is told when a task of this type ends
    std::optional<Tracking> tracks;   ///< the row whose status follows its tasks
    std::string expectedDuration; ///< for people, `2-5 minutes`
    DangerLevel danger = DangerLevel::None;
    base::Json resultSchema = base::Json::object();
    Handler run;
};

} // namespace core::task
