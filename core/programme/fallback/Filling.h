#pragma once

#include <vector>

namespace core::programme::fallback {

/// What one place lacks in a half-day.
struct Vacancy {
    int units = 1;               ///< persons, ≥ 1
    std::vector<int> candidates; ///< who may take one of them, the one to be preferred first
};

/// For each vacancy who takes it, at most as many as it has units; nobody is in two.
using Filling = std::vector<std::vector<int>>;
int filledUnits(const Filling& filling);

/// One vacancy after the other, in their order, each with its first candidates who are still free.
Filling fillGreedily(const std::vector<Vacancy>& vacancies);

/// As many units as can be filled at all (a maximum bipartite matching by augmenting paths, H. W. Kuhn 1955); among those
/// ways one that never leaves an earlier vacancy short for the sake of a later one.
Filling fillExactly(const std::vector<Vacancy>& vacancies);

} // namespace core::programme::fallback
