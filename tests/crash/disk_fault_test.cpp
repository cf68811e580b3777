// Operations of the disk that fail, and a disk that is full: nothing that was acknowledged is lost.
#include "core/base/Uuid.h"
#include "core/broker/SqliteBroker.h"
#include "core/store/EngineSchema.h"
#include "tests/support/Campaign.h"
#include "tests/support/Dice.h"
#include "tests/support/EngineHarness.h"
#include "tests/support/FaultyDisk.h"
#include "tests/support/TemporaryFolder.h"

#include <fcntl.h>
#include <future>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <set>
#include <sqlite3.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

namespace {

using namespace core;
using base::Result;
using broker::Broker;
using broker::SqliteBroker;
using store::Connection;
using store::Database;
using store::Query;
using task::TaskState;
using tests::DiskOperation;
using tests::EngineHarness;
using tests::FaultyDisk;

const base::Instant kNow{base::milliseconds(1'790'000'000'000)};
constexpr int kTasks = 8;

enum class Lasting { Once, FromThenOn };

struct Fault {
    int64_t call = 0; ///< the number of the operation that fails, from 1 (reads are not counted); 0: none
    int code = SQLITE_FULL;
    Lasting lasting = Lasting::Once;
};

/// What the caller was told.
struct Told {
    std::set<std::string> submitted, ended;
    int answered = 0; ///< endings that came to an answer
};

template <class T, class Verb>
Result<T> ask(Verb verb) {
    auto promise = std::make_shared<std::promise<Result<T>>>();
    auto future = promise->get_future();
    verb([promise](Result<T> answer) { promise->set_value(std::move(answer)); });
    return future.get();
}

enum class Client {
    Honest,
    Hasty ///< takes what it asked for as done: the control
};

/// One life of a store: a few tasks are submitted, started and ended; the disk fails on the way and then recovers.
class Scenario {
  public:
    explicit Scenario(Client client = Client::Honest) : m_client(client), m_disk(m_folder.path()) {}

    /// Operations that the scenario makes, reads aside.
    int64_t run(const Fault& fault) {
        m_calls = 0;
        m_disk.set([this, fault](const DiskOperation& operation) {
            if (operation.kind == DiskOperation::Kind::Read)
                return SQLITE_OK;
            const int64_t number = ++m_calls;
            const bool hit = fault.call && (fault.lasting == Lasting::Once ? number == fault.call : number >= fault.call);
            if (!hit)
                return SQLITE_OK;
            return operation.kind == DiskOperation::Kind::Open ? SQLITE_CANTOPEN : fault.code;
        });
        live();
        m_disk.heal();
        return m_calls;
    }
    const Told& told() const { return m_told; }

    /// What is wrong with the store after the life, by what the caller was told.
    std::string verdict() {
        auto database = Database::open(m_folder / "core.db", store::engineMigrations());
        if (!database)
            return "does not open: " + database.error().text();
        auto read = (*database)->read([&](Connection& db) -> Result<std::string> {
            Query check = db.query("PRAGMA integrity_check");
            check.step();
            std::string wrong = check.text(0) == "ok" ? "" : check.text(0);
            for (const auto& id : m_told.submitted)
                if (!store::readTask(db, {id}))
                    wrong += " lost " + id;
            for (const auto& id : m_told.ended)
                if (store::readTask(db, {id})->state != TaskState::Success)
                    wrong += " unended " + id;
            return wrong;
        });
        return read ? *read : read.error().text();
    }

  private:
    void live() {
        store::Guards guards;
        guards.clock = &m_clock;
        guards.ballast = m_folder / "ballast";
        auto opened = Database::open(m_folder / "core.db", store::engineMigrations(), store::OpenMode::Writer, guards);
        if (!opened)
            return;
        const auto database = std::move(*opened);
        SqliteBroker broker(*database, {});
        const auto epoch = broker.takeOwnership(kNow);
        for (int i = 0; i < kTasks; ++i)
            submit(broker);
        if (epoch)
            endAll(broker, *database, *epoch);
    }

    void submit(SqliteBroker& broker) {
        task::Task task;
        task.id = {base::newUuidV7(kNow)};
        task.type = "test";
        task.queue = "default";
        task.createdAt = kNow;
        task.maxAttempts = 1;
        const auto moves = ask<Broker::Moves>([&](auto then) { broker.enqueue({task}, std::nullopt, then); });
        if (moves || m_client == Client::Hasty)
            m_told.submitted.insert(task.id.text);
    }

    void endAll(SqliteBroker& broker, Database& database, int64_t epoch) {
        broker::ClaimRequest request;
        request.batches = kTasks;
        request.queues = {{"default", kTasks}};
        request.types = {{"test", {kTasks, 1}}};
        request.epoch = epoch;
        request.now = kNow;
        const auto claimed = ask<Broker::Moves>([&](auto then) { broker.claim(request, then); });
        if (!claimed)
            return;
        std::vector<std::future<Result<Broker::Ended>>> endings;
        for (const broker::Move& move : *claimed) {
            broker::Ending ending;
            ending.task = move.task.id;
            ending.attempt = move.task.attempt;
            ending.epoch = epoch;
            ending.outcome = task::Outcome::success({{"done", true}});
            ending.now = kNow;
            auto promise = std::make_shared<std::promise<Result<Broker::Ended>>>();
            endings.push_back(promise->get_future());
            broker.end(std::make_shared<const std::vector<broker::Ending>>(1, ending), std::nullopt,
                       [promise](Result<Broker::Ended> ended) { promise->set_value(std::move(ended)); });
        }
        // The disk recovers while the endings wait, if they do.
        (void)database.write([](Connection&) { return Result<void>(); });
        m_disk.heal();
        database.lookAfter();
        for (auto& ending : endings)
            if (const auto ended = ending.get(); ended && !ended->moves.empty())
                m_told.ended.insert(ended->moves.front().task.id.text);
        m_told.answered = int(endings.size());
    }

    const Client m_client;
    tests::TemporaryFolder m_folder{tests::TemporaryFolder::Storage::Memory};
    base::ManualClock m_clock{kNow};
    FaultyDisk m_disk;
    std::atomic<int64_t> m_calls{0};
    Told m_told;
};

/// What there is to fail in a life of so many operations.
std::vector<Fault> faultsOf(int64_t calls) {
    std::vector<Fault> faults;
    for (const int code : {SQLITE_FULL, SQLITE_IOERR_WRITE, SQLITE_IOERR_FSYNC, SQLITE_READONLY})
        for (const Lasting lasting : {Lasting::Once, Lasting::FromThenOn})
            for (int64_t call = 1; call <= calls; ++call)
                faults.push_back({call, code, lasting});
    return faults;
}

std::string nameOf(const Fault& fault) {
    return "operation " + std::to_string(fault.call) + (fault.lasting == Lasting::Once ? "" : " and all after it") +
           ", code " + std::to_string(fault.code);
}

/// What is wrong after lives with these faults, the first of it; empty: nothing.
std::string tryFaults(const std::vector<Fault>& faults, Client client) {
    for (const Fault& fault : faults) {
        Scenario scenario(client);
        scenario.run(fault);
        if (const std::string wrong = scenario.verdict(); !wrong.empty())
            return nameOf(fault) + ": " + wrong;
        if (int(scenario.told().ended.size()) != scenario.told().answered)
            return nameOf(fault) + ": an ending was dropped";
    }
    return {};
}

/// As many as the campaign has rounds, evenly out of all, beginning anywhere.
std::vector<Fault> chosen(const std::vector<Fault>& all, const tests::Campaign& campaign) {
    const size_t count = std::min(all.size(), size_t(campaign.rounds()));
    const size_t first = size_t(tests::Dice(campaign.seedOf(0)).below(all.size()));
    std::vector<Fault> some;
    for (size_t i = 0; i < count; ++i)
        some.push_back(all[(first + i * all.size() / count) % all.size()]);
    return some;
}

// sidekiq#3979: a full disk inside the completion path lost 27 % of the jobs.
TEST(DiskFaults, NothingAcknowledgedIsLostWhateverOperationOfTheDiskFailsOnceOrForGood) {
    const tests::Campaign campaign("R6 the Nth operation of the disk fails", 200, 5000);
    const auto all = faultsOf(Scenario().run({}));
    ASSERT_GT(all.size(), 400u);
    const auto some = chosen(all, campaign);
    EXPECT_EQ(tryFaults(some, Client::Honest), "");
    campaign.report(std::to_string(some.size()) + " of " + std::to_string(all.size()) +
                    " faults tried: nothing acknowledged lost, no ending dropped");
}

TEST(DiskFaults, TheHarnessSeesAClientThatTakesForDoneWhatTheDiskRefused) {
    std::vector<Fault> faults = faultsOf(Scenario().run({}));
    std::reverse(faults.begin(), faults.end()); // at its end the schema is there, and tasks are submitted
    EXPECT_NE(tryFaults(faults, Client::Hasty), "");
}

/// An engine on a small disk of its own.
class SmallDisk : public testing::Test, protected EngineHarness {
  protected:
    void begin(int megabytes) {
        std::filesystem::create_directory(options().dataDirectory);
        const std::string size = "size=" + std::to_string(megabytes) + "m,mode=0700";
        if (::mount("tmpfs", options().dataDirectory.c_str(), "tmpfs", 0, size.c_str()) != 0)
            GTEST_SKIP() << "a disk of its own can only be mounted by root";
        m_mounted = true;
        start();
        m_events = engine().events().subscribe();
    }
    void end() {
        stop();
        if (std::exchange(m_mounted, false))
            ::umount2(options().dataDirectory.c_str(), MNT_DETACH);
    }
    void TearDown() override { end(); }
    void fillAndEmpty();
    std::filesystem::path filler() const { return options().dataDirectory / "filler"; }
    /// Takes every byte that is left, and nothing of the ballast: an engine that meets the full disk before this is
    /// done gives the ballast up, and its space is not ours.
    void fillUp() const {
        const int file = ::open(filler().c_str(), O_WRONLY | O_CREAT, 0600);
        struct statvfs disk {};
        for (off_t end = 0; ::fstatvfs(file, &disk) == 0 && disk.f_bavail > 0 && std::filesystem::exists(ballast());)
            if (const auto left = off_t(disk.f_bavail * disk.f_frsize); ::posix_fallocate(file, end, left) == 0)
                end += left;
        ::close(file);
    }
    std::filesystem::path ballast() const { return options().dataDirectory / "ballast"; }
    bool eventCame(const std::string& word) {
        return eventually([&] {
            for (const auto& event : m_events->drain().events)
                if (event->kind == events::EventKind::EngineChanged && event->detail == word)
                    return true;
            return false;
        });
    }

    std::shared_ptr<events::Subscription> m_events;
    bool m_mounted = false;
    base::milliseconds m_told{0}, m_resumed{0}; ///< the longest times
};

/// A full disk is told, running tasks end, and work goes on by itself when there is space again.
void SmallDisk::fillAndEmpty() {
    const task::Task running = submit("test_sleep", {{"ms", 1500}});
    ASSERT_EQ(waitFor(running, TaskState::Started).state, TaskState::Started);
    engine::ScheduleEntry entry;
    entry.name = "every-second";
    entry.type = "test_echo";
    entry.every = base::seconds(1);
    ASSERT_TRUE(engine().schedules().add(entry, kTester));
    fillUp();
    engine::Submission large;
    large.type = "test_echo";
    large.params = {{"text", std::string(200'000, 'x')}};
    const base::RealClock clock;
    const auto filled = clock.sinceBoot();
    EXPECT_TRUE(eventually([&] { return !engine().tasks().submit(large, kTester); }));
    EXPECT_TRUE(eventCame("store_failing"));
    m_told = std::max(m_told, clock.sinceBoot() - filled);
    EXPECT_EQ(engine().status().store.state, store::StoreState::DiskFull);
    const auto refused = engine().tasks().submit(large, kTester);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, base::ErrorCode::Unavailable);
    EXPECT_NE(refused.error().remedy.find("Free at least"), std::string::npos);
    EXPECT_FALSE(engine().schedules().add(entry, kTester));
    EXPECT_EQ(wait(running).state, TaskState::Success);
    EXPECT_EQ(engine().status().store.state, store::StoreState::DiskFull);
    const auto fullSince = engine().clock().now();
    std::filesystem::remove(filler());
    const auto emptied = clock.sinceBoot();
    EXPECT_TRUE(eventCame("store_ok"));
    m_resumed = std::max(m_resumed, clock.sinceBoot() - emptied);
    EXPECT_TRUE(engine().status().store.ok());
    EXPECT_EQ(std::filesystem::file_size(ballast()), uintmax_t(store::Ballast::kBytes));
    EXPECT_EQ(wait(submit("test_echo")).state, TaskState::Success);
    EXPECT_TRUE(eventually([&] {
        const auto schedules = engine().schedules().list();
        return schedules && std::any_of(schedules->begin(), schedules->end(), [&](const engine::ScheduleEntry& schedule) {
            return schedule.name == entry.name && schedule.lastFire && *schedule.lastFire >= fullSince;
        });
    })) << "the schedule must fire again";
}

TEST_F(SmallDisk, AFullDiskIsToldRunningTasksEndAndWorkGoesOnByItselfWhenSpaceIsBack) {
    const tests::Campaign campaign("R6 a real disk of 28 to 64 MB is full", 1, 10);
    for (int round = 0; round < campaign.rounds() && !IsSkipped(); ++round) {
        begin(28 + int(tests::Dice(campaign.seedOf(round)).below(37)));
        if (m_mounted)
            fillAndEmpty();
        end();
    }
    campaign.report("told after at most " + std::to_string(m_told.count()) + " ms, went on at most " +
                    std::to_string(m_resumed.count()) + " ms after there was space");
    if (campaign.isFull()) {
        EXPECT_LE(m_told, base::milliseconds(2000));
        EXPECT_LE(m_resumed, base::milliseconds(5000));
    }
}

} // namespace
