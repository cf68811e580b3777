#include "app/cli/BenchCommands.h"

#include "app/Composition.h"
#include "app/StopSignals.h"
#include "app/bench/BenchFolder.h"

namespace app::cli {

using core::base::Json;

Outcome benchEngine(Session& session, app::bench::EngineBenchPlan plan) {
    plan.workers = session.options().workers;
    StopSignals signals; // before the engine's threads
    std::stop_source stop;
    signals.onSignal([&stop] { stop.request_stop(); });
    const auto folder = app::bench::BenchFolder::make(session.options().dataDirectory.parent_path());
    if (!folder)
        return folder.error();
    const EngineChoice choice{folder->path() / "data", plan.workers, Beat::Off, TaskTypes::Bench};
    app::bench::EngineBench bench(plan, [&] { return startEngine(choice, session.clock()); }, stop.get_token());
    auto figures = bench.run();
    if (!figures)
        return figures.error();
    (*figures)["durability"] = folder->onDisk() ? "full (core.db synchronous=FULL)"
                                                : "none (core.db synchronous=FULL, but in memory: tmpfs)";
    session.show(*figures, [](std::ostream& out, const Json& line) { out << core::base::dumpJson(line) << '\n'; });
    return ExitStatus::Done;
}

} // namespace app::cli
