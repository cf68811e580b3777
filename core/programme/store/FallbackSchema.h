#pragma once

#include "core/store/Database.h"

#include <vector>

namespace core::programme::store {

/// The schema steps of the room `fallback`: fallback schedules, who takes over what in them, and when they were in force
/// (1).
std::vector<core::store::Migration> fallbackMigrations();

} // namespace core::programme::store
