#pragma once

#include "tests/support/PlainCron.h"
#include "tests/support/WallClock.h"

#include <vector>

namespace tests {

/// One minute of real time: what the wall showed, what it leapt over to get there, and whether it shows that again.
struct Moment {
    Second second = 0;
    std::tm local{};
    std::vector<std::tm> skipped;
    bool again = false;
};

/// The minutes whose wall clock stands at a full minute, and the first instants after a change, in [from, to).
std::vector<Moment> walk(const WallClock& clock, Second from, Second to);

/// Whether an entry fires at that moment: the rules for clocks that are put forward and back, as they are written down.
bool fires(const PlainCron& cron, const Moment& moment);

/// The local times that an entry fires for at that moment, as seconds of a clock that never changes; none: it does not.
std::vector<Second> localTimesOf(const PlainCron& cron, const Moment& moment);

} // namespace tests
