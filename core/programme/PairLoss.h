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
    int place = -1; ///< whoever steps in at a place counts in each of its openings that they may fill; -1: one of its own
};

/// The slots that stay short when every substitute steps in at one place, chosen so that as few slots as possible stay
/// short: by trying every way in which people who could fill the same openings spread over places. An opening of several
/// units is filled whole or not at all. Positions, ascending.
std::vector<int> shortSlots(const std::vector<Opening>& openings);

/// The loss of `first` and `second` at once; see FatalPair. Symmetric.
FatalPair lossOfPair(const Staffing& staffing, int first, int second);

} // namespace core::programme
