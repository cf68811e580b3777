#include "tests/support/CrashPoints.h"

#include "core/beat/Beat.h"
#include "core/engine/Engine.h"
#include "core/upkeep/OutboxRelay.h"
#include "core/upkeep/Pruner.h"
#include "tests/support/BrokerDriver.h"
#include "tests/support/CrashTriggers.h"
#include "tests/support/DiskShim.h"
#include "tests/support/DyingFiles.h"
#include "tests/support/KillingBroker.h"
#include "tests/support/MisbehavingTasks.h"
#include "tests/support/Programs.h"

#include <cstdio>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>

namespace tests {

using namespace core;
using base::Json;
using base::Result;

namespace {

/// The process dies instead of making one write.
class DyingDisk final : public Disk {
  public:
    /// At the `n`-th write from now on to a file whose name ends so.
    void dieAt(int n, std::string nameEnd) {
        m_nameEnd = std::move(nameEnd);
        m_left = n;
    }
    Answer ask(const DiskOperation& operation) override {
        if (operation.kind == DiskOperation::Kind::Write && m_left > 0 && operation.path.ends_with(m_nameEnd) &&
            --m_left == 0)
            die();
        return Answer::Do;
    }
    int code() const override { return 0; }

  private:
    std::string m_nameEnd;
    std::atomic<int> m_left{0};
};

struct Scenario {
    CrashPoint point = CrashPoint::None;
    int workers = 1;
    const char* type = "test_effect";
    Json params{{"ms", 1}};
    int maxRetries = 1;
    std::vector<task::Trigger> triggers{};
};

const std::map<std::string, Scenario> kWithEngine{
    {"k1", {CrashPoint::BeforeEnqueue}},
    {"k2", {CrashPoint::AfterEnqueue, 0}},
    {"k3", {CrashPoint::AfterEnqueue, 1, "test_once", {{"ms", 1}}, 0}},
    {"k4", {CrashPoint::None, 1, "test_kill_engine", {{"when", "begun"}}, 0}},
    {"k5", {CrashPoint::None, 1, "test_kill_engine", {{"when", "done"}}}},
    {"k6", {CrashPoint::BeforeEnd}},
    {"k7", {}},
    {"k7t", {CrashPoint::None, 1, "test_effect", {{"ms", 1}}, 1, crashTriggers()}},
    {"k8", {CrashPoint::AfterEnd}},
    {"k12", {CrashPoint::AfterCancel, 1, "test_stubborn", Json::object()}},
};

void say(const std::string& line) {
    std::printf("%s\n", line.c_str());
    std::fflush(stdout);
}

bool comesTo(engine::Engine& engine, const task::TaskId& id, task::TaskState state) {
    for (int look = 0; look < 2000; ++look) {
        const auto task = engine.tasks().find(id);
        if (task && task->state == state)
            return true;
        std::this_thread::sleep_for(base::milliseconds(5)); // between two looks
    }
    return false;
}

int runWithEngine(const Scenario& scenario, const std::filesystem::path& folder, int dyingWrite) {
    const base::RealClock clock;
    DyingDisk disk;
    std::filesystem::create_directories(folder);
    std::filesystem::permissions(folder, std::filesystem::perms::owner_all);
    const DiskShim shim(folder, disk);
    task::TaskRegistry registry;
    addTestTasks(registry);
    engine::EngineOptions options;
    options.dataDirectory = folder;
    options.workerProgram = testWorkerProgram();
    options.workers = scenario.workers;
    options.triggers = scenario.triggers;
    options.wrapBroker = [&](std::unique_ptr<broker::Broker> real) {
        return std::make_unique<KillingBroker>(std::move(real), scenario.point,
                                               [&] { disk.dieAt(dyingWrite, "core.db-wal"); });
    };
    auto engine = engine::startEngine(options, std::move(registry), clock);
    if (!engine)
        return 1;
    for (int look = 0; scenario.workers > 0 && look < 2000; ++look) {
        const auto workers = (*engine)->status().workers;
        if (!workers.empty() && workers.front().state == worker::WorkerState::Idle)
            break;
        std::this_thread::sleep_for(base::milliseconds(5)); // between two looks
    }
    engine::Submission submission;
    submission.type = scenario.type;
    submission.params = scenario.params;
    submission.maxRetries = scenario.maxRetries;
    submission.idempotencyKey = "the-key";
    const auto task = (*engine)->tasks().submit(submission, {"crash", "system"});
    if (!task)
        return 1;
    say("E " + task->id.text + " the-key");
    if (scenario.point == CrashPoint::AfterCancel) {
        if (!comesTo(**engine, task->id, task::TaskState::Started))
            return 1;
        (void)(*engine)->tasks().cancel(task->id, {"crash", "system"});
    }
    return comesTo(**engine, task->id, task::TaskState::Success) ? 0 : 1;
}

int deliverAndDie(const std::filesystem::path& folder) {
    auto database = store::Database::open(folder / "core.db", BrokerDriver::migrations());
    if (!database)
        return 1;
    upkeep::OutboxRelay relay(**database, {{"in_app", [&](const Json&, const std::string& key) -> Result<void> {
                                                std::ofstream(folder / kDeliveredKeys, std::ios::app) << key << "\n";
                                                die();
                                            }}});
    (void)relay.look(base::RealClock().now());
    return 0;
}

int fireAndDie(const std::filesystem::path& folder, bool committed) {
    auto database = store::Database::open(folder / "core.db", BrokerDriver::migrations());
    if (!database)
        return 1;
    const base::RealClock clock;
    base::ZoneDatabase zones;
    beat::Beat beat({**database, clock, zones,
                     [&](const store::ScheduleRow& entry, base::Instant instant) -> Result<task::Task> {
                         if (!committed)
                             die();
                         task::Task task;
                         task.id = {"fired"};
                         task.type = entry.type;
                         task.queue = "default";
                         task.createdAt = instant;
                         return task;
                     },
                     [](const broker::Broker::Moves&) { die(); }, [](const task::TaskId&) {},
                     [](const std::string&, const std::string&) {}});
    (void)beat.look(clock.now());
    return 0;
}

/// Ten instants of an hour ago, and no more.
task::Schedule tenInstants(base::Instant now) {
    task::Schedule schedule;
    schedule.name = kCrashSchedule;
    schedule.type = "test_echo";
    schedule.cron = "* * * * *";
    schedule.starts = std::chrono::floor<std::chrono::minutes>(now) - std::chrono::hours(1);
    schedule.ends = *schedule.starts + std::chrono::minutes(9);
    return schedule;
}

int backfillAndDie(const std::filesystem::path& folder, int dyingWrite) {
    const base::RealClock clock;
    DyingDisk disk;
    const DiskShim shim(folder, disk);
    task::TaskRegistry registry;
    addTestTasks(registry);
    engine::EngineOptions options;
    options.dataDirectory = folder;
    options.workers = 0;
    options.beat = false;
    const engine::Actor actor{"crash", "system"};
    auto engine = engine::startEngine(options, std::move(registry), clock);
    if (!engine)
        return 1;
    const task::Schedule schedule = tenInstants(clock.now());
    if (!(*engine)->schedules().add(schedule, actor))
        return 1;
    const auto plan = (*engine)->schedules().backfillPlan(schedule.name, *schedule.starts, *schedule.ends);
    if (!plan || plan->instants.size() != 10)
        return 1;
    engine::BackfillRequest request;
    request.schedule = schedule.name;
    for (const auto& judged : plan->instants)
        request.instants.push_back(judged.instant);
    disk.dieAt(dyingWrite, "core.db-wal");
    const auto made = (*engine)->schedules().backfill(request, actor);
    if (dyingWrite == 0)
        die();
    return made ? 0 : 1;
}

int checkpointAndDie(const std::filesystem::path& folder, int dyingWrite) {
    DyingDisk disk;
    const DiskShim shim(folder, disk);
    BrokerDriver driver(1);
    if (!driver.open(folder / "core.db") || !driver.work(30, BrokerDriver::Checkpoints::Never))
        return 1;
    for (const std::string& id : driver.acknowledged().enqueued)
        say("E " + id + " -");
    for (const auto& [id, state] : driver.acknowledged().ended)
        say("D " + id + " " + state);
    disk.dieAt(dyingWrite, "core.db");
    driver.database().checkpointWhenIdle();
    driver.close();
    return 0;
}

/// Everything that has ended is old.
int pruneAndDie(const std::filesystem::path& folder, int dyingWrite) {
    DyingDisk disk;
    const DiskShim shim(folder, disk);
    auto database = store::Database::open(folder / "core.db", BrokerDriver::migrations());
    if (!database)
        return 1;
    disk.dieAt(dyingWrite, "core.db-wal");
    const base::RealClock clock;
    const base::milliseconds none{0};
    upkeep::Pruner pruner(**database, nullptr, {none, none, none, none, none, none, none}, clock,
                          [](const std::vector<store::ForgottenTask>&) {});
    while (!pruner.status().lastPassAt) {
        if (!pruner.look(clock.now()))
            return 1;
        std::this_thread::sleep_for(base::milliseconds(1)); // between two looks
    }
    return 0;
}

int migrateAndDie(const std::filesystem::path& folder, int dyingWrite) {
    DyingDisk disk;
    const DiskShim shim(folder, disk);
    disk.dieAt(dyingWrite, "");
    return store::Database::open(folder / "core.db", BrokerDriver::migrations()) ? 0 : 1;
}

} // namespace

int runToCrashPoint(const std::string& point, const std::filesystem::path& folder, int n) {
    if (const auto scenario = kWithEngine.find(point); scenario != kWithEngine.end())
        return runWithEngine(scenario->second, folder, point.starts_with("k7") ? n : 0);
    if (point == "k9")
        return deliverAndDie(folder);
    if (point == "k10" || point == "k11")
        return fireAndDie(folder, point == "k10");
    if (point == "k10b")
        return backfillAndDie(folder, n);
    if (point == "k13")
        return checkpointAndDie(folder, n);
    if (point == "k13d")
        return pruneAndDie(folder, n);
    if (point == "k14")
        return copyAndDie(folder, n);
    if (point == "k14r")
        return restoreAndDie(folder, n);
    if (point == "k15")
        return migrateAndDie(folder, n);
    if (point == "k16")
        return anchorAndDie(folder, n);
    return 1;
}

} // namespace tests
