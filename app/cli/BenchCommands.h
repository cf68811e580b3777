#pragma once

#include "app/bench/EngineBench.h"
#include "app/cli/TaskCommands.h"

namespace app::cli {

/// Measures an engine on a folder of its own beside the data directory, and prints one JSON line.
Outcome benchEngine(Session& session, app::bench::EngineBenchPlan plan);

} // namespace app::cli
