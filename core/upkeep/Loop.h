#pragma once

#include "core/base/Clock.h"
#include "core/base/Result.h"

#include <atomic>
#include <optional>
#include <string>

namespace core::upkeep {

/// When a loop wants to be looked at again: at the latest after some time, or earlier, when the wall clock shows
/// something; that moment comes sooner or later when the clock is set.
struct NextLook {
    base::milliseconds within{0};
    std::optional<base::Instant> at = std::nullopt;
};

/// One small duty that is looked at again and again. Thread: upkeep; `wake` from any. It never waits long and never
/// throws away an error.
class Loop {
  public:
    virtual ~Loop() = default;
    virtual std::string name() const = 0;
    /// Does what there is to do at `now`, and says when to look again. It may be looked at earlier than that.
    virtual base::Result<NextLook> look(base::Instant now) = 0;
    /// Ends what it does beside the upkeep thread; called after the last look.
    virtual void halt() {}
    /// There is something to do: it is looked at soon.
    void wake();

  private:
    friend class LoopRunner;
    std::atomic<bool> m_woken{false};
    std::atomic<base::Alarm*> m_alarm{nullptr}; ///< the runner's
};

/// What a loop did last, for the health view.
struct LoopReport {
    std::string name;
    std::optional<base::Instant> lastRun;
    uint64_t failures = 0;
    std::string lastError; ///< of the last look; empty: it went well
};

} // namespace core::upkeep
