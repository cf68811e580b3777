#pragma once

#include "core/broker/Broker.h"
#include "core/engine/Admission.h"
#include "core/engine/BatchSizes.h"
#include "core/engine/LiveState.h"
#include "core/engine/TaskFactory.h"
#include "core/engine/TaskLog.h"
#include "core/worker/WorkerPool.h"

#include <atomic>
#include <mutex>
#include <random>

namespace core::engine {

/// Stands between broker and workers: claims for free workers, hands the attempts out, and commits what they come to.
/// What came to an end in one round of the pool is one request to the broker, together with the next claim, so that
/// short tasks cost a share of a commit. An ending that could not be stored is kept and tried again: it is never lost
/// while the engine lives.
/// Thread: any for `kick` and `enqueue`; the observer's calls come on the pool's io thread, the broker's answers on the
/// writer thread.
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

    /// The runner must outlive the dispatcher's work: call `stop` before it goes.
    void start(worker::AttemptRunner& runner);
    /// No new claims from here on.
    void stop();
    /// A claim was asked for and not yet answered.
    bool claims() const;
    /// There may be something to start.
    void kick();
    /// Adds tasks and, when workers are idle, starts them in the same commit. `then` comes after the news was published.
    void enqueue(std::vector<broker::NewTask> tasks, broker::Broker::Then<broker::Broker::Moves> then);
    /// Tells everybody about durable moves, then looks for work.
    void publish(const broker::Broker::Moves& moves);
    /// `moved` is told of every durable move, after everybody else.
    void setMovesListener(std::function<void(const broker::Broker::Moves&)> moved) { m_moved = std::move(moved); }
    /// Asks a running attempt to stop.
    void cancelRunning(const task::Task& task);
    /// Tries to store again what could not be stored. Called now and then by upkeep.
    void retryUnstored();
    uint64_t fencedWrites() const { return m_fenced; }
    /// Notices of an end that could not be made.
    uint64_t failedNotices() const { return m_failedNotices; }
    /// Endings that wait for the disk.
    size_t unstored() const;

    void workerChanged(const worker::WorkerStatus& worker, const std::string& what) override;
    void roomAvailable() override { m_roomMade = true; }
    void progressed(const task::TaskId& task, int attempt, const task::Progress& progress) override;
    void logged(const task::TaskId& task, int attempt, base::LogLevel level, const std::string& text) override;
    void finished(const worker::Job& job, task::Outcome outcome, std::chrono::microseconds ran) override;
    void lost(const worker::Job& job, const worker::Loss& loss) override;
    void roundEnded() override;

  private:
    using Moves = broker::Broker::Moves;
    /// Attempts that one worker has, all of one queue and type.
    struct Batch {
        std::string queue, type;
        int left = 0;
    };

    std::optional<broker::ClaimRequest> nextClaim(const std::vector<broker::NewTask>* added = nullptr);
    void fillRoom(broker::ClaimRequest& request, const std::map<std::string, int64_t>& waiting);
    void claimed(const std::optional<broker::ClaimRequest>& request, const base::Result<Moves>& moves);
    void handOut(const Moves& moves);
    worker::Job jobOf(const broker::Move& move, uint64_t batch) const;
    void giveBack(const std::vector<worker::Job>& jobs);
    broker::Ending endingOf(const worker::Job& job);
    void note(broker::Ending ending);
    void addNotices(broker::Ending& ending, const worker::Job& job);
    void commit(std::vector<broker::Ending> endings);
    void stored(const std::vector<broker::Ending>& endings, const broker::Broker::Ended& ended);
    void keepUnstored(const std::vector<broker::Ending>& endings, const base::Error& why);
    void announce(const broker::Ending& ending);

    Parts m_parts;
    const int64_t m_epoch;
    mutable std::mutex m_mutex; // guards the fields below
    worker::AttemptRunner* m_runner = nullptr;
    bool m_claiming = false;
    bool m_again = false;
    uint64_t m_lastBatch = 0;
    std::map<uint64_t, Batch> m_batches;       ///< handed out and not all ended
    std::map<std::string, int> m_queueBatches; ///< how many of them by queue
    std::map<std::string, int> m_typeBatches;  ///< and by type
    BatchSizes m_sizes;
    std::vector<broker::Ending> m_endings;  ///< of this round
    std::vector<broker::Ending> m_unstored; ///< the store refused them
    std::minstd_rand m_random{std::random_device{}()};

    std::atomic<bool> m_roomMade{false}; ///< a worker became idle in this round
    std::atomic<uint64_t> m_fenced{0};
    std::atomic<uint64_t> m_failedNotices{0};
    std::function<void(const Moves&)> m_moved;
};

} // namespace core::engine
