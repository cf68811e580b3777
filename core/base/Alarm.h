#pragma once

#include "core/base/Time.h"

#include <optional>

namespace core::base {

/// What a thread sleeps on that has to be awake at a moment; made by its Clock, which outlives it.
/// Thread: one waits; `wake` from any.
class Alarm {
  public:
    virtual ~Alarm() = default;
    /// Sleeps until the clock since boot or the wall clock shows the moment given, the wall clock is set, the machine
    /// comes back from a suspend, or `wake` was called since the last return. May return for no reason at all.
    virtual void wait(milliseconds sinceBoot, std::optional<Instant> wall) = 0;
    virtual void wake() = 0;
};

} // namespace core::base
