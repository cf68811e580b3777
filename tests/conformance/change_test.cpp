#include "tests/conformance/BrokerConformance.h"

namespace tests::conformance {

using core::broker::Paused;

TEST_P(BrokerConformance, CancellingAWaitingTaskRevokesItAndARunningOneIsOnlyMarked) {
    for (const TaskState state : {TaskState::Scheduled, TaskState::Pending, TaskState::Retry}) {
        const auto task = inState(state);
        const auto moves = desk().cancel(task.id, kNow);
        ASSERT_TRUE(moves);
        EXPECT_EQ(moves->front().task.state, TaskState::Revoked);
        EXPECT_EQ(moves->front().from, state);
        expectHistoryReplays(task);
    }
    const auto task = running();
    const auto marked = desk().cancel(task.id, kNow)->front();
    EXPECT_EQ(marked.from, TaskState::Started);
    EXPECT_EQ(marked.task.state, TaskState::Started);
    EXPECT_TRUE(marked.task.cancelRequested);
    EXPECT_EQ(end(endingOf(task, EndingKind::Cancelled)).front().task.state, TaskState::Revoked);
    EXPECT_FALSE(stored(task.id).cancelRequested);
    const auto actions = store->auditedActions();
    EXPECT_EQ(std::count(actions.begin(), actions.end(), "task_cancelled"), 4);
    expectHistoryReplays(task);
}

TEST_P(BrokerConformance, CancellingWhatHasEndedConflictsAndWhatIsUnknownIsNotFound) {
    for (const TaskState state : {TaskState::Success, TaskState::Failure, TaskState::Revoked}) {
        const auto task = inState(state);
        const auto refused = desk().cancel(task.id, kNow);
        ASSERT_FALSE(refused);
        EXPECT_EQ(refused.error().code, ErrorCode::Conflict);
        EXPECT_EQ(refused.error().message, std::string("task already ") + core::task::toText(state));
    }
    EXPECT_EQ(desk().cancel({"no-such"}, kNow).error().code, ErrorCode::NotFound);
    EXPECT_EQ(desk().cancel({"' OR 1=1 --"}, kNow).error().code, ErrorCode::NotFound);
}

TEST_P(BrokerConformance, ARunningTaskWhoseHandlerWasFasterThanTheCancelSucceeds) {
    const auto task = running();
    ASSERT_TRUE(desk().cancel(task.id, kNow));
    EXPECT_EQ(succeed(task).front().task.state, TaskState::Success);
    EXPECT_EQ(desk().cancel(task.id, kNow).error().code, ErrorCode::Conflict);
}

TEST_P(BrokerConformance, ACancelWinsOverAnotherTry) {
    for (const EndingKind kind : {EndingKind::Outcome, EndingKind::WorkerLost, EndingKind::Interrupted}) {
        const auto task = running();
        ASSERT_TRUE(desk().cancel(task.id, kNow));
        Ending ending = endingOf(task, kind);
        ending.outcome = Outcome::transientFailure("Busy", "later");
        EXPECT_EQ(end(ending).front().task.state, TaskState::Revoked);
    }
}

TEST_P(BrokerConformance, CancellingManyLeavesOutWhatHasEndedOrIsUnknown) {
    std::vector<TaskId> ids{{"no-such"}};
    for (const TaskState state : {TaskState::Success, TaskState::Failure, TaskState::Revoked, TaskState::Started,
                                  TaskState::Scheduled, TaskState::Pending})
        ids.push_back(inState(state).id);
    const auto moves = desk().cancelMany(ids, kNow);
    ASSERT_TRUE(moves);
    ASSERT_EQ(moves->size(), 3u);
    EXPECT_TRUE((*moves)[0].task.cancelRequested);
    EXPECT_EQ((*moves)[1].task.state, TaskState::Revoked);
    EXPECT_EQ((*moves)[2].task.state, TaskState::Revoked);
}

TEST_P(BrokerConformance, ARescheduledTaskWaitsForItsNewTime) {
    const Instant eta = kNow + std::chrono::hours(1);
    for (const TaskState state : {TaskState::Pending, TaskState::Scheduled, TaskState::Retry}) {
        const auto task = inState(state);
        const auto moved = desk().reschedule(task.id, eta, kNow);
        ASSERT_TRUE(moved);
        EXPECT_EQ(moved->front().task.state, TaskState::Scheduled);
        EXPECT_EQ(moved->front().task.scheduledFor, eta);
        EXPECT_TRUE(claim(1).empty());
        EXPECT_EQ(*store->broker().nextDue(), eta);
        EXPECT_TRUE(desk().stage(eta - milliseconds(1))->empty());
        EXPECT_EQ(desk().stage(eta)->size(), 1u);
        succeed(claim(1, eta).front().task);
        expectHistoryReplays(task);
    }
}

TEST_P(BrokerConformance, ARescheduledTaskCanComeSooner) {
    const auto task = inState(TaskState::Scheduled);
    ASSERT_TRUE(desk().reschedule(task.id, kNow + milliseconds(1), kNow));
    EXPECT_EQ(desk().stage(kNow + milliseconds(1))->size(), 1u);
}

TEST_P(BrokerConformance, WhatRunsOrHasEndedCannotBeRescheduled) {
    for (const TaskState state :
         {TaskState::Success, TaskState::Failure, TaskState::Revoked, TaskState::Started}) {
        const auto task = inState(state);
        EXPECT_EQ(desk().reschedule(task.id, kNow, kNow).error().code, ErrorCode::Conflict);
        EXPECT_EQ(stateOf(task), state);
    }
    EXPECT_EQ(desk().reschedule({"no-such"}, kNow, kNow).error().code, ErrorCode::NotFound);
}

TEST_P(BrokerConformance, StagingTakesTheEarliestFirstAndNoMoreThanItsLimits) {
    std::vector<Task> planned;
    for (int minutes : {3, 1, 2}) {
        Task task = newTask();
        task.state = TaskState::Scheduled;
        task.scheduledFor = kNow + std::chrono::minutes(minutes);
        planned.push_back(enqueue(task));
    }
    const Instant later = kNow + std::chrono::hours(1);
    ASSERT_EQ(desk().stage(later, 2)->size(), 2u);
    EXPECT_EQ(stateOf(planned[0]), TaskState::Scheduled);
    EXPECT_EQ(desk().stage(later, 2)->size(), 1u);
    EXPECT_TRUE(desk().stage(later, 2)->empty());
}

TEST_P(BrokerConformance, RetriesCanBeHeldBackWhileOtherTasksBecomeDue) {
    const auto failed = inState(TaskState::Retry);
    const auto planned = inState(TaskState::Scheduled);
    const Instant later = kNow + std::chrono::hours(2);
    const auto staged = desk().stage(later, 10, 0);
    ASSERT_EQ(staged->size(), 1u);
    EXPECT_EQ(staged->front().task.id, planned.id);
    EXPECT_EQ(stateOf(failed), TaskState::Retry);
    EXPECT_EQ(desk().stage(later, 10, 1)->front().task.id, failed.id);
}

TEST_P(BrokerConformance, WhateverWaitsExpiresAtItsTimeAndNotBefore) {
    Task waiting = newTask();
    waiting.expiresAt = kNow + std::chrono::minutes(2);
    Task planned = newTask();
    planned.state = TaskState::Scheduled;
    planned.scheduledFor = kNow + std::chrono::hours(5);
    planned.expiresAt = kNow + std::chrono::minutes(1);
    enqueue(waiting);
    enqueue(planned);
    enqueue(newTask());
    EXPECT_EQ(*store->broker().nextExpiry(), planned.expiresAt);
    EXPECT_TRUE(desk().expire(*planned.expiresAt - milliseconds(1))->empty());
    ASSERT_EQ(desk().expire(*waiting.expiresAt, 1)->size(), 1u);
    EXPECT_EQ(stored(planned.id).reason, FailureReason::Expired) << "the earliest first";
    EXPECT_EQ(desk().expire(*waiting.expiresAt, 1)->size(), 1u);
    EXPECT_TRUE(desk().expire(kNow + std::chrono::hours(100))->empty());
    EXPECT_EQ(*store->broker().nextExpiry(), std::nullopt);
    expectHistoryReplays(planned);
}

TEST_P(BrokerConformance, PurgingRevokesWhatWaitsInThatQueueOnly) {
    enqueue(newTask("exports"));
    Task planned = newTask("exports");
    planned.state = TaskState::Scheduled;
    planned.scheduledFor = kNow + std::chrono::hours(1);
    enqueue(planned);
    const auto runs = running(newTask("metrics"));
    const auto kept = enqueue(newTask("metrics"));
    EXPECT_EQ(desk().purge("exports", kNow)->size(), 2u);
    EXPECT_TRUE(desk().purge("exports", kNow)->empty());
    EXPECT_EQ(stateOf(kept), TaskState::Pending);
    EXPECT_EQ(desk().purge("metrics", kNow)->size(), 1u);
    EXPECT_EQ(stateOf(runs), TaskState::Started) << "what runs is not purged";
    EXPECT_EQ(stateOf(planned), TaskState::Revoked);
    expectHistoryReplays(planned);
}

TEST_P(BrokerConformance, AClockThatWasSetMovesRetriesAlongAndNothingElse) {
    const auto retry = inState(TaskState::Retry), planned = inState(TaskState::Scheduled);
    const auto due = *stored(retry.id).scheduledFor, eta = *stored(planned.id).scheduledFor;
    for (const auto by : {std::chrono::hours(5), -std::chrono::hours(30)}) {
        const auto before = *stored(retry.id).scheduledFor;
        const auto moves = desk().shiftRetries(by, kNow + by);
        ASSERT_TRUE(moves);
        ASSERT_EQ(moves->size(), 1u);
        EXPECT_EQ(moves->front().task.id, retry.id);
        EXPECT_EQ(moves->front().from, TaskState::Retry);
        EXPECT_EQ(*stored(retry.id).scheduledFor, before + by);
    }
    EXPECT_EQ(*stored(planned.id).scheduledFor, eta);
    EXPECT_TRUE(desk().stage(due - std::chrono::hours(25) - milliseconds(1), 10)->empty());
    EXPECT_EQ(desk().stage(due - std::chrono::hours(25), 10)->front().task.id, retry.id);
    expectHistoryReplays(retry);
}

TEST_P(BrokerConformance, APausedQueueIsPausedAfterARestartUntilItIsResumed) {
    EXPECT_EQ(*desk().setPaused("exports", Paused::Yes, kNow), Paused::Yes);
    EXPECT_EQ(*desk().setPaused("metrics", Paused::Yes, kNow), Paused::Yes);
    EXPECT_EQ(*desk().setPaused("metrics", Paused::No, kNow), Paused::No);
    store->reopen();
    EXPECT_EQ(store->pausedQueues(), std::set<std::string>{"exports"});
    const auto actions = store->auditedActions();
    EXPECT_EQ(std::count(actions.begin(), actions.end(), "queue_paused"), 2);
    EXPECT_EQ(std::count(actions.begin(), actions.end(), "queue_resumed"), 1);
}

} // namespace tests::conformance
