#include "tests/conformance/BrokerConformance.h"

namespace tests::conformance {

TEST_P(BrokerConformance, AnAcknowledgedTaskIsThereAfterARestartWithAllItsParts) {
    Task task = newTask("exports", 7);
    task.params = {{"text", "quotes \" ' \\ and\nlines, \u00e9\u4e2d\U0001f980"}, {"list", {1, 2.5, true, nullptr}}};
    task.metadata = {{"asked_by", "ward 3"}};
    task.tags = {"night", "a tag with spaces"};
    task.parentId = "parent";
    task.triggeredBy = "schedule:nightly";
    task.expiresAt = kNow + std::chrono::hours(2);
    enqueue(task);
    store->reopen();
    const Task kept = stored(task.id);
    EXPECT_EQ(kept.queue, "exports");
    EXPECT_EQ(kept.priority, 7);
    EXPECT_EQ(kept.params, task.params);
    EXPECT_EQ(kept.metadata, task.metadata);
    EXPECT_EQ(kept.tags, task.tags);
    EXPECT_EQ(kept.parentId, "parent");
    EXPECT_EQ(kept.triggeredBy, "schedule:nightly");
    EXPECT_EQ(kept.expiresAt, task.expiresAt);
    EXPECT_EQ(kept.createdAt, kNow);
    EXPECT_EQ(kept.state, TaskState::Pending);
    EXPECT_EQ(kept.attempt, 0);
    expectHistoryReplays(kept);
}

TEST_P(BrokerConformance, ATaskCannotBeBornRunningOrEnded) {
    for (const TaskState state : core::task::kAllStates) {
        if (state == TaskState::Pending || state == TaskState::Scheduled)
            continue;
        Task task = newTask();
        task.state = state;
        EXPECT_FALSE(desk().enqueue({task})) << core::task::toText(state);
    }
    EXPECT_EQ(store->taskCount(), 0);
}

TEST_P(BrokerConformance, ABatchIsEnqueuedWhollyOrNotAtAll) {
    Task wrong = newTask();
    wrong.priority = 77;
    EXPECT_FALSE(desk().enqueue({newTask(), wrong, newTask()}));
    EXPECT_EQ(store->taskCount(), 0);
}

TEST_P(BrokerConformance, AnIdCannotBeUsedTwice) {
    const Task first = enqueue(newTask());
    Task again = newTask();
    again.id = first.id;
    EXPECT_FALSE(desk().enqueue({newTask(), again}));
    EXPECT_EQ(store->taskCount(), 1);
}

TEST_P(BrokerConformance, TheSameIdempotencyKeyGivesTheSameTaskWhateverHasBecomeOfIt) {
    Task first = newTask();
    first.idempotencyKey = "key";
    first.params = {{"a", 1}};
    Task again = newTask();
    again.idempotencyKey = "key";
    again.params = {{"a", 1}};
    enqueue(first);
    const auto ask = [&] {
        const auto moves = desk().enqueue({again});
        EXPECT_TRUE(moves);
        EXPECT_EQ(moves->size(), 1u);
        EXPECT_EQ(moves->front().task.id, first.id);
        EXPECT_EQ(moves->front().from, moves->front().task.state) << "a task that was there before makes no move";
        return moves->front().task;
    };
    EXPECT_EQ(ask().state, TaskState::Pending);
    const Task runs = claim(1).front().task;
    EXPECT_EQ(ask().state, TaskState::Started);
    end(endingOf(runs, Outcome::success({{"answer", 42}})));
    store->reopen();
    EXPECT_EQ(ask().result["answer"], 42);
    EXPECT_EQ(store->taskCount(), 1);
}

TEST_P(BrokerConformance, AnIdempotencyKeyWithOtherParametersIsRefusedAndNothingOfTheBatchIsAdded) {
    Task first = newTask();
    first.idempotencyKey = "key";
    first.params = {{"a", 1}};
    enqueue(first);
    Task otherParams = newTask();
    otherParams.idempotencyKey = "key";
    otherParams.params = {{"a", 2}};
    Task otherType = newTask();
    otherType.idempotencyKey = "key";
    otherType.params = {{"a", 1}};
    otherType.type = "other";
    for (const Task& task : {otherParams, otherType}) {
        const auto refused = desk().enqueue({newTask(), task});
        ASSERT_FALSE(refused);
        EXPECT_EQ(refused.error().code, ErrorCode::Conflict);
    }
    EXPECT_EQ(store->taskCount(), 1);
}

TEST_P(BrokerConformance, AnIdempotencyKeyIsFreeAgainAfterADay) {
    Task first = newTask();
    first.idempotencyKey = "key";
    enqueue(first);
    Task within = newTask();
    within.idempotencyKey = "key";
    within.createdAt = kNow + std::chrono::hours(24) - milliseconds(1);
    EXPECT_EQ(enqueue(within).id, first.id);
    Task after = newTask();
    after.idempotencyKey = "key";
    after.params = {{"a", 2}};
    after.createdAt = kNow + std::chrono::hours(24);
    EXPECT_EQ(enqueue(after).id, after.id);
    EXPECT_EQ(store->taskCount(), 2);
}

TEST_P(BrokerConformance, TwoTasksOfOneCallWithOneIdempotencyKeyAreOneTask) {
    Task first = newTask();
    first.idempotencyKey = "key";
    Task second = newTask();
    second.idempotencyKey = "key";
    const auto moves = desk().enqueue({first, second});
    ASSERT_TRUE(moves);
    ASSERT_EQ(moves->size(), 2u);
    EXPECT_EQ((*moves)[1].task.id, first.id);
    EXPECT_EQ(store->taskCount(), 1);
}

TEST_P(BrokerConformance, ATaskForLaterWaitsUntilItIsDue) {
    Task task = newTask();
    task.state = TaskState::Scheduled;
    task.scheduledFor = kNow + std::chrono::minutes(5);
    enqueue(task);
    EXPECT_TRUE(claim(1, kNow + std::chrono::hours(1)).empty()) << "only staging makes it pending";
    EXPECT_EQ(*store->broker().nextDue(), task.scheduledFor);
    EXPECT_TRUE(desk().stage(*task.scheduledFor - milliseconds(1))->empty());
    const auto due = desk().stage(*task.scheduledFor);
    ASSERT_EQ(due->size(), 1u);
    EXPECT_EQ(due->front().from, TaskState::Scheduled);
    EXPECT_EQ(due->front().task.state, TaskState::Pending);
    EXPECT_EQ(*store->broker().nextDue(), std::nullopt);
    EXPECT_EQ(claim(1, *task.scheduledFor).front().task.id, task.id);
    expectHistoryReplays(task);
}

TEST_P(BrokerConformance, EnqueueingCanClaimInTheSameStep) {
    const auto moves = desk().enqueue({newTask("default", 1), newTask("default", 9)}, roomFor(1));
    ASSERT_TRUE(moves);
    ASSERT_EQ(moves->size(), 3u);
    EXPECT_FALSE((*moves)[0].from);
    EXPECT_FALSE((*moves)[1].from);
    EXPECT_EQ((*moves)[2].task.id, (*moves)[1].task.id) << "the urgent one";
    EXPECT_EQ((*moves)[2].task.state, TaskState::Started);
}

TEST_P(BrokerConformance, AClaimThatIsRefusedDoesNotUndoTheEnqueueingBeforeIt) {
    ClaimRequest stale = roomFor(1);
    stale.epoch = epoch - 1;
    const auto moves = desk().enqueue({newTask()}, stale);
    ASSERT_TRUE(moves);
    EXPECT_EQ(moves->size(), 1u);
    EXPECT_EQ(stateOf(moves->front().task), TaskState::Pending);
}

TEST_P(BrokerConformance, AnEmptyCallChangesNothing) {
    EXPECT_TRUE(desk().enqueue({})->empty());
    EXPECT_TRUE(desk().end({})->moves.empty());
    EXPECT_TRUE(desk().cancelMany({}, kNow)->empty());
    EXPECT_EQ(store->taskCount(), 0);
}

} // namespace tests::conformance
