#include "core/engine/Sampler.h"
#include "core/engine/TaskLog.h"
#include "core/engine/TelemetryFile.h"
#include "core/engine/TelemetryKeeper.h"
#include "core/store/EngineSchema.h"
#include "core/store/TelemetryStore.h"
#include "tests/support/EngineHarness.h"

#include <fstream>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

using core::base::Instant;
using core::base::ManualClock;
using core::base::milliseconds;
using core::base::Result;
using core::base::seconds;
using core::engine::LiveState;
using core::engine::openTelemetry;
using core::engine::Sampler;
using core::engine::TelemetryKeeper;
using core::events::EventBus;
using core::events::EventKind;
using core::events::Signal;
using core::metrics::Resolution;
using core::metrics::SeriesStore;
using core::store::Connection;
using core::store::Database;
using core::task::Task;
using core::task::TaskState;
using std::chrono::hours;
using std::chrono::minutes;
using tests::EngineHarness;

namespace telemetry_test {

/// The parts of an engine that measure, on a clock of the test and a file of its own.
struct Engineless {
    Engineless(const ManualClock& clock, const std::filesystem::path& file)
        : clock(clock), live(bus, clock), telemetry(openTelemetry(file)), keeper(telemetry, live, series),
          sampler({clock, live, series, bus, [this] { return workers; }}) {
        EXPECT_TRUE(keeper.look(clock.now())) << "the first look brings back what there is";
    }
    void move(const std::string& id, std::optional<TaskState> from, TaskState to) {
        Task task;
        task.id = {id};
        task.type = "metrics_compute";
        task.queue = "metrics";
        task.state = to;
        task.createdAt = clock.now();
        if (to == TaskState::Started)
            m_started[id] = clock.now();
        if (const auto started = m_started.find(id); started != m_started.end())
            task.startedAt = task.createdAt = started->second;
        if (core::task::isTerminal(to))
            task.finishedAt = clock.now();
        live.apply({{from, task}}, clock.now());
    }
    std::vector<core::metrics::SeriesPoint> read(const char* name, Resolution resolution, milliseconds before) const {
        return series.read(name, resolution, clock.now() - before, clock.now());
    }
    std::optional<double> newest(const char* name, Resolution resolution = Resolution::Second) const {
        const auto points = read(name, resolution, milliseconds(0));
        return points.empty() ? std::nullopt : points.back().value;
    }

    const ManualClock& clock;
    EventBus bus;
    SeriesStore series;
    LiveState live;
    std::vector<core::worker::WorkerStatus> workers;
    std::shared_ptr<Database> telemetry;
    TelemetryKeeper keeper;
    Sampler sampler;

  private:
    std::map<std::string, Instant> m_started;
};

class TelemetryTest : public testing::Test {
  protected:
    /// One second later: a task more in `metrics`, and a sample.
    void second(Engineless& run, int submitted = 1) {
        clock.advance(seconds(1));
        for (int i = 0; i < submitted; ++i)
            run.move("task " + std::to_string(++m_tasks), std::nullopt, TaskState::Pending);
        ASSERT_TRUE(run.sampler.look(clock.now()));
    }
    std::filesystem::path file() const { return m_folder.path() / "telemetry.db"; }
    bool isAside() const { return std::filesystem::exists(file().string() + ".damaged"); }

    ManualClock clock{*core::base::parseInstant("2026-11-20T12:00:00Z")};
    tests::TemporaryFolder m_folder;
    int m_tasks = 0;
};

int64_t countOf(Database& database, const std::string& sql) {
    return database
        .read([&](Connection& db) -> Result<int64_t> {
            auto rows = db.query(sql);
            return rows.step() ? rows.integer(0) : -1;
        })
        .value();
}

} // namespace telemetry_test

using namespace telemetry_test;

TEST_F(TelemetryTest, ASampleHasDepthRatesAndAgesOfItsQueueAndType) {
    Engineless run(clock, file());
    second(run, 3);
    second(run, 0);
    EXPECT_EQ(run.newest("depth.metrics"), 3);
    EXPECT_EQ(run.newest("depth.exports"), 0);
    EXPECT_EQ(run.newest("rate.submitted"), 0);
    EXPECT_EQ(run.newest("oldest.metrics"), 1);
    EXPECT_EQ(run.newest("type.depth.metrics_compute"), 3);
    EXPECT_EQ(run.read("arrival.metrics", Resolution::Second, seconds(1))[0].value, 3);
    EXPECT_EQ(run.newest("wait.p50"), std::nullopt) << "nothing was started";
    run.move("task 1", TaskState::Pending, TaskState::Started);
    clock.advance(milliseconds(500));
    run.move("task 1", TaskState::Started, TaskState::Success);
    second(run, 0);
    EXPECT_NEAR(*run.newest("rate.success"), 1 / 1.5, 1e-9);
    EXPECT_NEAR(*run.newest("type.service.metrics_compute"), 1 / 1.5, 1e-9);
    EXPECT_TRUE(run.newest("wait.p95.metrics"));
    EXPECT_EQ(run.newest("depth.metrics"), 2);
}

TEST_F(TelemetryTest, RatesStayRightWhenTheWallClockIsSet) {
    Engineless run(clock, file());
    second(run, 2);
    for (const auto jump : {-hours(1), hours(1)}) {
        clock.jump(jump);
        second(run, 2);
        EXPECT_EQ(run.newest("rate.submitted"), 2);
    }
}

TEST_F(TelemetryTest, ASignOfLifeOfAWorkerIsToldOnce) {
    Engineless run(clock, file());
    const auto inbox = run.bus.subscribe();
    core::worker::WorkerStatus worker;
    worker.name = "worker-1";
    worker.lastHeartbeat = clock.now();
    run.workers = {worker};
    second(run, 0);
    second(run, 0);
    run.workers[0].lastHeartbeat = clock.now();
    second(run, 0);
    const auto events = inbox->drain().events;
    ASSERT_EQ(events.size(), 2u);
    EXPECT_EQ(events[0]->signal, Signal::WorkerHeartbeat);
    EXPECT_EQ(events[0]->subject, "worker-1");
}

TEST_F(TelemetryTest, FiguresOfEveryResolutionComeBackAfterAStop) {
    std::map<Resolution, std::vector<core::metrics::SeriesPoint>> before;
    {
        Engineless run(clock, file());
        for (int i = 0; i < 90; ++i)
            second(run, i % 3);
        for (const Resolution resolution : core::metrics::kAllResolutions)
            before[resolution] = run.read("arrival.metrics", resolution, minutes(2));
        run.keeper.stop(clock.now());
    }
    Engineless run(clock, file());
    for (const Resolution resolution : core::metrics::kAllResolutions) {
        const auto after = run.read("arrival.metrics", resolution, minutes(2));
        ASSERT_EQ(after.size(), before[resolution].size());
        for (size_t i = 0; i < after.size(); ++i) {
            EXPECT_EQ(after[i].value, before[resolution][i].value);
            EXPECT_EQ(after[i].samples, before[resolution][i].samples);
        }
    }
    clock.advance(minutes(5));
    second(run);
    const auto minutes6 = run.read("depth.metrics", Resolution::Minute, minutes(6));
    EXPECT_TRUE(minutes6.front().value);
    EXPECT_EQ(minutes6[3].value, std::nullopt) << "while no engine ran, nothing was measured";
}

TEST_F(TelemetryTest, WhatWasSavedInTimeSurvivesAKillAndIsNotCountedTwice) {
    double before = 0;
    {
        Engineless run(clock, file());
        for (int i = 0; i < 30; ++i)
            second(run, 2);
        before = *run.newest("rate.submitted", Resolution::Hour);
        ASSERT_TRUE(run.keeper.look(clock.now()));
        ASSERT_TRUE(run.keeper.look(clock.now()));
    } // no stop
    Engineless run(clock, file());
    EXPECT_EQ(run.newest("rate.submitted", Resolution::Hour), before);
    EXPECT_EQ(run.newest("rate.submitted", Resolution::Second), std::nullopt) << "seconds go with a stop only";
    for (int i = 0; i < 30; ++i)
        second(run, 4);
    EXPECT_EQ(run.newest("rate.submitted", Resolution::Hour), 3) << "the hour goes on: 30 s of 2, 30 s of 4";
    EXPECT_EQ(run.read("rate.submitted", Resolution::Hour, milliseconds(0)).back().samples, 60u);
}

TEST_F(TelemetryTest, RunTimesOfATypeComeBack) {
    {
        Engineless run(clock, file());
        for (int i = 0; i < 5; ++i) {
            const std::string id = std::to_string(i);
            run.move(id, std::nullopt, TaskState::Pending);
            run.move(id, TaskState::Pending, TaskState::Started);
            clock.advance(seconds(20));
            run.move(id, TaskState::Started, TaskState::Success);
        }
        run.keeper.stop(clock.now());
    }
    Engineless run(clock, file());
    run.move("next", TaskState::Pending, TaskState::Started);
    clock.advance(seconds(5));
    const auto running = run.live.running();
    ASSERT_EQ(running.size(), 1u);
    ASSERT_TRUE(running[0].etaSeconds);
    EXPECT_NEAR(*running[0].etaSeconds, 15, 1);
}

TEST_F(TelemetryTest, ATelemetryFileThatCannotBeUsedIsSetAsideAndBegunAnew) {
    const auto expectNew = [&](const char* what) {
        const auto telemetry = openTelemetry(file());
        ASSERT_TRUE(telemetry) << what;
        EXPECT_TRUE(isAside()) << what;
        EXPECT_EQ(countOf(*telemetry, "SELECT count(*) FROM point"), 0) << what;
    };
    std::ofstream(file()) << std::string(10'000, 'x');
    expectNew("rubbish");
    std::filesystem::remove(file());
    std::filesystem::create_directory(file());
    expectNew("a folder");
    {
        std::filesystem::remove_all(file());
        auto steps = core::store::telemetryMigrations();
        steps.push_back({"telemetry", 99, "CREATE TABLE of_tomorrow(x)"});
        ASSERT_TRUE(Database::open(file(), steps));
    }
    expectNew("of a newer release");
}

TEST_F(TelemetryTest, DamageInTheMiddleOfTheFiguresIsFoundAtTheStart) {
    {
        Engineless run(clock, file());
        for (int i = 0; i < 200; ++i) {
            second(run);
            clock.advance(minutes(1));
        }
        run.keeper.stop(clock.now());
    }
    const auto size = std::filesystem::file_size(file());
    ASSERT_GT(size, 40'000u);
    {
        std::fstream bytes(file(), std::ios::in | std::ios::out | std::ios::binary);
        bytes.seekp(std::streamoff(size / 2));
        bytes << std::string(16'384, '\xff');
    }
    Engineless run(clock, file());
    ASSERT_TRUE(run.telemetry);
    EXPECT_TRUE(isAside());
    second(run);
    EXPECT_EQ(run.newest("rate.submitted"), 1);
}

TEST_F(TelemetryTest, WithoutATelemetryFileEverythingElseGoesOn) {
    Engineless run(clock, "/proc/no such folder/telemetry.db");
    EXPECT_FALSE(run.telemetry);
    second(run);
    EXPECT_EQ(run.newest("rate.submitted"), 1);
    EXPECT_TRUE(run.keeper.look(clock.now()));
    run.keeper.stop(clock.now());
    core::engine::TaskLog log(run.telemetry);
    log.append({"task"}, {clock.now(), 1, core::base::LogLevel::Info, "lost"});
    EXPECT_TRUE(log.read({"task"}, 10).empty());
}

TEST_F(TelemetryTest, FiguresThatCouldNotBeStoredAreStoredLater) {
    Engineless run(clock, file());
    second(run);
    ASSERT_TRUE(run.telemetry->write([](Connection& db) -> Result<void> {
        db.exec("ALTER TABLE point RENAME TO hidden");
        return {};
    }));
    ASSERT_TRUE(run.keeper.look(clock.now()));
    ASSERT_TRUE(EngineHarness::eventually([&] { return !run.keeper.look(clock.now()); })) << "the health view is told";
    ASSERT_TRUE(run.telemetry->write([](Connection& db) -> Result<void> {
        db.exec("ALTER TABLE hidden RENAME TO point");
        return {};
    }));
    ASSERT_TRUE(EngineHarness::eventually([&] {
        (void)run.keeper.look(clock.now());
        return countOf(*run.telemetry, "SELECT count(*) FROM point WHERE resolution=1") > 0;
    }));
}

TEST_F(TelemetryTest, TheFileKeepsNoMoreThanTheRingsDo) {
    const auto telemetry = openTelemetry(file());
    constexpr int64_t kMost = 50, kNow = 10'000;
    const auto points = [&](int64_t first, int64_t last) {
        std::vector<core::store::TelemetryBucket> buckets;
        for (int64_t index = first; index <= last; ++index)
            for (const char* name : {"measured", "depth"})
                buckets.push_back({name, 0, 1, index, 1, 1, 1, 1, 1, 1});
        return buckets;
    };
    const auto keep = [&](const std::vector<core::store::TelemetryBucket>& buckets) {
        ASSERT_TRUE(telemetry->write([&](Connection& db) -> Result<void> {
            core::store::saveBuckets(db, buckets);
            core::store::pruneBuckets(db, 1, kMost, kNow, "measured");
            return {};
        }));
    };
    keep(points(kNow - 200, kNow));
    EXPECT_EQ(countOf(*telemetry, "SELECT count(*) FROM point"), 2 * kMost);
    EXPECT_EQ(countOf(*telemetry, "SELECT min(bucket) FROM point"), kNow - kMost + 1);
    keep(points(kNow + 5000, kNow + 5010));
    EXPECT_EQ(countOf(*telemetry, "SELECT max(bucket) FROM point"), kNow) << "from a clock that was ahead";
    ASSERT_TRUE(telemetry->write([&](Connection& db) -> Result<void> {
        core::store::pruneBuckets(db, 1, kMost, 100, "measured");
        return {};
    }));
    EXPECT_EQ(countOf(*telemetry, "SELECT count(*) FROM point"), 2 * kMost) << "a clock that lost its time destroys nothing";
}

TEST_F(TelemetryTest, TheSurveyCountsWhatIsInTheStore) {
    EngineHarness harness;
    harness.start(0);
    harness.submit("test_echo");
    core::engine::Submission later;
    later.type = "test_metrics";
    later.countdown = hours(1);
    harness.submit(later);
    harness.stop();
    harness.start(0);
    const auto figures = harness.engine().figures();
    ASSERT_TRUE(figures.type("test_echo") && figures.type("test_metrics"));
    EXPECT_EQ(figures.type("test_echo")->of(TaskState::Pending), 1);
    EXPECT_TRUE(figures.type("test_echo")->oldestWaiting);
    EXPECT_EQ(figures.type("test_metrics")->of(TaskState::Scheduled), 1);
    EXPECT_EQ(figures.type("test_metrics")->oldestWaiting, std::nullopt);
    for (const auto& queue : harness.engine().queueSnapshot())
        EXPECT_EQ(queue.oldestWaiting.has_value(), queue.of(TaskState::Pending) > 0) << queue.name;
}

TEST_F(TelemetryTest, AnEngineEstimatesARunningTaskByTheRunsBeforeItsRestart) {
    EngineHarness harness;
    harness.start();
    std::vector<Task> before;
    for (int i = 0; i < 5; ++i)
        before.push_back(harness.submit("test_sleep", {{"ms", 800}}));
    for (const Task& task : before)
        EXPECT_EQ(harness.wait(task).state, TaskState::Success);
    harness.stop();
    harness.start();
    ASSERT_TRUE(EngineHarness::eventually([&] {
        const auto loops = harness.engine().status().loops;
        return std::any_of(loops.begin(), loops.end(),
                           [](const auto& loop) { return loop.name == "telemetry" && loop.lastRun; });
    })) << "what was measured is back";
    harness.submit("test_sleep", {{"ms", 60'000}});
    EXPECT_TRUE(EngineHarness::eventually([&] {
        const auto tasks = harness.engine().runningSnapshot();
        return tasks.size() == 1 && tasks[0].etaSeconds && *tasks[0].etaSeconds < 1;
    })) << "while it has run for less than those before";
}

TEST_F(TelemetryTest, TwoEnginesInOneProcessHearAndCountOnlyTheirOwn) {
    EngineHarness one, two;
    one.start(1);
    two.start(1);
    const auto inOne = one.engine().events().subscribe(), inTwo = two.engine().events().subscribe();
    const Task first = one.wait(one.submit("test_echo")), second = two.wait(two.submit("test_metrics"));
    const auto tasksIn = [](const auto& inbox) {
        std::set<std::string> ids;
        for (const auto& event : inbox->drain().events)
            if (event->task)
                ids.insert(event->task->id.text);
        return ids;
    };
    EXPECT_EQ(tasksIn(inOne), std::set{first.id.text});
    EXPECT_EQ(tasksIn(inTwo), std::set{second.id.text});
    EXPECT_EQ(one.engine().figures().type("test_metrics"), nullptr);
    EXPECT_EQ(two.engine().figures().type("test_metrics")->counts.succeeded, 1u);
}

TEST_F(TelemetryTest, TheSignalsOfALifeCarryCelerysNamesInOrder) {
    EngineHarness harness;
    harness.start(1);
    const auto inbox = harness.engine().events().subscribe();
    const Task task = harness.wait(harness.submit("test_echo"));
    std::vector<std::string> names;
    for (const auto& event : inbox->drain().events)
        if (event->subject == task.id.text)
            names.push_back(core::events::toText(event->signal));
    EXPECT_EQ(names, (std::vector<std::string>{"task-sent", "task-received", "task-started", "task-succeeded"}));
}
