#pragma once

#include "core/store/Database.h"

namespace core::engine {

/// Opens telemetry.db. It is disposable: one that cannot be opened (damaged, of a newer release, not a file) is set
/// aside with a line in the log, and a new one begun; nullptr when that is impossible too. It never stops the engine.
std::shared_ptr<store::Database> openTelemetry(const std::filesystem::path& file);

} // namespace core::engine
