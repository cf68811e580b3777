#pragma once

#include "core/engine/Engine.h"
#include "tests/support/TemporaryFolder.h"

namespace tests {

/// A real engine with real workers of the test program, on a folder of its own.
class EngineHarness {
  public:
    explicit EngineHarness(TemporaryFolder::Storage storage = TemporaryFolder::Storage::Disk);

    /// Starts the engine; fails the calling test when it does not start.
    void start(int workers = 4) { start(options(workers)); }
    void start(const core::engine::EngineOptions& options);
    /// With these types beside those of the test program.
    void start(const core::engine::EngineOptions& options, core::task::TaskRegistry types);
    /// By a clock that outlives the engine: call `stop` before it goes.
    void start(const core::engine::EngineOptions& options, core::task::TaskRegistry types, const core::base::Clock& clock);
    /// Stops it as the console does when it closes.
    void stop() { m_engine.reset(); }
    core::engine::Engine& engine() { return *m_engine; }
    core::engine::EngineOptions options(int workers = 4) const;

    core::task::Task submit(const std::string& type, core::base::Json params = core::base::Json::object());
    core::task::Task submit(const core::engine::Submission& submission);
    /// Waits for the end of a task, at most half a minute.
    core::task::Task wait(const core::task::Task& task);
    /// Waits until the task is in `state` (or in a terminal one).
    core::task::Task waitFor(const core::task::Task& task, core::task::TaskState state);
    /// Waits until `fact` is true, at most `timeout`; false when it never was.
    static bool eventually(const std::function<bool()>& fact,
                           core::base::milliseconds timeout = core::base::milliseconds(20'000));
    /// The task's history replays to its present state by legal moves.
    void expectLegalHistory(const core::task::Task& task);

    static const core::engine::Actor kTester;
    const std::filesystem::path& folder() const { return m_folder.path(); }

  private:
    TemporaryFolder m_folder;
    core::base::RealClock m_clock;
    std::unique_ptr<core::engine::Engine> m_engine;
};

} // namespace tests
