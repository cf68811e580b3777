#include "core/store/AuditLog.h"
#include "core/store/Database.h"
#include "core/store/EngineSchema.h"
#include "core/store/TaskStore.h"
#include "tests/support/TemporaryFolder.h"

#include <gtest/gtest.h>

namespace {

using core::base::ErrorCode;
using core::base::Instant;
using core::base::Result;
using core::task::TaskState;
namespace store = core::store;
namespace task = core::task;

const Instant kNow = *core::base::parseInstant("2026-11-20T08:00:00Z");

class EngineSchemaTest : public testing::Test {
  protected:
    int64_t count(const std::string& sql) {
        return *database->read([&](store::Connection& db) -> Result<int64_t> {
            store::Query row = db.query(sql);
            row.step();
            return row.integer(0);
        });
    }

    tests::TemporaryFolder folder;
    std::unique_ptr<store::Database> database =
        *store::Database::open(folder / "core.db", store::engineMigrations());
};

TEST_F(EngineSchemaTest, TheStoreAllowsExactlyTheMovesOfTheStateMachine) {
    for (const TaskState from : task::kAllStates)
        for (const TaskState to : task::kAllStates) {
            if (from == to)
                continue;
            const auto moved = database->write([&](store::Connection& db) -> Result<void> {
                // The way to `from` is not the question here.
                db.exec("DROP TRIGGER task_births");
                store::TaskRow row;
                row.task.id = {"01a1f94e-0000-7000-8000-000000000000"};
                row.task.type = "test";
                row.task.queue = "default";
                row.task.createdAt = kNow;
                row.task.state = from;
                store::insertTask(db, row, 0, "");
                db.run("UPDATE task SET state=? WHERE key=?", task::toText(to), row.task.key);
                return core::base::Error{ErrorCode::Cancelled, "undo", {}, {}};
            });
            const bool allowed = moved.error().code == ErrorCode::Cancelled;
            EXPECT_EQ(allowed, task::mayMove(from, to)) << task::toText(from) << " to " << task::toText(to);
        }
}

TEST_F(EngineSchemaTest, TheAuditChainLinksEveryRowToTheOneBefore) {
    ASSERT_TRUE(database->write([&](store::Connection& db) -> Result<void> {
        for (int i = 0; i < 5; ++i)
            store::appendAudit(db, {"settings", "tester", "human", "x", std::to_string(i), nullptr, nullptr, ""}, kNow);
        return {};
    }));
    EXPECT_EQ(count("SELECT count(*) FROM audit_log a JOIN audit_log b ON b.seq=a.seq+1 WHERE b.prev_hash<>a.hash"), 0);
    EXPECT_EQ(count("SELECT count(DISTINCT hash) FROM audit_log"), 5);
    const auto touched = database->write([](store::Connection& db) -> Result<void> {
        db.run("UPDATE audit_log SET actor='someone else'");
        return {};
    });
    EXPECT_FALSE(touched);
}

TEST_F(EngineSchemaTest, Sha256MatchesItsPublishedVector) {
    EXPECT_EQ(store::sha256("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

} // namespace
