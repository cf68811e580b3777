#include "core/metrics/TaskMetrics.h"

#include <gtest/gtest.h>

using core::base::Instant;
using core::base::milliseconds;
using core::metrics::Histogram;
using core::metrics::Step;
using core::metrics::TaskMetrics;
using core::task::FailureReason;
using core::task::TaskState;

namespace task_metrics_test {

const Instant kStart{milliseconds(1'790'000'000'000)};

Step step(std::optional<TaskState> from, TaskState to, const char* type = "type", const char* queue = "queue") {
    Step step;
    step.queue = queue;
    step.type = type;
    step.from = from;
    step.to = to;
    step.since = kStart;
    return step;
}

Step ended(TaskState to, milliseconds ran, FailureReason reason = FailureReason::None, bool died = false) {
    Step end = step(TaskState::Started, to);
    end.ran = ran;
    end.reason = reason;
    end.workerDied = died;
    return end;
}

} // namespace task_metrics_test

using namespace task_metrics_test;

TEST(TaskMetrics, CountsAndMeasuresPerQueueAndPerType) {
    TaskMetrics metrics;
    Step start = step(TaskState::Pending, TaskState::Started);
    start.waited = milliseconds(40);
    metrics.moved(step(std::nullopt, TaskState::Pending));
    metrics.moved(start);
    metrics.moved(ended(TaskState::Retry, milliseconds(100), FailureReason::WorkerLost, true));
    metrics.moved(step(TaskState::Retry, TaskState::Pending));
    metrics.moved(start);
    metrics.moved(ended(TaskState::Failure, milliseconds(300), FailureReason::Timeout));
    metrics.moved(step(std::nullopt, TaskState::Scheduled, "other type"));
    metrics.fenced("queue", "type");
    const auto figures = metrics.figures();
    for (const auto* each : {figures.queue("queue"), figures.type("type")}) {
        ASSERT_NE(each, nullptr);
        EXPECT_EQ(each->counts.started, 2u);
        EXPECT_EQ(each->counts.retried, 1u);
        EXPECT_EQ(each->counts.failed, 1u);
        EXPECT_EQ(each->counts.ended(), 1u);
        EXPECT_EQ(each->counts.deaths, 1u);
        EXPECT_EQ(each->counts.fenced, 1u);
        EXPECT_EQ(each->counts.failures[size_t(FailureReason::WorkerLost)], 1u);
        EXPECT_EQ(each->counts.failures[size_t(FailureReason::Timeout)], 1u);
        EXPECT_EQ(each->of(TaskState::Failure), 1);
        EXPECT_EQ(each->of(TaskState::Started), 0);
        EXPECT_EQ(each->wait.count(), 2u);
        EXPECT_EQ(each->run.longest(), milliseconds(300));
    }
    EXPECT_EQ(figures.queue("queue")->counts.submitted, 2u);
    EXPECT_EQ(figures.type("type")->counts.submitted, 1u);
    EXPECT_EQ(figures.type("other type")->of(TaskState::Scheduled), 1);
    EXPECT_EQ(figures.type("unknown"), nullptr);
}

TEST(TaskMetrics, KnowsSinceWhenTheOldestOfAQueueAndATypeWaits) {
    TaskMetrics metrics;
    Step late = step(std::nullopt, TaskState::Pending, "late type");
    late.since = kStart + milliseconds(500);
    metrics.moved(late);
    metrics.there("queue", "type", TaskState::Pending, kStart);
    EXPECT_EQ(metrics.oldestIn("queue"), kStart);
    EXPECT_EQ(metrics.figures().type("late type")->oldestWaiting, late.since);
    metrics.moved(step(TaskState::Pending, TaskState::Started));
    EXPECT_EQ(metrics.oldestIn("queue"), late.since);
    EXPECT_EQ(metrics.oldestIn("no such queue"), std::nullopt);
}

TEST(TaskMetrics, ATallyHoldsWhatHappenedSinceTheLastOneAndTheTotalsGoOn) {
    TaskMetrics metrics;
    metrics.moved(step(std::nullopt, TaskState::Pending));
    auto tally = metrics.takeTally();
    EXPECT_EQ(tally.queue("queue")->counts.submitted, 1u);
    EXPECT_EQ(tally.queue("queue")->pending, 1);
    tally = metrics.takeTally();
    EXPECT_EQ(tally.type("type")->counts.submitted, 0u) << "still named, since something waits";
    metrics.moved(step(TaskState::Pending, TaskState::Started));
    metrics.moved(ended(TaskState::Success, milliseconds(20)));
    tally = metrics.takeTally();
    EXPECT_EQ(tally.type("type")->run.count(), 1u);
    EXPECT_EQ(metrics.takeTally().type("type"), nullptr) << "nothing happened, nothing waits";
    EXPECT_EQ(metrics.figures().type("type")->run.count(), 1u);
    EXPECT_EQ(metrics.figures().type("type")->counts.succeeded, 1u);
}

TEST(TaskMetrics, NamesBeyondTheCapCountTogetherAndExpectedOnesAlone) {
    TaskMetrics metrics(8);
    metrics.expect({}, {"expected"});
    for (int i = 0; i < 1000; ++i) {
        const std::string name = "hostile name " + std::to_string(i);
        metrics.moved(step(std::nullopt, TaskState::Pending, name.c_str()));
    }
    metrics.moved(step(std::nullopt, TaskState::Pending, "expected"));
    const auto figures = metrics.figures();
    EXPECT_EQ(figures.types.size(), 8u + 2u) << "eight, the rest, and the expected one";
    EXPECT_EQ(figures.type(TaskMetrics::kOther)->counts.submitted, 1000u - 8u);
    EXPECT_EQ(figures.type("expected")->counts.submitted, 1u);
    EXPECT_EQ(figures.queue("queue")->of(TaskState::Pending), 1001);
    metrics.moved(step(TaskState::Pending, TaskState::Revoked, "hostile name 999"));
    EXPECT_EQ(metrics.figures().type(TaskMetrics::kOther)->of(TaskState::Pending), 1000 - 8 - 1);
}

TEST(TaskMetrics, RemembersHowLongATypesSuccessesTookAndForgetsTheOldOnes) {
    TaskMetrics metrics;
    EXPECT_EQ(metrics.successes("type").count(), 0u);
    for (int i = 0; i < 3000; ++i)
        metrics.moved(ended(TaskState::Success, milliseconds(10'000)));
    metrics.moved(ended(TaskState::Failure, milliseconds(50'000), FailureReason::Error));
    EXPECT_LT(metrics.successes("type").count(), 2000u);
    EXPECT_LT(metrics.successes("type").longest(), milliseconds(11'000)) << "failures say nothing of successes";
    for (int i = 0; i < 20'000; ++i)
        metrics.moved(ended(TaskState::Success, milliseconds(100)));
    EXPECT_LE(*metrics.successes("type").quantile(0.99), milliseconds(110));
}

TEST(TaskMetrics, RunTimesOfAnEarlierRunComeBack) {
    TaskMetrics first, second;
    for (int i = 0; i < 5; ++i)
        first.moved(ended(TaskState::Success, milliseconds(2000)));
    const auto changed = first.takeChangedSuccesses();
    ASSERT_EQ(changed.size(), 1u);
    EXPECT_EQ(changed[0].first, "type");
    EXPECT_TRUE(first.takeChangedSuccesses().empty());
    second.moved(ended(TaskState::Success, milliseconds(2000)));
    second.restoreSuccesses("type", *Histogram::decode(changed[0].second));
    EXPECT_EQ(second.successes("type").count(), 6u);
}
