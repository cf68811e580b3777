#pragma once

#include "core/base/Clock.h"
#include "core/broker/Broker.h"
#include "core/engine/Services.h"
#include "core/events/EventBus.h"
#include "core/metrics/TaskMetrics.h"
#include "core/store/Pruning.h"

#include <mutex>
#include <set>
#include <unordered_map>

namespace core::engine {

/// The engine's picture in memory of what is durable: counts and figures per queue and type, and the running tasks with
/// their progress. Never waits for the disk. Thread: any; `apply` on the writer thread, in the order of the commits.
class LiveState {
  public:
    LiveState(events::EventBus& bus, const base::Clock& clock);

    /// Gives every queue so many slots instead of those of kQueues.
    void setSlots(int perQueue);
    /// Task types that get figures of their own whatever else there is.
    void expect(const std::vector<std::string>& types);
    /// A task that is in the store already, before anything moves; `since`: when it could have been started first.
    void there(std::string_view queue, std::string_view type, task::TaskState state, base::Instant since);
    /// Finished tasks whose rows are gone.
    void forget(const std::vector<store::ForgottenTask>& tasks);
    void load(const std::set<std::string>& paused);
    void restoreSuccesses(const std::string& type, const metrics::Histogram& runs);
    /// Counts the moves of one commit and tells the bus. Microseconds: tests/bench/livestate_bench.cpp.
    void apply(const broker::Broker::Moves& moves, base::Instant now);
    void setPaused(const std::string& queue, broker::Paused paused, base::Instant now);
    /// An ending of the type's that came too late and was dropped.
    void fenced(const std::string& queue, const std::string& type);
    void progress(const task::TaskId& id, int attempt, const task::Progress& progress, base::Instant now);
    void setWorker(const task::TaskId& id, const std::string& worker);

    std::vector<QueueStatus> queues() const;
    /// In the order of their keys; without params, metadata, tags, result and error.
    std::vector<task::Task> running() const;
    /// Progress, text and estimate of a running task, filled in.
    void decorate(task::Task& task) const;
    int runningIn(const std::string& queue) const;
    int runningOf(const std::string& type) const;
    /// The median run time of the type's successes; none when there were too few to tell.
    std::optional<base::milliseconds> usualRunTime(const std::string& type) const;
    /// Everything counted since the start, a copy of some hundred kilobytes.
    metrics::ByName<metrics::TaskFigures> figures() const;
    /// What happened since the last tally, for the series.
    metrics::ByName<metrics::TallyFigures> takeTally();
    /// Run times to be stored: (type, text).
    std::vector<std::pair<std::string, std::string>> takeChangedSuccesses();

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
    };
    /// How long the attempt ran that a move ended; none for other moves.
    using Runtime = std::optional<base::milliseconds>;

    QueueStatus& queue(std::string_view name);
    Runtime count(const broker::Move& move, base::milliseconds sinceBoot, base::Instant now);
    void begin(const task::Task& task, base::milliseconds sinceBoot);
    Runtime end(const task::Task& task, base::milliseconds sinceBoot, base::Instant now);
    void measure(const broker::Move& move, Runtime runtime, base::Instant now);
    base::Instant waitingSince(const broker::Move& move, base::Instant now);
    void tell(const broker::Broker::Moves& moves, const std::vector<Runtime>& runtimes, base::Instant now);
    task::Task rowOf(const task::TaskId& id, const Running& running, base::milliseconds sinceBoot) const;
    std::optional<double> secondsLeft(const Running& running, base::milliseconds sinceBoot) const;

    events::EventBus& m_bus;
    const base::Clock& m_clock;
    mutable std::mutex m_mutex; // guards everything below
    std::vector<QueueStatus> m_queues;
    std::unordered_map<task::TaskId, Running> m_running;
    Names m_runningIn, m_runningOf;
    metrics::TaskMetrics m_metrics;
    std::unordered_map<int64_t, base::Instant> m_late; ///< pending tasks that waited for others before, by key
};

} // namespace core::engine
