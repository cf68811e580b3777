#include "core/base/Uuid.h"
#include "core/broker/SqliteBroker.h"
#include "core/store/AuditLog.h"
#include "core/store/EngineSchema.h"
#include "tests/support/TemporaryFolder.h"

#include <future>
#include <gtest/gtest.h>

namespace {

using core::base::ErrorCode;
using core::base::Instant;
using core::base::Json;
using core::base::milliseconds;
using core::base::Result;
using core::broker::Broker;
using core::broker::Ending;
using core::broker::EndingKind;
using core::broker::Move;
using core::broker::SqliteBroker;
using core::task::TaskState;
namespace store = core::store;
namespace task = core::task;

const Instant kNow = *core::base::parseInstant("2026-11-20T08:00:00Z");

/// A broker over a fresh store, with a table that tasks may write.
class BrokerTest : public testing::Test {
  protected:
    BrokerTest() {
        auto steps = store::engineMigrations();
        steps.push_back({"test", 1, "CREATE TABLE note(id TEXT PRIMARY KEY, body TEXT NOT NULL, version INTEGER)"});
        database = *store::Database::open(folder / "core.db", steps);
        broker = std::make_unique<SqliteBroker>(*database, std::vector<std::string>{"note"});
        epoch = *broker->takeOwnership(kNow);
    }

    template <class Verb>
    Result<Broker::Moves> ask(Verb verb) {
        std::promise<Result<Broker::Moves>> promise;
        verb([&](Result<Broker::Moves> moves) { promise.set_value(std::move(moves)); });
        return promise.get_future().get();
    }

    static task::Task newTask(const std::string& queue = "default", int priority = 5) {
        task::Task task;
        task.id = {core::base::newUuidV7(kNow)};
        task.type = "test";
        task.queue = queue;
        task.priority = priority;
        task.maxAttempts = 3;
        task.createdAt = kNow;
        return task;
    }

    task::Task enqueue(task::Task task) {
        auto moves = ask([&](auto then) { broker->enqueue({task}, {}, then); });
        EXPECT_TRUE(moves);
        return moves->front().task;
    }

    Broker::Moves claim(int total, Instant now = kNow, std::map<std::string, int> free = {{"default", 10}}) {
        core::broker::ClaimRequest request;
        request.batches = total;
        request.queues = std::move(free);
        for (const char* type : {"test", "once"})
            request.types[type] = {total, 1};
        request.epoch = epoch;
        request.now = now;
        return *ask([&](auto then) { broker->claim(request, then); });
    }

    Ending endingOf(const task::Task& task, EndingKind kind = EndingKind::Outcome) {
        Ending ending;
        ending.task = task.id;
        ending.attempt = task.attempt;
        ending.epoch = epoch;
        ending.kind = kind;
        ending.message = "it ended";
        ending.now = kNow + milliseconds(5000);
        return ending;
    }

    Result<Broker::Moves> end(const Ending& ending) {
        auto endings = std::make_shared<std::vector<Ending>>();
        endings->push_back(ending);
        std::promise<Result<Broker::Ended>> promise;
        broker->end(endings, {}, [&](Result<Broker::Ended> ended) { promise.set_value(std::move(ended)); });
        auto ended = promise.get_future().get();
        if (!ended)
            return ended.error();
        return std::move(ended->moves);
    }

    task::Task stored(const task::TaskId& id) {
        return *database->read([&](store::Connection& db) -> Result<task::Task> { return *store::readTask(db, id); });
    }

    int64_t count(const std::string& sql) {
        return *database->read([&](store::Connection& db) -> Result<int64_t> {
            store::Query row = db.query(sql);
            row.step();
            return row.integer(0);
        });
    }

    /// The history of a task replays to its present state by legal moves.
    void expectHistoryReplays(const task::Task& task) {
        const auto history = *database->read([&](store::Connection& db) -> Result<std::vector<task::Transition>> {
            return store::readHistory(db, task.key);
        });
        ASSERT_FALSE(history.empty());
        EXPECT_FALSE(history.front().from);
        for (size_t i = 1; i < history.size(); ++i) {
            EXPECT_EQ(*history[i].from, history[i - 1].to);
            EXPECT_TRUE(task::mayMove(*history[i].from, history[i].to));
        }
        EXPECT_EQ(history.back().to, stored(task.id).state);
    }

    tests::TemporaryFolder folder;
    std::unique_ptr<store::Database> database;
    std::unique_ptr<SqliteBroker> broker;
    int64_t epoch = 0;
};

TEST_F(BrokerTest, TheStoreAllowsExactlyTheMovesOfTheStateMachine) {
    for (const TaskState from : task::kAllStates)
        for (const TaskState to : task::kAllStates) {
            if (from == to)
                continue;
            const auto moved = database->write([&](store::Connection& db) -> Result<void> {
                // The way to `from` is not the question here.
                db.exec("DROP TRIGGER task_births");
                store::TaskRow row;
                row.task = newTask();
                row.task.state = from;
                store::insertTask(db, row, 0, "");
                db.run("UPDATE task SET state=? WHERE key=?", task::toText(to), row.task.key);
                return core::base::Error{ErrorCode::Cancelled, "undo", {}, {}};
            });
            const bool allowed = moved.error().code == ErrorCode::Cancelled;
            EXPECT_EQ(allowed, task::mayMove(from, to)) << task::toText(from) << " to " << task::toText(to);
        }
}

TEST_F(BrokerTest, ATaskCannotBeBornRunningOrEnded) {
    task::Task task = newTask();
    task.state = TaskState::Success;
    EXPECT_FALSE(ask([&](auto then) { broker->enqueue({task}, {}, then); }));
    EXPECT_EQ(count("SELECT count(*) FROM task"), 0);
}

TEST_F(BrokerTest, HigherPriorityStartsFirstThenTheOlderOne) {
    const auto late = enqueue(newTask("default", 5));
    const auto later = enqueue(newTask("default", 5));
    const auto urgent = enqueue(newTask("default", 9));
    const auto moves = claim(2);
    ASSERT_EQ(moves.size(), 2u);
    EXPECT_EQ(moves[0].task.id, urgent.id);
    EXPECT_EQ(moves[1].task.id, late.id);
    EXPECT_EQ(stored(later.id).state, TaskState::Pending);
}

TEST_F(BrokerTest, AQueueGetsNoMoreThanItsFreeSlots) {
    for (int i = 0; i < 5; ++i)
        enqueue(newTask("metrics"));
    EXPECT_EQ(claim(10, kNow, {{"metrics", 2}}).size(), 2u);
    EXPECT_TRUE(claim(10, kNow, {{"default", 2}}).empty());
}

TEST_F(BrokerTest, ATypeGetsNoMoreThanItsRoom) {
    for (int i = 0; i < 3; ++i)
        enqueue(newTask());
    core::broker::ClaimRequest request;
    request.batches = 10;
    request.queues = {{"default", 10}};
    request.types["test"] = {1, 1};
    request.epoch = epoch;
    request.now = kNow;
    EXPECT_EQ(ask([&](auto then) { broker->claim(request, then); })->size(), 1u);
}

TEST_F(BrokerTest, AnExpiredTaskFailsInsteadOfStarting) {
    task::Task task = newTask();
    task.expiresAt = kNow + milliseconds(10);
    enqueue(task);
    const auto moves = claim(1, kNow + milliseconds(11));
    ASSERT_EQ(moves.size(), 1u);
    EXPECT_EQ(moves[0].task.state, TaskState::Failure);
    EXPECT_EQ(stored(task.id).reason, task::FailureReason::Expired);
}

TEST_F(BrokerTest, ASuccessCommitsResultChangesFollowUpsAndMessagesTogether) {
    const auto parent = enqueue(newTask());
    auto running = claim(1).front().task;
    Ending ending = endingOf(running);
    ending.outcome = task::Outcome::success({{"answer", 42}});
    ending.outcome.changes.changes.push_back(
        {task::ChangeKind::Insert, "note", {{"id", "n1"}, {"body", "text"}}, Json::object(), {}});
    ending.outcome.changes.audit.push_back({"note_written", "tester", "human", "note", "n1", nullptr, nullptr, "why"});
    ending.outcome.outbox.push_back({"in_app", {{"message", "done"}}});
    ending.followUps.push_back(newTask());
    const auto moves = end(ending);
    ASSERT_TRUE(moves);
    ASSERT_EQ(moves->size(), 2u);
    EXPECT_EQ(stored(parent.id).state, TaskState::Success);
    EXPECT_EQ(stored(parent.id).result["answer"], 42);
    EXPECT_EQ(count("SELECT count(*) FROM note"), 1);
    EXPECT_EQ(count("SELECT count(*) FROM outbox"), 1);
    EXPECT_EQ(count("SELECT count(*) FROM audit_log WHERE action='note_written'"), 1);
    EXPECT_EQ(count("SELECT count(*) FROM task"), 2);
    expectHistoryReplays(parent);
}

TEST_F(BrokerTest, ARefusedChangeSetFailsTheTaskAndLeavesNothingBehind) {
    const auto asked = enqueue(newTask());
    Ending ending = endingOf(claim(1).front().task);
    ending.outcome = task::Outcome::success({{"answer", 42}});
    ending.outcome.changes.changes.push_back(
        {task::ChangeKind::Insert, "note", {{"id", "n1"}, {"body", "text"}}, Json::object(), {}});
    ending.outcome.changes.changes.push_back(
        {task::ChangeKind::Update, "note", {{"body", "other"}}, {{"id", "absent"}}, 1});
    ending.followUps.push_back(newTask());
    ASSERT_TRUE(end(ending));
    const auto task = stored(asked.id);
    EXPECT_EQ(task.state, TaskState::Failure);
    EXPECT_EQ(task.reason, task::FailureReason::Rejected);
    EXPECT_EQ(task.errorType, "conflict");
    EXPECT_EQ(count("SELECT count(*) FROM note"), 0);
    EXPECT_EQ(count("SELECT count(*) FROM task"), 1);
    expectHistoryReplays(asked);
}

TEST_F(BrokerTest, ATaskMayNotWriteTheEnginesOwnTablesOrUnknownColumns) {
    for (const auto& [table, values] : std::vector<std::pair<std::string, Json>>{
             {"task", {{"state", "success"}}}, {"audit_log", {{"actor", "me"}}}, {"note", {{"id\" --", "x"}}}}) {
        enqueue(newTask());
        Ending ending = endingOf(claim(1).front().task);
        ending.outcome = task::Outcome::success(nullptr);
        ending.outcome.changes.changes.push_back({task::ChangeKind::Insert, table, values, Json::object(), {}});
        const auto moves = end(ending);
        ASSERT_TRUE(moves);
        EXPECT_EQ(moves->front().task.state, TaskState::Failure);
        EXPECT_EQ(moves->front().task.reason, task::FailureReason::Rejected);
    }
}

TEST_F(BrokerTest, ALateResultOfAnEarlierAttemptChangesNothing) {
    const auto asked = enqueue(newTask());
    const auto first = claim(1).front().task;
    Ending lost = endingOf(first, EndingKind::Interrupted);
    ASSERT_EQ(end(lost)->front().task.state, TaskState::Pending);
    const auto second = claim(1).front().task;
    EXPECT_EQ(second.attempt, 2);
    Ending late = endingOf(first);
    late.outcome = task::Outcome::success({{"late", true}});
    EXPECT_TRUE(end(late)->empty());
    EXPECT_EQ(stored(asked.id).state, TaskState::Started);
    Ending stale = endingOf(second);
    stale.epoch = epoch - 1;
    EXPECT_TRUE(end(stale)->empty());
}

TEST_F(BrokerTest, AFailureIsRetriedUntilItsAttemptsAreSpent) {
    const auto asked = enqueue(newTask());
    Instant now = kNow;
    for (int attempt = 1; attempt <= 3; ++attempt) {
        const auto running = claim(1, now).front().task;
        EXPECT_EQ(running.attempt, attempt);
        Ending ending = endingOf(running);
        ending.retry.delay = core::base::seconds(60);
        ending.outcome = task::Outcome::transientFailure("Busy", "the disk is busy");
        const auto after = end(ending)->front().task;
        if (attempt == 3) {
            EXPECT_EQ(after.state, TaskState::Failure);
            EXPECT_EQ(after.reason, task::FailureReason::Error);
            break;
        }
        EXPECT_EQ(after.state, TaskState::Retry);
        EXPECT_EQ(*after.scheduledFor, ending.now + core::base::seconds(60));
        EXPECT_TRUE(ask([&](auto then) { broker->stage(*after.scheduledFor - milliseconds(1), 10, 10, then); })->empty());
        now = *after.scheduledFor;
        EXPECT_EQ(ask([&](auto then) { broker->stage(now, 10, 10, then); })->size(), 1u);
    }
    EXPECT_EQ(stored(asked.id).errorMessage, "the disk is busy");
    expectHistoryReplays(asked);
}

TEST_F(BrokerTest, APermanentFailureIsNotRetried) {
    enqueue(newTask());
    Ending ending = endingOf(claim(1).front().task);
    ending.outcome = task::Outcome::permanentFailure("ValueError", "wrong", {{"task_status", "failed"}});
    const auto task = end(ending)->front().task;
    EXPECT_EQ(task.state, TaskState::Failure);
    EXPECT_EQ(stored(task.id).result["task_status"], "failed");
}

TEST_F(BrokerTest, AnInterruptedAttemptIsNotCounted) {
    task::Task once = newTask();
    once.maxAttempts = 1;
    enqueue(once);
    ASSERT_EQ(end(endingOf(claim(1).front().task, EndingKind::Interrupted))->front().task.state, TaskState::Pending);
    Ending ending = endingOf(claim(1).front().task);
    ending.outcome = task::Outcome::success(nullptr);
    EXPECT_EQ(end(ending)->front().task.state, TaskState::Success);
}

TEST_F(BrokerTest, TheThirdDeadWorkerMakesTheTaskPoison) {
    task::Task task = newTask();
    task.maxAttempts = 10;
    enqueue(task);
    Instant now = kNow;
    for (int death = 1; death <= 3; ++death) {
        const auto after = end(endingOf(claim(1, now).front().task, EndingKind::WorkerLost))->front().task;
        EXPECT_EQ(after.state, death < 3 ? TaskState::Retry : TaskState::Failure);
        if (death == 3) {
            EXPECT_EQ(after.reason, task::FailureReason::Poison);
        } else {
            now = *after.scheduledFor;
            EXPECT_TRUE(ask([&](auto then) { broker->stage(now, 10, 10, then); }));
        }
    }
}

TEST_F(BrokerTest, CancellingAWaitingTaskRevokesItAndARunningOneIsOnlyMarked) {
    const auto waiting = enqueue(newTask("metrics"));
    const auto running = enqueue(newTask());
    claim(1);
    const auto cancel = [&](const task::TaskId& id) {
        return ask([&](auto then) { broker->cancel(id, {"tester"}, kNow, then); });
    };
    EXPECT_EQ(cancel(waiting.id)->front().task.state, TaskState::Revoked);
    const auto marked = cancel(running.id)->front().task;
    EXPECT_EQ(marked.state, TaskState::Started);
    EXPECT_TRUE(marked.cancelRequested);
    EXPECT_EQ(cancel(waiting.id).error().code, ErrorCode::Conflict);
    EXPECT_EQ(cancel(waiting.id).error().message, "task already revoked");
    EXPECT_EQ(cancel({"no-such"}).error().code, ErrorCode::NotFound);
    EXPECT_EQ(end(endingOf(marked, EndingKind::Cancelled))->front().task.state, TaskState::Revoked);
    EXPECT_EQ(count("SELECT count(*) FROM audit_log WHERE action='task_cancelled'"), 2);
}

TEST_F(BrokerTest, TheSameIdempotencyKeyGivesTheSameTaskAndOtherParametersConflict) {
    task::Task first = newTask();
    first.idempotencyKey = "key";
    first.params = {{"a", 1}};
    task::Task again = newTask();
    again.idempotencyKey = "key";
    again.params = {{"a", 1}};
    task::Task other = newTask();
    other.idempotencyKey = "key";
    other.params = {{"a", 2}};
    enqueue(first);
    EXPECT_EQ(enqueue(again).id, first.id);
    const auto refused = ask([&](auto then) { broker->enqueue({other}, {}, then); });
    EXPECT_EQ(refused.error().code, ErrorCode::Conflict);
    task::Task nextDay = other;
    nextDay.createdAt = kNow + std::chrono::hours(25);
    EXPECT_EQ(enqueue(nextDay).id, nextDay.id);
    EXPECT_EQ(count("SELECT count(*) FROM task"), 2);
}

TEST_F(BrokerTest, ABatchIsEnqueuedWhollyOrNotAtAll) {
    task::Task wrong = newTask();
    wrong.priority = 77;
    EXPECT_FALSE(ask([&](auto then) { broker->enqueue({newTask(), wrong}, {}, then); }));
    EXPECT_EQ(count("SELECT count(*) FROM task"), 0);
}

TEST_F(BrokerTest, RescueGivesIdempotentTasksAnotherTryAndEndsTheOthers) {
    task::Task repeatable = newTask();
    task::Task spent = newTask();
    spent.maxAttempts = 1;
    task::Task once = newTask();
    once.type = "once";
    task::Task cancelled = newTask();
    for (const auto& task : {repeatable, spent, once, cancelled})
        enqueue(task);
    ASSERT_EQ(claim(4).size(), 4u);
    ASSERT_TRUE(ask([&](auto then) { broker->cancel(cancelled.id, {"tester"}, kNow, then); }));

    const int64_t next = *broker->takeOwnership(kNow);
    EXPECT_GT(next, epoch);
    const auto moves = broker->rescue(
        next, {{"test", task::Idempotent::Yes}, {"once", task::Idempotent::No}},
        [](int64_t, int, int64_t) { return true; }, kNow + milliseconds(10));
    ASSERT_TRUE(moves);
    EXPECT_EQ(moves->size(), 4u);
    EXPECT_EQ(stored(repeatable.id).state, TaskState::Pending);
    EXPECT_EQ(stored(spent.id).state, TaskState::Failure);
    EXPECT_EQ(stored(spent.id).reason, task::FailureReason::WorkerLost);
    EXPECT_EQ(stored(once.id).state, TaskState::Failure);
    EXPECT_EQ(stored(cancelled.id).state, TaskState::Revoked);
    for (const auto& task : {repeatable, spent, once, cancelled})
        expectHistoryReplays(stored(task.id));
    EXPECT_TRUE(broker->rescue(next, {}, [](int64_t, int, int64_t) { return true; }, kNow)->empty());
}

TEST_F(BrokerTest, PurgingRevokesWhatWaitsInThatQueueOnly) {
    enqueue(newTask("exports"));
    enqueue(newTask("exports"));
    const auto kept = enqueue(newTask("metrics"));
    EXPECT_EQ(ask([&](auto then) { broker->purge("exports", {"tester"}, kNow, then); })->size(), 2u);
    EXPECT_EQ(stored(kept.id).state, TaskState::Pending);
}

TEST_F(BrokerTest, ARescheduledTaskWaitsForItsNewTime) {
    const auto task = enqueue(newTask());
    const Instant eta = kNow + std::chrono::hours(1);
    const auto moved = ask([&](auto then) { broker->reschedule(task.id, eta, {"tester"}, kNow, then); });
    EXPECT_EQ(moved->front().task.state, TaskState::Scheduled);
    EXPECT_TRUE(claim(1).empty());
    EXPECT_EQ(**broker->nextDue(), eta);
    EXPECT_EQ(ask([&](auto then) { broker->stage(eta, 10, 10, then); })->size(), 1u);
    EXPECT_EQ(claim(1, eta).size(), 1u);
}

TEST_F(BrokerTest, TheAuditChainLinksEveryRowToTheOneBefore) {
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

TEST_F(BrokerTest, Sha256MatchesItsPublishedVector) {
    EXPECT_EQ(store::sha256("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

} // namespace
