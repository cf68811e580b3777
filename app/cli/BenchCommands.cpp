#include "app/cli/BenchCommands.h"

#include "app/Composition.h"
#include "app/StopSignals.h"
#include "app/bench/BenchFolder.h"

namespace app::cli {

using core::base::Json;

namespace {

void printLine(std::ostream& out, const Json& line) {
    out << core::base::dumpJson(line) << '\n';
}

const char* durability(const app::bench::BenchFolder& folder) {
    return folder.onDisk() ? "full (core.db synchronous=FULL)"
                           : "none (core.db synchronous=FULL, but in memory: tmpfs)";
}

} // namespace

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
    (*figures)["durability"] = durability(*folder);
    session.show(*figures, printLine);
    return ExitStatus::Done;
}

Outcome benchBeat(Session& session, const app::bench::BeatBenchPlan& plan) {
    StopSignals signals; // before the engine's threads
    std::stop_source stop;
    signals.onSignal([&stop] { stop.request_stop(); });
    const auto folder = app::bench::BenchFolder::make(session.options().dataDirectory.parent_path());
    if (!folder)
        return folder.error();
    const auto start = [&](app::bench::BeatBench::Beat beat) {
        const bool on = beat == app::bench::BeatBench::Beat::On;
        return startEngine({folder->path() / "data", 0, on ? Beat::On : Beat::Off, TaskTypes::Bench}, session.clock());
    };
    app::bench::BeatBench bench(plan, start, stop.get_token());
    auto figures = bench.run();
    if (!figures)
        return figures.error();
    (*figures)["durability"] = durability(*folder);
    session.show(*figures, printLine);
    return ExitStatus::Done;
}

Outcome benchCron(Session& session, const app::bench::CronBenchPlan& plan) {
    const auto lines = app::bench::measureCron(plan);
    if (!lines)
        return lines.error();
    for (const Json& line : *lines)
        session.show(line, printLine);
    return ExitStatus::Done;
}

} // namespace app::cli
