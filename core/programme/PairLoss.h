#pragma once

#include "core/programme/Contingency.h"
#include "core/programme/Staffing.h"

#include <span>
#include <vector>

namespace core::programme {

/// Something that needs substitutes in one half-day: slots that are filled together.
struct Opening {
    std::vector<int> slots; ///< positions, one or more
    int units = 1;          ///< substitutes that it takes
    std::vector<int> candidates; ///< who may step in
};

/// The slots that stay short when every substitute steps in for at most one unit, chosen so that as few slots as possible
/// stay short: a maximum matching of units and people (augmenting paths; H. W. Kuhn), where an opening of several units is
/// filled whole or not at all. Positions, ascending.
std::vector<int> shortSlots(const std::vector<Opening>& openings);

/// The loss of `first` and `second` at once; see FatalPair. Symmetric.
FatalPair lossOfPair(const Staffing& staffing, int first, int second);

} // namespace core::programme
