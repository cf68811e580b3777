// What a frame between engine and worker costs. Run: beatwarden_bench --benchmark_filter=Frame

#include "core/worker/Messages.h"

#include <benchmark/benchmark.h>
#include <nlohmann/json.hpp>

namespace frames_bench {

using core::worker::AttemptKey;
using core::worker::Direction;
using core::worker::FrameReader;
using core::worker::Job;
using core::worker::OutcomeMessage;

const core::task::TaskId kTask{"0192a4c5-7d3e-7abc-8def-000000000001"};

Job jobOf(int64_t payload) {
    Job job;
    job.task = kTask;
    job.key = 1;
    job.type = "bench_noop";
    job.params = {{"text", std::string(size_t(payload), 'x')}};
    job.triggeredBy = "bench";
    return job;
}

OutcomeMessage outcomeOf(int64_t payload) {
    OutcomeMessage message;
    message.about = AttemptKey{kTask, 1};
    message.rssBytes = 7 << 20;
    message.outcome = core::task::Outcome::success(payload > 0 ? core::base::Json(std::string(size_t(payload), 'x'))
                                                               : core::base::Json());
    return message;
}

void encodesJob(benchmark::State& state) {
    const Job job = jobOf(state.range(0));
    for (auto _ : state)
        benchmark::DoNotOptimize(core::worker::encode(job));
}

void encodesOutcome(benchmark::State& state) {
    const OutcomeMessage message = outcomeOf(state.range(0));
    for (auto _ : state)
        benchmark::DoNotOptimize(core::worker::encode(message));
}

/// From the bytes of the socket to the message.
template <class Decode>
void decodes(benchmark::State& state, const std::string& frame, Direction direction, Decode decode) {
    FrameReader reader(direction);
    for (auto _ : state) {
        reader.feed(frame);
        const auto view = reader.next();
        if (!view || !*view || !decode((*view)->payload))
            state.SkipWithError("the frame was not understood");
    }
    state.SetBytesProcessed(int64_t(state.iterations() * frame.size()));
}

void decodesJob(benchmark::State& state) {
    decodes(state, *core::worker::encode(jobOf(state.range(0))), Direction::EngineToWorker, core::worker::decodeRun);
}

void decodesOutcome(benchmark::State& state) {
    decodes(state, *core::worker::encode(outcomeOf(state.range(0))), Direction::WorkerToEngine,
            core::worker::decodeOutcome);
}

} // namespace frames_bench

BENCHMARK(frames_bench::encodesJob)->Name("FrameEncodeJob")->ArgName("payload")->Arg(100)->Arg(10'000);
BENCHMARK(frames_bench::decodesJob)->Name("FrameDecodeJob")->ArgName("payload")->Arg(100)->Arg(10'000);
BENCHMARK(frames_bench::encodesOutcome)->Name("FrameEncodeOutcome")->ArgName("payload")->Arg(0)->Arg(10'000);
BENCHMARK(frames_bench::decodesOutcome)->Name("FrameDecodeOutcome")->ArgName("payload")->Arg(0)->Arg(10'000);
