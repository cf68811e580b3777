#include "tests/conformance/BrokerConformance.h"

namespace tests::conformance {

TEST_P(BrokerConformance, AChainRunsInItsOrder) {
    const Task first = newTask(), second = newTask(), third = newTask("default", 9);
    ASSERT_TRUE(desk().enqueue({first, NewTask(second, {0}), NewTask(third, {1})}));
    for (const Task& next : {first, second, third}) {
        const auto moves = claim(5);
        ASSERT_EQ(moves.size(), 1u);
        EXPECT_EQ(moves[0].task.id, next.id);
        succeed(moves[0].task);
    }
    for (const Task& task : {first, second, third})
        expectHistoryReplays(task);
}

TEST_P(BrokerConformance, AChordBeginsWhenTheLastOfItsGroupHasSucceededAndGetsTheirResultsInOrder) {
    const Task a = newTask(), b = newTask(), chord = newTask();
    ASSERT_TRUE(desk().enqueue({a, b, NewTask(chord, {0, 1})}));
    const auto group = claim(5);
    ASSERT_EQ(group.size(), 2u);
    EXPECT_TRUE(group[0].upstream.is_null());
    end(endingOf(group[1].task, Outcome::success({{"from", "b"}})));
    EXPECT_EQ(stateOf(chord), TaskState::Scheduled);
    EXPECT_EQ(stored(chord.id).waitsFor, 1);
    store->reopen();
    EXPECT_TRUE(claim(5).empty());
    const auto moves = end(endingOf(group[0].task, Outcome::success({{"from", "a"}})));
    ASSERT_EQ(moves.size(), 2u);
    EXPECT_EQ(moves[1].task.id, chord.id);
    EXPECT_EQ(moves[1].task.state, TaskState::Pending);
    const auto begun = claim(5);
    ASSERT_EQ(begun.size(), 1u);
    ASSERT_EQ(begun[0].upstream.size(), 2u);
    EXPECT_EQ(begun[0].upstream[0]["result"]["from"], "a");
    EXPECT_EQ(begun[0].upstream[0]["task"], a.id.text);
    EXPECT_EQ(begun[0].upstream[1]["result"]["from"], "b");
}

TEST_P(BrokerConformance, AFailureRevokesEverythingThatWaitsForItHoweverFar) {
    const Task first = newTask(), second = newTask(), third = newTask(), beside = newTask();
    ASSERT_TRUE(desk().enqueue({first, NewTask(second, {0}), NewTask(third, {1}), beside}));
    const auto moves = end(endingOf(claim(1).front().task, Outcome::permanentFailure("Bad", "no")));
    EXPECT_EQ(moves.size(), 3u);
    EXPECT_EQ(stateOf(second), TaskState::Revoked);
    EXPECT_EQ(stateOf(third), TaskState::Revoked);
    EXPECT_EQ(stateOf(beside), TaskState::Pending);
    for (const Task& task : {second, third})
        expectHistoryReplays(task);
}

TEST_P(BrokerConformance, AFailureThatIsTriedAgainKeepsThemWaiting) {
    const Task first = newTask(), second = newTask();
    ASSERT_TRUE(desk().enqueue({first, NewTask(second, {0})}));
    const auto after = end(endingOf(claim(1).front().task, Outcome::transientFailure("Busy", "later"))).front().task;
    EXPECT_EQ(stateOf(second), TaskState::Scheduled);
    ASSERT_TRUE(desk().stage(*after.scheduledFor));
    succeed(claim(1, *after.scheduledFor).front().task);
    EXPECT_EQ(stateOf(second), TaskState::Pending);
}

TEST_P(BrokerConformance, CancellingPurgingAndExpiringRevokeWhatWaitsForThem) {
    const auto pairOf = [&](Task first) {
        Task second = newTask("exports");
        EXPECT_TRUE(desk().enqueue({first, NewTask(second, {0})}));
        return std::pair(first, second);
    };
    const auto [cancelled, afterCancelled] = pairOf(newTask());
    EXPECT_EQ(desk().cancel(cancelled.id, kNow)->size(), 2u);
    const auto [purged, afterPurged] = pairOf(newTask("metrics"));
    EXPECT_EQ(desk().purge("metrics", kNow)->size(), 2u);
    Task expiring = newTask();
    expiring.expiresAt = kNow + milliseconds(1);
    const auto [expired, afterExpired] = pairOf(expiring);
    EXPECT_EQ(desk().expire(kNow + milliseconds(1))->size(), 2u);
    for (const Task& task : {afterCancelled, afterPurged, afterExpired}) {
        EXPECT_EQ(stateOf(task), TaskState::Revoked);
        expectHistoryReplays(task);
    }
}

TEST_P(BrokerConformance, ATaskThatWaitsForAnotherAndForATimeNeedsBoth) {
    Task second = newTask();
    second.state = TaskState::Scheduled;
    second.scheduledFor = kNow + std::chrono::hours(1);
    ASSERT_TRUE(desk().enqueue({newTask(), NewTask(second, {0})}));
    EXPECT_TRUE(desk().stage(*second.scheduledFor)->empty()) << "its time has come, the other task has not ended";
    succeed(claim(1).front().task);
    EXPECT_EQ(stateOf(second), TaskState::Scheduled) << "the other task has ended, its time has not come";
    EXPECT_EQ(desk().stage(*second.scheduledFor)->size(), 1u);
}

TEST_P(BrokerConformance, WhatWaitsForAnotherTaskCannotBeRescheduledOrStaged) {
    const Task second = newTask();
    ASSERT_TRUE(desk().enqueue({newTask(), NewTask(second, {0})}));
    const auto refused = desk().reschedule(second.id, kNow, kNow);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::Conflict);
    EXPECT_TRUE(desk().stage(kNow + std::chrono::hours(100))->empty());
    EXPECT_EQ(*store->broker().nextDue(), std::nullopt);
}

TEST_P(BrokerConformance, FollowUpsCanWaitForEachOther) {
    Ending ending = endingOf(running(), Outcome::success(nullptr));
    const Task first = newTask(), second = newTask();
    ending.followUps = {first, NewTask(second, {0})};
    end(ending);
    succeed(claim(5).front().task);
    EXPECT_EQ(stateOf(first), TaskState::Success);
    EXPECT_EQ(stateOf(second), TaskState::Pending);
}

TEST_P(BrokerConformance, WhatWaitsForATaskThatRescueEndsIsRevoked) {
    Task first = newTask();
    first.maxAttempts = 1;
    const Task second = newTask();
    ASSERT_TRUE(desk().enqueue({first, NewTask(second, {0})}));
    claim(1);
    rescue();
    EXPECT_EQ(stateOf(first), TaskState::Failure);
    EXPECT_EQ(stateOf(second), TaskState::Revoked);
}

TEST_P(BrokerConformance, ATaskCanBeGivenTheResultsOfTasksThatEndedBefore) {
    const auto before = end(endingOf(running(), Outcome::success({{"from", "before"}}))).front().task;
    NewTask next(newTask());
    next.done = {before.key};
    ASSERT_TRUE(desk().enqueue({next}));
    const auto begun = claim(1);
    ASSERT_EQ(begun.size(), 1u) << "it waits for nothing";
    EXPECT_EQ(begun[0].upstream[0]["result"]["from"], "before");
}

TEST_P(BrokerConformance, WhoWasAskedToStopStartsNoFollowUps) {
    Ending ending = endingOf(running(), Outcome::success("all the same"));
    ending.followUps.emplace_back(newTask());
    ASSERT_TRUE(desk().cancel(ending.task, kNow));
    EXPECT_EQ(end(ending).front().task.state, TaskState::Success);
    EXPECT_EQ(store->taskCount(), 1);
}

TEST_P(BrokerConformance, ALongChainIsRevokedWhole) {
    std::vector<NewTask> chain{newTask()};
    for (size_t i = 1; i < 2'000; ++i)
        chain.emplace_back(newTask(), std::vector<size_t>{i - 1});
    const TaskId last = chain.back().task.id;
    const TaskId first = chain.front().task.id;
    ASSERT_TRUE(desk().enqueue(chain));
    EXPECT_EQ(desk().cancel(first, kNow)->size(), 2'000u);
    EXPECT_EQ(stored(last).state, TaskState::Revoked);
}

} // namespace tests::conformance
