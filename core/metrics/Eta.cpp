#include "core/metrics/Eta.h"

#include <algorithm>
#include <cmath>

namespace core::metrics {

namespace {

constexpr double kFirstPace = 0.01; ///< before 1 % is done, the pace is guesswork
constexpr double kLongest = 1e12;   ///< milliseconds; 31 years, far from any overflow

} // namespace

std::optional<std::chrono::milliseconds> remainingTime(const Histogram& runs, std::chrono::milliseconds elapsed,
                                                       std::optional<double> progressPercent) {
    using std::chrono::milliseconds;
    elapsed = std::max(elapsed, milliseconds(0));
    std::optional<double> byRuns, byPace;
    if (runs.count() >= kEnoughRuns && elapsed.count() < kLongest)
        if (const auto left = runs.remaining(elapsed, 0.5))
            byRuns = double(left->count()) / 1000;
    const double done = progressPercent && std::isfinite(*progressPercent) ? *progressPercent / 100 : 0;
    const double share = std::clamp(done, 0.0, 1.0);
    if (share >= kFirstPace)
        byPace = double(elapsed.count()) * (1 - share) / share;
    if (!byRuns && !byPace)
        return std::nullopt;
    const double left = byRuns && byPace ? share * *byPace + (1 - share) * *byRuns : byPace ? *byPace : *byRuns;
    return milliseconds(std::llround(std::min(left, kLongest)));
}

} // namespace core::metrics
