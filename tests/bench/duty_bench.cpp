#include "core/programme/duty/Compliance.h"
#include "core/programme/duty/HoursOutlook.h"
#include "core/programme/sample/Sample.h"

#include <benchmark/benchmark.h>

using namespace core::programme;
using std::chrono::days;

namespace {

/// Ninety days in the middle of a sample year of so many residents.
Programme ninetyDays(int residents, int faculty) {
    SampleOptions options;
    options.residents = residents;
    options.faculty = faculty;
    options.start = core::base::makeDate(2026, 7, 1);
    Programme programme = sample::generateSample(options, core::base::makeDate(2026, 11, 20))->programme;
    const core::base::Date from = core::base::makeDate(2026, 10, 1), to = from + days(89);
    const auto outside = [&](const auto& row) { return row.date < from || row.date > to; };
    std::erase_if(programme.days, outside);
    std::erase_if(programme.assignments, outside);
    std::erase_if(programme.calls, outside);
    return programme;
}

/// Everything that a check does but for the database.
void dutyCheck(benchmark::State& state) {
    const Programme programme = ninetyDays(int(state.range(0)), int(state.range(1)));
    size_t findings = 0;
    for (auto _ : state) {
        const duty::RuleReport report = duty::checkRules(programme, programme.first(), programme.last());
        findings = report.findings.size();
        benchmark::DoNotOptimize(duty::complianceOf(programme, report));
    }
    state.counters["findings"] = double(findings);
    state.counters["assignments"] = double(programme.assignments.size());
}

void dutyOutlook(benchmark::State& state) {
    const Programme programme = ninetyDays(int(state.range(0)), int(state.range(1)));
    for (auto _ : state)
        benchmark::DoNotOptimize(duty::hoursOutlook(programme, programme.first() + days(40)));
}

BENCHMARK(dutyCheck)->Args({18, 13})->Args({180, 130})->Unit(benchmark::kMillisecond);
BENCHMARK(dutyOutlook)->Args({18, 13})->Args({180, 130})->Unit(benchmark::kMillisecond);

} // namespace
