#include "tests/conformance/BrokerConformance.h"

namespace tests::conformance {

TEST_P(BrokerConformance, HigherPriorityStartsFirstThenTheOlderOne) {
    const auto late = enqueue(newTask("default", 5));
    const auto later = enqueue(newTask("default", 5));
    const auto urgent = enqueue(newTask("default", 9));
    const auto moves = claim(2);
    ASSERT_EQ(moves.size(), 2u);
    EXPECT_EQ(moves[0].task.id, urgent.id);
    EXPECT_EQ(moves[1].task.id, late.id);
    EXPECT_EQ(stateOf(later), TaskState::Pending);
}

TEST_P(BrokerConformance, AStartedTaskKnowsItsAttemptAndTime) {
    enqueue(newTask());
    const auto moves = claim(1, kNow + milliseconds(7));
    ASSERT_EQ(moves.size(), 1u);
    EXPECT_EQ(moves[0].from, TaskState::Pending);
    EXPECT_EQ(moves[0].task.state, TaskState::Started);
    EXPECT_EQ(moves[0].task.attempt, 1);
    EXPECT_EQ(moves[0].task.startedAt, kNow + milliseconds(7));
    EXPECT_TRUE(claim(1).empty()) << "what runs is not claimed again";
}

TEST_P(BrokerConformance, TenMinutesOfWaitingAreWorthOneStepOfPriority) {
    const auto older = enqueue(newTask("default", 4));
    Task newer = newTask("default", 5);
    newer.createdAt = kNow + std::chrono::minutes(10) + milliseconds(1);
    enqueue(newer);
    EXPECT_EQ(claim(1, newer.createdAt).front().task.id, older.id);
    Task soon = newTask("default", 4);
    soon.createdAt = newer.createdAt - std::chrono::minutes(10) + milliseconds(1);
    enqueue(soon);
    EXPECT_EQ(claim(1, newer.createdAt).front().task.id, newer.id);
}

TEST_P(BrokerConformance, TheLowestPriorityStartsWithinNinetyMinutesHoweverMuchUrgentWorkComes) {
    const auto patient = enqueue(newTask("default", core::task::kLowestPriority));
    Instant now = kNow;
    while (stateOf(patient) == TaskState::Pending) {
        now += std::chrono::minutes(1);
        ASSERT_LE(now, kNow + std::chrono::minutes(91));
        std::vector<NewTask> urgent;
        for (int i = 0; i < 2; ++i) {
            Task task = newTask("default", core::task::kHighestPriority);
            task.createdAt = now;
            urgent.emplace_back(task);
        }
        // Two tasks start for two that come: the queue never empties before it.
        ASSERT_TRUE(desk().enqueue(urgent, roomFor(2, now)));
    }
}

TEST_P(BrokerConformance, WaitingBeginsWhenATaskIsDueAndNotWhenItWasSubmitted) {
    Task planned = newTask();
    planned.state = TaskState::Scheduled;
    planned.scheduledFor = kNow + std::chrono::hours(1);
    enqueue(planned);
    Task direct = newTask();
    direct.createdAt = *planned.scheduledFor - milliseconds(1);
    enqueue(direct);
    ASSERT_TRUE(desk().stage(*planned.scheduledFor));
    EXPECT_EQ(claim(1, *planned.scheduledFor).front().task.id, direct.id);
}

TEST_P(BrokerConformance, AQueueGetsNoMoreThanItsRoomAndOneWithoutRoomNothing) {
    for (int i = 0; i < 5; ++i)
        enqueue(newTask("metrics"));
    enqueue(newTask("default"));
    ClaimRequest request = roomFor(10);
    request.queues = {{"metrics", 2}, {"default", 0}};
    EXPECT_EQ(claim(request).size(), 2u);
    request.queues = {{"exports", 5}};
    EXPECT_TRUE(claim(request).empty());
}

TEST_P(BrokerConformance, ATypeGetsNoMoreThanItsRoom) {
    for (int i = 0; i < 3; ++i)
        enqueue(newTask());
    ClaimRequest request = roomFor(10);
    request.types = {{"test", {1, 1}}};
    EXPECT_EQ(claim(request).size(), 1u);
}

TEST_P(BrokerConformance, ATypeWithoutRoomDoesNotHideThoseBehindIt) {
    for (int i = 0; i < 300; ++i)
        enqueue(newTask("default", 9));
    Task behind = newTask("default", 0);
    behind.type = "other";
    enqueue(behind);
    ClaimRequest request = roomFor(2);
    request.types = {{"test", {0, 1}}, {"other", {1, 1}}, {"unknown", {5, 1}}};
    const auto moves = claim(request);
    ASSERT_EQ(moves.size(), 1u);
    EXPECT_EQ(moves[0].task.id, behind.id);
}

TEST_P(BrokerConformance, ATypeThatTheClaimDoesNotNameStaysWhereItIs) {
    Task foreign = newTask();
    foreign.type = "of-another-release";
    enqueue(foreign);
    EXPECT_TRUE(claim(5).empty());
    EXPECT_EQ(stateOf(foreign), TaskState::Pending);
}

TEST_P(BrokerConformance, ABatchHoldsTasksOfOneQueueAndTypeInTheOrderOfStarting) {
    for (int i = 0; i < 3; ++i) {
        enqueue(newTask("default", 5));
        enqueue(newTask("exports", 6));
        Task other = newTask("default", 7);
        other.type = "other";
        enqueue(other);
    }
    ClaimRequest request = roomFor(3);
    request.queues = {{"default", 3}, {"exports", 3}};
    request.types = {{"test", {3, 2}}, {"other", {1, 10}}};
    const auto moves = claim(request);
    std::map<int, std::vector<Task>> batches;
    for (const Move& move : moves)
        batches[move.batch].push_back(move.task);
    ASSERT_EQ(batches.size(), 3u);
    EXPECT_EQ(batches[0].size(), 3u) << "all of the type that may run ten at once";
    EXPECT_EQ(batches[1].size(), 2u);
    for (const auto& [number, tasks] : batches)
        for (size_t i = 1; i < tasks.size(); ++i) {
            EXPECT_EQ(tasks[i].type, tasks[0].type);
            EXPECT_EQ(tasks[i].queue, tasks[0].queue);
            EXPECT_LT(tasks[i - 1].key, tasks[i].key);
        }
    EXPECT_EQ(batches[0][0].type, "other");
    EXPECT_EQ(batches[1][0].queue, "exports");
}

TEST_P(BrokerConformance, AnExpiredTaskFailsInsteadOfStartingAndTakesNobodysPlace) {
    Task expired = newTask("default", 9);
    expired.expiresAt = kNow + milliseconds(10);
    enqueue(expired);
    const auto fresh = enqueue(newTask());
    const auto moves = claim(1, *expired.expiresAt);
    ASSERT_EQ(moves.size(), 2u);
    EXPECT_EQ(stateOf(expired), TaskState::Failure);
    EXPECT_EQ(stored(expired.id).reason, FailureReason::Expired);
    EXPECT_EQ(stored(expired.id).attempt, 0);
    EXPECT_EQ(stateOf(fresh), TaskState::Started);
    expectHistoryReplays(expired);
}

TEST_P(BrokerConformance, WhatStandsBehindAnExpiredTaskDoesNotInheritItsPlace) {
    Task expired = newTask("default", 9);
    expired.expiresAt = kNow + milliseconds(10);
    enqueue(expired);
    enqueue(newTask("default", 1));
    Task better = newTask("default", 5);
    better.type = "other";
    enqueue(better);
    ClaimRequest request = roomFor(1, *expired.expiresAt);
    request.types = {{"test", {1, 2}}, {"other", {1, 2}}};
    const auto moves = claim(request);
    ASSERT_EQ(moves.size(), 2u);
    EXPECT_EQ(moves[1].task.id, better.id);
}

TEST_P(BrokerConformance, ATaskThatHasNotYetExpiredStarts) {
    Task task = newTask();
    task.expiresAt = kNow + milliseconds(10);
    enqueue(task);
    EXPECT_EQ(claim(1, *task.expiresAt - milliseconds(1)).front().task.state, TaskState::Started);
    EXPECT_TRUE(desk().expire(kNow + std::chrono::hours(1))->empty()) << "what has begun no longer expires";
}

TEST_P(BrokerConformance, AnEarlierOwnerClaimsNothing) {
    enqueue(newTask());
    const ClaimRequest earlier = roomFor(1);
    epoch = *store->broker().takeOwnership(kNow);
    const auto refused = desk().claim(earlier);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::Conflict);
    EXPECT_EQ(claim(1).size(), 1u);
}

TEST_P(BrokerConformance, OnlyTheOwnerCanRenewItsLease) {
    EXPECT_TRUE(desk().renew(epoch, kNow));
    const int64_t next = *store->broker().takeOwnership(kNow);
    EXPECT_GT(next, epoch);
    EXPECT_EQ(desk().renew(epoch, kNow).error().code, ErrorCode::Conflict);
    EXPECT_TRUE(desk().renew(next, kNow));
}

TEST_P(BrokerConformance, EpochsGrowOverRestarts) {
    store->reopen();
    EXPECT_GT(*store->broker().takeOwnership(kNow), epoch);
}

} // namespace tests::conformance
