// What the analyses of the programme cost, from the size of the sample (18 residents, 13 faculty) to ten times that.
// Run: beatwarden_bench --benchmark_filter=Programme
// Bars at the size of the sample: health check 300 ms, N-1 with N-2 and cascades 1 s, forecast 300 ms, seven fallback
// schedules 10 s; at ten times that size at most twenty times as long.

#include "core/packs/Packs.h"
#include "core/programme/Contingency.h"
#include "core/programme/Forecast.h"
#include "core/programme/HealthReport.h"
#include "core/programme/store/ProgrammeReader.h"
#include "core/programme/store/ProgrammeSchema.h"
#include "core/programme/store/ProgrammeWriter.h"
#include "core/programme/store/VitalsReader.h"
#include "core/store/ChangeApplier.h"
#include "core/store/Database.h"
#include "core/store/EngineSchema.h"
#include "core/task/TaskRegistry.h"
#include "tests/support/HandlerContext.h"
#include "tests/support/TemporaryFolder.h"

#include <benchmark/benchmark.h>
#include <map>
#include <stdexcept>

namespace programme_bench {

using core::base::Json;
using core::store::Connection;

constexpr int kResidents = 18, kFaculty = 13;

/// A database with a sample so many times the usual size, and the handlers.
class World {
  public:
    explicit World(int times) : m_clock(*core::base::parseInstant("2026-11-20T18:00:00Z")) {
        auto steps = core::store::engineMigrations();
        for (auto& step : core::programme::store::programmeMigrations())
            steps.push_back(step);
        auto opened = core::store::Database::open(m_folder / "core.db", steps);
        if (!opened)
            throw std::runtime_error(opened.error().text());
        m_database = std::move(*opened);
        core::packs::registerAll(m_registry);
        core::programme::SampleOptions options;
        options.residents = kResidents * times;
        options.faculty = kFaculty * times;
        const auto stats = m_database->write([&](Connection& db) {
            return core::programme::store::createSample(db, options, std::chrono::floor<std::chrono::days>(m_clock.now()));
        });
        if (!stats)
            throw std::runtime_error(stats.error().text());
    }

    /// One run of a handler, reading included; nothing is committed.
    core::task::Outcome run(const char* type) const {
        const core::task::TaskType& found = *m_registry.find(type);
        tests::HandlerContext context(m_clock, m_database->file(), "bench");
        auto outcome = found.run(*found.parameters.validate(Json::object()), context);
        if (outcome.verdict != core::task::Verdict::Success)
            throw std::runtime_error(outcome.errorMessage);
        return outcome;
    }

    void commit(const core::task::Outcome& outcome) {
        core::store::ChangeApplier applier(core::programme::store::tablesWritableByTasks());
        const auto done = m_database->write(
            [&](Connection& db) { return applier.apply(db, outcome.changes, m_clock.now()); });
        if (!done)
            throw std::runtime_error(done.error().text());
    }

    core::programme::Programme read(int daysBefore, int daysAfter) const {
        const auto today = core::base::makeDate(2026, 11, 20);
        auto programme = m_database->read([&](Connection& db) {
            return core::programme::store::readProgramme(db, today - std::chrono::days(daysBefore),
                                                         today + std::chrono::days(daysAfter));
        });
        return std::move(*programme);
    }

    const core::store::Database& database() const { return *m_database; }
    const core::base::Clock& clock() const { return m_clock; }

  private:
    tests::TemporaryFolder m_folder;
    core::base::ManualClock m_clock;
    core::task::TaskRegistry m_registry;
    std::unique_ptr<core::store::Database> m_database;
};

/// Made once for each size.
World& world(int times) {
    static std::map<int, std::unique_ptr<World>> worlds;
    auto& found = worlds[times];
    if (!found)
        found = std::make_unique<World>(times);
    return *found;
}

void handler(benchmark::State& state, const char* type) {
    const World& there = world(int(state.range(0)));
    for (auto _ : state)
        benchmark::DoNotOptimize(there.run(type));
    state.SetComplexityN(state.range(0));
}

/// The health check that finds no contingency report and makes one.
void ProgrammeHealthCheckWithAnalysis(benchmark::State& state) {
    handler(state, "resilience_health_check");
}

void ProgrammeContingency(benchmark::State& state) {
    handler(state, "resilience_contingency");
}

void ProgrammeForecast(benchmark::State& state) {
    handler(state, "resilience_utilization_forecast");
}

/// All seven fallback schedules of 90 days, with the analysis that says who is lost.
void ProgrammeFallbacks(benchmark::State& state) {
    handler(state, "resilience_fallback_precompute");
}

/// N-1, N-2 and cascades alone, without reading and writing.
void ProgrammeAnalysis(benchmark::State& state) {
    const auto programme = world(int(state.range(0))).read(7, 90);
    const auto today = core::base::makeDate(2026, 11, 20);
    for (auto _ : state)
        benchmark::DoNotOptimize(core::programme::analyseContingency(programme, today, today + std::chrono::days(90), {},
                                                                     [](double, const char*) {}));
    state.SetComplexityN(state.range(0));
}

/// A health check alone, of a week that was read.
void ProgrammeHealthReport(benchmark::State& state) {
    const auto programme = world(int(state.range(0))).read(7, 7);
    for (auto _ : state)
        benchmark::DoNotOptimize(core::programme::checkHealth(programme, core::base::makeDate(2026, 11, 20), {}));
}

void ProgrammeReading(benchmark::State& state) {
    const World& there = world(int(state.range(0)));
    for (auto _ : state)
        benchmark::DoNotOptimize(there.read(7, 90));
}

/// Everything that the vitals show, computed from the stored programme.
void ProgrammeVitals(benchmark::State& state) {
    const World& there = world(int(state.range(0)));
    for (auto _ : state) {
        auto document = there.database().read(
            [&](Connection& db) { return core::programme::store::readVitals(db, there.clock().now()); });
        if (!document)
            state.SkipWithError(document.error().text().c_str());
        benchmark::DoNotOptimize(document);
    }
}

/// Once, ten times, and what lies between: the scaling curve.
void sizes(benchmark::internal::Benchmark* bench) {
    bench->Arg(1)->Arg(2)->Arg(5)->Arg(10)->ArgName("times")->Unit(benchmark::kMillisecond);
}

BENCHMARK(ProgrammeHealthCheckWithAnalysis)->Apply(sizes)->Complexity();
BENCHMARK(ProgrammeContingency)->Apply(sizes)->Complexity();
BENCHMARK(ProgrammeForecast)->Apply(sizes)->Complexity();
BENCHMARK(ProgrammeFallbacks)->Apply(sizes)->Complexity();
BENCHMARK(ProgrammeAnalysis)->Apply(sizes)->Complexity();
BENCHMARK(ProgrammeHealthReport)->Apply(sizes);
BENCHMARK(ProgrammeReading)->Apply(sizes);
BENCHMARK(ProgrammeVitals)->Apply(sizes);

/// The usual health check: it reuses a contingency report of the last day. Last, because it commits one.
void ProgrammeHealthCheck(benchmark::State& state) {
    World& there = world(int(state.range(0)));
    there.commit(there.run("resilience_contingency"));
    handler(state, "resilience_health_check");
}
BENCHMARK(ProgrammeHealthCheck)->Apply(sizes)->Complexity();

} // namespace programme_bench
