#pragma once

#include "core/broker/Broker.h"
#include "core/engine/Admission.h"
#include "core/engine/LiveState.h"
#include "core/engine/TaskFactory.h"
#include "core/engine/TaskLog.h"
#include "core/worker/WorkerPool.h"

#include <atomic>
#include <mutex>
#include <random>

namespace core::engine {

/// Stands between broker and workers: claims for free slots, hands the attempts out, and commits what they come to.
/// Thread: any for `kick`; the observer's calls come on the pool's io thread, the broker's answers on the writer thread.
class Dispatcher final : public worker::WorkerObserver {
  public:
    struct Parts {
        const task::TaskRegistry& registry;
        const base::Clock& clock;
        broker::Broker& broker;
        LiveState& live;
        events::EventBus& bus;
        TaskLog& log;
        const TaskFactory& factory;
        Admission& admission;
    };
    Dispatcher(Parts parts, int64_t epoch) : m_parts(parts), m_epoch(epoch) {}

    /// The pool must outlive the dispatcher's work: call `stop` before it goes.
    void start(worker::WorkerPool& pool);
    /// No new claims from here on.
    void stop();
    /// There may be something to start.
    void kick();
    /// Tells everybody about durable moves, then looks for work.
    void publish(const broker::Broker::Moves& moves);
    void setMovesListener(std::function<void()> somethingWaits) { m_somethingWaits = std::move(somethingWaits); }
    /// Asks a running attempt to stop.
    void cancelRunning(const task::Task& task);
    uint64_t fencedWrites() const { return m_fenced; }

    void workerChanged(const worker::WorkerStatus& worker, const std::string& what) override;
    void roomAvailable() override { kick(); }
    void progressed(const task::TaskId& task, int attempt, double percent, const std::string& text) override;
    void logged(const task::TaskId& task, int attempt, base::LogLevel level, const std::string& text) override;
    void finished(const worker::Job& job, task::Outcome outcome) override;
    void lost(const worker::Job& job, const worker::Loss& loss) override;

  private:
    std::optional<broker::ClaimRequest> nextClaim();
    void claimed(base::Result<broker::Broker::Moves> moves);
    void handOut(const task::Task& task);
    broker::Ending endingOf(const worker::Job& job);
    void commit(const worker::Job& job, broker::Ending ending);
    void announce(const broker::Ending& ending);

    Parts m_parts;
    const int64_t m_epoch;
    std::mutex m_mutex; // guards m_pool, m_claiming, m_again, m_workers, m_random
    worker::WorkerPool* m_pool = nullptr;
    bool m_claiming = false;
    bool m_again = false;
    std::map<task::TaskId, std::string> m_workers; ///< who runs what
    std::minstd_rand m_random{std::random_device{}()};
    std::atomic<uint64_t> m_fenced{0};
    std::function<void()> m_somethingWaits; ///< a task was scheduled or is to be retried
};

} // namespace core::engine
