#pragma once

#include "core/base/ClockJumps.h"
#include "core/upkeep/Loop.h"

#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace core::upkeep {

/// Owns the upkeep thread, which sleeps until the first loop wants to be looked at, one is woken, or the wall clock is
/// set: then it looks at all of them in their order. A loop that fails is logged, counted and tried again after a
/// growing pause (at most 30 s); the others go on. Thread: any for the public functions.
class LoopRunner {
  public:
    /// Between two looks at a loop that is woken again and again.
    static constexpr base::milliseconds kPace{10};

    LoopRunner(std::vector<std::unique_ptr<Loop>> loops, const base::Clock& clock);
    ~LoopRunner();

    /// Ends the thread; the loops stay, since answers of the store may still find them.
    void stop();
    /// Looks at everything now.
    void kick();
    std::vector<LoopReport> reports() const;

  private:
    struct Entry {
        std::unique_ptr<Loop> loop;
        base::milliseconds lastLook{0}; ///< boot clock; upkeep thread only, as the next three
        base::milliseconds nextLook{0}; ///< boot clock
        std::optional<base::Instant> nextWall;
        int failuresInARow = 0;
        LoopReport report; ///< guarded by m_mutex
    };
    void run(const std::stop_token& stop);
    void sleep();
    bool isDue(const Entry& entry) const;
    void look(Entry& entry);

    const base::Clock& m_clock;
    const std::unique_ptr<base::Alarm> m_alarm;
    std::vector<Entry> m_entries;
    base::ClockJumps m_jumps; ///< upkeep thread only
    std::atomic<bool> m_kicked{false};
    mutable std::mutex m_mutex; // guards the reports
    std::jthread m_thread;
};

} // namespace core::upkeep
