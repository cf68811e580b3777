#pragma once

#include "core/base/Clock.h"
#include "core/task/TaskRegistry.h"
#include "core/worker/AttemptContext.h"
#include "core/worker/BegunNotes.h"
#include "core/worker/Executor.h"
#include "core/worker/Frame.h"
#include "core/worker/WorkerChannel.h"

#include <chrono>
#include <condition_variable>
#include <deque>
#include <filesystem>
#include <memory>
#include <mutex>
#include <thread>

namespace core::worker {

/// The inside of a worker process: frames in and out, heartbeat and kept progress on the main thread, the handler on a
/// second one, so that a handler that computes does not silence the heartbeat. Ends when the engine is gone.
class WorkerProcess {
  public:
    /// `argv` is `--worker <database> <notes>`, descriptor 3 leads to the engine. Returns the exit status: 0 told to leave or
    /// engine gone, 1 cannot run here, 2 wrong arguments, 3 the engine does not speak our protocol.
    static int main(const task::TaskRegistry& registry, int argc, char** argv);

    WorkerProcess(const task::TaskRegistry& registry, std::filesystem::path database,
                  std::unique_ptr<BegunNotes> notes, int socket);
    ~WorkerProcess();

    /// Runs until the engine says exit or goes away; returns the exit status.
    int run();

  private:
    enum class Next { Continue, Leave, Broken };

    int pollTimeout();
    void beat();
    Next readSocket();
    Next handle(const FrameView& frame);
    Next accept(Job job);
    void cancel(const CancelMessage& message);
    void giveBack();
    void runAttempts(std::stop_token stop);

    const task::TaskRegistry& m_registry;
    const std::filesystem::path m_database;
    const int m_socket;
    const std::unique_ptr<BegunNotes> m_notes; ///< task thread
    const base::RealClock m_clock;
    WorkerChannel m_channel;
    Executor m_executor;
    FrameReader m_reader;
    std::chrono::steady_clock::time_point m_nextBeat;

    std::mutex m_mutex; ///< guards the fields below
    std::condition_variable_any m_wake;
    std::deque<Job> m_waiting;                 ///< handed over and not begun
    std::shared_ptr<AttemptContext> m_current; ///< the attempt that was begun last
    std::jthread m_taskThread;
};

} // namespace core::worker
