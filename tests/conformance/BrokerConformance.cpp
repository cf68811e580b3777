#include "tests/conformance/BrokerConformance.h"

#include "core/base/Uuid.h"

namespace tests::conformance {

const Instant BrokerConformance::kNow = *core::base::parseInstant("2026-11-20T08:00:00Z");

void BrokerConformance::SetUp() {
    store = GetParam().open(folder.path());
    epoch = *store->broker().takeOwnership(kNow);
}

Task BrokerConformance::newTask(const std::string& queue, int priority) {
    Task task;
    task.id = {core::base::newUuidV7(kNow)};
    task.type = "test";
    task.queue = queue;
    task.priority = priority;
    task.maxAttempts = 3;
    task.createdAt = kNow;
    return task;
}

Task BrokerConformance::enqueue(Task task) {
    auto moves = desk().enqueue({std::move(task)});
    EXPECT_TRUE(moves) << (moves ? "" : moves.error().text());
    return moves ? moves->front().task : Task();
}

ClaimRequest BrokerConformance::roomFor(int total, Instant now) const {
    ClaimRequest request;
    request.batches = total;
    request.queues = {{"default", total}};
    request.types = {{"test", {total, 1}}};
    request.epoch = epoch;
    request.now = now;
    return request;
}

Broker::Moves BrokerConformance::claim(const ClaimRequest& request) {
    auto moves = desk().claim(request);
    EXPECT_TRUE(moves) << (moves ? "" : moves.error().text());
    return moves ? std::move(*moves) : Moves();
}

Task BrokerConformance::running(Task task, Instant now) {
    ClaimRequest request = roomFor(1, now);
    request.queues = {{task.queue, 1}};
    request.types = {{task.type, {1, 1}}};
    const TaskId id = enqueue(std::move(task)).id;
    const auto moves = claim(request);
    EXPECT_EQ(moves.size(), 1u);
    EXPECT_TRUE(moves.empty() || moves.front().task.id == id);
    return moves.empty() ? Task() : moves.front().task;
}

Task BrokerConformance::inState(TaskState state) {
    switch (state) {
    case TaskState::Scheduled: {
        Task task = newTask();
        task.state = state;
        task.scheduledFor = kNow + std::chrono::hours(1);
        return enqueue(task);
    }
    case TaskState::Pending: return enqueue(newTask());
    case TaskState::Started: return running();
    case TaskState::Retry: return end(endingOf(running(), Outcome::transientFailure("Busy", "later"))).front().task;
    case TaskState::Success: return succeed(running()).front().task;
    case TaskState::Failure: return end(endingOf(running(), Outcome::permanentFailure("Bad", "no"))).front().task;
    case TaskState::Revoked: return desk().cancel(enqueue(newTask()).id, kNow)->front().task;
    }
    return {};
}

Ending BrokerConformance::endingOf(const Task& task, EndingKind kind) const {
    Ending ending;
    ending.task = task.id;
    ending.type = task.type;
    ending.attempt = task.attempt;
    ending.epoch = epoch;
    ending.kind = kind;
    ending.message = "it ended";
    ending.worker = "worker-1 (pid 4711)";
    ending.now = kNow + milliseconds(5000);
    return ending;
}

Ending BrokerConformance::endingOf(const Task& task, Outcome outcome) const {
    Ending ending = endingOf(task);
    ending.outcome = std::move(outcome);
    return ending;
}

Broker::Moves BrokerConformance::end(const Ending& ending) {
    auto ended = desk().end({ending});
    EXPECT_TRUE(ended) << (ended ? "" : ended.error().text());
    return ended ? std::move(ended->moves) : Moves();
}

Broker::Moves BrokerConformance::rescue(Idempotent idempotent, Instant now) {
    epoch = *store->broker().takeOwnership(now);
    auto moves = store->broker().rescue(
        epoch, {{"test", idempotent}}, [](int64_t, int, int64_t) { return true; }, now);
    EXPECT_TRUE(moves) << (moves ? "" : moves.error().text());
    return moves ? std::move(*moves) : Moves();
}

void BrokerConformance::expectHistoryReplays(const Task& task) {
    const auto history = store->history(task.id);
    ASSERT_FALSE(history.empty());
    EXPECT_FALSE(history.front().from);
    for (size_t i = 1; i < history.size(); ++i) {
        EXPECT_EQ(history[i].from, history[i - 1].to);
        EXPECT_TRUE(core::task::mayMove(history[i - 1].to, history[i].to));
    }
    EXPECT_EQ(history.back().to, stored(task.id).state);
}

INSTANTIATE_TEST_SUITE_P(Brokers, BrokerConformance, testing::ValuesIn(brokerKinds()),
                         [](const auto& about) { return about.param.name; });

} // namespace tests::conformance
