// Copies of the database: made while it is written, checked, kept in bounds, put back.
#include "core/engine/AuditCheck.h"
#include "core/engine/Restoring.h"
#include "core/engine/StoreOpening.h"
#include "core/store/AuditLog.h"
#include "core/store/Backup.h"
#include "core/store/BackupFolder.h"
#include "core/store/EngineSchema.h"
#include "core/upkeep/BackupKeeper.h"
#include "tests/support/BrokerDriver.h"
#include "tests/support/CommandLine.h"
#include "tests/support/EngineHarness.h"

#include <fstream>
#include <gtest/gtest.h>
#include <sqlite3.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <thread>

namespace {

using namespace core;
using base::ErrorCode;
using base::Result;
using store::BackupOccasion;
using store::Connection;
using store::Database;
using store::OpenMode;
using tests::EngineHarness;

base::Instant at(const char* text) {
    return *base::parseInstant(text);
}

int64_t countIn(const std::filesystem::path& file, const std::string& sql) {
    auto db = *Connection::open(file, OpenMode::ReadOnly);
    store::Query row = db->query(sql);
    row.step();
    return row.integer(0);
}

void appendEntry(Database& database, const std::string& action) {
    ASSERT_TRUE(database.write([&](Connection& db) -> Result<void> {
        store::appendAudit(db, {action, "tester", "human", "thing", "1", nullptr, {{"x", 1.5}}, "why"},
                           at("2026-11-20T08:00:00Z"));
        return {};
    }));
}

/// A store with tasks and an audit log, and a manual clock.
class Backups : public testing::Test {
  protected:
    Backups() {
        std::filesystem::create_directories(data);
        std::filesystem::permissions(data, std::filesystem::perms::owner_all);
    }
    std::unique_ptr<Database> open() {
        auto opened = engine::openStore(data, {}, clock);
        EXPECT_TRUE(opened) << (opened ? "" : opened.error().text());
        notice = opened ? opened->notice : "";
        return opened ? std::move(opened->database) : nullptr;
    }
    std::vector<std::string> copies() const {
        std::vector<std::string> names;
        for (const auto& copy : store::listBackups(data / "backups"))
            names.push_back(copy.file.filename().string());
        return names;
    }

    tests::TemporaryFolder folder;
    const std::filesystem::path data = folder / "data", file = data / "core.db";
    base::ManualClock clock{at("2026-11-20T08:15:30Z")};
    std::string notice;
};

TEST_F(Backups, ACopyIsOneCheckedFileForItsOwnerAloneWithItsSumBeside) {
    auto database = open();
    appendEntry(*database, "one");
    const auto copy = folder / "copy.db";
    const auto report = store::copyDatabase(file, copy);
    ASSERT_TRUE(report) << report.error().text();
    EXPECT_EQ(report->auditEntries, 1);
    EXPECT_EQ(report->bytes, int64_t(std::filesystem::file_size(copy)));
    struct stat status {};
    ASSERT_EQ(::stat(copy.c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777, 0600u);
    std::string sum, name;
    std::ifstream(copy.string() + ".sha256") >> sum >> name;
    EXPECT_EQ(sum, report->sha256);
    EXPECT_EQ(name, "copy.db");
    for (const char* beside : {"-wal", "-shm", "-journal", ".unfinished"})
        EXPECT_FALSE(std::filesystem::exists(copy.string() + beside)) << beside;
    EXPECT_EQ(store::verifyBackup(copy)->sha256, sum);
}

TEST_F(Backups, ACopyMadeWhileTheStoreIsWrittenIsOneStateOfIt) {
    auto database = open();
    ASSERT_TRUE(database->write([](Connection& db) -> Result<void> {
        db.exec("CREATE TABLE pair(a INTEGER, b INTEGER, filler BLOB); INSERT INTO pair VALUES(0, 0, zeroblob(4000000))");
        return {};
    }));
    std::atomic<int> commits = 0;
    const std::jthread writer([&](std::stop_token stop) {
        while (!stop.stop_requested() && database->write([](Connection& db) -> Result<void> {
            db.run("UPDATE pair SET a=a+1");
            db.run("UPDATE pair SET b=b+1");
            return {};
        }))
            ++commits;
    });
    for (int copy = 0; copy < 5; ++copy) {
        const int before = commits;
        ASSERT_TRUE(EngineHarness::eventually([&] { return commits > before; }));
        const auto target = folder / ("copy" + std::to_string(copy) + ".db");
        const auto report = store::copyDatabase(file, target);
        ASSERT_TRUE(report) << report.error().text();
        EXPECT_EQ(countIn(target, "SELECT a=b FROM pair"), 1);
        EXPECT_GE(countIn(target, "SELECT a FROM pair"), before);
    }
}

TEST_F(Backups, MakingACopyNeverCheckpointsTheStore) {
    auto database = open();
    for (int i = 0; i < 20; ++i)
        appendEntry(*database, "one");
    const auto log = file.string() + "-wal";
    const auto before = std::filesystem::file_size(log);
    const auto main = std::filesystem::file_size(file);
    ASSERT_TRUE(store::copyDatabase(file, folder / "copy.db"));
    EXPECT_EQ(std::filesystem::file_size(log), before);
    EXPECT_EQ(std::filesystem::file_size(file), main);
}

TEST_F(Backups, ACopyThatIsStoppedLeavesNothing) {
    auto database = open();
    std::stop_source stop;
    stop.request_stop();
    EXPECT_EQ(store::copyDatabase(file, folder / "copy.db", stop.get_token()).error().code, ErrorCode::Cancelled);
    for (const auto& entry : std::filesystem::directory_iterator(folder.path()))
        EXPECT_EQ(entry.path(), data);
}

TEST_F(Backups, ADamagedCopyIsRecognized) {
    appendEntry(*open(), "one");
    const auto copy = folder / "copy.db";
    ASSERT_TRUE(store::copyDatabase(file, copy));
    {
        std::fstream bytes(copy, std::ios::in | std::ios::out | std::ios::binary);
        bytes.seekp(20'000);
        bytes.put('!');
    }
    const auto report = store::verifyBackup(copy);
    ASSERT_FALSE(report);
    EXPECT_EQ(report.error().code, ErrorCode::Corrupt);
    EXPECT_NE(report.error().message.find("SHA-256"), std::string::npos) << report.error().message;
    EXPECT_EQ(store::verifyBackup(folder / "none.db").error().code, ErrorCode::NotFound);
    std::ofstream(folder / "text.db") << "hello";
    EXPECT_EQ(store::verifyBackup(folder / "text.db").error().code, ErrorCode::Corrupt);
}

TEST_F(Backups, ACopyWithABrokenAuditChainIsNotGood) {
    auto database = open();
    appendEntry(*database, "one");
    appendEntry(*database, "two");
    const auto copy = folder / "copy.db";
    ASSERT_TRUE(store::copyDatabase(file, copy));
    std::filesystem::remove(copy.string() + ".sha256");
    EXPECT_TRUE(store::verifyBackup(copy));
    auto db = *Connection::open(copy, OpenMode::Writer);
    db->exec("DROP TRIGGER audit_no_update; UPDATE audit_log SET actor='another' WHERE seq=1");
    db.reset();
    const auto report = store::verifyBackup(copy);
    ASSERT_FALSE(report);
    EXPECT_NE(report.error().message.find("entry 1"), std::string::npos) << report.error().message;
}

TEST_F(Backups, EveryChangeOfTheAuditLogIsFoundAndTheFirstBadEntryNamed) {
    {
        auto database = open();
        for (const char* action : {"one", "two", "three", "four"})
            appendEntry(*database, action);
    }
    auto db = *Connection::open(file, OpenMode::Writer);
    EXPECT_TRUE(store::verifyAudit(*db).ok());
    EXPECT_EQ(store::verifyAudit(*db).entries, 4);
    db->exec("DROP TRIGGER audit_no_update; DROP TRIGGER audit_no_delete");
    for (const char* change : {"UPDATE audit_log SET reason='' WHERE seq=2", "UPDATE audit_log SET after_json=NULL WHERE seq=2",
                               "UPDATE audit_log SET ts='2026-01-01T00:00:00Z' WHERE seq=2", "DELETE FROM audit_log WHERE seq=2",
                               "UPDATE audit_log SET prev_hash='x' WHERE seq=2", "UPDATE audit_log SET after_json='{' WHERE seq=2",
                               "UPDATE audit_log SET seq=seq+10 WHERE seq>1"}) {
        db->exec("BEGIN IMMEDIATE");
        db->exec(change);
        EXPECT_EQ(store::verifyAudit(*db).firstBad, 2) << change;
        db->exec("ROLLBACK");
    }
}

TEST(BackupFolder, KeepsTheLatestEightTheLastOfSevenDaysAndOfFourWeeks) {
    std::vector<store::BackupFile> all;
    const auto newest = at("2026-11-20T12:00:00Z"); // a Friday
    for (int quarter = 0; quarter < 60 * 24 * 4; ++quarter) {
        const auto takenAt = newest - std::chrono::minutes(15) * quarter;
        all.push_back({store::backupName(takenAt), takenAt, BackupOccasion::Regular, 1});
    }
    const auto surplus = store::surplusBackups(all);
    std::set<std::string> kept;
    for (const auto& copy : all)
        kept.insert(copy.file.string());
    for (const auto& copy : surplus)
        kept.erase(copy.file.string());
    std::set<std::string> expected;
    for (int i = 0; i < 8; ++i)
        expected.insert(all[size_t(i)].file.string());
    for (const char* day : {"19", "18", "17", "16", "15", "14"})
        expected.insert(std::string("core-202611") + day + "T234500Z.db");
    for (const char* sunday : {"1115", "1108", "1101"})
        expected.insert(std::string("core-2026") + sunday + "T234500Z.db");
    EXPECT_EQ(kept, expected);
}

TEST(BackupFolder, NeverDeletesWhatIsNotItsOwnNorACopyUnderWay) {
    const tests::TemporaryFolder folder;
    const auto put = [&](const std::string& name) { std::ofstream(folder / name) << "x"; };
    for (const char* name : {"notes.txt", "core-monday.db", "mine.db", "mine.db.unfinished", "core-20261120T081530Z.db",
                             "core-20261120T081530Z.db.sha256", "core-20261119T081530Z.db.sha256",
                             "core-20261120T090000Z.db.unfinished", "core-20261120T093000Z.db.unfinished",
                             "core-20261120T090000Z.db.unfinished-journal"})
        put(name);
    const int underWay = ::open((folder / "core-20261120T093000Z.db.unfinished").c_str(), O_RDWR);
    ASSERT_EQ(::flock(underWay, LOCK_EX), 0);
    store::tidyBackups(folder.path());
    std::set<std::string> left;
    for (const auto& entry : std::filesystem::directory_iterator(folder.path()))
        left.insert(entry.path().filename().string());
    EXPECT_EQ(left, (std::set<std::string>{"notes.txt", "core-monday.db", "mine.db", "mine.db.unfinished",
                                           "core-20261120T081530Z.db", "core-20261120T081530Z.db.sha256",
                                           "core-20261120T093000Z.db.unfinished"}));
    ::close(underWay);
}

/// The loop that makes the copies, on a manual clock.
class BackupLoop : public Backups {
  protected:
    BackupLoop() : database(open()), keeper(*database, data, clock) { look(); }
    void look() { EXPECT_TRUE(keeper.look(clock.now())); }
    /// Looks after `time`, and waits until no copy is under way.
    void lookAfter(base::milliseconds time) {
        clock.advance(time);
        look();
        EXPECT_TRUE(EngineHarness::eventually([&] { return !keeper.status().running; }));
    }

    std::unique_ptr<Database> database;
    upkeep::BackupKeeper keeper;
};

TEST_F(BackupLoop, CopiesEveryQuarterOfAnHourWhenSomethingChanged) {
    using std::chrono::minutes;
    lookAfter(base::seconds(30));
    EXPECT_TRUE(copies().empty()) << "not in the first minute";
    lookAfter(base::seconds(30));
    ASSERT_EQ(copies(), std::vector<std::string>{"core-20261120T081630Z.db"});
    EXPECT_EQ(keeper.status().lastAt, at("2026-11-20T08:16:30Z"));
    EXPECT_FALSE(keeper.status().changed);
    lookAfter(minutes(30));
    EXPECT_EQ(copies().size(), 1u) << "nothing changed";
    appendEntry(*database, "one");
    lookAfter(minutes(1));
    EXPECT_EQ(copies().size(), 2u);
    appendEntry(*database, "two");
    lookAfter(minutes(14));
    EXPECT_EQ(copies().size(), 2u);
    EXPECT_TRUE(keeper.status().changed);
    lookAfter(minutes(1));
    EXPECT_EQ(copies().size(), 3u);
}

TEST_F(BackupLoop, ASignOfLifeIsNoChange) {
    lookAfter(std::chrono::minutes(1));
    ASSERT_EQ(copies().size(), 1u);
    std::promise<void> done;
    database->post(
        [](Connection& db) -> Result<void> {
            db.run("UPDATE owner SET alive_at=1");
            return {};
        },
        [&](Result<void>) { done.set_value(); }, store::Duty::Pulse);
    done.get_future().wait();
    lookAfter(std::chrono::hours(1));
    EXPECT_EQ(copies().size(), 1u);
}

TEST_F(BackupLoop, AFailureIsToldAndTriedAgainAMinuteLater) {
    std::ofstream(data / "backups") << "a file where the folder should be";
    lookAfter(std::chrono::minutes(1));
    EXPECT_EQ(keeper.status().failures, 1u);
    EXPECT_NE(keeper.status().lastError.find("backups"), std::string::npos) << keeper.status().lastError;
    std::filesystem::remove(data / "backups");
    lookAfter(std::chrono::seconds(59));
    EXPECT_TRUE(copies().empty());
    lookAfter(std::chrono::seconds(1));
    EXPECT_EQ(copies().size(), 1u);
    EXPECT_TRUE(keeper.status().lastError.empty());
}

TEST_F(BackupLoop, ANewEngineCountsTheAgeOfTheNewestCopy) {
    lookAfter(std::chrono::minutes(1));
    clock.advance(std::chrono::minutes(5));
    upkeep::BackupKeeper next(*database, data, clock);
    for (int minute = 5; minute < 15; ++minute) {
        EXPECT_TRUE(next.look(clock.now()));
        EXPECT_FALSE(next.status().running) << minute;
        clock.advance(std::chrono::minutes(1));
    }
    EXPECT_TRUE(next.look(clock.now()));
    EXPECT_TRUE(EngineHarness::eventually([&] { return !next.status().running; }));
    EXPECT_EQ(copies().size(), 2u);
}

TEST_F(Backups, ASchemaThatHoldsSomethingIsCopiedBeforeItIsChanged) {
    {
        auto older = *Database::open(file, store::engineMigrations());
        appendEntry(*older, "one");
    }
    open().reset();
    ASSERT_EQ(copies(), std::vector<std::string>{"core-20261120T081530Z.before-migration.db"});
    const auto copy = data / "backups" / copies().front();
    EXPECT_EQ(countIn(copy, "SELECT count(*) FROM schema_version WHERE room<>'store'"), 0);
    EXPECT_EQ(countIn(copy, "SELECT count(*) FROM audit_log"), 1);
    open().reset();
    EXPECT_EQ(copies().size(), 1u) << "the schema is up to date";
}

TEST_F(Backups, NothingIsChangedWhenThatCopyCannotBeMade) {
    { auto older = *Database::open(file, store::engineMigrations()); }
    std::ofstream(data / "backups") << "a file where the folder should be";
    const auto opened = engine::openStore(data, {}, clock);
    ASSERT_FALSE(opened);
    EXPECT_NE(opened.error().message.find("no backup"), std::string::npos) << opened.error().message;
    EXPECT_EQ(countIn(file, "SELECT count(*) FROM schema_version WHERE room<>'store'"), 0);
}

TEST_F(Backups, ANewStoreIsNotCopied) {
    open().reset();
    EXPECT_TRUE(copies().empty());
}

class Restores : public Backups {
  protected:
    Restores() {
        auto database = open();
        appendEntry(*database, "one");
        copy = *store::backupFolder(data) / store::backupName(clock.now());
        EXPECT_TRUE(store::copyDatabase(file, copy));
        appendEntry(*database, "two");
        engine::closeStore(std::move(database), clock);
    }
    std::filesystem::path copy;
};

TEST_F(Restores, SaysWhatWouldBeLost) {
    const auto offer = engine::newestGoodCopy(data);
    ASSERT_TRUE(offer);
    EXPECT_EQ(offer->file, copy);
    EXPECT_EQ(offer->takenAt, at("2026-11-20T08:15:30Z"));
    EXPECT_EQ(offer->auditEntries, 1);
    EXPECT_EQ(offer->lostAudit, 1);
    EXPECT_EQ(offer->lostCommits, 1);
    EXPECT_EQ(offer->knownUntil, clock.now());
}

TEST_F(Restores, PutsTheCopyInPlaceKeepsTheOldDatabaseAndNotesIt) {
    clock.advance(base::seconds(90));
    const auto done = engine::restoreCopy(data, copy, "tester", clock);
    ASSERT_TRUE(done) << done.error().text();
    EXPECT_EQ(done->keptAside, data / "core.db.before-restore-20261120T081700Z");
    EXPECT_EQ(countIn(done->keptAside, "SELECT count(*) FROM audit_log WHERE action='two'"), 1);
    auto database = open();
    EXPECT_EQ(notice, "") << "what was given up on purpose is no loss";
    EXPECT_EQ(countIn(file, "SELECT count(*) FROM audit_log WHERE action='two'"), 0);
    EXPECT_EQ(countIn(file, "SELECT count(*) FROM audit_log WHERE action='database_restored' AND actor='tester'"), 1);
    EXPECT_TRUE(engine::checkAudit(data)->ok());
}

TEST_F(Restores, WorksWhereTheDatabaseIsGoneOrNoDatabaseAnyMore) {
    std::filesystem::remove(file);
    EXPECT_TRUE(engine::restoreCopy(data, copy, "tester", clock)->keptAside.empty());
    EXPECT_TRUE(open());
    clock.advance(base::seconds(1));
    std::ofstream(file, std::ios::trunc) << std::string(9000, 'x');
    ASSERT_TRUE(engine::restoreCopy(data, copy, "tester", clock));
    EXPECT_TRUE(open());
}

TEST_F(Restores, ABadCopyChangesNothingAndThePreviousOneIsOffered) {
    clock.advance(std::chrono::minutes(15));
    const auto bad = data / "backups" / store::backupName(clock.now());
    std::ofstream(bad) << std::string(9000, 'x');
    EXPECT_EQ(engine::restoreCopy(data, bad, "tester", clock).error().code, ErrorCode::Corrupt);
    EXPECT_EQ(countIn(file, "SELECT count(*) FROM audit_log"), 2);
    const auto offer = engine::newestGoodCopy(data);
    ASSERT_TRUE(offer);
    EXPECT_EQ(offer->file, copy);
}

TEST_F(Restores, ACopyOfANewerVersionIsRefused) {
    auto db = *Connection::open(copy, OpenMode::Writer);
    db->exec("UPDATE schema_version SET version=99 WHERE room='store'");
    db.reset();
    std::filesystem::remove(copy.string() + ".sha256");
    EXPECT_EQ(engine::restoreCopy(data, copy, "tester", clock).error().code, ErrorCode::Unsupported);
    EXPECT_EQ(countIn(file, "SELECT count(*) FROM audit_log"), 2);
}

TEST_F(Restores, AnEngineThatRunsKeepsItsDatabase) {
    EngineHarness harness;
    harness.start(0);
    const auto refused = engine::restoreCopy(harness.options().dataDirectory, copy, "tester", clock);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::Conflict);
}

/// The commands, on a data directory that an engine has left.
class BackupCommands : public testing::Test, protected tests::EngineHarness {
  protected:
    BackupCommands() {
        start(0);
        submit("test_echo", {{"text", "kept"}});
    }
    const std::filesystem::path data = options().dataDirectory;
    const tests::CommandLine command{data};
};

TEST_F(BackupCommands, MakeVerifyAndListCopiesWhileAnEngineRuns) {
    const auto made = command.run({"backup", "create", "--json"});
    ASSERT_EQ(made.status, 0) << made.err;
    const auto document = *base::parseJson(made.out);
    EXPECT_EQ(document["tasks"], 1);
    const std::string copy = document["file"];
    EXPECT_EQ(command.run({"backup", "verify", copy}).status, 0);
    EXPECT_NE(command.run({"backup", "list"}).out.find(copy), std::string::npos);
    const std::string mine = folder() / "mine.db";
    EXPECT_EQ(command.run({"backup", "create", mine}).status, 0);
    EXPECT_EQ(command.run({"backup", "create", mine}).status, 4) << "a file of somebody's is not replaced";
    EXPECT_EQ(command.run({"backup", "verify", folder() / "none"}).status, 3);
    std::ofstream(mine, std::ios::app) << "!";
    const auto bad = command.run({"backup", "verify", mine, "--json"});
    EXPECT_EQ(bad.status, 1);
    EXPECT_EQ((*base::parseJson(bad.out))["ok"], false);
}

TEST_F(BackupCommands, RestoreRefusesWhileAnEngineRunsAndWorksWhenItHasEnded) {
    const auto made = command.run({"backup", "create", "--json"});
    const std::string copy = (*base::parseJson(made.out))["file"];
    submit("test_echo", {{"text", "lost"}});
    const auto refused = command.run({"backup", "restore", copy});
    EXPECT_EQ(refused.status, 4) << refused.err;
    EXPECT_NE(refused.err.find("in use"), std::string::npos) << refused.err;
    stop();
    const auto rehearsed = command.run({"backup", "restore", copy, "--dry-run"});
    EXPECT_EQ(rehearsed.status, 0) << rehearsed.err;
    EXPECT_EQ(countIn(data / "core.db", "SELECT count(*) FROM task"), 2);
    const auto restored = command.run({"backup", "restore", copy, "--json"});
    ASSERT_EQ(restored.status, 0) << restored.err;
    EXPECT_GE((*base::parseJson(restored.out))["lost_commits"], 1);
    start(0);
    EXPECT_EQ(engine().tasks().page({}, 0, 10)->size(), 1u);
    EXPECT_EQ(engine().status().startNotice, "");
}

TEST_F(BackupCommands, VerifyTheAuditLogWithAndWithoutAnEngine) {
    ASSERT_TRUE(engine().queues().pause("exports", kTester));
    EXPECT_EQ(command.run({"audit", "verify"}).status, 0);
    stop();
    const auto good = command.run({"audit", "verify", "--json"});
    EXPECT_EQ(good.status, 0) << good.err;
    EXPECT_GE((*base::parseJson(good.out))["entries"], 1);
    {
        auto db = *Connection::open(data / "core.db", OpenMode::Writer);
        db->exec("DROP TRIGGER audit_no_update; UPDATE audit_log SET actor='another' WHERE seq=1");
    }
    const auto bad = command.run({"audit", "verify", "--json"});
    EXPECT_EQ(bad.status, 1);
    EXPECT_EQ((*base::parseJson(bad.out))["first_bad"], 1);
    EXPECT_EQ(tests::CommandLine(folder() / "empty").run({"audit", "verify"}).status, 3);
}

} // namespace
