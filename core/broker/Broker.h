#pragma once

#include "core/base/Result.h"
#include "core/task/Task.h"
#include "core/task/TaskType.h"

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace core::broker {

/// A durable move of one task: what the engine counts and tells others.
struct Move {
    std::optional<task::TaskState> from; ///< absent: the task is new
    task::Task task;                     ///< as it is now
    /// Of a claim: attempts with the same number go to one worker, in this order. -1 for every other move.
    int batch = -1;
    base::Json upstream = nullptr; ///< of a claim: results of the tasks that it waited for, null when there were none
};

/// A task to be added, and the tasks of the same call that must succeed before it becomes due.
struct NewTask {
    NewTask(task::Task made, std::vector<size_t> waitsFor = {}) : task(std::move(made)), after(std::move(waitsFor)) {}

    task::Task task;
    std::vector<size_t> after; ///< positions in the call, each below its own
    std::vector<int64_t> done; ///< keys of tasks that ended before: not waited for, but their results are given on
};

/// Who asks for a change by hand; recorded in history and audit.
struct Requester {
    std::string name;
    std::string type = "human"; ///< human, system, ai
};

/// How much of a type may start: batches (each is one worker's), and tasks in a batch.
struct TypeRoom {
    int batches = 0;
    int batchSize = 1;
};

/// Which tasks may start now.
struct ClaimRequest {
    int batches = 0;                       ///< idle workers
    std::map<std::string, int> queues;     ///< queue → batches; queues that are missing get nothing
    std::map<std::string, TypeRoom> types; ///< types that are missing stay where they are
    int64_t epoch = 0;
    base::Instant now{};
};

enum class EndingKind {
    Outcome,    ///< the handler came to an end: `outcome`
    Timeout,    ///< over the hard limit
    WorkerLost, ///< the process died or spoke rubbish
    Cancelled,  ///< stopped on request, and gone
    Interrupted ///< the engine is stopping, or the attempt was never begun: not to be counted
};

/// How an attempt ended.
struct Ending {
    task::TaskId task;
    std::string type;
    int attempt = 0;
    int64_t epoch = 0;
    EndingKind kind = EndingKind::Outcome;
    std::string message; ///< for people, when there is no outcome
    task::Outcome outcome;
    std::vector<NewTask> followUps; ///< of a success, ready to be inserted
    task::RetryPolicy retry;
    task::Idempotent idempotent = task::Idempotent::Yes;
    double random01 = 0;                     ///< for jitter, [0, 1)
    std::optional<base::milliseconds> ran;   ///< how long the handler ran, as the worker says
    std::vector<task::OutboxMessage> onSuccess, onFailure; ///< notices of the end, if it is the last one
    std::string worker;
    base::Instant now{};
};

enum class Paused { No, Yes };

/// Whether an attempt of an earlier owner may have begun; its worker's notes say, if they can be trusted.
using MayHaveBegun = std::function<bool(int64_t taskKey, int attempt, int64_t epoch)>;

/// The port to a task store: documented verbs, each atomic and durable when `then` is called. `then` runs on the
/// broker's own thread and must be short. A verb that finds a task in another state than it needs changes nothing and
/// says so (an empty list, or Conflict): somebody was faster.
class Broker {
  public:
    template <class T>
    using Then = std::function<void(base::Result<T>)>;
    using Moves = std::vector<Move>;
    /// What became of several endings.
    struct Ended {
        Moves moves; ///< of the endings, their follow-ups and dependents, then of the claim, then of what triggers made
        int fenced = 0; ///< endings whose attempt no longer ran: dropped
    };

    virtual ~Broker() = default;

    /// Makes the caller the owner: a new epoch, larger than every one before.
    virtual base::Result<int64_t> takeOwnership(base::Instant now) = 0;
    /// The owner is alive; its running attempts are its lease. Conflict when there is a newer owner.
    virtual void renew(int64_t epoch, base::Instant now, Then<bool> then) = 0;
    /// Puts back what earlier owners left running: without counting the attempt when it has not begun; due at once when
    /// attempts are left and the type may run twice; else failure `worker_lost`. Types that are not in `types` are
    /// treated as not idempotent. One move for each, from `started` to where it stands now.
    virtual base::Result<Moves> rescue(int64_t epoch, const std::map<std::string, task::Idempotent>& types,
                                       const MayHaveBegun& mayHaveBegun, base::Instant now) = 0;

    /// Adds tasks, all or none, then claims as `claim` does if asked to, in the same transaction. A task whose
    /// idempotency key was used with the same request within 24 h is answered with the earlier task (a Move from its
    /// own state to itself); with another request: Conflict.
    virtual void enqueue(std::vector<NewTask> tasks, std::optional<ClaimRequest> next, Then<Moves> then) = 0;
    /// Starts the best waiting tasks, by rank: priority, which ages, then time. Those that expired meanwhile end as
    /// failure `expired`, damaged rows as failure `rejected`. Conflict when `epoch` is not the owner's.
    virtual void claim(ClaimRequest request, Then<Moves> then) = 0;
    /// Commits what attempts came to, each fenced by (task, attempt, epoch), then claims if asked to. An outcome whose
    /// change set is refused ends as failure `rejected`.
    virtual void end(std::shared_ptr<const std::vector<Ending>> endings, std::optional<ClaimRequest> next,
                     Then<Ended> then) = 0;
    /// Waiting: revoked, and with it what waits for it. Running: marked, still started. Terminal: Conflict. Unknown:
    /// NotFound.
    virtual void cancel(task::TaskId id, Requester requester, base::Instant now, Then<Moves> then) = 0;
    /// As cancel, for many: those that are terminal or unknown are left out. The first move of each names it.
    virtual void cancelMany(std::vector<task::TaskId> ids, Requester requester, base::Instant now,
                            Then<Moves> then) = 0;
    /// Moves a waiting task to `eta`. Running, terminal or waiting for another task: Conflict. Unknown: NotFound.
    virtual void reschedule(task::TaskId id, base::Instant eta, Requester requester, base::Instant now,
                            Then<Moves> then) = 0;
    /// Tasks whose time has come become pending: at most `limit`, of which at most `retries` are to be tried again.
    virtual void stage(base::Instant now, int limit, int retries, Then<Moves> then) = 0;
    /// The wall clock was set by so much: what is to be tried again becomes due that much later, or sooner.
    virtual void shiftRetries(base::milliseconds by, base::Instant now, Then<Moves> then) = 0;
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
