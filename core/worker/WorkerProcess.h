#pragma once

#include "core/base/Clock.h"
#include "core/task/TaskRegistry.h"
#include "core/worker/AttemptContext.h"
#include "core/worker/Executor.h"
#include "core/worker/Frame.h"
#include "core/worker/WorkerChannel.h"

#include <chrono>
#include <condition_variable>
#include <filesystem>
#include <memory>
#include <mutex>
#include <thread>

namespace core::worker {

/// The inside of a worker process: frames in and out, heartbeat and soft limit on the main thread, the handler on a
/// second one, so that a handler that computes does not silence the heartbeat. Ends when the engine is gone.
class WorkerProcess {
  public:
    /// `argv` is `--worker <database>`, descriptor 3 leads to the engine. Returns the exit status: 0 told to leave or
    /// engine gone, 1 cannot run here, 2 wrong arguments, 3 the engine does not speak our protocol.
    static int main(const task::TaskRegistry& registry, int argc, char** argv);

    WorkerProcess(const task::TaskRegistry& registry, std::filesystem::path database, int socket);
    ~WorkerProcess();

    /// Runs until the engine says exit or goes away; returns the exit status.
    int run();

  private:
    enum class Next { Continue, Leave, Broken };

    int pollTimeout() const;
    void beat();
    Next readSocket();
    Next handle(const FrameView& frame);
    Next begin(Job job);
    void cancel(const CancelMessage& message);
    void runAttempts(std::stop_token stop);

    const task::TaskRegistry& m_registry;
    const std::filesystem::path m_database;
    const int m_socket;
    const base::RealClock m_clock;
    WorkerChannel m_channel;
    Executor m_executor;
    FrameReader m_reader;
    std::chrono::steady_clock::time_point m_nextBeat;
    std::shared_ptr<AttemptContext> m_current; ///< main thread: the attempt that was begun last

    std::mutex m_mutex; ///< guards m_waiting
    std::condition_variable_any m_wake;
    std::shared_ptr<AttemptContext> m_waiting; ///< handed to the task thread and not yet taken
    std::jthread m_taskThread;
};

} // namespace core::worker
