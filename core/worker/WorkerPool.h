#pragma once

#include "core/base/Clock.h"
#include "core/base/Log.h"
#include "core/task/Outcome.h"
#include "core/task/Progress.h"
#include "core/task/Task.h"

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace core::worker {

/// One attempt to be run: what the worker process is told.
struct Job {
    task::TaskId task;
    int attempt = 1;
    int64_t key = 0; ///< the task's row: what the worker notes when it begins
    std::string type;
    base::Json params;
    base::Json upstream = nullptr; ///< results of the tasks that this one waited for
    std::string triggeredBy;
    base::milliseconds softLimit{540'000};
    base::milliseconds hardLimit{600'000};
    base::milliseconds cleanupTime{5'000}; ///< between a cancel and SIGTERM. It does not travel
    uint64_t batch = 0; ///< the caller's: attempts handed over together. It does not travel
    std::string worker; ///< the pool's: who has it, `worker-2 (pid 1234)`. It does not travel
};

enum class WorkerState { Starting, Idle, Busy, Stopping };

struct WorkerStatus {
    std::string name; ///< `worker-1`
    int pid = 0;
    WorkerState state = WorkerState::Starting;
    task::TaskId task; ///< empty while idle
    int tasksDone = 0;
    int64_t rssBytes = 0;
    base::Instant startedAt{};
    base::Instant lastHeartbeat{};
};

const char* toText(WorkerState state);

/// How an attempt ended without an outcome.
enum class LossKind {
    WorkerDied,    ///< crash, kill -9, out of memory, a call of exit
    ProtocolError, ///< rubbish, an oversized or second outcome frame: the worker was killed
    Silent,        ///< no heartbeat: killed
    HardLimit,     ///< over the hard limit: SIGTERM, then SIGKILL
    Cancelled,     ///< stopped on request; the process or at least the handler is gone
    NotBegun,      ///< given back, or lost with its worker, before the handler was called; or it had ended well and only
                   ///< its outcome was lost. Not to be counted
    Shutdown       ///< the pool stopped: the attempt is not to be counted
};

struct Loss {
    LossKind kind = LossKind::WorkerDied;
    std::string message; ///< `worker-2 (pid 1234) was killed by signal 9`
    base::Json partial = nullptr; ///< of an obeyed cancel: what the handler wanted to keep
};

/// What the pool tells. Thread: io (the pool's own). Calls are short: they post, they do not wait.
class WorkerObserver {
  public:
    virtual ~WorkerObserver() = default;
    virtual void workerChanged(const WorkerStatus& worker, const std::string& what) = 0;
    /// A worker became free: there is room for another job.
    virtual void roomAvailable() = 0;
    virtual void progressed(const task::TaskId& task, int attempt, const task::Progress& progress) = 0;
    virtual void logged(const task::TaskId& task, int attempt, base::LogLevel level, const std::string& text) = 0;
    /// Exactly one of `finished` and `lost` is called for every accepted job; `ran` is the time in the handler.
    virtual void finished(const Job& job, task::Outcome outcome, std::chrono::microseconds ran) = 0;
    virtual void lost(const Job& job, const Loss& loss) = 0;
    /// The io thread has told what it had to tell for now: a good moment to act on all of it together.
    virtual void roundEnded() {}
};

/// Takes attempts to run and tells a WorkerObserver what they come to: the pool, or whoever stands in for it.
/// Thread: any.
class AttemptRunner {
  public:
    virtual ~AttemptRunner() = default;
    /// Takes jobs that are to run one after the other; false when there is no room, or no more are taken.
    virtual bool run(std::vector<Job> jobs) = 0;
    /// How often `run` may be called now.
    virtual int idleWorkers() const = 0;
    /// Asks an attempt to stop; ignored when it is not here.
    virtual void cancel(const task::TaskId& task, int attempt) = 0;
};

struct WorkerPoolOptions {
    std::filesystem::path workerProgram; ///< beatwarden-worker
    std::filesystem::path database;      ///< core.db, opened read-only by the workers
    std::filesystem::path notesFolder;   ///< where the workers note what they begin; empty: beside the database
    int64_t epoch = 0;                   ///< of the owner, for the notes
    base::milliseconds batchPatience{100}; ///< an attempt that runs longer has those behind it given back
    int workers = 4;
    base::milliseconds heartbeatTimeout{15'000}; ///< a worker silent for longer is killed
    base::milliseconds termGrace{5'000};         ///< between SIGTERM and SIGKILL
    int recycleAfterTasks = 10'000;
    base::milliseconds recycleAfterTime = std::chrono::minutes(15); ///< between tasks
    int64_t recycleAboveRssBytes = 256ll << 20;
};

/// Thread: any for the public functions; one io thread of its own watches the processes (poll on sockets and pidfds).
/// Owns the worker processes: spawned (never forked), pooled, watched, replaced after death. Never touches a database.
class WorkerPool final : public AttemptRunner {
  public:
    WorkerPool(WorkerPoolOptions options, const base::Clock& clock, WorkerObserver& observer);
    ~WorkerPool() override;

    /// Starts the io thread and the processes. Error when the worker program cannot be started at all.
    base::Result<void> start();
    /// Hands jobs to one idle worker, which runs them in this order; false when none is idle or the pool stops.
    /// More than one (at most kMaxBatch) only of types that may run twice.
    bool run(std::vector<Job> jobs) override;
    bool run(Job job);
    int idleWorkers() const override;
    /// Asks the attempt to stop (cancel frame); after its `cleanupTime` SIGTERM, then SIGKILL. Ends in `lost(Cancelled)` or,
    /// if the handler was faster, in `finished`.
    void cancel(const task::TaskId& task, int attempt) override;
    std::vector<WorkerStatus> workers() const;
    /// Lets running attempts end for `grace`, then kills; unfinished ones are reported lost(Shutdown).
    void stop(base::milliseconds grace);
    /// Ends the grace of a stop that is under way.
    void stopAtOnce();

  private:
    class Implementation;
    std::unique_ptr<Implementation> m_implementation;
};

} // namespace core::worker
