#include "core/store/AuditLog.h"
#include "core/store/Database.h"
#include "core/store/EngineSchema.h"
#include "core/store/ScheduleStore.h"
#include "core/store/Soundness.h"
#include "core/store/TaskStore.h"
#include "tests/support/TemporaryFolder.h"

#include <gtest/gtest.h>

#include <fstream>

namespace {

using core::base::ErrorCode;
using core::base::Instant;
using core::base::Result;
using core::task::TaskState;
namespace base = core::base;
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

/// The schema as it was before a step of the room `store`.
std::vector<store::Migration> migrationsBefore(int version) {
    auto steps = store::engineMigrations();
    std::erase_if(steps, [version](const store::Migration& step) { return step.version >= version; });
    return steps;
}

TEST(EngineSchemaSteps, OldRowsGetTheirChecksumsAndDamagedOnesStayDamaged) {
    const tests::TemporaryFolder folder;
    {
        auto old = *store::Database::open(folder / "core.db", migrationsBefore(4));
        ASSERT_TRUE(old->write([](store::Connection& db) -> Result<void> {
            const std::string made = "row_sum(id, type, queue, priority, max_attempts, created_at, expires_at, time_limit, "
                                     "upstreams, dependents, parent_id, retry_of, workflow, idempotency_key, triggered_by, "
                                     "tags, metadata, params)";
            const std::string state = "row_sum(state, reason, version, attempt, interruptions, deaths, epoch, rank, "
                                      "blockers, cancel_requested, scheduled_for, started_at, finished_at, worker, "
                                      "error_type, error_message, traceback, result)";
            for (const char* id : {"sound", "damaged"})
                db.run("INSERT INTO task(id, type, queue, state, version, rank, state_sum, priority, max_attempts, "
                       "created_at, made_sum, params) VALUES(?, 'test', 'default', 'pending', 1, 1, 0, 5, 1, 1000, 0, '{}')",
                       id);
            db.exec("UPDATE task SET made_sum=" + made + ", state_sum=" + state);
            db.exec("UPDATE task SET priority=6 WHERE id='damaged'");
            db.exec("INSERT INTO transition(task, version, to_state, attempt, epoch, at) VALUES(1, 1, 'pending', 0, 0, 1)");
            db.exec("INSERT INTO attempt(task, number, started_at) VALUES(1, 1, 2)");
            db.exec("INSERT INTO dependency VALUES(2, 1)");
            db.exec("INSERT INTO idempotency VALUES('key', 'hash', 'sound', 3)");
            db.exec("INSERT INTO outbox(idempotency_key, task_id, channel, body, created_at, next_attempt_at) "
                    "VALUES('sound:1', 'sound', 'email', '{}', 1, 1)");
            db.exec("INSERT INTO schedule(name, type, cron) VALUES('daily', 'test', '0 0 * * *')");
            db.exec("INSERT INTO fire VALUES('daily', 1, 'sound', 2)");
            return {};
        }));
    }
    auto database = *store::Database::open(folder / "core.db", store::engineMigrations());
    const auto unsound = database->read([](store::Connection& db) -> Result<std::vector<store::UnsoundRow>> {
        return store::findUnsoundRows(db);
    });
    ASSERT_EQ(unsound->size(), 1u);
    EXPECT_EQ(unsound->front().table, "task");
    EXPECT_EQ(unsound->front().row, "2 damaged");
}

TEST(EngineSchemaSteps, SchedulesAndFiringsOfBeforeKeepTheirMeaning) {
    const tests::TemporaryFolder folder;
    {
        auto old = *store::Database::open(folder / "core.db", migrationsBefore(5));
        ASSERT_TRUE(old->write([](store::Connection& db) -> Result<void> {
            db.exec("INSERT INTO schedule(name, type, cron, zone, params, next_fire, last_fire, last_task) "
                    "VALUES('daily', 'test', '0 6 * * *', 'Pacific/Honolulu', '{\"days\":90}', 7, 6, 'x')");
            db.exec("INSERT INTO schedule(name, type, every_s, enabled) VALUES('pulse', 'test', 900, 0)");
            db.exec("INSERT INTO schedule(name, type, cron, enabled, built_in) VALUES('ours', 'test', '0 2 * * *', 0, 1)");
            db.exec("INSERT INTO fire(schedule, instant, task_id, fired_at) VALUES('daily', 1, 'x', 2), ('daily', 2, NULL, 3)");
            return {};
        }));
    }
    auto database = *store::Database::open(folder / "core.db", store::engineMigrations());
    const auto read = [&](const char* name) {
        return *database->read([&](store::Connection& db) -> Result<store::ScheduleRow> {
            return *store::readSchedule(db, name);
        });
    };
    EXPECT_EQ(read("daily").cron, "0 6 * * *");
    EXPECT_EQ(read("daily").zone, "Pacific/Honolulu");
    EXPECT_EQ(read("daily").params, (base::Json{{"days", 90}}));
    EXPECT_EQ(read("daily").nextFire, Instant(base::milliseconds(7)));
    EXPECT_TRUE(read("daily").enabled);
    EXPECT_EQ(read("pulse").every, base::seconds(900));
    EXPECT_FALSE(read("pulse").enabled);
    EXPECT_FALSE(read("ours").enabled) << "who disabled it, disabled it";
    EXPECT_EQ(read("ours").changes, (base::Json{{"enabled", false}}));
    const auto fires = *database->read([](store::Connection& db) -> Result<std::vector<store::FireRow>> {
        return store::readFires(db, "daily", 10);
    });
    ASSERT_EQ(fires.size(), 2u);
    EXPECT_EQ(fires[0].outcome, store::FireOutcome::Overlapped);
    EXPECT_EQ(fires[1].task, "x");
}

TEST(EngineSchemaSteps, FiringsOfBeforeTheWordForBackfillsAreKeptAndDamagedOnesCountAsFired) {
    const tests::TemporaryFolder folder;
    const auto fire = [](int hour, store::FireOutcome outcome, const char* note) {
        const Instant instant = kNow + std::chrono::hours(hour);
        return store::FireRow{"a", instant, outcome, {}, instant, std::chrono::hours(1), note, {}, {}};
    };
    {
        auto old = *store::Database::open(folder / "core.db", migrationsBefore(6));
        ASSERT_TRUE(old->write([&](store::Connection& db) -> Result<void> {
            store::FireRow fired = fire(2, store::FireOutcome::Fired, "");
            fired.task = "task";
            for (const auto& row : {fire(1, store::FireOutcome::Missed, "passed over"), fired,
                                    fire(3, store::FireOutcome::Missed, "to be damaged")})
                EXPECT_TRUE(store::insertFire(db, row));
            return {};
        }));
    }
    std::string content;
    {
        std::ifstream file(folder / "core.db", std::ios::binary);
        content.assign(std::istreambuf_iterator<char>(file), {});
    }
    const size_t place = content.find("to be damaged");
    ASSERT_NE(place, std::string::npos);
    content[place] = 'T';
    std::ofstream(folder / "core.db", std::ios::binary) << content;
    auto database = *store::Database::open(folder / "core.db", store::engineMigrations());
    const auto rows = *database->read([](store::Connection& db) -> Result<std::vector<store::FireRow>> {
        return store::readFires(db, "a", 10);
    });
    ASSERT_EQ(rows.size(), 3u);
    EXPECT_EQ(rows[0].outcome, store::FireOutcome::Fired) << "so that nobody makes up for what may have fired";
    EXPECT_NE(rows[0].note.find("its row was damaged"), std::string::npos);
    EXPECT_EQ(rows[1].task, "task");
    EXPECT_EQ(rows[2].outcome, store::FireOutcome::Missed);
    EXPECT_EQ(rows[2].late, std::chrono::hours(1));
    EXPECT_EQ(rows[2].note, "passed over");
    EXPECT_TRUE(rows[0].sound && rows[1].sound && rows[2].sound);
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
