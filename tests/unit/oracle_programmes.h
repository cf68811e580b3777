#pragma once

#include "core/programme/Programme.h"

#include <cstdint>
#include <vector>

namespace tests::oracle {

/// How large a programme of chance may become.
struct Extent {
    int leastDays = 1, mostDays = 42;
    int leastFaculty = 0, mostFaculty = 5, mostResidents = 4;
    int leastServices = 0;
};

/// A small programme of chance, the same for the same seed: everything that rows may say is in some of them, also what
/// no programme should have. No people or no rows at all; people who join, leave, are away, work part of the time or
/// have no level; weeks with a leap day, with holidays, with the turn of the academic year; services on one rotation
/// that need different skills, needs of nothing and of halves; assignments without a rotation, time off, backup;
/// absences of every state, of half days, overlapping, ending before they begin.
core::programme::Programme programmeOfChance(uint64_t seed, const Extent& extent = {});

/// The same programme with its people in another order: `order` has their positions, each once.
core::programme::Programme withPeopleInOrder(const core::programme::Programme& programme,
                                             const std::vector<int>& order);

} // namespace tests::oracle
