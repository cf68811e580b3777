// Copies of the database made under load, and everything around them broken off at every step.
#include "core/engine/AuditCheck.h"
#include "core/engine/Restoring.h"
#include "core/engine/StoreOpening.h"
#include "core/store/AuditLog.h"
#include "core/store/Backup.h"
#include "core/store/BackupFolder.h"
#include "tests/support/Campaign.h"
#include "tests/support/Checker.h"
#include "tests/support/Dice.h"
#include "tests/support/DyingFiles.h"
#include "tests/support/EngineHarness.h"
#include "tests/support/EngineProcess.h"

#include <gtest/gtest.h>
#include <sstream>

namespace {

using core::base::ErrorCode;
using core::base::Result;
using core::store::Connection;
using core::store::Database;
using tests::EngineProcess;
using Milliseconds = std::chrono::milliseconds;
using Path = std::filesystem::path;

constexpr int kKilled = 128 + 9;
constexpr int kCopiesOfAnEngine = 20;

int64_t countIn(const Path& file, const std::string& sql) {
    auto db = *Connection::open(file, core::store::OpenMode::ReadOnly);
    core::store::Query row = db->query(sql);
    row.step();
    return row.integer(0);
}

/// An engine at work, whose clients say what they were told.
class OnlineBackups : public testing::Test {
  protected:
    /// An engine on an empty folder, whose clients begin to work: the checks of its copies take longer and longer.
    std::unique_ptr<EngineProcess> begin(uint64_t seed) {
        std::filesystem::remove_all(m_data);
        m_told = {};
        m_ready = false;
        auto engine = std::make_unique<EngineProcess>(
            std::vector<std::string>{"--drive", m_data.string(), std::to_string(seed)},
            [this](const std::string& line) { hear(line); });
        engine->listenUntil([this] { return m_ready; }, Milliseconds(60'000));
        return engine;
    }

    /// Lets it work a moment, then makes a copy with `copy`; what is wrong with it.
    std::string copyMeanwhile(EngineProcess& engine, const std::function<std::string(const Path&)>& copy) {
        engine.listen(Milliseconds(m_dice.between(1, 40)));
        const tests::Acknowledged told = m_told; // all of this must be in the copy
        const Path target = m_folder / "copy.db";
        if (const std::string trouble = copy(target); !trouble.empty())
            return trouble;
        m_tasks += countIn(target, "SELECT count(*) FROM task");
        tests::CheckOptions options;
        options.effectTypes = {"test_effect", "test_once"};
        options.effectTable = "health_check";
        return tests::describe(tests::checkStore(target, told, options));
    }

    void hear(const std::string& line) {
        std::istringstream words(line);
        std::string what, id, more;
        words >> what >> id >> more;
        m_ready |= what == "ready";
        if (what == "E")
            m_told.enqueued.insert(id);
        if (what == "D")
            m_told.ended[id] = more;
    }

    const tests::TemporaryFolder m_folder{tests::TemporaryFolder::Storage::Memory};
    const Path m_data = m_folder / "data";
    tests::Dice m_dice{1};
    tests::Acknowledged m_told;
    bool m_ready = false;
    int64_t m_tasks = 0;
};

TEST_F(OnlineBackups, EveryCopyOfAnEngineAtWorkHoldsAllThatWasAcknowledgedBeforeIt) {
    const tests::Campaign campaign("R5 online backups under load", 20, 200);
    m_dice = tests::Dice(campaign.seedOf(0));
    std::unique_ptr<EngineProcess> engine;
    for (int round = 0; round < campaign.rounds(); ++round) {
        if (round % kCopiesOfAnEngine == 0) {
            engine.reset(); // before its folder goes
            engine = begin(campaign.seedOf(round));
        }
        ASSERT_TRUE(m_ready) << "the engine did not start";
        ASSERT_EQ(copyMeanwhile(*engine, [this](const Path& target) {
                      const auto copied = core::store::copyDatabase(m_data / "core.db", target);
                      return copied ? "" : copied.error().text();
                  }), "") << "copy " << round;
    }
    campaign.report("every copy good, " + std::to_string(m_tasks / campaign.rounds()) + " tasks in the average one");
}

TEST_F(OnlineBackups, TheHarnessSeesThatAPlainCopyOfTheFileIsNone) {
    const auto engine = begin(1);
    ASSERT_TRUE(m_ready) << "the engine did not start";
    int bad = 0;
    for (int round = 0; round < 5; ++round)
        bad += copyMeanwhile(*engine, [this](const Path& target) -> std::string {
                   std::error_code failed;
                   std::filesystem::copy_file(m_data / "core.db", target,
                                              std::filesystem::copy_options::overwrite_existing, failed);
                   const auto looked = core::store::verifyBackup(target);
                   return looked ? "" : looked.error().text();
               }).empty() ? 0 : 1;
    EXPECT_GE(bad, 1) << "its newest commits are in the log";
}

/// A store with an old copy, and a process that dies at the n-th step of something.
class DyingBackup : public testing::Test {
  protected:
    /// A fresh store: two entries in the audit log and a copy, then a third entry.
    void make() {
        std::filesystem::remove_all(m_data);
        std::filesystem::create_directories(m_data / "backups");
        std::filesystem::permissions(m_data, std::filesystem::perms::owner_all);
        auto database = open();
        append(*database);
        append(*database);
        ASSERT_TRUE(core::store::copyDatabase(file(), copy()));
        append(*database);
        core::engine::closeStore(std::move(database), m_clock);
    }
    std::unique_ptr<Database> open() {
        auto opened = core::engine::openStore(m_data, {}, m_clock);
        m_notice = opened ? opened->notice : opened.error().text();
        return opened ? std::move(opened->database) : nullptr;
    }
    void append(Database& database) {
        ASSERT_TRUE(database.write([this](Connection& db) -> Result<void> {
            core::store::appendAudit(db, {"done", "tester", "system", "thing", "1", nullptr, nullptr, {}}, m_clock.now());
            return {};
        }));
    }
    int dieAt(const std::string& point, int n) {
        EngineProcess process({"--crash", point, m_data.string(), std::to_string(n)}, [](const std::string&) {});
        process.listenUntil([] { return false; }, Milliseconds(60'000));
        return process.finish(Milliseconds(10'000));
    }
    Path file() const { return m_data / "core.db"; }
    Path copy() const { return m_data / tests::kDyingCopy; }
    std::vector<std::string> unfinished() const {
        std::vector<std::string> names;
        for (const auto& entry : std::filesystem::directory_iterator(m_data / "backups"))
            if (entry.path().string().find("unfinished") != std::string::npos)
                names.push_back(entry.path().string());
        return names;
    }

    const tests::TemporaryFolder m_folder{tests::TemporaryFolder::Storage::Memory};
    const Path m_data = m_folder / "data";
    const core::base::RealClock m_clock;
    std::string m_notice;
};

TEST_F(DyingBackup, K14ACopyThatBreaksOffAtAnyStepLeavesTheOldOneOrTheNewOneWhole) {
    int died = 0, old = 0, left = 0;
    for (int step = 1;; ++step) {
        make();
        const int status = dieAt("k14", step);
        if (status == 0)
            break; // it has fewer steps
        ASSERT_EQ(status, kKilled) << "step " << step;
        ++died;
        left += unfinished().empty() ? 0 : 1;
        const auto report = core::store::verifyBackup(copy());
        ASSERT_TRUE(report) << "step " << step << ": " << report.error().text();
        ASSERT_TRUE(report->auditEntries == 2 || report->auditEntries == 3) << "step " << step;
        old += report->auditEntries == 2 ? 1 : 0;
        core::store::tidyBackups(m_data / "backups");
        EXPECT_TRUE(unfinished().empty()) << "step " << step;
        EXPECT_TRUE(open()) << m_notice;
        EXPECT_EQ(m_notice, "") << "step " << step;
        EXPECT_TRUE(core::store::copyDatabase(file(), copy())) << "the next one is made";
    }
    EXPECT_GE(died, 5);
    EXPECT_GE(old, 2);
    EXPECT_GE(died - old, 1) << "some died after the new one had its name";
    EXPECT_GE(left, 1) << "something was left behind to be swept";
}

TEST_F(DyingBackup, K14ARestoreThatBreaksOffAtAnyStepLeavesADatabaseOrSaysWhatToDo) {
    int died = 0, before = 0, after = 0, refused = 0;
    for (int step = 1;; ++step) {
        make();
        const int status = dieAt("k14r", step);
        if (status == 0)
            break;
        ASSERT_EQ(status, kKilled) << "step " << step;
        ++died;
        const bool opens = open() != nullptr;
        if (!opens) {
            ++refused;
            EXPECT_NE(m_notice.find("a restore was interrupted"), std::string::npos) << "step " << step << ": " << m_notice;
            EXPECT_NE(m_notice.find("beatwarden backup restore"), std::string::npos) << m_notice;
        } else {
            const bool restored = countIn(file(), "SELECT count(*) FROM audit_log WHERE action='database_restored'") > 0;
            ++(restored ? after : before);
            EXPECT_GE(countIn(file(), "SELECT count(*) FROM audit_log"), 3) << "step " << step;
        }
        ASSERT_TRUE(core::store::verifyBackup(copy())) << "step " << step;
        const auto again = core::engine::restoreCopy(m_data, copy(), "again", m_clock);
        ASSERT_TRUE(again) << "step " << step << ": " << again.error().text();
        EXPECT_TRUE(open()) << "step " << step << ": " << m_notice;
        EXPECT_TRUE(core::engine::checkAudit(m_data)->ok()) << "step " << step;
    }
    EXPECT_GE(died, 8);
    EXPECT_GE(before, 3);
    EXPECT_GE(refused, 1);
    EXPECT_GE(after, 1);
}

TEST_F(DyingBackup, K16AnAuditEntryBeyondTheAnchorIsAcceptedAndNoted) {
    int died = 0, beyond = 0;
    for (int step = 1;; ++step) {
        make();
        const int status = dieAt("k16", step);
        if (status == 0)
            break;
        ASSERT_EQ(status, kKilled) << "step " << step;
        ++died;
        const auto check = core::engine::checkAudit(m_data);
        ASSERT_TRUE(check) << check.error().text();
        EXPECT_TRUE(check->ok()) << "step " << step << ": " << check->gap.value_or(check->chain.problem);
        EXPECT_EQ(check->chain.entries, 4) << "the entry was committed";
        ASSERT_TRUE(check->mark) << "the old anchor or the new one, never a part of one";
        beyond += check->entriesBeyondMark() == 1 ? 1 : 0;
        EXPECT_TRUE(open());
        EXPECT_EQ(m_notice, "") << "step " << step;
    }
    EXPECT_GE(died, 2);
    EXPECT_EQ(beyond, died) << "the anchor moves with its last step";
}

TEST_F(DyingBackup, TheControlAnAnchorBeyondTheAuditLogIsNotAccepted) {
    make();
    auto mark = *core::store::loadHighWater(m_data / core::engine::kHighWaterFile);
    ++mark.auditSequence;
    ASSERT_TRUE(core::store::saveHighWater(m_data / core::engine::kHighWaterFile, mark));
    EXPECT_FALSE(core::engine::checkAudit(m_data)->ok());
    EXPECT_TRUE(open());
    EXPECT_NE(m_notice, "");
}

class RestoreTime : public testing::Test, protected tests::EngineHarness {
  protected:
    RestoreTime() : EngineHarness(tests::TemporaryFolder::Storage::Disk) {}
};

TEST_F(RestoreTime, AStoreOfManyTasksIsCopiedAndRestoredInSeconds) {
    const tests::Campaign campaign("R5 copy and restore, rows in the store", 20'000, 1'000'000);
    start(0);
    for (int made = 0; made < campaign.rounds(); made += 1000) {
        std::vector<core::engine::Submission> submissions(size_t(std::min(1000, campaign.rounds() - made)));
        for (auto& submission : submissions) {
            submission.type = "test_echo";
            submission.countdown = std::chrono::hours(1000);
        }
        ASSERT_TRUE(engine().tasks().submitAll(submissions, kTester));
    }
    const Path data = options().dataDirectory, copy = folder() / "copy.db";
    const core::base::RealClock clock;
    const auto begun = clock.sinceBoot();
    const auto copied = core::store::copyDatabase(data / "core.db", copy);
    const auto made = clock.sinceBoot();
    ASSERT_TRUE(copied) << copied.error().text();
    EXPECT_EQ(copied->tasks, campaign.rounds());
    stop();
    const auto stopped = clock.sinceBoot();
    const auto restored = core::engine::restoreCopy(data, copy, "tester", clock);
    const auto done = clock.sinceBoot();
    ASSERT_TRUE(restored) << restored.error().text();
    EXPECT_EQ(restored->tasks, campaign.rounds());
    campaign.report("copied and checked in " + std::to_string((made - begun).count()) + " ms, restored in " +
                    std::to_string((done - stopped).count()) + " ms, " + std::to_string(copied->bytes >> 20) + " MB");
    if (campaign.isFull()) {
        EXPECT_LE(done - stopped, Milliseconds(10'000));
    }
}

} // namespace
