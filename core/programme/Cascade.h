#pragma once

#include <vector>

namespace core::programme {

/// What follows when the seed of a cascade is lost.
struct CascadeResult {
    int waves = 0;                ///< of further failures after the initial loss
    std::vector<int> failed;      ///< members that broke under the load of others, in the order of failing
    double finalCoverage = 1;     ///< load still carried / original load, 0..1
    bool catastrophic = false;    ///< finalCoverage < 0.5
};

/// Cascade of failures: normal capacity is K = load / 0.80 (1 without load); a member fails above 1.2·K. The load of
/// whoever fails goes to the survivors in proportion to their free capacity (1.2·K − load) times `takes[failed][s]`,
/// 0..1, how much of the failed member's work s is qualified for (empty: everybody can do everything); if nobody
/// qualified has free capacity, in proportion to `takes` alone; if nobody is qualified, it is lost. All who fail in one wave
/// hand on at once, by the loads before it, so that the order of the members changes nothing. This repeats until nobody
/// more fails. Loads are half-days a week.
CascadeResult simulateCascade(const std::vector<double>& loads, const std::vector<int>& seed,
                              const std::vector<std::vector<double>>& takes = {});

} // namespace core::programme
