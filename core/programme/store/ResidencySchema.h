#pragma once

#include "core/store/Database.h"

#include <vector>

namespace core::programme::store {

/// Schema step 1 of the room `programme`: people, calendar, rotations, requirements, schedule, calls, absences, runs.
std::vector<core::store::Migration> residencyMigrations();

} // namespace core::programme::store
