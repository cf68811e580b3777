#include "core/policy/Ageing.h"
#include "core/task/Queue.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <functional>

using namespace core::policy;
using core::base::Instant;
using core::base::milliseconds;
using core::task::kHighestPriority;
using core::task::kLowestPriority;
using std::chrono::minutes;

namespace ageing_test {

const Instant kStart = core::base::makeDate(2026, 3, 2);

struct Arrival {
    Instant at;
    int priority;
};

/// A queue with one slot, in which every task takes `service`: when each of the arrivals (in order of time) starts.
/// `order` says who is first of those that wait.
std::vector<Instant> startsOf(const std::vector<Arrival>& arrivals, milliseconds service,
                              const std::function<int64_t(const Arrival&)>& order) {
    std::vector<Instant> starts(arrivals.size());
    std::vector<size_t> waiting;
    Instant now = kStart;
    for (size_t next = 0; next < arrivals.size() || !waiting.empty(); now += service) {
        if (waiting.empty() && next < arrivals.size())
            now = std::max(now, arrivals[next].at);
        for (; next < arrivals.size() && arrivals[next].at <= now; ++next)
            waiting.push_back(next);
        const auto first = std::ranges::min_element(waiting, {}, [&](size_t i) {
            return std::pair(order(arrivals[i]), i);
        });
        starts[*first] = now;
        waiting.erase(first);
    }
    return starts;
}

/// What a task would wait if everybody who was there when it came went first: at least one ageing step.
milliseconds fairShare(const std::vector<Arrival>& arrivals, size_t index, milliseconds service) {
    Instant free = kStart;
    for (size_t i = 0; i < arrivals.size() && arrivals[i].at <= arrivals[index].at; ++i)
        free = std::max(free, arrivals[i].at) + service;
    return std::max(kAgeingStep, free - service - arrivals[index].at);
}

/// A backlog of tasks at once, then one whenever one could have been finished, or later: a busy queue that keeps up.
std::vector<Arrival> busyQueue(milliseconds service) {
    std::vector<Arrival> arrivals;
    for (int left = *rc::gen::inRange(1, 60); left > 0; --left)
        arrivals.push_back({kStart, *rc::gen::inRange(kLowestPriority, kHighestPriority + 1)});
    Instant at = kStart;
    for (int left = *rc::gen::inRange(0, 200); left > 0; --left) {
        at += service + milliseconds(*rc::gen::element(0, 0, 0, 30'000));
        arrivals.push_back({at, *rc::gen::inRange(kLowestPriority, kHighestPriority + 1)});
    }
    return arrivals;
}

int64_t byRank(const Arrival& arrival) {
    return rankOf(arrival.at, arrival.priority);
}

} // namespace ageing_test

using namespace ageing_test;

TEST(Ageing, OneStepOfPriorityIsWorthTenMinutesOfWaiting) {
    EXPECT_EQ(rankOf(kStart, 5), rankOf(kStart + minutes(10), 6));
    EXPECT_LT(rankOf(kStart, 5), rankOf(kStart + minutes(10) + milliseconds(1), 6));
    EXPECT_GT(rankOf(kStart, 5), rankOf(kStart + minutes(10) - milliseconds(1), 6));
}

TEST(Ageing, AtOneInstantTheHigherPriorityIsFirst) {
    for (int priority = kLowestPriority; priority < kHighestPriority; ++priority)
        EXPECT_LT(rankOf(kStart, priority + 1), rankOf(kStart, priority));
}

TEST(Ageing, StrictPrioritiesWouldBreakTheFairShareOfABusyQueue) {
    // The control of the property below: its bound is one that an order without ageing does not keep.
    const milliseconds service = minutes(1);
    std::vector<Arrival> arrivals{{kStart, kLowestPriority}, {kStart, kHighestPriority}};
    for (int i = 1; i <= 300; ++i)
        arrivals.push_back({kStart + i * service, kHighestPriority});
    const auto strict = startsOf(arrivals, service, [](const Arrival& arrival) { return -arrival.priority; });
    EXPECT_GT(strict[0] - kStart, 10 * fairShare(arrivals, 0, service));
    EXPECT_LE(startsOf(arrivals, service, byRank)[0] - kStart, 10 * fairShare(arrivals, 0, service));
}

RC_GTEST_PROP(AgeingProperty, NoTaskWaitsMoreThanTenTimesItsFairShare, ()) {
    const milliseconds service{*rc::gen::inRange(1'000, 600'000)};
    const std::vector<Arrival> arrivals = busyQueue(service);
    const std::vector<Instant> starts = startsOf(arrivals, service, byRank);
    for (size_t i = 0; i < arrivals.size(); ++i)
        RC_ASSERT(starts[i] - arrivals[i].at <= 10 * fairShare(arrivals, i, service));
}

RC_GTEST_PROP(AgeingProperty, NobodyIsOvertakenByWhoComesNineStepsLater, ()) {
    const Instant first = kStart + milliseconds(*rc::gen::inRange(0, 1'000'000'000));
    const int priority = *rc::gen::inRange(kLowestPriority, kHighestPriority + 1);
    const int other = *rc::gen::inRange(kLowestPriority, kHighestPriority + 1);
    RC_ASSERT(rankOf(first, priority) < rankOf(first + 9 * kAgeingStep + milliseconds(1), other));
}
