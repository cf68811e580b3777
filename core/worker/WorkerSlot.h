#pragma once

#include "core/worker/Frame.h"
#include "core/worker/Messages.h"
#include "core/worker/ProcessSpawn.h"
#include "core/worker/Roster.h"
#include "core/worker/WorkerPool.h"

#include <chrono>
#include <deque>
#include <optional>
#include <string>

namespace core::worker {

/// Time of the processes themselves: it does not run while the machine sleeps, as they do not.
using Steady = std::chrono::steady_clock;

/// Thread: io. One place in the pool: the process that fills it now, the attempt that runs there, and their deadlines.
/// Every accepted attempt ends in exactly one of the observer's `finished` and `lost`.
class WorkerSlot {
  public:
    WorkerSlot(size_t index, const WorkerPoolOptions& options, const base::Clock& clock, WorkerObserver& observer,
               Roster& roster);
    WorkerSlot(const WorkerSlot&) = delete;
    WorkerSlot& operator=(const WorkerSlot&) = delete;

    /// Starts a process; a failure is counted and tried again later.
    void start();
    /// The attempts that the roster's claim promised to this slot, in the order in which they are to run. They wait for the
    /// next process if this one has just died.
    void assign(std::vector<Job> jobs);
    /// Ignored when this attempt is not here.
    void cancel(const AttemptKey& key);
    /// No new process any more: lets a running attempt end until `deadline`.
    void stop(Steady::time_point deadline);

    /// Acts on the deadlines that have passed.
    void tick();
    /// The next time at which tick has something to do.
    Steady::time_point nextDeadline() const;
    /// The machine or this program stood still for a while: the worker's silence in that time says nothing.
    void forgive(Steady::duration pause) { m_lastBeat += pause; }

    /// What to poll for; -1 when there is nothing to.
    int socketToPoll() const { return m_deaf ? -1 : m_process.socket.get(); }
    bool wantsToWrite() const { return m_sent < m_out.size(); }
    int pidfd() const { return m_process.pidfd.get(); }
    void readable();
    void writable();
    /// The process ended, or may have: looks, and if so takes leave of it.
    void reap();

    /// No process and none to come.
    bool gone() const { return m_phase == Phase::Down && m_stopping; }
    /// A process of this slot has said hello at least once.
    bool everReady() const { return m_everReady; }
    /// Starts in a row that came to nothing, and what happened last.
    int fruitlessStarts() const { return m_fruitless; }
    const std::string& lastFailure() const { return m_lastFailure; }

  private:
    enum class Phase {
        Down,     ///< no process
        Starting, ///< no hello yet
        Idle,
        Busy,
        Leaving, ///< told to exit
        Dying    ///< told by signal
    };

    // WorkerSlot.cpp: life and death of the process
    void enter(Phase phase);
    void announce(const char* what);
    void sendJobs();
    void beginFront();
    void recall();
    void leave();
    void kill(LossKind reason, std::string words, int signal);
    void hurryGroup() const;
    void signalGroup(int signal) const;
    void bury(const std::string& ending);
    void planRestart();
    void loseAll(LossKind kind, const std::string& message);
    void loseToDeath(const std::string& ending, std::optional<size_t> culprit);
    std::optional<size_t> lastBegun() const;
    std::string label() const;

    // WorkerSlotFrames.cpp: what the process says
    /// False when the other end is closed: nothing sent now is ever read.
    bool flush();
    bool post(const std::string& frame);
    void receive(size_t budget);
    void hear();
    base::Result<void> handle(const FrameView& frame);
    base::Result<void> onHello(std::string_view payload);
    base::Result<void> onHeartbeat(std::string_view payload);
    base::Result<void> onProgress(std::string_view payload);
    base::Result<void> onLog(std::string_view payload);
    base::Result<void> onOutcome(std::string_view payload);
    base::Result<void> onReturned(std::string_view payload);
    base::Result<void> mustBeCurrent(const AttemptKey& key) const;
    std::deque<Job>::iterator find(const AttemptKey& key);
    bool isCancelled(const Job& job) const;
    void settle(std::deque<Job>::iterator job, OutcomeMessage message);
    void afterJobs();
    void tellIfIdle();
    bool overdueForRecycling() const;
    void becomeReady();

    const size_t m_index;
    const WorkerPoolOptions& m_options;
    const base::Clock& m_clock;
    WorkerObserver& m_observer;
    Roster& m_roster;

    Phase m_phase = Phase::Down;
    WorkerStatus m_status;
    SpawnedProcess m_process;
    FrameReader m_reader{Direction::WorkerToEngine};
    std::string m_out; ///< for the socket; the first m_sent bytes are gone
    size_t m_sent = 0;
    bool m_greeted = false; ///< it has said hello
    bool m_deaf = false;    ///< at the end of the stream, or not to be listened to any more
    bool m_dead = false;    ///< the process has ended; its last frames are being read

    std::deque<Job> m_jobs;           ///< the first one runs, the others wait in the worker
    bool m_jobsSent = false;
    bool m_recalled = false; ///< this batch was asked for
    int m_openRecalls = 0;   ///< recalls that are not answered: the answer may come after the end of its batch
    std::vector<task::TaskId> m_cancelled; ///< of m_jobs: asked to stop
    size_t m_logBytes = 0;            ///< log payload of the first job

    bool m_stopping = false;
    bool m_everReady = false;
    bool m_worked = false;   ///< this process has ended a job
    bool m_worn = false;     ///< … and has too little left for more
    int m_fruitless = 0;
    std::string m_lastFailure;
    std::optional<LossKind> m_killReason;
    std::string m_killWords;

    const std::filesystem::path m_notes;
    Steady::time_point m_bornAt{};
    Steady::time_point m_frontSince{}; ///< since when the first job is the first
    Steady::time_point m_lastBeat{};
    std::optional<base::milliseconds> m_hardDeadline; ///< on the clock's sinceBoot: it counts sleep
    std::optional<Steady::time_point> m_restartAt;    ///< Down: next start
    std::optional<Steady::time_point> m_termAt;       ///< a cancelled handler's patience
    std::optional<Steady::time_point> m_killAt;       ///< SIGKILL
    std::optional<Steady::time_point> m_abandonAt;    ///< not even SIGKILL ends it
    std::optional<Steady::time_point> m_stopAt;       ///< the pool's grace
    std::optional<Steady::time_point> m_lastBreathAt; ///< its socket has ended, so must it
};

} // namespace core::worker
