#pragma once

#include "core/base/Time.h"

#include <optional>
#include <utility>

namespace core::beat {

/// Tells a wall clock that was set from time that passed: suspends and slow loops move both clocks alike.
/// Thread: one at a time.
class ClockWatch {
  public:
    /// The wall clock drifts and is slewed by less than this between two looks.
    static constexpr base::milliseconds kNoticed{1'000};
    /// A clock that is set by at least this was wrong before; by less it is taken for a change of daylight or a touch.
    static constexpr std::chrono::hours kCorrection{3};

    struct Jump {
        base::Instant from{}, to{}; ///< what the clock would show, and what it shows
        base::milliseconds by() const { return to - from; }
        bool isCorrection() const { return by() >= kCorrection || by() <= -kCorrection; }
    };
    /// None when the clock was not set since the last look.
    std::optional<Jump> look(base::Instant now, base::milliseconds sinceBoot) {
        const auto before = std::exchange(m_last, Moment{now, sinceBoot});
        if (!before)
            return std::nullopt;
        const Jump jump{before->now + (sinceBoot - before->sinceBoot), now};
        return jump.by() >= kNoticed || jump.by() <= -kNoticed ? std::optional(jump) : std::nullopt;
    }

  private:
    struct Moment {
        base::Instant now;
        base::milliseconds sinceBoot;
    };
    std::optional<Moment> m_last;
};

} // namespace core::beat
