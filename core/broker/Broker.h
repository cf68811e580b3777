#pragma once

#include "core/base/Result.h"
#include "core/task/Task.h"
#include "core/task/TaskType.h"

#include <functional>
#include <map>
#include <string>
#include <vector>

namespace core::broker {

/// A durable move of one task: what the engine counts and tells others.
struct Move {
    std::optional<task::TaskState> from; ///< absent: the task is new
    task::Task task;                     ///< as it is now
};

/// Who asks for a change by hand; recorded in history and audit.
struct Requester {
    std::string name;
    std::string type = "human"; ///< human, system, ai
};

/// Which tasks may start now.
struct ClaimRequest {
    int total = 0;                       ///< idle workers
    std::map<std::string, int> free;     ///< queue → slots left; queues that are missing get nothing
    std::map<std::string, int> typeRoom; ///< type → attempts left, for types with a concurrency of their own
    int64_t epoch = 0;
    base::Instant now{};
};

enum class EndingKind {
    Outcome,    ///< the handler came to an end: `outcome`
    Timeout,    ///< over the hard limit
    WorkerLost, ///< the process died or spoke rubbish
    Cancelled,  ///< stopped on request, and gone
    Interrupted ///< the engine is stopping, or the attempt never reached a worker: not to be counted
};

/// How an attempt ended.
struct Ending {
    task::TaskId task;
    int attempt = 0;
    int64_t epoch = 0;
    EndingKind kind = EndingKind::Outcome;
    std::string message; ///< for people, when there is no outcome
    task::Outcome outcome;
    std::vector<task::Task> followUps; ///< of a success, ready to be inserted
    task::RetryPolicy retry;
    task::Idempotent idempotent = task::Idempotent::Yes;
    double random01 = 0; ///< for jitter, [0, 1)
    std::string worker;
    base::Instant now{};
};

enum class Paused { No, Yes };

/// The port to a task store: documented verbs, each atomic and durable when `then` is called. `then` runs on the
/// broker's own thread and must be short. A verb that finds a task in another state than it needs changes nothing and
/// says so (an empty list, or Conflict): somebody was faster.
class Broker {
  public:
    template <class T>
    using Then = std::function<void(base::Result<T>)>;
    using Moves = std::vector<Move>;

    virtual ~Broker() = default;

    /// Makes the caller the owner: a new epoch, larger than every one before.
    virtual base::Result<int64_t> takeOwnership(base::Instant now) = 0;
    /// Puts back what earlier owners left running: due at once when attempts are left and the type may run twice, else
    /// failure `worker_lost`. Types that are not in `types` are treated as not idempotent.
    virtual base::Result<Moves> rescue(int64_t epoch, const std::map<std::string, task::Idempotent>& types,
                                       base::Instant now) = 0;

    /// Adds tasks, all or none. A task whose idempotency key was used with the same request within 24 h is answered
    /// with the earlier task (a Move from its own state to itself); with another request: Conflict.
    virtual void enqueue(std::vector<task::Task> tasks, Then<Moves> then) = 0;
    /// Starts the best waiting tasks: by priority, then age. Those that expired meanwhile end as failure `expired`.
    virtual void claim(ClaimRequest request, Then<Moves> then) = 0;
    /// Commits what an attempt came to, fenced by (task, attempt, epoch): an empty list when it no longer runs.
    /// An outcome whose change set is refused ends as failure `rejected`.
    virtual void end(Ending ending, Then<Moves> then) = 0;
    /// Waiting: revoked. Running: marked, still started. Terminal: Conflict. Unknown: NotFound.
    virtual void cancel(task::TaskId id, Requester requester, base::Instant now, Then<Moves> then) = 0;
    /// Moves a waiting task to `eta`. Running or terminal: Conflict. Unknown: NotFound.
    virtual void reschedule(task::TaskId id, base::Instant eta, Requester requester, base::Instant now,
                            Then<Moves> then) = 0;
    /// scheduled and retry whose time has come become pending; at most `limit`.
    virtual void stage(base::Instant now, int limit, Then<Moves> then) = 0;
    /// Waiting tasks past their expiry end as failure `expired`; at most `limit`.
    virtual void expire(base::Instant now, int limit, Then<Moves> then) = 0;
    /// Revokes everything that waits in a queue.
    virtual void purge(std::string queue, Requester requester, base::Instant now, Then<Moves> then) = 0;
    virtual void setPaused(std::string queue, Paused paused, Requester requester, base::Instant now,
                           Then<Paused> then) = 0;

    /// When the next scheduled or retried task becomes due; none: never.
    virtual base::Result<std::optional<base::Instant>> nextDue() const = 0;
    /// When the next waiting task expires; none: never.
    virtual base::Result<std::optional<base::Instant>> nextExpiry() const = 0;
};

} // namespace core::broker
