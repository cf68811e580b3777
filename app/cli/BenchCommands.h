#pragma once

#include "app/bench/BeatBench.h"
#include "app/bench/CronBench.h"
#include "app/bench/EngineBench.h"
#include "app/cli/TaskCommands.h"

namespace app::cli {

/// Measures an engine on a folder of its own beside the data directory, and prints one JSON line.
Outcome benchEngine(Session& session, app::bench::EngineBenchPlan plan);
/// Measures the beat of an engine without workers on a folder of its own beside the data directory; one JSON line.
Outcome benchBeat(Session& session, const app::bench::BeatBenchPlan& plan);
/// Measures the calculation of next instants, without an engine; one JSON line for each expression and zone, and one for all.
Outcome benchCron(Session& session, const app::bench::CronBenchPlan& plan);

} // namespace app::cli
