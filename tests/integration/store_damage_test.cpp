// What becomes of rows that do not match their checksums: nothing is done that they ask for, and people are told.
#include "core/broker/SqliteBroker.h"
#include "core/store/EngineSchema.h"
#include "core/store/ScheduleStore.h"
#include "core/store/Soundness.h"
#include "core/upkeep/OutboxRelay.h"
#include "tests/support/TemporaryFolder.h"

#include <fstream>
#include <future>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace {

using namespace core;
using base::Result;
using store::Connection;
using store::Database;
using store::Query;

const base::Instant kNow{base::milliseconds(1'790'000'000'000)};

class DamagedRows : public testing::Test {
  protected:
    void SetUp() override { open(); }
    void open() { database = *Database::open(folder / "core.db", store::engineMigrations()); }
    void write(const std::function<void(Connection&)>& work) {
        ASSERT_TRUE(database->write([&](Connection& db) -> Result<void> {
            work(db);
            return {};
        }));
    }
    /// Changes a text that is in the file behind SQLite's back, wherever it is.
    void damage(const std::string& before, const std::string& after) {
        database.reset(); // the log is emptied into the file
        std::string content;
        {
            std::ifstream file(folder / "core.db", std::ios::binary);
            content.assign(std::istreambuf_iterator<char>(file), {});
        }
        ASSERT_EQ(before.size(), after.size());
        size_t places = 0;
        for (size_t at = content.find(before); at != std::string::npos; at = content.find(before, at)) {
            content.replace(at, before.size(), after);
            ++places;
        }
        ASSERT_GT(places, 0u);
        std::ofstream(folder / "core.db", std::ios::binary) << content;
        open();
    }
    template <class T>
    T ask(const std::function<T(Connection&)>& question) {
        return *database->read([&](Connection& db) -> Result<T> { return question(db); });
    }
    std::string unsound() {
        return ask<std::string>([](Connection& db) {
            std::string all;
            for (const auto& row : store::findUnsoundRows(db))
                all += row.table + " " + row.row + ";";
            return all;
        });
    }

    tests::TemporaryFolder folder;
    std::unique_ptr<Database> database;
};

TEST_F(DamagedRows, AMessageIsNotDeliveredAndIsKeptForPeople) {
    write([](Connection& db) {
        for (const char* body : {R"({"to":"amira"})", R"({"to":"bodil"})"})
            db.run("INSERT INTO outbox(idempotency_key, task_id, channel, body, created_at, next_attempt_at) "
                   "VALUES(?, 'task', 'email', ?, 0, 0)",
                   std::string(body), std::string(body));
    });
    damage(R"("amira")", R"("amirb")");
    EXPECT_EQ(unsound(), "outbox 1;");
    std::vector<std::string> delivered;
    upkeep::OutboxRelay relay(*database, {{"email", [&](const base::Json& body, const std::string&) -> Result<void> {
                                               delivered.push_back(body["to"]);
                                               return {};
                                           }}});
    EXPECT_TRUE(relay.look(kNow));
    EXPECT_TRUE(relay.look(kNow + std::chrono::hours(24)));
    EXPECT_EQ(delivered, std::vector<std::string>{"bodil"});
    const auto error = ask<std::string>([](Connection& db) {
        Query row = db.query("SELECT last_error FROM outbox WHERE key=1 AND delivered_at IS NULL");
        row.step();
        return row.text(0);
    });
    EXPECT_NE(error.find("does not match its checksum"), std::string::npos);
}

TEST_F(DamagedRows, AScheduleDoesNotFire) {
    write([](Connection& db) {
        for (const char* name : {"first", "other"}) {
            store::ScheduleRow row;
            row.name = row.type = name;
            row.cron = "0 3 * * *";
            row.params = {{"who", std::string("for ") + name}};
            EXPECT_TRUE(store::insertSchedule(db, row));
        }
    });
    damage("for first", "for worst");
    EXPECT_EQ(unsound(), "schedule first;");
    const auto rows = ask<std::vector<store::ScheduleRow>>([](Connection& db) { return store::readSchedules(db); });
    ASSERT_EQ(rows.size(), 2u);
    EXPECT_FALSE(rows[0].enabled);
    EXPECT_FALSE(rows[0].sound);
    EXPECT_TRUE(rows[0].params.empty());
    EXPECT_TRUE(rows[1].enabled);
}

TEST_F(DamagedRows, HistoryAndAttemptsAreShownWithAWarning) {
    write([](Connection& db) {
        store::TaskRow row;
        row.task.id = {"a task"};
        row.task.type = "test";
        row.task.queue = "default";
        row.task.createdAt = kNow;
        store::insertTask(db, row, 0, "by somebody");
        store::insertAttempt(db, row.task.key, {1, kNow, kNow, "failure", "Busy", "it was busy here", "worker-1"});
    });
    damage("by somebody", "by somebodx");
    damage("it was busy here", "it was busy herf");
    EXPECT_EQ(unsound(), "transition 1 move 1;attempt 1 attempt 1;");
    const auto history = ask<std::vector<task::Transition>>([](Connection& db) { return store::readHistory(db, 1); });
    EXPECT_NE(history.at(0).note.find("may be wrong"), std::string::npos);
    const auto attempts = ask<std::vector<task::Attempt>>([](Connection& db) { return store::readAttempts(db, 1); });
    EXPECT_EQ(attempts.at(0).errorType, "DamagedRow");
}

TEST_F(DamagedRows, AnIdempotencyKeyWhoseRowIsDamagedIsRefusedAndNotTakenAgain) {
    broker::SqliteBroker broker(*database, {});
    const auto enqueue = [&](broker::Broker& to, const char* id) {
        task::Task task;
        task.id = {id};
        task.type = "test";
        task.queue = "default";
        task.createdAt = kNow;
        task.idempotencyKey = "once";
        std::promise<Result<broker::Broker::Moves>> answer;
        to.enqueue({task}, std::nullopt, [&](Result<broker::Broker::Moves> moves) { answer.set_value(std::move(moves)); });
        return answer.get_future().get();
    };
    ASSERT_TRUE(enqueue(broker, "the first task"));
    const auto hash = ask<std::string>([](Connection& db) {
        Query row = db.query("SELECT request_hash FROM idempotency");
        row.step();
        return row.text(0);
    });
    damage(hash, std::string(hash.size(), '0'));
    broker::SqliteBroker again(*database, {});
    const auto refused = enqueue(again, "the second task");
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, base::ErrorCode::Corrupt);
    EXPECT_NE(refused.error().message.find("'once'"), std::string::npos);
}

} // namespace
