// What one durable move costs the writer thread once it is committed: counting it, and telling whoever listens.
// Run: beatwarden_bench --benchmark_filter=LiveState

#include "core/engine/LiveState.h"

#include <benchmark/benchmark.h>

namespace livestate_bench {

using core::base::Instant;
using core::base::milliseconds;
using core::broker::Move;
using core::task::Task;
using core::task::TaskState;

enum class Listening { No, Yes };

constexpr size_t kBatch = 256; // the most that one commit takes together
constexpr size_t kBatches = 64;
constexpr Instant kNow{milliseconds(1'790'000'000'000)};

Task taskNumber(size_t number, size_t payload) {
    static constexpr std::array kTypes{"resilience_health_check", "metrics_compute", "exports_run_scheduled",
                                       "notifications_send", "cleanup_idempotency"};
    static constexpr std::array kQueueOf{"resilience", "metrics", "exports", "notifications", "cleanup"};
    Task task;
    task.key = int64_t(number) + 1;
    char id[37];
    std::snprintf(id, sizeof id, "0192a4c5-7d3e-7abc-8def-%012zx", number);
    task.id = {id};
    task.type = kTypes[number % kTypes.size()];
    task.queue = kQueueOf[number % kQueueOf.size()];
    task.params = {{"note", std::string(payload, 'x')}};
    task.triggeredBy = "bench";
    task.createdAt = kNow;
    task.maxAttempts = 3;
    return task;
}

/// The three moves of many tasks, in batches as the broker answers them.
std::vector<core::broker::Broker::Moves> lives(size_t payload) {
    std::vector<core::broker::Broker::Moves> batches;
    for (size_t b = 0; b < kBatches; ++b) {
        core::broker::Broker::Moves born, started, ended;
        for (size_t i = 0; i < kBatch; ++i) {
            Task task = taskNumber(b * kBatch + i, payload);
            born.push_back({std::nullopt, task});
            task.state = TaskState::Started;
            task.attempt = 1;
            task.startedAt = kNow + milliseconds(3);
            task.worker = "worker-2 (pid 12345)";
            started.push_back({TaskState::Pending, task});
            task.state = TaskState::Success;
            task.finishedAt = kNow + milliseconds(40);
            task.result = {{"ok", true}};
            ended.push_back({TaskState::Started, task});
        }
        for (auto* moves : {&born, &started, &ended})
            batches.push_back(std::move(*moves));
    }
    return batches;
}

void applyMoves(benchmark::State& state, Listening listening) {
    core::events::EventBus bus;
    const core::base::RealClock clock;
    core::engine::LiveState live(bus, clock);
    const auto subscription = listening == Listening::Yes ? bus.subscribe() : nullptr;
    const auto batches = lives(size_t(state.range(0)));
    size_t next = 0;
    for (auto _ : state) {
        live.apply(batches[next], kNow);
        next = (next + 1) % batches.size();
        if (next % 16 == 0) { // what the subscriber and the sampler do on threads of their own
            state.PauseTiming();
            if (subscription)
                subscription->drain();
            live.takeTally();
            state.ResumeTiming();
        }
    }
    state.SetItemsProcessed(int64_t(state.iterations() * kBatch));
    state.counters["per_move"] = benchmark::Counter(double(state.iterations() * kBatch),
                                                    benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

} // namespace livestate_bench

static void LiveStateApplyNobodyListens(benchmark::State& state) {
    livestate_bench::applyMoves(state, livestate_bench::Listening::No);
}
BENCHMARK(LiveStateApplyNobodyListens)->ArgName("payload")->Arg(100)->Arg(10'000);

static void LiveStateApplyOneSubscriber(benchmark::State& state) {
    livestate_bench::applyMoves(state, livestate_bench::Listening::Yes);
}
BENCHMARK(LiveStateApplyOneSubscriber)->ArgName("payload")->Arg(100)->Arg(10'000);
