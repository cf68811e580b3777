#include "tests/conformance/BrokerConformance.h"

#include <latch>
#include <thread>

namespace tests::conformance {

namespace {

constexpr size_t kRounds = 40; ///< pairs of opponents in one test; who wins differs from one to the next

/// Runs both at the same moment, each on a thread of its own.
void atOnce(const std::function<void()>& one, const std::function<void()>& other) {
    std::latch start(2);
    const std::jthread opponent([&] {
        start.arrive_and_wait();
        other();
    });
    start.arrive_and_wait();
    one();
}

} // namespace

TEST_P(BrokerConformance, ManyClaimersNeverStartATaskTwice) {
    constexpr int kTasks = 200, kClaimers = 4;
    std::vector<NewTask> tasks;
    for (int i = 0; i < kTasks; ++i)
        tasks.emplace_back(newTask());
    ASSERT_TRUE(desk().enqueue(std::move(tasks)));
    std::array<std::vector<Task>, kClaimers> started;
    {
        std::vector<std::jthread> claimers;
        for (auto& mine : started)
            claimers.emplace_back([&] {
                for (Moves moves = claim(3); !moves.empty(); moves = claim(3))
                    for (Move& move : moves)
                        mine.push_back(std::move(move.task));
            });
    }
    std::set<std::string> ids;
    size_t all = 0;
    for (const auto& mine : started)
        for (const Task& task : mine) {
            ids.insert(task.id.text);
            EXPECT_EQ(task.attempt, 1);
            ++all;
        }
    EXPECT_EQ(all, size_t(kTasks));
    EXPECT_EQ(ids.size(), size_t(kTasks));
}

TEST_P(BrokerConformance, OfTwoEndsAtOnceExactlyOneCounts) {
    for (size_t round = 0; round < kRounds; ++round) {
        const auto task = running();
        size_t successes = 0, failures = 0;
        atOnce([&] { successes = succeed(task).size(); },
               [&] { failures = end(endingOf(task, Outcome::permanentFailure("Bad", "no"))).size(); });
        ASSERT_EQ(successes + failures, 1u);
        EXPECT_EQ(stateOf(task), successes == 1 ? TaskState::Success : TaskState::Failure);
        EXPECT_EQ(store->attempts(task.id).size(), 1u);
        expectHistoryReplays(task);
    }
}

TEST_P(BrokerConformance, ACancelAndAnEndAtOnceAgreeOnWhoWasFirst) {
    for (size_t round = 0; round < kRounds; ++round) {
        const auto task = running();
        std::optional<Result<Moves>> cancelled;
        TaskState ended{};
        atOnce([&] { cancelled = desk().cancel(task.id, kNow); },
               [&] { ended = end(endingOf(task, Outcome::transientFailure("Busy", "later"))).front().task.state; });
        // Marked while it ran: the end obeys. After the end: the cancel takes the retry away.
        ASSERT_TRUE(*cancelled);
        EXPECT_EQ(stateOf(task), TaskState::Revoked);
        EXPECT_EQ((*cancelled)->front().task.cancelRequested, ended == TaskState::Revoked);
        expectHistoryReplays(task);
    }
}

TEST_P(BrokerConformance, ACancelAndAClaimAtOnceLeaveEitherARevokedOrAMarkedTask) {
    for (size_t round = 0; round < kRounds; ++round) {
        const auto task = enqueue(newTask());
        Moves started;
        std::optional<Result<Moves>> cancelled;
        atOnce([&] { started = claim(1); }, [&] { cancelled = desk().cancel(task.id, kNow); });
        ASSERT_TRUE(*cancelled);
        if (started.empty()) {
            EXPECT_EQ(stateOf(task), TaskState::Revoked);
        } else {
            EXPECT_TRUE(stored(task.id).cancelRequested);
            EXPECT_EQ(end(endingOf(started.front().task, EndingKind::Cancelled)).front().task.state,
                      TaskState::Revoked);
        }
        expectHistoryReplays(task);
    }
}

TEST_P(BrokerConformance, AnEndAndARescueAtOnceNeverBothCount) {
    for (size_t round = 0; round < kRounds; ++round) {
        const auto task = running();
        const Ending last = endingOf(task, Outcome::success("of the old owner"));
        size_t ended = 0, rescued = 0;
        atOnce([&] { ended = end(last).size(); }, [&] { rescued = rescue().size(); });
        ASSERT_EQ(ended + rescued, 1u);
        if (rescued == 1) {
            ASSERT_EQ(stateOf(task), TaskState::Pending);
            succeed(claim(1).front().task);
        }
        EXPECT_EQ(stateOf(task), TaskState::Success);
        EXPECT_EQ(stored(task.id).attempt, rescued == 1 ? 2 : 1);
        expectHistoryReplays(task);
    }
}

TEST_P(BrokerConformance, ARescheduleAndAClaimAtOnceLeaveOneWinner) {
    for (size_t round = 0; round < kRounds; ++round) {
        const auto task = enqueue(newTask());
        Moves started;
        bool rescheduled = false;
        atOnce([&] { started = claim(1); },
               [&] { rescheduled = bool(desk().reschedule(task.id, kNow + std::chrono::hours(1), kNow)); });
        ASSERT_NE(started.empty(), !rescheduled);
        EXPECT_EQ(stateOf(task), rescheduled ? TaskState::Scheduled : TaskState::Started);
        rescheduled ? void(desk().cancel(task.id, kNow)) : void(succeed(started.front().task));
    }
}

TEST_P(BrokerConformance, APurgeAndAClaimAtOnceShareTheTasksBetweenThem) {
    for (size_t round = 0; round < kRounds / 4; ++round) {
        std::vector<NewTask> tasks;
        for (int i = 0; i < 20; ++i)
            tasks.emplace_back(newTask());
        ASSERT_TRUE(desk().enqueue(std::move(tasks)));
        Moves started, purged;
        atOnce([&] { started = claim(5); }, [&] { purged = *desk().purge("default", kNow); });
        EXPECT_EQ(purged.size() + started.size(), 20u);
        for (const Move& move : started)
            EXPECT_EQ(succeed(move.task).size(), 1u);
    }
}

TEST_P(BrokerConformance, OneKeyFromManyThreadsIsOneTask) {
    std::vector<std::string> answers(8);
    {
        std::latch start{ptrdiff_t(answers.size())};
        std::vector<std::jthread> callers;
        for (std::string& answer : answers)
            callers.emplace_back([&] {
                Task task = newTask();
                task.idempotencyKey = "key";
                start.arrive_and_wait();
                answer = desk().enqueue({task})->front().task.id.text;
            });
    }
    EXPECT_EQ(std::set(answers.begin(), answers.end()).size(), 1u);
    EXPECT_EQ(store->taskCount(), 1);
}

TEST_P(BrokerConformance, OwnersThatTakeOverAtOnceGetDifferentEpochs) {
    for (size_t round = 0; round < kRounds; ++round) {
        int64_t one = 0, other = 0;
        atOnce([&] { one = *store->broker().takeOwnership(kNow); },
               [&] { other = *store->broker().takeOwnership(kNow); });
        EXPECT_NE(one, other);
        EXPECT_EQ(bool(desk().renew(one, kNow)), one > other) << "only the later one owns it";
        EXPECT_EQ(bool(desk().renew(other, kNow)), other > one);
    }
}

} // namespace tests::conformance
