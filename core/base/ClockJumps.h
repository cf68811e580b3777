#pragma once

#include "core/base/Clock.h"

#include <optional>
#include <utility>

namespace core::base {

/// The wall clock was set.
struct ClockJump {
    Instant from{}, to{}; ///< what the clock would show, and what it shows
    milliseconds by() const { return to - from; }
};

/// Tells a wall clock that was set from time that passed: suspends and slow loops move both clocks alike.
/// Thread: one at a time.
class ClockJumps {
  public:
    /// The wall clock drifts and is steered by less than this between two looks.
    static constexpr milliseconds kNoticed{1'000};

    /// None when the clock was not set since the last look; none at the first.
    std::optional<ClockJump> look(const Moment& moment) {
        const auto before = std::exchange(m_last, moment);
        if (!before)
            return std::nullopt;
        const ClockJump jump{before->now + (moment.sinceBoot - before->sinceBoot), moment.now};
        return jump.by() >= kNoticed || jump.by() <= -kNoticed ? std::optional(jump) : std::nullopt;
    }

  private:
    std::optional<Moment> m_last;
};

} // namespace core::base
