#pragma once

#include "core/base/Clock.h"
#include "core/broker/Broker.h"
#include "core/engine/Services.h"
#include "core/events/EventBus.h"
#include "core/store/TaskStore.h"

#include <map>
#include <mutex>
#include <set>
#include <unordered_map>

namespace core::engine {

/// What happened since the last second, for the series.
struct Tally {
    int submitted = 0, started = 0, success = 0, failure = 0, retry = 0, revoked = 0;
    std::vector<double> waitSeconds, runSeconds;
};

/// The engine's picture in memory of what is durable: counts per queue and state, and the running tasks with their
/// progress. Never waits for the disk. Thread: any; `apply` on the writer thread, in the order of the commits.
class LiveState {
  public:
    LiveState(events::EventBus& bus, const base::Clock& clock);

    /// Gives every queue so many slots instead of those of kQueues.
    void setSlots(int perQueue);
    void load(const std::vector<store::TaskCount>& counts, const std::set<std::string>& paused);
    /// Counts the moves of one commit and tells the bus. Microseconds: tests/bench/livestate_bench.cpp.
    void apply(const broker::Broker::Moves& moves, base::Instant now);
    void setPaused(const std::string& queue, broker::Paused paused, base::Instant now);
    void setOldest(const std::map<std::string, base::Instant>& oldest);
    void progress(const task::TaskId& id, int attempt, const task::Progress& progress, base::Instant now);
    void setWorker(const task::TaskId& id, const std::string& worker);

    std::vector<QueueStatus> queues() const;
    /// In the order of their keys; without params, metadata, tags, result and error.
    std::vector<task::Task> running() const;
    /// Progress, text and estimate of a running task, filled in.
    void decorate(task::Task& task) const;
    int runningIn(const std::string& queue) const;
    int runningOf(const std::string& type) const;
    Tally takeTally();

  private:
    /// Names that many running tasks share, with how many those are.
    using Names = std::unordered_map<std::string, int>;
    /// A started task: what the views of running tasks show of it.
    struct Running {
        int64_t key = 0;
        Names::value_type* type = nullptr; ///< in m_runningOf
        Names::value_type* queue = nullptr; ///< in m_runningIn
        int attempt = 0, maxAttempts = 1, priority = 0;
        bool cancelRequested = false;
        base::Instant createdAt{}, startedAt{};
        std::optional<base::Instant> scheduledFor;
        base::milliseconds startedSinceBoot{0};
        std::string worker, triggeredBy, parentId;
        std::optional<double> progress;
        std::string progressText;
        base::Json progressFields = nullptr;
        std::optional<double> etaSeconds;
    };
    /// How long the attempt ran that a move ended; none for other moves.
    using Runtime = std::optional<base::milliseconds>;

    QueueStatus& queue(const std::string& name);
    Runtime count(const broker::Move& move, base::milliseconds sinceBoot, base::Instant now);
    void begin(const task::Task& task, base::milliseconds sinceBoot);
    Runtime end(const task::Task& task, base::milliseconds sinceBoot, base::Instant now);
    void tally(const broker::Move& move, Runtime runtime);
    void tell(const broker::Broker::Moves& moves, const std::vector<Runtime>& runtimes, base::Instant now);
    static task::Task rowOf(const task::TaskId& id, const Running& running);

    events::EventBus& m_bus;
    const base::Clock& m_clock;
    mutable std::mutex m_mutex; // guards everything below
    std::vector<QueueStatus> m_queues;
    std::unordered_map<task::TaskId, Running> m_running;
    Names m_runningIn, m_runningOf;
    Tally m_tally;
};

} // namespace core::engine
