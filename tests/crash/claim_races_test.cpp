#include "core/store/EngineSchema.h"
#include "tests/support/BrokerDriver.h"
#include "tests/support/Campaign.h"
#include "tests/support/EngineHarness.h"

#include <csignal>
#include <future>
#include <gtest/gtest.h>
#include <thread>

namespace {

using core::base::ErrorCode;
using core::base::Instant;
using core::base::milliseconds;
using core::base::Result;
using core::broker::Broker;
using core::broker::Ending;
using core::broker::SqliteBroker;
using core::store::Connection;
using core::store::Database;
using core::task::Task;
using core::task::TaskState;
using tests::BrokerDriver;

constexpr int kClaimers = 8;
const Instant kNow = *core::base::parseInstant("2026-11-20T08:00:00Z");

class ClaimRaces : public testing::Test {
  protected:
    ClaimRaces()
        : m_database(*Database::open(file(), BrokerDriver::migrations())),
          m_broker(*m_database, std::vector<std::string>{"effect"}), m_epoch(*m_broker.takeOwnership(kNow)) {}

    std::filesystem::path file() const { return m_folder / "core.db"; }

    void enqueue(int count) {
        std::vector<core::broker::NewTask> tasks;
        for (int i = 0; i < count; ++i) {
            Task task;
            task.id = {"task-" + std::to_string(m_made++)};
            task.type = "effect";
            task.queue = "default";
            task.maxAttempts = 100;
            task.createdAt = kNow;
            tasks.emplace_back(std::move(task));
        }
        ASSERT_TRUE(ask([&](auto then) { m_broker.enqueue(std::move(tasks), std::nullopt, then); }));
    }

    template <class T = Broker::Moves, class Verb>
    Result<T> ask(Verb verb) {
        std::promise<Result<T>> promise;
        verb([&](Result<T> answer) { promise.set_value(std::move(answer)); });
        return promise.get_future().get();
    }

    Broker::Moves claim(int batches, int batchSize) {
        core::broker::ClaimRequest request;
        request.batches = batches;
        request.queues = {{"default", batches}};
        request.types = {{"effect", {batches, batchSize}}};
        request.epoch = m_epoch;
        request.now = kNow;
        auto moves = ask([&](auto then) { m_broker.claim(request, then); });
        return moves ? *moves : Broker::Moves();
    }

    Broker::Ended end(const Task& running, core::broker::EndingKind kind) {
        auto endings = std::make_shared<std::vector<Ending>>(1);
        Ending& ending = endings->front();
        ending.task = running.id;
        ending.type = running.type;
        ending.attempt = running.attempt;
        ending.epoch = m_epoch;
        ending.kind = kind;
        ending.message = "it ended";
        ending.retry.delay = core::base::seconds(0);
        ending.outcome = core::task::Outcome::success(nullptr);
        ending.outcome.changes.changes.push_back(
            {core::task::ChangeKind::Insert, "effect", {{"task_id", running.id.text}}, core::base::Json::object(), {}});
        ending.now = kNow;
        return *ask<Broker::Ended>([&](auto then) { m_broker.end(endings, std::nullopt, then); });
    }

    int64_t count(const std::string& sql) {
        return *m_database->read([&](Connection& db) -> Result<int64_t> {
            core::store::Query row = db.query(sql);
            row.step();
            return row.integer(0);
        });
    }

    std::string violations() {
        tests::CheckOptions options;
        options.running = tests::Running::OfThisOwner;
        options.effectTypes = {"effect"};
        options.effectTable = "effect";
        return tests::describe(tests::checkStore(file(), {}, options));
    }

    const tests::TemporaryFolder m_folder{tests::TemporaryFolder::Storage::Memory};
    std::unique_ptr<Database> m_database;
    SqliteBroker m_broker;
    const int64_t m_epoch;
    int m_made = 0;
};

TEST_F(ClaimRaces, EightClaimersClaimEveryTaskExactlyOnce) {
    const tests::Campaign campaign("R10 tasks for eight claimers", 2000, 20'000);
    for (int left = campaign.rounds(); left > 0; left -= 500)
        enqueue(std::min(left, 500));
    std::vector<std::jthread> claimers;
    std::mutex mutex;
    std::map<std::string, int> claims;
    for (int i = 0; i < kClaimers; ++i)
        claimers.emplace_back([&, i] {
            for (auto moves = claim(1, 1 + i); !moves.empty(); moves = claim(1, 1 + i)) {
                const std::lock_guard lock(mutex);
                for (const auto& move : moves)
                    ++claims[move.task.id.text];
            }
        });
    claimers.clear();
    EXPECT_EQ(claims.size(), size_t(campaign.rounds()));
    int twice = 0;
    for (const auto& [id, times] : claims)
        twice += times > 1 ? 1 : 0;
    EXPECT_EQ(twice, 0);
    EXPECT_EQ(count("SELECT count(*) FROM task WHERE state='started' AND attempt=1"), campaign.rounds());
    EXPECT_EQ(violations(), "");
    campaign.report(std::to_string(claims.size()) + " claimed, " + std::to_string(twice) + " of them twice");
}

TEST_F(ClaimRaces, TheHarnessSeesClaimersThatLookFirstAndTakeLater) {
    enqueue(400);
    std::vector<std::jthread> claimers;
    std::atomic<int> claimed{0};
    for (int i = 0; i < kClaimers; ++i)
        claimers.emplace_back([&] {
            auto db = *Connection::open(file(), core::store::OpenMode::Writer);
            for (;;) {
                int64_t key = 0;
                {
                    core::store::Query row =
                        db->query("SELECT key FROM task WHERE state='pending' ORDER BY key LIMIT 1");
                    if (!row.step())
                        return;
                    key = row.integer(0);
                }
                db->run("UPDATE task SET state='started' WHERE key=?", key);
                ++claimed;
            }
        });
    claimers.clear();
    EXPECT_GT(claimed, 400) << "some were taken twice";
}

TEST_F(ClaimRaces, LateOutcomesOfAttemptsThatWereGivenUpAreFenced) {
    const tests::Campaign campaign("R10 late outcomes at the store", 200, 5000);
    tests::Dice dice(campaign.seedOf(0));
    int fenced = 0;
    for (int round = 0; round < campaign.rounds(); ++round) {
        enqueue(1);
        const Task first = claim(1, 1).front().task;
        // Given up and begun again; then both speak, in any order.
        ASSERT_EQ(end(first, core::broker::EndingKind::Interrupted).fenced, 0);
        const Task second = claim(1, 1).front().task;
        std::vector<Task> speaking{second, first};
        if (dice.chance(50))
            std::swap(speaking[0], speaking[1]);
        if (dice.chance(30))
            speaking.push_back(dice.pick(speaking));
        for (const Task& speaker : speaking)
            fenced += end(speaker, core::broker::EndingKind::Outcome).fenced;
        fenced -= int(speaking.size()) - 1;
    }
    EXPECT_EQ(fenced, 0) << "all but one of each round, and never that one";
    EXPECT_EQ(count("SELECT count(*) FROM effect"), campaign.rounds());
    EXPECT_EQ(violations(), "");
    campaign.report("every late one fenced, " + std::to_string(campaign.rounds()) + " effects");
}

/// Workers that stand still for longer than their tasks may take.
class StandingStill : public testing::Test, protected tests::EngineHarness {
  protected:
    StandingStill() : EngineHarness(tests::TemporaryFolder::Storage::Memory) {}
};

TEST_F(StandingStill, AWorkerThatWakesUpAfterItsLimitWritesNothingTwice) {
    const tests::Campaign campaign("R10 workers stopped beyond their limit", 16, 500);
    auto options = this->options(8);
    options.slotsPerQueue = 8;
    options.admission.breaker.failuresToOpen = 1'000'000;
    start(options);
    std::vector<Task> tasks;
    for (int i = 0; i < campaign.rounds(); ++i)
        tasks.push_back(submit("test_short_limit"));
    std::map<int, milliseconds> stopped; ///< pid → since when
    int stops = 0;
    const auto busy = [&] {
        const auto now = core::base::RealClock().sinceBoot();
        for (const auto& worker : engine().status().workers)
            if (worker.state == core::worker::WorkerState::Busy && stops < campaign.rounds() &&
                stopped.try_emplace(worker.pid, now).second) {
                ::kill(worker.pid, SIGSTOP);
                ++stops;
            }
        for (auto& [pid, since] : stopped)
            if (since.count() > 0 && now - since > milliseconds(1300)) {
                ::kill(pid, SIGCONT); // beyond its limit of one second
                since = milliseconds(0);
            }
        return std::all_of(tasks.begin(), tasks.end(), [&](const Task& task) {
            return core::task::isTerminal(engine().tasks().find(task.id).value_or(Task()).state);
        });
    };
    EXPECT_TRUE(eventually(busy, std::chrono::minutes(20)));
    const uint64_t fenced = engine().status().fencedWrites;
    stop();
    tests::CheckOptions check;
    check.running = tests::Running::None;
    check.effectTypes = {"test_short_limit"};
    check.effectTable = "health_check";
    EXPECT_EQ(tests::describe(tests::checkStore(options.dataDirectory / "core.db", {}, check)), "");
    campaign.report(std::to_string(stops) + " stopped, " + std::to_string(fenced) +
                    " late writes came and were fenced");
}

} // namespace
