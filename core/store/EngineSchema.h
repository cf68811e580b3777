#pragma once

#include "core/store/Database.h"

#include <vector>

namespace core::store {

/// The schema steps of the room `store` in core.db: tasks, history, schedules, outbox, audit chain, ownership.
std::vector<Migration> engineMigrations();
/// The schema steps of telemetry.db.
std::vector<Migration> telemetryMigrations();

} // namespace core::store
