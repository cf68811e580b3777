#pragma once

#include "app/bench/Measure.h"
#include "core/engine/Engine.h"

#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <stop_token>

namespace app::bench {

/// What is measured, and how much of it.
struct EngineBenchPlan {
    int64_t tasks = 20'000;   ///< enqueued, then processed
    int workers = 4;
    int payloadBytes = 100;   ///< text parameter of each task
    int64_t rows = 0;         ///< finished tasks that are in the store before
    int64_t latencyTasks = 1'000;
    int submitters = 2;       ///< threads that enqueue
    int batch = 500;          ///< tasks of one submitAll
};

/// Thread: main. Measures one engine with real worker processes: enqueueing while nothing is consumed, processing the
/// backlog, single tasks on the idle engine, memory, and the restart with `rows` finished tasks. Afterwards looks at
/// every measured task: a success, once, with a history of legal moves.
class EngineBench {
  public:
    using StartEngine = std::function<core::base::Result<std::unique_ptr<core::engine::Engine>>()>;

    /// `start` opens the same, at first empty, data directory each time.
    EngineBench(EngineBenchPlan plan, StartEngine start, std::stop_token stop);
    ~EngineBench();

    /// The figures. Cancelled when stopped; Internal when a task did not succeed, was lost, or has a wrong history.
    core::base::Result<core::base::Json> run();

  private:
    using Step = core::base::Result<void> (EngineBench::*)();

    core::base::Result<void> open();
    core::base::Result<void> preload();
    core::base::Result<void> restart();
    core::base::Result<void> enqueue();
    core::base::Result<void> process();
    core::base::Result<void> measureLatency();
    core::base::Result<void> measureMemory();
    core::base::Result<void> check();

    core::base::Result<void> submitMany(int64_t count);
    core::base::Result<void> submitShare(int64_t share);
    core::base::Result<void> waitForWorkers();
    core::base::Result<void> waitForSuccess(int64_t count);
    core::base::Result<void> checkOne(const core::task::Task& task);
    core::engine::Submission submission() const;
    ProcessUse workerUse() const;
    double microsecondsEach(double seconds) const;

    const EngineBenchPlan m_plan;
    const StartEngine m_start;
    const std::stop_token m_stop;
    const std::string m_payload;
    std::unique_ptr<core::engine::Engine> m_engine;
    int64_t m_submitted = 0;
    int64_t m_repeated = 0; ///< attempts beyond the first
    std::unique_ptr<core::base::Json> m_figures;
};

} // namespace app::bench
