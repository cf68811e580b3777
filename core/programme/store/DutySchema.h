#pragma once

#include "core/store/Database.h"

#include <vector>

namespace core::programme::store {

/// The schema steps of the room `duty`, which come after those of `programme`: work beyond the schedule, the limits in
/// force, and violations with what people said to them (1).
std::vector<core::store::Migration> dutyMigrations();

} // namespace core::programme::store
