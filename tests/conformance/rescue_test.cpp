#include "tests/conformance/BrokerConformance.h"

namespace tests::conformance {

TEST_P(BrokerConformance, RescueTouchesOnlyWhatAnEarlierOwnerLeftRunning) {
    std::map<TaskState, Task> tasks;
    for (const TaskState state : {TaskState::Success, TaskState::Failure, TaskState::Revoked, TaskState::Retry,
                                  TaskState::Scheduled, TaskState::Started, TaskState::Pending})
        tasks[state] = inState(state);
    const auto moves = rescue();
    ASSERT_EQ(moves.size(), 1u);
    EXPECT_EQ(moves[0].task.id, tasks[TaskState::Started].id);
    EXPECT_EQ(moves[0].from, TaskState::Started);
    EXPECT_EQ(moves[0].task.state, TaskState::Pending);
    for (const auto& [state, task] : tasks) {
        EXPECT_EQ(stateOf(task), state == TaskState::Started ? TaskState::Pending : state);
        expectHistoryReplays(task);
    }
    EXPECT_TRUE(store->broker().rescue(epoch, {}, [](int64_t, int, int64_t) { return true; }, kNow)->empty());
}

TEST_P(BrokerConformance, ARescuedAttemptIsSpentAndTheNextOneIsNew) {
    const auto task = running();
    rescue();
    const auto again = claim(1).front().task;
    EXPECT_EQ(again.id, task.id);
    EXPECT_EQ(again.attempt, 2);
    Ending late = endingOf(task, Outcome::success("of the dead engine"));
    late.epoch = epoch - 1;
    EXPECT_TRUE(end(late).empty());
    EXPECT_EQ(succeed(again).size(), 1u);
}

TEST_P(BrokerConformance, RescueEndsWhatHasNoAttemptsLeft) {
    Task spent = newTask();
    spent.maxAttempts = 1;
    const auto task = running(spent);
    rescue();
    EXPECT_EQ(stateOf(task), TaskState::Failure);
    EXPECT_EQ(stored(task.id).reason, FailureReason::WorkerLost);
    expectHistoryReplays(task);
}

TEST_P(BrokerConformance, RescueEndsWhatMayNotRunTwiceAndWhatNobodyKnows) {
    const auto once = running();
    Task foreign = newTask();
    foreign.type = "of-another-release";
    const auto unknown = running(foreign);
    rescue(Idempotent::No);
    for (const auto& task : {once, unknown}) {
        EXPECT_EQ(stateOf(task), TaskState::Failure);
        EXPECT_EQ(stored(task.id).reason, FailureReason::WorkerLost);
    }
}

TEST_P(BrokerConformance, RescueRevokesWhatWasToBeCancelled) {
    const auto task = running();
    ASSERT_TRUE(desk().cancel(task.id, kNow));
    rescue();
    EXPECT_EQ(stateOf(task), TaskState::Revoked);
    EXPECT_FALSE(stored(task.id).cancelRequested);
    expectHistoryReplays(task);
}

TEST_P(BrokerConformance, AnAttemptThatNeverBeganIsNotCountedWhateverItsType) {
    Task task = newTask();
    task.maxAttempts = 1;
    const auto waited = running(task);
    epoch = *store->broker().takeOwnership(kNow);
    std::vector<std::pair<int64_t, int>> asked;
    ASSERT_TRUE(store->broker().rescue(
        epoch, {{"test", Idempotent::No}},
        [&](int64_t key, int attempt, int64_t) {
            asked.push_back({key, attempt});
            return false;
        },
        kNow));
    EXPECT_EQ(asked, (std::vector<std::pair<int64_t, int>>{{waited.key, 1}}));
    EXPECT_EQ(stateOf(waited), TaskState::Pending);
    EXPECT_EQ(succeed(claim(1).front().task).front().task.state, TaskState::Success);
    expectHistoryReplays(waited);
}

TEST_P(BrokerConformance, RescueLeavesTheOwnAttemptsOfTheNewOwnerAlone) {
    const auto old = running();
    epoch = *store->broker().takeOwnership(kNow);
    const auto own = running();
    const auto moves = store->broker().rescue(epoch, {{"test", Idempotent::Yes}},
                                              [](int64_t, int, int64_t) { return true; }, kNow);
    ASSERT_TRUE(moves);
    EXPECT_EQ(stateOf(own), TaskState::Started);
    EXPECT_EQ(stateOf(old), TaskState::Pending);
}

TEST_P(BrokerConformance, TenThousandTasksLeftRunningArePutBackAtOnce) {
    std::vector<NewTask> tasks;
    for (int i = 0; i < 10'000; ++i)
        tasks.emplace_back(newTask());
    ASSERT_TRUE(desk().enqueue(std::move(tasks)));
    ClaimRequest all = roomFor(100);
    all.types = {{"test", {100, 100}}};
    ASSERT_EQ(claim(all).size(), 10'000u);
    store->reopen();
    rescue();
    all.epoch = epoch;
    const auto again = claim(all);
    EXPECT_EQ(again.size(), 10'000u);
    for (const Move& move : again)
        ASSERT_EQ(move.task.attempt, 2);
}

} // namespace tests::conformance
