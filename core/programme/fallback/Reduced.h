#pragma once

#include "core/programme/fallback/Loss.h"

#include <map>
#include <tuple>

namespace core::programme::fallback {

/// The programme as it stands in a scenario before anybody steps in.
struct Reduced {
    Programme programme; ///< `kept` published work only; what is done without is not required
    /// The rotation that somebody was to work on and does without: by (person, day of the programme, half).
    std::map<std::tuple<int, int, Half>, int> givenUp;
    std::vector<bool> lost; ///< by (person × days + day): away because of the scenario
    bool isLost(int person, int day) const { return lost[size_t(person) * programme.days.size() + size_t(day)]; }
};

/// Takes the scenario's losses and what it does without off the days [from, to]; days before stay as they were.
/// Kept is published work (assignments and calls) of whoever is there, on a rotation that goes on: one that is not shed,
/// or that an unshed requirement names. Time off stays, but for leave that is cancelled. With a holiday crew every day
/// counts as a federal holiday, and of whoever is there only as many stay in a service as it needs (by id); all others
/// are off. Load shedding in force is left out of account: the scenario says what is shed.
Reduced reduced(const Programme& published, const ScenarioRule& rule, const Loss& loss, base::Date from, base::Date to);

} // namespace core::programme::fallback
