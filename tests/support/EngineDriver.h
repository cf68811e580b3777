#pragma once

#include "core/engine/Engine.h"
#include "tests/support/Dice.h"

#include <atomic>
#include <deque>
#include <thread>

namespace tests {

/// When the driver tells that something was done.
enum class Acknowledge {
    AfterTheAnswer, ///< as every client does
    BeforeAsking    ///< the control: too early
};

/// A client that submits, cancels, retries, reschedules, schedules and backfills at random, and says on standard output what
/// it was told, one line each: `E <task> <key or ->` a task exists, `K <key>` a key was used, `D <task> <state>` a task
/// ended.
class EngineDriver {
  public:
    EngineDriver(core::engine::Engine& engine, uint64_t seed, Acknowledge acknowledge);
    ~EngineDriver();

    /// Does one random thing.
    void step();
    /// True when no task waits for anything but a time that is far away.
    bool idle() const;

  private:
    core::engine::Submission randomSubmission();
    void submit();
    void cancel();
    void retry();
    void reschedule();
    void schedule();
    void backfill();
    void heard(const core::task::TaskId& task, const std::string& key);
    void watch(std::stop_token stop);

    core::engine::Engine& m_engine;
    Dice m_dice;
    const Acknowledge m_acknowledge;
    std::deque<core::task::TaskId> m_known; ///< the latest, a few
    std::jthread m_watcher;                 ///< last: says which tasks ended
};

} // namespace tests
