#pragma once

#include <vector>

namespace core::programme::duty {

/// A window of days that was evaluated, as positions, inclusive; a greater value is worse.
struct WindowValue {
    int start = 0, end = 0;
    double value = 0;
};

/// Consecutive windows beyond a limit.
struct WindowRun {
    WindowValue first, worst; ///< the worst: the first of several
    int lastEnd = 0;
    int windows = 0;
};

/// The maximal runs of windows with a value above `limit`. Windows come in the order of their ends; one that is not
/// above the limit ends a run, and so does an end day without a window.
std::vector<WindowRun> runsAbove(const std::vector<WindowValue>& windows, double limit);

} // namespace core::programme::duty
