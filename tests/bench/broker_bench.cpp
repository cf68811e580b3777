// What the store and its broker cost, each step by itself: processor time of the whole process, the disk's wait beside it.
// Run: beatwarden_bench --benchmark_filter='Store|Broker'; TMPDIR says on which disk (/dev/shm: without one)

#include "core/broker/SqliteBroker.h"
#include "core/store/Database.h"
#include "core/store/EngineSchema.h"
#include "tests/conformance/Desk.h"
#include "tests/support/TemporaryFolder.h"

#include <benchmark/benchmark.h>
#include <latch>
#include <nlohmann/json.hpp>

namespace broker_bench {

using core::base::Result;
using core::broker::Broker;
using core::broker::ClaimRequest;
using core::broker::Ending;
using core::broker::NewTask;
using core::store::Connection;
using core::store::Database;

constexpr core::base::Instant kNow{core::base::milliseconds(1'790'000'000'000)};

/// A fresh store, its broker and an owner.
class Store {
  public:
    Store() {
        auto steps = core::store::engineMigrations();
        steps.push_back({"bench", 1, "CREATE TABLE note(id INTEGER PRIMARY KEY, body TEXT NOT NULL)"});
        database = std::move(*Database::open(m_folder / "core.db", steps));
        broker = std::make_unique<core::broker::SqliteBroker>(*database, std::vector<std::string>{});
        m_epoch = *broker->takeOwnership(kNow);
    }

    tests::conformance::Desk desk() { return tests::conformance::Desk(*broker); }

    std::vector<NewTask> tasks(int64_t count) {
        std::vector<NewTask> made;
        for (; count > 0; --count) {
            core::task::Task task;
            char id[40];
            std::snprintf(id, sizeof id, "0192a4c5-7d3e-7abc-8def-%012llx", static_cast<unsigned long long>(++m_made));
            task.id = {id};
            task.type = "bench";
            task.queue = "default";
            task.params = {{"text", std::string(100, 'x')}};
            task.triggeredBy = "bench";
            task.createdAt = kNow;
            made.emplace_back(std::move(task));
        }
        return made;
    }

    ClaimRequest claimOf(int64_t count) const {
        ClaimRequest request;
        request.batches = 1;
        request.queues = {{"default", 1}};
        request.types = {{"bench", {1, int(count)}}};
        request.epoch = m_epoch;
        request.now = kNow;
        return request;
    }

    std::vector<Ending> endingsOf(const Broker::Moves& started) const {
        std::vector<Ending> endings;
        for (const auto& move : started) {
            Ending ending;
            ending.task = move.task.id;
            ending.type = move.task.type;
            ending.attempt = move.task.attempt;
            ending.epoch = m_epoch;
            ending.worker = "worker-1 (pid 4711)";
            ending.outcome = core::task::Outcome::success(nullptr);
            ending.now = kNow;
            endings.push_back(std::move(ending));
        }
        return endings;
    }

    std::unique_ptr<Database> database;
    std::unique_ptr<core::broker::SqliteBroker> broker;

  private:
    tests::TemporaryFolder m_folder;
    int64_t m_epoch = 0;
    uint64_t m_made = 0;
};

/// Counts the tasks of all rounds, and says what one costs.
void countItems(benchmark::State& state) {
    const double all = double(state.iterations()) * double(state.range(0));
    state.SetItemsProcessed(int64_t(all));
    state.counters["each"] = benchmark::Counter(all, benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

/// Requests that wait together share one commit.
void commits(benchmark::State& state) {
    Store store;
    for (auto _ : state) {
        std::latch answered(state.range(0));
        for (int64_t i = 0; i < state.range(0); ++i)
            store.database->post(
                [](Connection& db) -> Result<void> {
                    db.run("INSERT INTO note(body) VALUES('text')");
                    return {};
                },
                [&](const Result<void>&) { answered.count_down(); });
        answered.wait();
    }
    countItems(state);
}

void enqueues(benchmark::State& state) {
    Store store;
    for (auto _ : state) {
        state.PauseTiming();
        auto tasks = store.tasks(state.range(0));
        state.ResumeTiming();
        benchmark::DoNotOptimize(store.desk().enqueue(std::move(tasks)));
    }
    countItems(state);
}

void claims(benchmark::State& state) {
    Store store;
    for (auto _ : state) {
        state.PauseTiming();
        const auto made = store.desk().enqueue(store.tasks(state.range(0)));
        state.ResumeTiming();
        const auto started = store.desk().claim(store.claimOf(state.range(0)));
        state.PauseTiming();
        if (!made || !started || int64_t(started->size()) != state.range(0))
            state.SkipWithError("not everything was claimed");
        else
            benchmark::DoNotOptimize(store.desk().end(store.endingsOf(*started)));
        state.ResumeTiming();
    }
    countItems(state);
}

void ends(benchmark::State& state) {
    Store store;
    for (auto _ : state) {
        state.PauseTiming();
        const auto made = store.desk().enqueue(store.tasks(state.range(0)));
        const auto started = store.desk().claim(store.claimOf(state.range(0)));
        auto endings = store.endingsOf(*started);
        state.ResumeTiming();
        const auto ended = store.desk().end(std::move(endings));
        if (!made || !ended || int64_t(ended->moves.size()) != state.range(0))
            state.SkipWithError("not everything ended");
    }
    countItems(state);
}

/// As the engine runs under load: each round ends one batch and claims the next in one transaction.
void rounds(benchmark::State& state) {
    Store store;
    auto started = store.desk().enqueue(store.tasks(state.range(0)), store.claimOf(state.range(0)));
    std::erase_if(*started, [](const auto& move) { return move.batch < 0; });
    for (auto _ : state) {
        state.PauseTiming();
        auto endings = store.endingsOf(*started);
        benchmark::DoNotOptimize(store.desk().enqueue(store.tasks(state.range(0))));
        state.ResumeTiming();
        auto ended = store.desk().end(std::move(endings), store.claimOf(state.range(0)));
        std::erase_if(ended->moves, [](const auto& move) { return move.batch < 0; });
        *started = std::move(ended->moves);
        if (int64_t(started->size()) != state.range(0))
            state.SkipWithError("not everything was claimed");
    }
    countItems(state);
}

} // namespace broker_bench

BENCHMARK(broker_bench::commits)->Name("StoreCommit")->Arg(1)->Arg(16)->Arg(256)->MeasureProcessCPUTime();
BENCHMARK(broker_bench::enqueues)->Name("BrokerEnqueue")->Arg(1)->Arg(16)->Arg(500)->MeasureProcessCPUTime();
BENCHMARK(broker_bench::claims)->Name("BrokerClaim")->Arg(1)->Arg(16)->Arg(256)->MeasureProcessCPUTime();
BENCHMARK(broker_bench::ends)->Name("BrokerEnd")->Arg(1)->Arg(16)->Arg(256)->MeasureProcessCPUTime();
BENCHMARK(broker_bench::rounds)->Name("BrokerEndAndClaim")->Arg(1)->Arg(16)->Arg(256)->MeasureProcessCPUTime();
