#pragma once

#include "core/task/TaskContext.h"
#include "core/worker/Messages.h"
#include "core/worker/FrameSink.h"

#include <atomic>
#include <chrono>
#include <deque>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace core::worker {

/// What a handler sees of one attempt, and what the main loop tells it.
/// Thread: the handler's functions on the task thread; requestCancel, tick and the like on the worker's main thread.
class AttemptContext final : public task::TaskContext {
  public:
    AttemptContext(Job job, const std::filesystem::path& database, const base::Clock& clock, FrameSink& channel);

    const base::Clock& clock() const override { return m_clock; }
    const std::string& taskId() const override { return m_job.task.text; }
    int attempt() const override { return m_job.attempt; }
    const std::string& triggeredBy() const override { return m_job.triggeredBy; }
    const std::filesystem::path& databasePath() const override { return m_database; }
    const base::Json& upstream() const override { return m_job.upstream; }
    /// Up to kMaxLogBytes leave the process, then one line that says so.
    void log(base::LogLevel level, std::string_view text) override;
    void checkCancelled() const override;
    void partialResult(base::Json result) override { m_partial = std::move(result); }
    void atEnd(std::function<void()> cleanUp) override { m_cleanUps.push_back(std::move(cleanUp)); }

    /// Runs what was asked for with `atEnd`; one line for each that failed. Thread: task.
    std::vector<std::string> cleanUp();
    /// What the handler wants to keep of an unfinished attempt, null for nothing. Thread: task.
    base::Json takePartial() { return std::exchange(m_partial, nullptr); }
    const Job& job() const { return m_job; }
    /// Since the attempt was begun.
    std::chrono::microseconds ran() const;
    AttemptKey key() const { return {m_job.task, m_job.attempt}; }
    void requestCancel() { m_cancelled = true; }
    bool cancelRequested() const { return m_cancelled; }
    /// Regularly, while the handler runs: sends a kept progress.
    void tick();
    /// After the handler: sends a kept progress; nothing but the outcome leaves afterwards.
    void close();
    bool closed() const { return m_closed; }
    /// The newest lines that the handler logged, oldest first, `level: text`, shortened.
    std::deque<std::string> lastLogLines() const;

  private:
    using Steady = std::chrono::steady_clock;

    /// At most ten a second leave the process; of those in between the last is kept for the main loop's next tick.
    void report(task::Progress progress) override;
    void checkFields(base::Json& fields);

    const Steady::time_point m_begunAt = Steady::now();
    const Job m_job;
    const std::filesystem::path m_database;
    const base::Clock& m_clock;
    FrameSink& m_channel;
    const base::milliseconds m_softDeadline; ///< on the clock's sinceBoot

    base::Json m_partial = nullptr;                  ///< task thread only
    std::vector<std::function<void()>> m_cleanUps;   ///< task thread only
    bool m_toldOfFields = false;                     ///< task thread only
    std::atomic<bool> m_cancelled{false};
    std::atomic<bool> m_closed{false};

    mutable std::mutex m_mutex; ///< guards the fields below
    std::optional<ProgressMessage> m_keptProgress;
    Steady::time_point m_lastProgress{};
    size_t m_logBytes = 0;
    bool m_logFull = false;
    std::deque<std::string> m_lastLines;
};

} // namespace core::worker
