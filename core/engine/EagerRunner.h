#pragma once

#include "core/broker/Broker.h"
#include "core/engine/Dispatcher.h"
#include "core/worker/Executor.h"

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

namespace core::engine {

/// The task types of an eager engine: failed attempts are tried again without a delay, and no rate holds them back.
task::TaskRegistry eagerTypes(const task::TaskRegistry& types);
/// Circuits open by hand only.
AdmissionOptions eagerAdmission(AdmissionOptions options);

/// Stands in for the worker processes: runs attempts in this process, one at a time, on the thread of whoever submits.
/// A handler sees what it would see in a worker, and what it says and returns passes the same frames, checks and
/// limits; the tasks are claimed and ended in the store as always. But nothing is confined: a handler that brings its
/// process down brings down the engine's, and one that never looks is not stopped at its hard limit.
/// Thread: any but the writer's. A Turn lasts until nothing can begin; the others wait for theirs.
class EagerRunner final : public worker::AttemptRunner {
  public:
    /// What nobody's Turn runs (schedules, what becomes due, what a restart found) runs on a thread of its own, or waits.
    enum class Leftovers { Wait, Run };
    struct Parts {
        const task::TaskRegistry& registry;
        const base::Clock& clock;
        broker::Broker& broker;
        Dispatcher& dispatcher;
        std::filesystem::path database;
    };
    EagerRunner(Parts parts, Leftovers leftovers);
    ~EagerRunner() override;

    /// While it lives, this thread runs what can begin, when told to. Without a runner it does nothing.
    class Turn {
      public:
        explicit Turn(EagerRunner* runner);
        ~Turn();
        Turn(const Turn&) = delete;
        Turn& operator=(const Turn&) = delete;
        /// Returns when nothing more can begin now.
        void runAll();

      private:
        EagerRunner* m_runner;
        std::unique_lock<std::mutex> m_lock;
    };

    /// The attempt that runs may end within `grace`; then it is asked to stop. It goes back without being counted.
    void stop(base::milliseconds grace);
    void stopAtOnce();
    /// This process as the one worker: busy with the attempt that runs.
    worker::WorkerStatus status() const;

    bool run(std::vector<worker::Job> jobs) override;
    int idleWorkers() const override;
    void cancel(const task::TaskId& task, int attempt) override;

  private:
    class Listener;

    void runLeftovers(std::stop_token stop);
    void runAll();
    bool runHandedOver();
    int stageDue();
    std::shared_ptr<worker::AttemptContext> takeNext();
    void runOne(const std::shared_ptr<worker::AttemptContext>& context);
    bool somethingHandedOver() const;

    const Parts m_parts;
    const Leftovers m_leftovers;
    const std::unique_ptr<Listener> m_listener;
    worker::Executor m_executor; ///< of the Turn
    std::mutex m_turn;           ///< held by a Turn

    mutable std::mutex m_mutex; // guards the fields below
    std::condition_variable_any m_changed;
    bool m_open = true;
    bool m_hurried = false;
    int m_turns = 0; ///< 0 or 1
    std::deque<worker::Job> m_jobs;
    std::shared_ptr<worker::AttemptContext> m_current;
    bool m_currentCancelled = false; ///< somebody asked for it
    worker::WorkerStatus m_status;
    std::jthread m_thread; ///< for leftovers
};

} // namespace core::engine
