// What an engine looks at before it opens its database, and what it says of one that lost something.
#include "core/api/Health.h"
#include "core/engine/AuditCheck.h"
#include "core/engine/StoreOpening.h"
#include "core/store/AuditLog.h"
#include "core/store/Backup.h"
#include "core/store/BackupFolder.h"
#include "core/store/StartCheck.h"
#include "tests/support/CommandLine.h"
#include "tests/support/EngineHarness.h"

#include <fstream>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <sys/stat.h>

namespace {

using namespace core;
using base::ErrorCode;
using base::Result;
using store::Connection;
using store::Database;

std::string contentOf(const std::filesystem::path& file) {
    std::ifstream stream(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
}

void overwrite(const std::filesystem::path& file, size_t at, const std::string& bytes) {
    std::fstream stream(file, std::ios::in | std::ios::out | std::ios::binary);
    stream.seekp(std::streamoff(at));
    stream << bytes;
}

/// A store with a few entries, closed in order or not.
class StartCheck : public testing::Test {
  protected:
    enum class Close { InOrder, LikeACrash };

    StartCheck() {
        std::filesystem::create_directories(data);
        std::filesystem::permissions(data, std::filesystem::perms::owner_all);
    }
    std::unique_ptr<Database> open() {
        auto opened = engine::openStore(data, {}, clock);
        EXPECT_TRUE(opened) << (opened ? "" : opened.error().text());
        notice = opened ? opened->notice : "";
        return opened ? std::move(opened->database) : nullptr;
    }
    base::Error refusal() {
        const auto opened = engine::openStore(data, {}, clock);
        EXPECT_FALSE(opened);
        return opened ? base::Error() : opened.error();
    }
    void append(Database& database) {
        EXPECT_TRUE(database.write([](Connection& db) -> Result<void> {
            store::appendAudit(db, {"done", "tester", "human", "thing", "1", nullptr, nullptr, "why"}, base::Instant());
            return {};
        }));
    }
    void make(Close close = Close::LikeACrash) {
        auto database = open();
        append(*database);
        if (close == Close::InOrder)
            engine::closeStore(std::move(database), clock);
    }
    /// Everything is in the file itself, and its engine did not end in order.
    void makeDamaged(size_t at, const std::string& bytes) {
        make();
        overwrite(file, at, bytes);
    }

    tests::TemporaryFolder folder;
    const std::filesystem::path data = folder / "data", file = data / "core.db", log = data / "core.db-wal";
    base::ManualClock clock{*base::parseInstant("2026-11-20T08:15:30Z")};
    std::string notice;
};

TEST_F(StartCheck, ANewDirectoryAndAnUndamagedStoreAreFine) {
    make(Close::InOrder);
    make(Close::LikeACrash);
    EXPECT_TRUE(open());
    EXPECT_EQ(notice, "");
}

TEST_F(StartCheck, ADamagedFileIsRefusedNamedAndLeftAsItIs) {
    const std::string kPage(4096, '\0');
    struct Damage {
        const char* what;
        size_t at;
        std::string bytes;
    };
    for (const Damage& damage : {Damage{"wrong magic", 0, "Not SQLite at all"}, Damage{"nonsense page size", 16, "\x7\x7"},
                                 Damage{"a zeroed page", 4096 * 3, kPage}, Damage{"random", 4096 * 2, std::string(4096, 'x')}}) {
        std::filesystem::remove_all(data);
        std::filesystem::create_directories(data);
        std::filesystem::permissions(data, std::filesystem::perms::owner_all);
        makeDamaged(damage.at, damage.bytes);
        const std::string before = contentOf(file);
        const auto error = refusal();
        EXPECT_EQ(error.code, ErrorCode::Corrupt) << damage.what;
        EXPECT_NE(error.message.find(file.string()), std::string::npos) << damage.what << ": " << error.message;
        EXPECT_EQ(contentOf(file), before) << damage.what;
    }
}

TEST_F(StartCheck, ATruncatedFileIsRefusedAtEveryLength) {
    make();
    const std::string whole = contentOf(file);
    for (size_t size = 1; size < whole.size(); size += whole.size() / 37) {
        std::ofstream(file, std::ios::binary | std::ios::trunc) << whole.substr(0, size);
        EXPECT_EQ(refusal().code, ErrorCode::Corrupt) << size;
    }
}

TEST_F(StartCheck, ALogWithoutItsDatabaseIsNotThrownAway) {
    auto database = open();
    append(*database);
    std::filesystem::copy(log, folder / "log");
    database.reset();
    std::filesystem::remove(file);
    std::filesystem::copy(folder / "log", log);
    EXPECT_EQ(refusal().code, ErrorCode::Corrupt);
    EXPECT_TRUE(std::filesystem::exists(log));
}

TEST_F(StartCheck, TheRefusalOfADamagedStoreSaysWhichCopyToRestore) {
    makeDamaged(0, "Not SQLite at all");
    EXPECT_NE(refusal().remedy.find("There is no backup"), std::string::npos);
    const auto copy = *store::backupFolder(data) / store::backupName(clock.now());
    std::ofstream(copy) << "x";
    EXPECT_NE(refusal().remedy.find("beatwarden backup restore " + copy.string()), std::string::npos) << refusal().remedy;
}

TEST_F(StartCheck, LinksAndFilesThatOthersMayWriteAreRefused) {
    make();
    std::filesystem::create_hard_link(file, folder / "second");
    EXPECT_EQ(refusal().code, ErrorCode::Unauthorized);
    std::filesystem::remove(folder / "second");
    ::chmod(file.c_str(), 0660);
    EXPECT_NE(refusal().remedy.find("chmod 600"), std::string::npos);
    ::chmod(file.c_str(), 0600);
    EXPECT_TRUE(open());
    std::filesystem::rename(file, folder / "elsewhere.db");
    std::filesystem::create_symlink(folder / "elsewhere.db", file);
    EXPECT_EQ(refusal().code, ErrorCode::Unauthorized);
    std::filesystem::remove(file);
    std::filesystem::create_directory(file);
    EXPECT_EQ(refusal().code, ErrorCode::Io);
}

TEST_F(StartCheck, ARestoreThatWasInterruptedIsNotTakenForADatabase) {
    make();
    std::filesystem::create_hard_link(file, file.string() + store::kAsideWord + "20261120T081530Z");
    const auto error = refusal();
    EXPECT_EQ(error.code, ErrorCode::Corrupt);
    EXPECT_NE(error.message.find("restore was interrupted"), std::string::npos) << error.message;
}

TEST_F(StartCheck, ANewerSchemaAndAForeignDatabaseAreRefused) {
    make();
    (*Connection::open(file, store::OpenMode::Writer))->exec("UPDATE schema_version SET version=99 WHERE room='store'");
    EXPECT_EQ(refusal().code, ErrorCode::Unsupported);
    (*Connection::open(file, store::OpenMode::Writer))->exec("PRAGMA application_id=7");
    EXPECT_EQ(refusal().code, ErrorCode::Corrupt);
}

TEST_F(StartCheck, DisksOverANetworkAndInUserSpaceAreNotRelied) {
    for (const auto& [type, name] : {std::pair(0x6969L, "NFS"), {0x517BL, "SMB"}, {0xFE534D42L, "SMB"}, {0x65735546L, "FUSE"}})
        EXPECT_EQ(store::unreliableFileSystem(type), name);
    for (const long local : {0xEF53L, 0x01021994L, 0x9123683EL, 0x58465342L, 0x794c7630L})
        EXPECT_EQ(store::unreliableFileSystem(local), "");
    EXPECT_TRUE(store::requireLocalDisk(data));
}

TEST_F(StartCheck, AfterAStopInOrderThePagesAreNotReadAgain) {
    make(Close::InOrder);
    const auto steps = engine::allMigrations();
    overwrite(file, 4096 * 3, std::string(4096, '\0'));
    const auto patience = base::seconds(10);
    EXPECT_TRUE(store::checkBeforeOpening(file, steps, store::CheckDepth::Header, patience));
    EXPECT_FALSE(store::checkBeforeOpening(file, steps, store::CheckDepth::Quick, patience));
    EXPECT_TRUE(store::loadHighWater(data / engine::kHighWaterFile)->cleanStop);
    auto database = open();
    EXPECT_FALSE(store::loadHighWater(data / engine::kHighWaterFile)->cleanStop) << "from now on it may crash";
}

TEST_F(StartCheck, ACheckThatTakesTooLongIsCutOffAndStopsNothing) {
    {
        auto database = open();
        ASSERT_TRUE(database->write([](Connection& db) -> Result<void> {
            db.exec("CREATE TABLE many(a TEXT); INSERT INTO many SELECT hex(randomblob(20)) FROM "
                    "(WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n WHERE i<300000) SELECT i FROM n)");
            return {};
        }));
    }
    const auto begun = std::chrono::steady_clock::now();
    EXPECT_TRUE(store::checkBeforeOpening(file, engine::allMigrations(), store::CheckDepth::Full, base::milliseconds(1)));
    EXPECT_LT(std::chrono::steady_clock::now() - begun, base::seconds(1));
}

/// A store that lost something between two engines.
class LostHistory : public StartCheck {
  protected:
    void note(Database& database) {
        const auto mark = *database.read(
            [&](Connection& db) -> Result<store::HighWater> { return store::readHighWater(db, clock.now()); });
        EXPECT_TRUE(store::saveHighWater(data / engine::kHighWaterFile, mark));
    }
    std::vector<std::string> lost() {
        auto db = *Connection::open(file, store::OpenMode::ReadOnly);
        std::vector<std::string> reasons;
        store::Query rows = db->query("SELECT reason FROM audit_log WHERE action='history_lost'");
        while (rows.step())
            reasons.push_back(rows.text(0));
        return reasons;
    }
};

TEST_F(LostHistory, AShortenedLogIsToldOnceAndNotedInTheAuditLog) {
    make(Close::InOrder);
    {
        auto database = open();
        append(*database);
        const auto kept = contentOf(log);
        append(*database);
        append(*database);
        note(*database);
        std::ofstream(folder / "log", std::ios::binary) << kept;
        std::filesystem::copy(file, folder / "file");
    }
    std::filesystem::copy(folder / "file", file, std::filesystem::copy_options::overwrite_existing);
    std::filesystem::copy(folder / "log", log);
    ::chmod(file.c_str(), 0600);
    auto database = open();
    EXPECT_NE(notice.find("its newest commits are missing, at least 2 ("), std::string::npos) << notice;
    ASSERT_EQ(lost().size(), 1u);
    EXPECT_NE(lost().front().find("2026-11-20T08:15:30Z"), std::string::npos) << lost().front();
    note(*database);
    database.reset();
    open();
    EXPECT_EQ(notice, "") << "told once";
    EXPECT_TRUE(engine::checkAudit(data)->ok());
}

TEST_F(LostHistory, AnOldCopyThatSomebodyPutInPlaceIsTold) {
    make(Close::InOrder);
    std::filesystem::copy(file, folder / "old");
    make(Close::InOrder);
    make(Close::InOrder);
    std::filesystem::copy(folder / "old", file, std::filesystem::copy_options::overwrite_existing);
    EXPECT_FALSE(engine::checkAudit(data)->ok());
    auto database = open();
    EXPECT_NE(notice.find("are missing"), std::string::npos) << notice;
}

TEST_F(LostHistory, AnOtherHistoryOfTheSameLengthIsTold) {
    make(Close::InOrder);
    std::filesystem::copy(file, folder / "old");
    make(Close::InOrder);
    const std::string mark = contentOf(data / engine::kHighWaterFile);
    std::filesystem::copy(folder / "old", file, std::filesystem::copy_options::overwrite_existing);
    make(Close::InOrder); // the same number of entries, other ones
    make(Close::InOrder);
    std::ofstream(data / engine::kHighWaterFile, std::ios::trunc) << mark;
    open();
    EXPECT_NE(notice.find("is not the one that was there"), std::string::npos) << notice;
}

TEST_F(LostHistory, AStoreThatWasRemovedIsToldWhenANewOneIsMade) {
    make(Close::InOrder);
    std::filesystem::remove(file);
    open();
    EXPECT_NE(notice.find("missing"), std::string::npos) << notice;
}

TEST_F(LostHistory, ADamagedMarkStopsNothing) {
    make(Close::InOrder);
    for (const char* text : {"", "{", "[]", "null", R"({"format":2})", R"({"format":1,"commits":"x"})",
                             R"({"format":1,"commits":1,"audit_seq":1,"audit_hash":7,"at":"now"})"}) {
        std::ofstream(data / engine::kHighWaterFile, std::ios::trunc) << text;
        EXPECT_TRUE(open()) << text;
        EXPECT_EQ(notice, "") << text;
    }
}

TEST_F(StartCheck, ServingADamagedStoreEndsWithTheCommandThatHelps) {
    make(Close::InOrder);
    const auto copy = *store::backupFolder(data) / store::backupName(clock.now());
    ASSERT_TRUE(store::copyDatabase(file, copy));
    std::ofstream(file, std::ios::trunc) << std::string(9000, 'x');
    const tests::CommandLine command(data);
    const auto refused = command.run({"serve"});
    EXPECT_EQ(refused.status, 5);
    EXPECT_NE(refused.err.find("beatwarden backup restore " + copy.string()), std::string::npos) << refused.err;
    EXPECT_EQ(command.run({"backup", "restore", copy.string()}).status, 0) << "and it does help";
    EXPECT_EQ(command.run({"queue", "list"}).status, 0);
}

/// The same through a whole engine.
class EngineOnLostHistory : public testing::Test, protected tests::EngineHarness {};

TEST_F(EngineOnLostHistory, ItsStatusAndItsHealthSaySo) {
    start(0);
    EXPECT_EQ(engine().status().startNotice, "");
    ASSERT_TRUE(engine().queues().pause("exports", kTester));
    const auto data = options().dataDirectory;
    stop();
    std::filesystem::remove(data / "core.db");
    start(0);
    EXPECT_NE(engine().status().startNotice.find("has lost something"), std::string::npos);
    const base::Json health = api::healthDocument(engine());
    EXPECT_NE(base::dumpJson(health).find("has lost something"), std::string::npos);
    EXPECT_EQ(health["backup"]["copies"], 0);
}

TEST_F(EngineOnLostHistory, TheMarkFollowsTheDatabaseWhileTheEngineRuns) {
    start(0);
    ASSERT_TRUE(engine().queues().pause("exports", kTester));
    const auto file = options().dataDirectory / engine::kHighWaterFile;
    EXPECT_TRUE(eventually([&] {
        const auto mark = store::loadHighWater(file);
        return mark && mark->auditSequence > 0 && !mark->cleanStop;
    }));
    stop();
    EXPECT_TRUE(store::loadHighWater(file)->cleanStop);
}

} // namespace
