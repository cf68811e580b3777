#include "core/programme/duty/WindowRuns.h"

namespace core::programme::duty {

std::vector<WindowRun> runsAbove(const std::vector<WindowValue>& windows, double limit) {
    std::vector<WindowRun> runs;
    for (const WindowValue& window : windows) {
        if (window.value <= limit)
            continue;
        if (runs.empty() || runs.back().lastEnd + 1 != window.end)
            runs.push_back({window, window, window.end, 0});
        WindowRun& run = runs.back();
        if (window.value > run.worst.value)
            run.worst = window;
        run.lastEnd = window.end;
        ++run.windows;
    }
    return runs;
}

} // namespace core::programme::duty
