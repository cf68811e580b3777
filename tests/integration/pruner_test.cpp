// Retention: what is old and needed by nobody goes, everything else stays.
#include "core/store/EngineSchema.h"
#include "core/store/Soundness.h"
#include "core/store/TaskStore.h"
#include "core/upkeep/Pruner.h"
#include "tests/support/Campaign.h"
#include "tests/support/Checker.h"
#include "tests/support/Dice.h"
#include "tests/support/EngineHarness.h"

#include <gtest/gtest.h>
#include <set>

namespace {

using namespace core;
using base::Result;
using std::chrono::days;
using std::chrono::hours;
using store::Connection;
using store::Database;
using store::Query;
using tests::EngineHarness;

const base::Instant kNow = *base::parseInstant("2026-11-20T08:00:00Z");

/// A row as a test wants it.
struct Row {
    int64_t key = 0;
    std::string state = "success";
    base::milliseconds age{0}; ///< since its end
    std::string parent = {}, retryOf = {}, workflow = {}, triggeredBy = {}, metadata = {};
    std::vector<int64_t> after = {};
    bool body = true;

    bool live() const { return state == "scheduled" || state == "pending" || state == "started" || state == "retry"; }
    std::string id() const { return "task-" + std::to_string(key); }
};

class Pruning : public testing::Test {
  protected:
    Pruning()
        : database(*Database::open(folder / "core.db", store::engineMigrations())),
          telemetry(*Database::open(folder / "telemetry.db", store::telemetryMigrations(), store::OpenMode::RelaxedWriter)),
          pruner(*database, telemetry, {}, clock, [this](const std::vector<store::ForgottenTask>& tasks) {
              for (const auto& task : tasks)
                  ++forgotten[task::toText(task.state)];
          }) {
        exec("DROP TRIGGER task_births");
    }

    void exec(const std::string& sql, Database* where = nullptr) {
        const auto done = (where ? where : database.get())->write([&](Connection& db) -> Result<void> {
            db.exec(sql);
            return {};
        });
        ASSERT_TRUE(done) << done.error().text();
    }
    void put(const std::vector<Row>& rows) {
        const auto done = database->write([&](Connection& db) -> Result<void> {
            for (const Row& row : rows)
                insert(db, row);
            tests::signTasks(db);
            return {};
        });
        ASSERT_TRUE(done) << done.error().text();
    }
    static void insert(Connection& db, const Row& row) {
        const auto finished = row.live() ? std::nullopt : std::optional(kNow - row.age);
        const auto orNull = [](const std::string& text) { return text.empty() ? std::nullopt : std::optional(text); };
        db.run("INSERT INTO task(key, id, type, queue, state, version, rank, finished_at, state_sum, priority, "
               "max_attempts, created_at, made_sum, parent_id, retry_of, workflow, triggered_by, metadata, params, result, "
               "traceback, upstreams) VALUES(?,?,'echo','default',?,1,0,?,0,5,1,0,0,?,?,?,?,?,'{}',?,?,?)",
               row.key, row.id(), row.state, finished, orNull(row.parent), orNull(row.retryOf), orNull(row.workflow),
               orNull(row.triggeredBy), orNull(row.metadata), row.body && !row.live() ? std::optional("{\"x\":1}") : std::nullopt,
               row.body && row.state == "failure" ? std::optional("trace") : std::nullopt, int(row.after.size()));
        db.run("INSERT INTO transition(task, version, to_state, attempt, epoch, at) VALUES(?,1,?,0,0,0)", row.key, row.state);
        db.run("INSERT INTO attempt(task, number, started_at) VALUES(?,1,0)", row.key);
        for (const int64_t upstream : row.after)
            db.run("INSERT INTO dependency(task, upstream) VALUES(?,?)", row.key, upstream);
    }
    /// Looks until a whole pass has ended.
    void pass() {
        clock.advance(std::chrono::minutes(2));
        const auto before = pruner.status().lastPassAt;
        ASSERT_TRUE(EngineHarness::eventually([&] {
            const auto looked = pruner.look(clock.now());
            EXPECT_TRUE(looked) << (looked ? "" : looked.error().text());
            return pruner.status().lastPassAt != before;
        }));
    }
    std::set<int64_t> keys(const std::string& sql, Database* where = nullptr) {
        return *(where ? where : database.get())->read([&](Connection& db) -> Result<std::set<int64_t>> {
            std::set<int64_t> found;
            Query rows = db.query(sql);
            while (rows.step())
                found.insert(rows.integer(0));
            return found;
        });
    }
    std::set<int64_t> tasks() { return keys("SELECT key FROM task"); }
    std::set<int64_t> bodies() { return keys("SELECT key FROM task WHERE result IS NOT NULL OR traceback IS NOT NULL"); }

    tests::TemporaryFolder folder{tests::TemporaryFolder::Storage::Memory};
    base::ManualClock clock{kNow};
    std::unique_ptr<Database> database;
    std::shared_ptr<Database> telemetry;
    std::map<std::string, int> forgotten;
    upkeep::Pruner pruner;
};

TEST_F(Pruning, EndedTasksGoAfterNinetyDaysFailuresAfterHundredEighty) {
    put({{1, "success", days(91)}, {2, "success", days(89)}, {3, "revoked", days(91)}, {4, "failure", days(91)},
         {5, "failure", days(181)}, {6, "failure", days(179)}, {7, "pending"}, {8, "success", days(1)}});
    pass();
    EXPECT_EQ(tasks(), (std::set<int64_t>{2, 4, 6, 7, 8}));
    EXPECT_EQ(keys("SELECT DISTINCT task FROM transition"), tasks()) << "histories go with their tasks, and no others";
    EXPECT_EQ(keys("SELECT DISTINCT task FROM attempt"), tasks());
    EXPECT_EQ(pruner.status().removed["tasks"], 3);
    EXPECT_EQ(forgotten, (std::map<std::string, int>{{"success", 1}, {"revoked", 1}, {"failure", 1}}));
}

TEST_F(Pruning, ResultsGoAfterAnHourUnlessKeptAndFailedBodiesAfterAWeek) {
    put({{1, "success", hours(2)},
         {2, "success", std::chrono::minutes(59 - 2)},
         {.key = 3, .age = hours(2), .triggeredBy = "schedule:nightly"},
         {.key = 4, .age = hours(2), .metadata = R"({"keep":true})"},
         {.key = 5, .age = hours(2), .metadata = R"({"keep":false})"},
         {.key = 6, .age = hours(2), .metadata = "no JSON"},
         {7, "failure", days(6)},
         {8, "failure", days(8)},
         {9, "revoked", hours(2)}});
    pass();
    EXPECT_EQ(bodies(), (std::set<int64_t>{2, 3, 4, 6, 7})) << "and one that cannot be read stands in nobody's way";
    EXPECT_EQ(tasks().size(), 9u) << "the rows stay";
    clock.advance(hours(2));
    pass();
    EXPECT_FALSE(bodies().contains(2));
}

TEST_F(Pruning, WhatLiveTasksNeedStays) {
    put({{1, "success", days(100)},                              // upstream of a live task
         {.key = 2, .state = "scheduled", .after = {1}},
         {3, "success", days(100)},                              // its child is live
         {.key = 4, .state = "started", .parent = "task-3"},
         {5, "success", days(100)},                              // its retry is live
         {.key = 6, .state = "retry", .retryOf = "task-5"},
         {.key = 7, .age = days(100), .workflow = "w"},          // its workflow goes on
         {.key = 8, .state = "pending", .workflow = "w"},
         {9, "success", days(100)},                              // upstream of a failure that may be tried again
         {.key = 10, .state = "failure", .age = days(100), .after = {9}},
         {.key = 11, .age = days(100), .workflow = "v"},         // nobody needs these two
         {.key = 12, .age = days(100), .after = {11}, .body = true},
         {13, "pending"}});
    pass();
    pass();
    clock.advance(days(1));
    pass();
    EXPECT_EQ(tasks(), (std::set<int64_t>{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 13}));
    EXPECT_TRUE(bodies().contains(1)) << "the result that the next one gets";
    EXPECT_TRUE(bodies().contains(9));
    EXPECT_FALSE(bodies().contains(3));
}

TEST_F(Pruning, TheNewestTaskStaysSoThatItsKeyIsNotGivenAgain) {
    put({{1, "success", days(100)}, {2, "success", days(100)}});
    pass();
    EXPECT_EQ(tasks(), std::set<int64_t>{2});
}

TEST_F(Pruning, KeysMessagesFiringsAndLogLinesGoToo) {
    const auto at = [](base::milliseconds age) { return std::to_string((kNow - age).time_since_epoch().count()); };
    exec("INSERT INTO idempotency(key, request_hash, task_id, expires_at) VALUES('old','','t'," + at(hours(1)) +
         "),('young','','t'," + at(-hours(1)) + ")");
    for (const auto& [key, age] : {std::pair("1", days(181)), {"2", days(179)}})
        exec(std::string("INSERT INTO outbox(key, idempotency_key, task_id, channel, body, created_at, next_attempt_at, "
                         "delivered_at) VALUES(") +
             key + ",'m" + key + "','t','mail','{}',0,0," + at(age) + ")");
    exec("INSERT INTO outbox(key, idempotency_key, task_id, channel, body, created_at, next_attempt_at) "
         "VALUES(3,'m3','t','mail','{}',0,0)");
    exec("INSERT INTO fire(schedule, instant, outcome, fired_at) VALUES('a',1,'missed'," + at(days(91)) + "),('a',2,'missed'," + at(days(89)) +
         "),('b',1,'missed'," + at(days(91)) + ")");
    exec("INSERT INTO task_log(task_id, attempt, at, level, text) VALUES('t',1," + at(days(91)) + ",'info','old'),('t',1," +
             at(days(89)) + ",'info','young')",
         telemetry.get());
    pass();
    EXPECT_EQ(keys("SELECT count(*) FROM idempotency WHERE key='young'"), std::set<int64_t>{1});
    EXPECT_EQ(keys("SELECT count(*) FROM idempotency"), std::set<int64_t>{1});
    EXPECT_EQ(keys("SELECT key FROM outbox"), (std::set<int64_t>{2, 3})) << "what was never delivered stays";
    EXPECT_EQ(keys("SELECT instant FROM fire"), std::set<int64_t>{2});
    EXPECT_EQ(keys("SELECT count(*) FROM task_log WHERE text='young'", telemetry.get()), std::set<int64_t>{1});
    EXPECT_EQ(keys("SELECT count(*) FROM task_log", telemetry.get()), std::set<int64_t>{1});
}

TEST_F(Pruning, NoSliceTakesMoreThanFiveHundred) {
    std::vector<Row> rows;
    for (int64_t key = 1; key <= 1801; ++key)
        rows.push_back({key, "success", days(100)});
    put(rows);
    pass();
    EXPECT_EQ(tasks().size(), 1u);
    EXPECT_GE(pruner.status().slices, 8u) << "1,800 results and 1,800 rows";
}

TEST_F(Pruning, AJumpOfTheClockTakesNothingAwayForADay) {
    put({{1, "success", days(80)}, {2, "pending"}});
    pass();
    clock.jump(days(365));
    for (int look = 0; look < 50; ++look)
        EXPECT_TRUE(pruner.look(clock.now()));
    EXPECT_EQ(tasks().size(), 2u);
    clock.jump(-days(365));
    EXPECT_TRUE(pruner.look(clock.now()));
    clock.advance(days(1));
    pass();
    EXPECT_EQ(tasks().size(), 2u) << "it was never old";
    clock.advance(days(10));
    pass();
    EXPECT_EQ(tasks().size(), 1u);
}

TEST_F(Pruning, ADamagedTaskStandsInNobodysWay) {
    put({{1, "success", hours(2)}, {2, "success", hours(2)}, {3, "pending"}});
    exec("UPDATE task SET params='[]' WHERE key=1");
    pass();
    EXPECT_EQ(bodies(), std::set<int64_t>{1});
}

TEST_F(Pruning, NeitherLooksNorDeletionsReadWholeTables) {
    const auto planOf = [&](const std::string& sql) {
        return *database->read([&](Connection& db) -> Result<std::string> {
            std::string plan;
            Query rows = db.query("EXPLAIN QUERY PLAN " + sql);
            while (rows.step())
                plan += rows.text(3) + "\n";
            return plan;
        });
    };
    for (const std::string& sql : store::pruningStatements()) {
        const std::string plan = planOf(sql);
        EXPECT_EQ(plan.find("SCAN task\n"), std::string::npos) << sql << "\n" << plan;
        EXPECT_EQ(plan.find("SCAN dependency"), std::string::npos) << sql << "\n" << plan;
        EXPECT_EQ(plan.find("TEMP B-TREE"), std::string::npos) << sql << "\n" << plan;
    }
}

/// Whether the rules let a row go, said without SQL.
bool mayGo(const Row& row, const std::map<int64_t, Row>& all, base::milliseconds passed) {
    if (row.live() || row.key == all.rbegin()->first)
        return false;
    if (row.age + passed <= (row.state == "failure" ? base::milliseconds(days(180)) : base::milliseconds(days(90))))
        return false;
    for (const auto& [key, other] : all) {
        if (std::count(other.after.begin(), other.after.end(), row.key))
            return false;
        if (other.live() && (other.parent == row.id() || other.retryOf == row.id() ||
                             (!row.workflow.empty() && other.workflow == row.workflow)))
            return false;
    }
    return true;
}

TEST_F(Pruning, ForRandomHistoriesExactlyWhatTheRulesLetGoIsGone) {
    const tests::Campaign campaign("retention of random histories", 8, 200);
    for (int round = 0; round < campaign.rounds(); ++round) {
        tests::Dice dice(campaign.seedOf(round));
        exec("DELETE FROM task; DELETE FROM transition; DELETE FROM attempt; DELETE FROM dependency");
        std::map<int64_t, Row> rows;
        std::vector<Row> list;
        for (int64_t key = 1; key <= 120; ++key) {
            Row row;
            row.key = key;
            static const char* const kStates[] = {"success", "success", "failure", "revoked", "pending", "scheduled"};
            row.state = kStates[dice.below(std::size(kStates))];
            row.age = hours(dice.between(0, 24 * 200));
            const auto earlier = [&] { return "task-" + std::to_string(1 + int64_t(dice.below(uint64_t(key)))); };
            if (dice.chance(15))
                row.parent = earlier();
            if (dice.chance(10))
                row.retryOf = earlier();
            if (dice.chance(15))
                row.workflow = "w" + std::to_string(dice.below(20));
            if (key > 1 && dice.chance(15))
                row.after = {1 + int64_t(dice.below(uint64_t(key - 1)))};
            rows[key] = row;
            list.push_back(row);
        }
        put(list);
        const auto begun = clock.now();
        for (bool more = true; more;) {
            clock.advance(days(1)); // every walk begins anew
            pass();
            more = false;
            const auto passed = clock.now() - begun + (begun - kNow);
            for (auto row = rows.begin(); row != rows.end();) {
                const bool goes = mayGo(row->second, rows, passed);
                more |= goes;
                row = goes ? rows.erase(row) : std::next(row);
            }
        }
        std::set<int64_t> expected;
        for (const auto& [key, row] : rows)
            expected.insert(key);
        ASSERT_EQ(tasks(), expected) << "seed " << campaign.seedOf(round);
        const auto unsound = database->read([](Connection& db) -> Result<size_t> { return store::findUnsoundRows(db).size(); });
        ASSERT_EQ(*unsound, 0u) << "what stays is signed";
    }
}

/// The loop in a whole engine.
class EngineRetention : public testing::Test, protected tests::EngineHarness {};

TEST_F(EngineRetention, TakesAwayWhatIsOldCountsItAndLeavesTheRest) {
    auto choice = options(2);
    choice.retention.rows = choice.retention.results = base::milliseconds(50);
    start(choice);
    std::vector<task::Task> done;
    for (int i = 0; i < 20; ++i)
        done.push_back(wait(submit("test_echo", {{"text", "x"}})));
    engine::Submission later;
    later.type = "test_echo";
    later.countdown = hours(10);
    const auto waiting = submit(later);
    EXPECT_TRUE(eventually([&] { return engine().tasks().page({}, 0, 100)->size() == 1; }, base::seconds(60)));
    EXPECT_TRUE(engine().tasks().find(waiting.id));
    EXPECT_TRUE(eventually([&] { return engine().status().retention.removed["tasks"] == 20; }));
    int64_t counted = 0;
    for (const auto& queue : engine().queueSnapshot())
        for (const auto depth : queue.depth)
            counted += depth;
    EXPECT_EQ(counted, 1);
}

} // namespace
