// R8: several writers, and another program that holds the database.
#include "core/store/LockHolders.h"
#include "tests/support/Campaign.h"
#include "tests/support/EngineHarness.h"

#include <csignal>
#include <future>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

namespace {

using namespace core;
using base::Result;
using store::Connection;
using store::Database;
using task::TaskState;

const std::vector<store::Migration> kNotes{{"test", 1, "CREATE TABLE note(id INTEGER PRIMARY KEY, body TEXT)"}};
constexpr int kWriters = 4;

int64_t countNotes(const Database& database) {
    return *database.read([](Connection& db) -> Result<int64_t> {
        auto row = db.query("SELECT count(*) FROM note");
        row.step();
        return row.integer(0);
    });
}

/// How many of the transactions of four writers at once were told that the database is busy.
int64_t busyOf(const std::function<int64_t(int writer)>& write) {
    std::vector<std::future<int64_t>> busy;
    for (int writer = 0; writer < kWriters; ++writer)
        busy.push_back(std::async(std::launch::async, write, writer));
    int64_t all = 0;
    for (auto& one : busy)
        all += one.get();
    return all;
}

// solid_queue#133, #309, #385: "database is locked".
TEST(Locks, FourWritersAtOnceAreNeverToldThatTheDatabaseIsLocked) {
    const tests::Campaign campaign("R8 four writers", 500, 2000);
    const tests::TemporaryFolder folder;
    const auto database = *Database::open(folder / "core.db", kNotes);
    const int64_t busy = busyOf([&](int) {
        int64_t refused = 0;
        for (int i = 0; i < campaign.rounds(); ++i)
            refused += database->write([](Connection& db) -> Result<void> {
                db.query("SELECT count(*) FROM (SELECT 1 FROM note LIMIT 10)").run();
                db.run("INSERT INTO note(body) VALUES('x')");
                return {};
            })
                           ? 0
                           : 1;
        return refused;
    });
    campaign.report(std::to_string(busy) + " of " + std::to_string(kWriters * campaign.rounds()) + " transactions busy");
    EXPECT_EQ(busy, 0);
    EXPECT_EQ(countNotes(*database), kWriters * campaign.rounds());
}

TEST(Locks, TheHarnessSeesWritersThatReadThenWriteDeferred) {
    const tests::Campaign campaign("R8 control: read, then write, deferred", 100, 500);
    const tests::TemporaryFolder folder(tests::TemporaryFolder::Storage::Memory);
    (void)*Database::open(folder / "core.db", kNotes);
    const std::string begin = "BEGIN DEFERRED"; // what the arch test forbids outside snapshots
    const int64_t busy = busyOf([&](int) {
        const auto db = *Connection::open(folder / "core.db", store::OpenMode::Writer);
        int64_t refused = 0;
        for (int i = 0; i < campaign.rounds(); ++i)
            try {
                db->exec(begin);
                db->query("SELECT count(*) FROM note").run();
                std::this_thread::yield(); // to the others: whoever writes first spoils what these have read
                db->run("INSERT INTO note(body) VALUES('x')");
                db->exec("COMMIT");
            } catch (const store::SqlError&) {
                ++refused;
                db->exec("ROLLBACK");
            }
        return refused;
    });
    campaign.report(tests::percentText(double(busy), double(kWriters * campaign.rounds())) + " of the transactions busy");
    EXPECT_GT(busy, kWriters * campaign.rounds() / 100);
}

/// A process that holds the database for itself from when it is told to until it is killed.
class Holder {
  public:
    explicit Holder(const std::filesystem::path& database) {
        if (::pipe(m_pipe) != 0)
            return;
        m_pid = ::fork(); // before there are threads
        if (m_pid != 0)
            return;
        char byte = 0;
        const bool asked = ::read(m_pipe[0], &byte, 1) == 1;
        auto connection = Connection::open(database, store::OpenMode::Writer);
        if (!asked || !connection)
            ::_exit(1);
        (*connection)->exec("BEGIN IMMEDIATE");
        for (;;)
            ::pause();
    }
    ~Holder() { letGo(); }
    Holder(const Holder&) = delete;
    Holder& operator=(const Holder&) = delete;

    void hold() { (void)!::write(m_pipe[1], "x", 1); }
    void letGo() {
        if (m_pid <= 0)
            return;
        ::kill(m_pid, SIGKILL);
        ::waitpid(std::exchange(m_pid, 0), nullptr, 0);
    }
    std::string name() const { return "process " + std::to_string(m_pid) + " ("; }

  private:
    int m_pipe[2] = {-1, -1};
    pid_t m_pid = 0;
};

class HeldDatabase : public testing::Test, protected tests::EngineHarness {};

TEST_F(HeldDatabase, TheHolderIsNamedNothingIsLostAndWorkGoesOnWhenItEnds) {
    const tests::Campaign campaign("R8 another program holds the database (seconds)", 1, 30);
    const base::RealClock clock;
    Holder holder(options().dataDirectory / "core.db");
    start();
    const task::Task running = submit("test_sleep", {{"ms", 300}});
    ASSERT_EQ(waitFor(running, TaskState::Started).state, TaskState::Started);
    holder.hold();
    const std::string name = holder.name();
    ASSERT_TRUE(eventually(
        [&] { return store::lockHolders(options().dataDirectory / "core.db").find(name) != std::string::npos; }));
    engine::Submission refused;
    refused.type = "test_echo";
    base::Error why;
    ASSERT_TRUE(eventually([&] {
        const auto told = engine().tasks().submit(refused, kTester);
        why = told ? base::Error() : told.error();
        return !told;
    }));
    EXPECT_EQ(why.code, base::ErrorCode::Unavailable);
    EXPECT_NE(why.message.find(name), std::string::npos) << why.message;
    const auto until = clock.sinceBoot() + base::seconds(campaign.rounds());
    EXPECT_TRUE(eventually([&] { return clock.sinceBoot() >= until; }, base::seconds(campaign.rounds() + 60)));
    EXPECT_FALSE(engine().status().store.ok());
    holder.letGo();
    const auto released = clock.sinceBoot();
    EXPECT_TRUE(eventually([&] { return engine().status().store.ok(); }));
    const auto resumed = clock.sinceBoot() - released;
    EXPECT_EQ(wait(running).state, TaskState::Success) << "what ended meanwhile is kept";
    EXPECT_EQ(wait(submit("test_echo")).state, TaskState::Success);
    campaign.report("its holder was named, nothing lost; work went on " + std::to_string(resumed.count()) +
                    " ms after it ended");
    if (campaign.isFull()) {
        EXPECT_LE(resumed, base::milliseconds(1000));
    }
}

} // namespace
