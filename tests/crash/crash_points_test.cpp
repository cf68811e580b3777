// The rows of the crash-point table: the process is killed exactly there, then another one starts.
#include "core/beat/Beat.h"
#include "core/store/EngineSchema.h"
#include "core/upkeep/OutboxRelay.h"
#include "tests/support/BrokerDriver.h"
#include "tests/support/Campaign.h"
#include "tests/support/CrashPoints.h"
#include "tests/support/CrashTriggers.h"
#include "tests/support/EngineHarness.h"
#include "tests/support/EngineProcess.h"

#include <fstream>
#include <gtest/gtest.h>
#include <sstream>

namespace {

using core::base::Result;
using core::store::Connection;
using core::store::Database;
using core::task::FailureReason;
using core::task::Task;
using core::task::TaskState;
using tests::BrokerDriver;
using Milliseconds = std::chrono::milliseconds;

constexpr int kKilled = 128 + 9;

class CrashPoints : public testing::Test, protected tests::EngineHarness {
  protected:
    CrashPoints() : EngineHarness(tests::TemporaryFolder::Storage::Memory) {
        std::filesystem::create_directories(folder());
        std::filesystem::permissions(folder(), std::filesystem::perms::owner_all);
    }

    const std::filesystem::path& folder() const { return m_data; }
    std::filesystem::path file() const { return folder() / "core.db"; }

    /// How the process that runs to this point ended; what it said is in m_acknowledged.
    int runTo(const std::string& point, int n = 0) {
        tests::EngineProcess process({"--crash", point, folder().string(), std::to_string(n)},
                                     [this](const std::string& line) { hear(line); });
        process.listenUntil([] { return false; }, Milliseconds(60'000));
        const int status = process.finish(Milliseconds(10'000));
        EXPECT_TRUE(eventually([&] { return tests::processesNaming(folder().string()).empty(); })) << "I12";
        return status;
    }

    void hear(const std::string& line) {
        std::istringstream words(line);
        std::string what, id, more;
        words >> what >> id >> more;
        if (what == "E")
            m_acknowledged.enqueued.insert(id);
        if (what == "D")
            m_acknowledged.ended[id] = more;
    }

    std::string violations(tests::Running running) const {
        tests::CheckOptions options;
        options.running = running;
        options.effectTypes = {"test_effect", "test_once", "test_kill_engine"};
        options.effectTable = "health_check";
        return tests::describe(tests::checkStore(file(), m_acknowledged, options));
    }

    /// The only task of the store, once the next engine has ended it.
    Task ended() {
        start();
        const auto tasks = engine().tasks().page({}, 0, 10).value_or({});
        EXPECT_EQ(tasks.size(), 1u);
        return tasks.empty() ? Task() : wait(tasks.front());
    }

    Task submitAgain(const char* type = "test_effect") {
        core::engine::Submission submission;
        submission.type = type;
        submission.params = {{"ms", 1}};
        submission.maxRetries = 1;
        submission.idempotencyKey = "the-key";
        return submit(submission);
    }

    std::string outcomeOfAttempt(const Task& task, size_t number) {
        const auto detail = engine().tasks().detail(task.id);
        return detail && detail->attempts.size() >= number ? detail->attempts[number - 1].outcome : "";
    }

    int64_t count(const Database& database, const std::string& sql) {
        return *database.read([&](Connection& db) -> Result<int64_t> {
            core::store::Query row = db.query(sql);
            row.step();
            return row.integer(0);
        });
    }

    tests::Acknowledged m_acknowledged;

  private:
    const std::filesystem::path m_data = options().dataDirectory;
};

TEST_F(CrashPoints, K1WhatWasAskedForAndNotCommittedIsNotThereAndMayBeAskedForAgain) {
    ASSERT_EQ(runTo("k1"), kKilled);
    EXPECT_TRUE(m_acknowledged.enqueued.empty());
    start();
    EXPECT_TRUE(engine().tasks().page({}, 0, 10)->empty());
    EXPECT_EQ(wait(submitAgain()).state, TaskState::Success);
    stop();
    EXPECT_EQ(violations(tests::Running::None), "");
}

TEST_F(CrashPoints, K2WhatWasCommittedAndNotAcknowledgedIsTheSameTaskWhenItIsAskedForAgain) {
    ASSERT_EQ(runTo("k2"), kKilled);
    EXPECT_TRUE(m_acknowledged.enqueued.empty());
    start();
    const auto stored = *engine().tasks().page({}, 0, 10);
    ASSERT_EQ(stored.size(), 1u);
    const Task again = submitAgain();
    EXPECT_EQ(again.id, stored.front().id);
    EXPECT_EQ(wait(again).state, TaskState::Success);
    EXPECT_EQ(wait(again).attempt, 1);
    stop();
    EXPECT_EQ(violations(tests::Running::None), "");
}

TEST_F(CrashPoints, K3WhatNoWorkerHadBegunIsRunWithoutCountingTheAttempt) {
    ASSERT_EQ(runTo("k3"), kKilled);
    EXPECT_EQ(violations(tests::Running::Any), "");
    const Task task = ended();
    EXPECT_EQ(task.maxAttempts, 1);
    EXPECT_EQ(task.state, TaskState::Success) << "not even a type that may not run twice loses anything";
    EXPECT_EQ(outcomeOfAttempt(task, 1), "interrupted");
    stop();
    EXPECT_EQ(violations(tests::Running::None), "");
}

TEST_F(CrashPoints, K4WhatAWorkerHadBegunHasSpentItsAttempt) {
    ASSERT_EQ(runTo("k4"), kKilled);
    EXPECT_EQ(violations(tests::Running::Any), "");
    const Task task = ended();
    EXPECT_EQ(task.state, TaskState::Failure);
    EXPECT_EQ(task.reason, FailureReason::WorkerLost);
    EXPECT_EQ(task.attempt, 1);
    stop();
    EXPECT_EQ(violations(tests::Running::None), "");
}

TEST_F(CrashPoints, K5EffectsThatAHandlerHadOnlyMadeAreMadeAgainAndStoredOnce) {
    ASSERT_EQ(runTo("k5"), kKilled);
    EXPECT_EQ(violations(tests::Running::Any), "");
    const Task task = ended();
    EXPECT_EQ(task.state, TaskState::Success);
    EXPECT_EQ(task.attempt, 2);
    EXPECT_EQ(outcomeOfAttempt(task, 1), "interrupted");
    stop();
    EXPECT_EQ(violations(tests::Running::None), "");
}

TEST_F(CrashPoints, K6AnOutcomeThatArrivedAndWasNotCommittedIsMadeAgain) {
    ASSERT_EQ(runTo("k6"), kKilled);
    EXPECT_EQ(violations(tests::Running::Any), "");
    const Task task = ended();
    EXPECT_EQ(task.state, TaskState::Success);
    EXPECT_EQ(task.attempt, 2);
    stop();
    EXPECT_EQ(violations(tests::Running::None), "");
}

TEST_F(CrashPoints, K7TheCommitOfAnOutcomeIsThereWhollyOrNotAtAll) {
    int died = 0, whole = 0;
    for (int write = 1;; ++write) {
        std::filesystem::remove_all(folder());
        m_acknowledged = {};
        const int status = runTo("k7", write);
        if (status == 0)
            break; // the commit has fewer writes
        ASSERT_EQ(status, kKilled) << "write " << write;
        ++died;
        EXPECT_EQ(violations(tests::Running::Any), "") << "write " << write;
        const Task task = ended();
        EXPECT_EQ(task.state, TaskState::Success);
        whole += task.attempt == 1 ? 1 : 0;
        stop();
        EXPECT_EQ(violations(tests::Running::None), "") << "write " << write;
    }
    EXPECT_GE(died - whole, 3) << "the others died in later commits";
}

TEST_F(CrashPoints, K7WhatFollowsFromAnOutcomeIsThereWithItOrNotAtAll) {
    int died = 0, whole = 0;
    for (int write = 1;; ++write) {
        std::filesystem::remove_all(folder());
        m_acknowledged = {};
        const int status = runTo("k7t", write);
        if (status == 0)
            break; // the commits have fewer writes
        ASSERT_EQ(status, kKilled) << "write " << write;
        ++died;
        EXPECT_EQ(violations(tests::Running::Any), "") << "write " << write;
        auto chosen = options();
        chosen.triggers = tests::crashTriggers();
        start(chosen);
        const auto effectOf = [&]() -> Task {
            const auto tasks = engine().tasks().page({}, 0, 100).value_or({});
            const auto effect = std::ranges::find_if(tasks, [](const Task& task) { return task.type == "test_effect"; });
            return effect == tasks.end() ? Task() : *effect;
        };
        const Task effect = wait(effectOf());
        EXPECT_EQ(effect.state, TaskState::Success);
        whole += effect.attempt == 1 ? 1 : 0;
        stop();
        auto db = *Connection::open(file(), core::store::OpenMode::ReadOnly);
        for (const std::string trigger : {"effect-ended", "effect-kept"}) {
            auto made = db->query("SELECT (SELECT count(*) FROM task WHERE triggered_by='trigger:' || ?1), made FROM "
                                  "task_trigger WHERE name=?1",
                                  trigger);
            ASSERT_TRUE(made.step()) << trigger << " at write " << write;
            EXPECT_EQ(made.intAt(0), 1) << trigger << " at write " << write;
            EXPECT_EQ(made.intAt(1), 1) << trigger << " at write " << write;
        }
        db.reset();
        EXPECT_EQ(violations(tests::Running::None), "") << "write " << write;
    }
    EXPECT_GE(died - whole, 3) << "the others died in later commits";
}

TEST_F(CrashPoints, K8WhatWasCommittedAndNotToldIsDone) {
    ASSERT_EQ(runTo("k8"), kKilled);
    EXPECT_EQ(violations(tests::Running::None), "");
    const Task task = ended();
    EXPECT_EQ(task.state, TaskState::Success);
    EXPECT_EQ(task.attempt, 1);
    EXPECT_EQ(submitAgain().id, task.id);
    stop();
    EXPECT_EQ(violations(tests::Running::None), "");
}

TEST_F(CrashPoints, K9AMessageThatWasDeliveredAndNotNotedIsDeliveredAgainWithTheSameKey) {
    const auto delivered = [this] {
        std::ifstream file(folder() / tests::kDeliveredKeys);
        return std::vector<std::string>(std::istream_iterator<std::string>(file), {});
    };
    {
        auto database = *Database::open(file(), BrokerDriver::migrations());
        ASSERT_TRUE(database->write([](Connection& db) -> Result<void> {
            db.run("INSERT INTO outbox(idempotency_key, task_id, channel, body, created_at, next_attempt_at) "
                   "VALUES('task:1', 'task', 'in_app', '{}', 0, 0)");
            return {};
        }));
    }
    ASSERT_EQ(runTo("k9"), kKilled);
    ASSERT_EQ(delivered(), (std::vector<std::string>{"task:1"}));
    auto database = *Database::open(file(), BrokerDriver::migrations());
    std::string again;
    core::upkeep::OutboxRelay relay(*database, {{"in_app", [&](const core::base::Json&, const std::string& key) {
                                                     again = key;
                                                     return Result<void>();
                                                 }}});
    const auto now = core::base::RealClock().now();
    ASSERT_TRUE(relay.look(now));
    EXPECT_EQ(again, "task:1");
    EXPECT_EQ(count(*database, "SELECT count(*) FROM outbox WHERE delivered_at IS NOT NULL"), 1);
}

/// A schedule that was due a minute ago, and the beat of the next process.
class CrashedBeat : public CrashPoints {
  protected:
    CrashedBeat() {
        auto database = *Database::open(file(), BrokerDriver::migrations());
        const auto due = core::base::RealClock().now() - Milliseconds(60'000);
        EXPECT_TRUE(database->write([due](Connection& db) -> Result<void> {
            core::store::ScheduleRow row;
            row.name = tests::kCrashSchedule;
            row.type = "effect";
            row.every = core::base::seconds(3600);
            row.nextFire = due;
            return core::store::insertSchedule(db, row);
        }));
    }

    void beatAgain(Database& database) {
        const core::base::RealClock clock;
        core::base::ZoneDatabase zones;
        core::beat::Beat beat({database, clock, zones,
                               [](const core::store::ScheduleRow& entry, core::base::Instant instant) -> Result<Task> {
                                   Task task;
                                   task.id = {"fired again"};
                                   task.type = entry.type;
                                   task.queue = "default";
                                   task.createdAt = instant;
                                   return task;
                               },
                               [](const core::broker::Broker::Moves&) {}, [](const core::task::TaskId&) {},
                               [](const std::string&, const std::string&) {}});
        EXPECT_TRUE(beat.look(clock.now()));
    }
};

TEST_F(CrashedBeat, K10AFiringThatWasCommittedIsNotRepeated) {
    ASSERT_EQ(runTo("k10"), kKilled);
    auto database = *Database::open(file(), BrokerDriver::migrations());
    beatAgain(*database);
    EXPECT_EQ(count(*database, "SELECT count(*) FROM fire"), 1);
    EXPECT_EQ(count(*database, "SELECT count(*) FROM task"), 1);
    EXPECT_EQ(count(*database, "SELECT count(*) FROM task WHERE id='fired'"), 1);
}

TEST_F(CrashedBeat, K11AFiringThatWasDueAndNotCommittedIsMadeUpFor) {
    ASSERT_EQ(runTo("k11"), kKilled);
    auto database = *Database::open(file(), BrokerDriver::migrations());
    EXPECT_EQ(count(*database, "SELECT count(*) FROM fire"), 0);
    beatAgain(*database);
    EXPECT_EQ(count(*database, "SELECT count(*) FROM fire"), 1);
    EXPECT_EQ(count(*database, "SELECT count(*) FROM task WHERE id='fired again'"), 1);
}

/// After the crash: how many instants have a task. Then the same backfill once more, after which all ten have one.
class CrashedBackfill : public CrashPoints {
  protected:
    size_t madeBefore() {
        auto given = options(0);
        given.beat = false;
        start(given);
        auto& schedules = engine().schedules();
        const auto entry = schedules.find(tests::kCrashSchedule);
        if (!entry)
            return 0;
        const auto plan = *schedules.backfillPlan(entry->name, *entry->starts, *entry->ends);
        EXPECT_EQ(plan.fired + plan.missing, 10);
        EXPECT_EQ(int64_t(tasks()), plan.fired) << "a task without its instant, or the other way round";
        core::engine::BackfillRequest request;
        request.schedule = entry->name;
        for (auto at = *entry->starts; at <= *entry->ends; at += std::chrono::minutes(1))
            request.instants.push_back(at);
        EXPECT_EQ(int64_t(schedules.backfill(request, kTester)->tasks.size()), plan.missing);
        EXPECT_EQ(tasks(), 10u);
        stop();
        EXPECT_EQ(violations(tests::Running::None), "");
        return size_t(plan.fired);
    }
    size_t tasks() { return engine().tasks().page({}, 0, 100)->size(); }
};

TEST_F(CrashedBackfill, K10bIsThereWhollyOrNotAtAllAndIsNotDoneTwice) {
    int died = 0;
    for (int write = 1;; ++write) {
        std::filesystem::remove_all(folder());
        std::filesystem::create_directories(folder());
        std::filesystem::permissions(folder(), std::filesystem::perms::owner_all);
        const int status = runTo("k10b", write);
        if (status == 0)
            break; // the commit has fewer writes
        ASSERT_EQ(status, kKilled) << "write " << write;
        ++died;
        const size_t made = madeBefore();
        EXPECT_TRUE(made == 0 || made == 10) << made << " at write " << write;
    }
    EXPECT_GE(died, 3);
}

TEST_F(CrashedBackfill, K10bWhatWasCommittedAndNotToldIsNotDoneAgain) {
    ASSERT_EQ(runTo("k10b"), kKilled);
    EXPECT_EQ(madeBefore(), 10u);
}

TEST_F(CrashPoints, K12ACancelThatWasCommittedIsKeptWhenTheWorkerEndsWithTheEngine) {
    ASSERT_EQ(runTo("k12"), kKilled);
    EXPECT_EQ(violations(tests::Running::Any), "");
    EXPECT_EQ(ended().state, TaskState::Revoked);
    stop();
    EXPECT_EQ(violations(tests::Running::None), "");
}

TEST_F(CrashPoints, K13ACheckpointMayBreakOffAtAnyWrite) {
    const tests::Campaign campaign("K13 killed in a checkpoint, every n-th write", 6, 60);
    int died = 0;
    for (int round = 0; round < campaign.rounds(); ++round) {
        std::filesystem::remove(file());
        std::filesystem::remove(file().string() + "-wal");
        m_acknowledged = {};
        died += runTo("k13", 1 + round) == kKilled ? 1 : 0;
        BrokerDriver next(2);
        ASSERT_EQ(tests::describe(tests::checkStore(file(), m_acknowledged, next.checks(tests::Running::Any))), "");
        EXPECT_TRUE(next.open(file()) && next.runOneTask());
    }
    campaign.report(std::to_string(died) + " died, nothing lost");
    EXPECT_GE(died, 5);
}

TEST_F(CrashPoints, K15AMigrationMayBreakOffAtAnyWrite) {
    const tests::Campaign campaign("K15 killed in a migration, every n-th write", 12, 10'000);
    const int step = campaign.isFull() ? 1 : 7;
    int died = 0;
    for (int round = 0; round < campaign.rounds(); ++round) {
        std::filesystem::remove(file());
        std::filesystem::remove(file().string() + "-wal");
        {
            // As a version of half a year ago left it.
            const auto steps = core::store::engineMigrations();
            auto older = *Database::open(file(), {steps[0], steps[1]});
            ASSERT_TRUE(older->write([](Connection& db) -> Result<void> {
                db.run("INSERT INTO task(key, id, type, queue, state, priority, params, max_attempts, created_at) "
                       "VALUES(1, 'old', 'effect', 'default', 'pending', 5, '{}', 3, 1000)");
                db.run("INSERT INTO transition(task, to_state, attempt, epoch, at) VALUES(1, 'pending', 0, 0, 1000)");
                return {};
            }));
        }
        const int status = runTo("k15", 1 + round * step);
        if (status == 0)
            break; // it has fewer writes
        ++died;
        m_acknowledged.enqueued = {"old"};
        BrokerDriver next(2);
        ASSERT_TRUE(next.open(file()));
        ASSERT_EQ(tests::describe(tests::checkStore(file(), m_acknowledged, next.checks(tests::Running::Any))), "");
        EXPECT_TRUE(next.runOneTask());
    }
    campaign.report(std::to_string(died) + " died, all were finished by the next start");
    EXPECT_GE(died, 8);
}

} // namespace
