#pragma once

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
/// progress. Never waits for the disk. Thread: any.
class LiveState {
  public:
    explicit LiveState(events::EventBus& bus);

    /// Gives every queue so many slots instead of those of kQueues.
    void setSlots(int perQueue);
    void load(const std::vector<store::TaskCount>& counts, const std::set<std::string>& paused);
    /// Counts the moves and tells the bus.
    void apply(const broker::Broker::Moves& moves, base::Instant now);
    void setPaused(const std::string& queue, broker::Paused paused, base::Instant now);
    void setOldest(const std::map<std::string, base::Instant>& oldest);
    void progress(const task::TaskId& id, int attempt, double percent, const std::string& text, base::Instant now);
    void setWorker(const task::TaskId& id, const std::string& worker);

    std::vector<QueueStatus> queues() const;
    std::vector<task::Task> running() const;
    /// Progress, text and estimate of a running task, filled in.
    void decorate(task::Task& task) const;
    int runningIn(const std::string& queue) const;
    int runningOf(const std::string& type) const;
    Tally takeTally();

  private:
    QueueStatus& queue(const std::string& name);
    void count(const broker::Move& move);
    void tally(const broker::Move& move);

    events::EventBus& m_bus;
    mutable std::mutex m_mutex; // guards everything below
    std::vector<QueueStatus> m_queues;
    std::unordered_map<task::TaskId, task::Task> m_running;
    Tally m_tally;
};

} // namespace core::engine
