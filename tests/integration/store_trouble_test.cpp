// A disk that is full, fails or is locked: what is refused, what is kept, and how it goes on.
#include "core/broker/SqliteBroker.h"
#include "core/store/Database.h"
#include "core/store/EngineSchema.h"
#include "tests/support/FaultyDisk.h"
#include "tests/support/TemporaryFolder.h"

#include <fstream>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <sqlite3.h>
#include <sys/stat.h>
#include <thread>

namespace {

using namespace core;
using base::ErrorCode;
using base::Result;
using store::Connection;
using store::Database;
using store::Duty;
using store::Query;
using store::StoreState;
using tests::DiskOperation;
using tests::FaultyDisk;

const std::vector<store::Migration> kNotes{{"test", 1, "CREATE TABLE note(id INTEGER PRIMARY KEY, body BLOB)"}};

/// A guarded database on a disk that can be made to fail.
class StoreTrouble : public testing::Test {
  protected:
    void open(std::vector<store::Migration> steps = kNotes) {
        store::Guards guards;
        guards.clock = &clock;
        guards.ballast = folder / "ballast";
        auto opened = Database::open(folder / "core.db", steps, store::OpenMode::Writer, guards);
        ASSERT_TRUE(opened) << opened.error().text();
        database = std::move(*opened);
    }
    static Database::Work insert(int id) {
        return [id](Connection& db) -> Result<void> {
            db.run("INSERT INTO note(id, body) VALUES(?, 'x')", id);
            return {};
        };
    }
    /// Posts and leaves the answer in the future.
    std::future<Result<void>> post(Database::Work work, Duty duty) {
        auto promise = std::make_shared<std::promise<Result<void>>>();
        auto future = promise->get_future();
        database->post(std::move(work), [promise](Result<void> answer) { promise->set_value(std::move(answer)); }, duty);
        return future;
    }
    Result<void> ask(Database::Work work, Duty duty = Duty::Intake) { return post(std::move(work), duty).get(); }
    /// Returns when the writer has done what was asked of it before.
    void settle() { (void)ask([](Connection&) { return Result<void>(); }, Duty::Act); }
    int count(const std::string& sql = "SELECT count(*) FROM note") {
        return database
            ->read([&](Connection& db) -> Result<int> {
                Query row = db.query(sql);
                row.step();
                return row.intAt(0);
            })
            .value_or(-1);
    }
    bool ballastIsThere() const {
        struct stat status {};
        return ::stat((folder / "ballast").c_str(), &status) == 0 && status.st_size == store::Ballast::kBytes &&
               int64_t(status.st_blocks) * 512 >= store::Ballast::kBytes && (status.st_mode & 0777) == 0600;
    }
    static bool isWaiting(const std::future<Result<void>>& answer) {
        return answer.wait_for(std::chrono::seconds(0)) == std::future_status::timeout;
    }

    tests::TemporaryFolder folder;
    base::ManualClock clock{base::Instant(base::milliseconds(1'790'000'000'000))};
    FaultyDisk disk{folder.path()};
    std::unique_ptr<Database> database;
};

TEST_F(StoreTrouble, AFullDiskGivesUpTheBallastAndTheCommitThatFoundItOutSucceeds) {
    open();
    ASSERT_TRUE(ballastIsThere());
    disk.set([&](const DiskOperation& operation) {
        return operation.kind == DiskOperation::Kind::Write && ballastIsThere() ? SQLITE_FULL : SQLITE_OK;
    });
    EXPECT_TRUE(ask(insert(1)));
    EXPECT_FALSE(ballastIsThere());
    EXPECT_EQ(database->health().state, StoreState::DiskFull);
    EXPECT_EQ(database->health().since, clock.now());
    const auto refused = ask(insert(2));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::Unavailable);
    EXPECT_NE(refused.error().message.find(folder.path().string()), std::string::npos);
    EXPECT_NE(refused.error().remedy.find("Free at least 20 MB"), std::string::npos);
    EXPECT_TRUE(ask(insert(3), Duty::Finish));
    EXPECT_TRUE(ask(insert(4), Duty::Act));
    EXPECT_EQ(count(), 3);
}

TEST_F(StoreTrouble, WhatMustBeFinishedWaitsForTheDiskAndIntakeResumesWhenThereIsSpace) {
    open();
    std::vector<std::string> told;
    database->setHealthListener([&](const store::StoreHealth& health) { told.push_back(toText(health.state)); });
    disk.fill();
    EXPECT_EQ(ask(insert(1)).error().code, ErrorCode::Unavailable);
    auto ending = post(insert(2), Duty::Finish);
    EXPECT_EQ(ask(insert(3), Duty::Act).error().code, ErrorCode::Io);
    EXPECT_TRUE(isWaiting(ending));
    EXPECT_EQ(database->health().waiting, 1u);
    database->lookAfter();
    settle();
    EXPECT_TRUE(isWaiting(ending));
    disk.heal();
    database->lookAfter();
    EXPECT_TRUE(ending.get());
    settle();
    EXPECT_TRUE(database->health().ok());
    EXPECT_EQ(database->health().waiting, 0u);
    EXPECT_TRUE(ballastIsThere());
    EXPECT_TRUE(ask(insert(4)));
    EXPECT_EQ(count(), 2);
    EXPECT_EQ(told, (std::vector<std::string>{"disk_full", "ok"}));
}

TEST_F(StoreTrouble, WhatStillWaitsWhenTheDatabaseClosesIsTriedOnceMoreAndThenAnswered) {
    open();
    disk.fill();
    (void)ask(insert(1));
    auto ending = post(insert(2), Duty::Finish);
    auto lost = post(insert(3), Duty::Finish);
    settle();
    disk.heal();
    database.reset();
    EXPECT_TRUE(ending.get());
    EXPECT_TRUE(lost.get());
    open();
    EXPECT_EQ(count(), 2);
    disk.fill();
    auto never = post(insert(4), Duty::Finish);
    settle();
    database.reset();
    EXPECT_EQ(never.get().error().code, ErrorCode::Io);
}

TEST_F(StoreTrouble, ADiskThatFailsIsToldAsSuchAndCommitsGoOnWhenItRecovers) {
    open();
    ASSERT_TRUE(ask(insert(1)));
    for (const int code : {SQLITE_IOERR_WRITE, SQLITE_IOERR_FSYNC, SQLITE_READONLY}) {
        const bool sync = code == SQLITE_IOERR_FSYNC;
        disk.set([=](const DiskOperation& operation) {
            return operation.kind == (sync ? DiskOperation::Kind::Sync : DiskOperation::Kind::Write) ? code : SQLITE_OK;
        });
        EXPECT_FALSE(ask(insert(code)));
        EXPECT_EQ(database->health().state, StoreState::Failing);
        EXPECT_NE(database->health().message.find("core.db"), std::string::npos);
        EXPECT_TRUE(ballastIsThere()) << "only a full disk is helped by space";
        disk.heal();
        database->lookAfter();
        settle();
        EXPECT_TRUE(database->health().ok());
        EXPECT_TRUE(ask(insert(code)));
    }
    EXPECT_EQ(count(), 4);
}

TEST_F(StoreTrouble, ARefusalOfOneRequestIsNoTroubleOfTheDisk) {
    open();
    EXPECT_TRUE(ask(insert(1)));
    EXPECT_EQ(ask(insert(1), Duty::Finish).error().code, ErrorCode::Conflict);
    EXPECT_TRUE(database->health().ok());
}

// gotosocial#2808, codebase-memory-mcp#1137: a reader that never ends made the log grow to 1.7 GB and to 115 GB.
TEST_F(StoreTrouble, AReaderThatDoesNotEndRaisesAnAlarmStopsIntakeAndTheLogShrinksWhenItIsGone) {
    open();
    auto foreign = *Connection::open(folder / "core.db", store::OpenMode::ReadOnly);
    const auto write = [&](int megabytes) {
        return ask(
            [megabytes](Connection& db) -> Result<void> {
                for (int i = 0; i < megabytes; ++i)
                    db.run("INSERT INTO note(body) VALUES(zeroblob(1048576))");
                return {};
            },
            Duty::Act);
    };
    ASSERT_TRUE(write(1));
    auto snapshot = std::make_unique<store::Snapshot>(*foreign);
    foreign->query("SELECT count(*) FROM note").run();
    ASSERT_TRUE(write(70));
    database->lookAfter();
    settle();
    EXPECT_TRUE(database->health().walLarge);
    EXPECT_TRUE(database->health().ok());
    for (int i = 0; i < 4; ++i)
        ASSERT_TRUE(write(40));
    database->lookAfter();
    settle();
    EXPECT_EQ(database->health().state, StoreState::Clogged);
    EXPECT_EQ(ask(insert(-1)).error().code, ErrorCode::Unavailable);
    EXPECT_TRUE(ask(insert(-2), Duty::Finish));
    snapshot.reset();
    database->lookAfter();
    settle();
    EXPECT_TRUE(database->health().ok());
    EXPECT_FALSE(database->health().walLarge);
    EXPECT_LE(database->health().walBytes, 64 << 20);
    EXPECT_TRUE(ask(insert(-1)));
}

TEST_F(StoreTrouble, ReadersThatFollowEachOtherDoNotKeepTheLogFromBeingEmptied) {
    open();
    std::atomic<bool> stop{false};
    std::vector<std::jthread> readers;
    for (int i = 0; i < 4; ++i)
        readers.emplace_back([&] {
            while (!stop)
                (void)count("SELECT count(*) FROM (SELECT 1 FROM note LIMIT 1000)");
        });
    ASSERT_TRUE(ask([](Connection& db) -> Result<void> {
        for (int i = 0; i < 70; ++i)
            db.run("INSERT INTO note(body) VALUES(zeroblob(1048576))");
        return {};
    }));
    database->lookAfter();
    settle();
    EXPECT_LE(database->health().walBytes, 64 << 20);
    EXPECT_FALSE(database->health().walLarge);
    stop = true;
}

TEST_F(StoreTrouble, AQueryThatTakesTooLongIsStoppedWithAdvice) {
    open();
    const auto endless = database->read(
        [](Connection& db) -> Result<int> {
            db.query("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n) SELECT max(i) FROM n").run();
            return 1;
        },
        base::milliseconds(20));
    ASSERT_FALSE(endless);
    EXPECT_EQ(endless.error().code, ErrorCode::Unavailable);
    EXPECT_NE(endless.error().message.find("took too long"), std::string::npos);
    EXPECT_EQ(count(), 0) << "the connection is good for the next reader";
}

} // namespace
