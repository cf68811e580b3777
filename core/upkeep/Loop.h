#pragma once

#include "core/base/Clock.h"
#include "core/base/Result.h"

#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace core::upkeep {

/// One small duty that is looked at again and again. Thread: upkeep. It never waits long and never throws away an error.
class Loop {
  public:
    virtual ~Loop() = default;
    virtual std::string name() const = 0;
    /// How long at most between two looks.
    virtual base::milliseconds period() const = 0;
    virtual base::Result<void> look(base::Instant now) = 0;
    /// Ends what it does beside the upkeep thread; called after the last look.
    virtual void halt() {}
};

/// What a loop did last, for the health view.
struct LoopReport {
    std::string name;
    std::optional<base::Instant> lastRun;
    uint64_t failures = 0;
    std::string lastError; ///< of the last look; empty: it went well
};

/// Owns the upkeep thread and runs the loops on it, each at its period. A loop that fails is logged, counted and tried
/// again after a growing pause (at most 30 s); the others go on. Thread: any for the public functions.
class LoopRunner {
  public:
    LoopRunner(std::vector<std::unique_ptr<Loop>> loops, const base::Clock& clock);
    ~LoopRunner();

    /// Ends the thread; the loops stay, since answers of the store may still find them.
    void stop();
    /// Looks at everything now, without waiting for the periods.
    void kick();
    std::vector<LoopReport> reports() const;

  private:
    struct Entry {
        std::unique_ptr<Loop> loop;
        base::milliseconds nextLook{0}; ///< upkeep thread only
        int failuresInARow = 0;         ///< upkeep thread only
        LoopReport report;              ///< guarded by m_mutex
    };
    void run(std::stop_token stop);
    void look(Entry& entry);

    const base::Clock& m_clock;
    std::vector<Entry> m_entries;
    mutable std::mutex m_mutex; // guards m_kicked and the reports
    std::condition_variable_any m_wake;
    bool m_kicked = false;
    std::jthread m_thread;
};

} // namespace core::upkeep
