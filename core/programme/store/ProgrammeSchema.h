#pragma once

#include "core/store/Database.h"

#include <string>
#include <vector>

namespace core::programme::store {

/// The schema steps of the room `programme`: residency data (1) and resilience and metrics results (2); then those of
/// the rooms `duty` and `fallback`.
std::vector<core::store::Migration> programmeMigrations();

/// The tables that a task's change set may touch.
std::vector<std::string> tablesWritableByTasks();

} // namespace core::programme::store
