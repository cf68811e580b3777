#include "core/metrics/Eta.h"

#include <gtest/gtest.h>
#include <limits>
#include <rapidcheck/gtest.h>

using core::metrics::Histogram;
using core::metrics::remainingTime;
using std::chrono::milliseconds;
using std::chrono::seconds;

namespace eta_test {

Histogram runsOf(std::initializer_list<int> secondsEach) {
    Histogram runs;
    for (const int each : secondsEach)
        runs.add(seconds(each));
    return runs;
}

double secondsLeft(const Histogram& runs, seconds elapsed, std::optional<double> progress) {
    return std::chrono::duration<double>(remainingTime(runs, elapsed, progress).value()).count();
}

} // namespace eta_test

using namespace eta_test;

TEST(Eta, SaysNothingOfFewerThanFiveRunsWithoutProgress) {
    EXPECT_EQ(remainingTime({}, seconds(3), std::nullopt), std::nullopt);
    EXPECT_EQ(remainingTime(runsOf({10, 10, 10, 10}), seconds(3), std::nullopt), std::nullopt);
    EXPECT_NEAR(secondsLeft(runsOf({10, 10, 10, 10, 10}), seconds(3), std::nullopt), 7, 0.5);
}

TEST(Eta, FollowsTheRunsThatTookLongerThanThisOneSoFar) {
    const Histogram runs = runsOf({10, 10, 10, 10, 10, 10, 60, 60, 60});
    EXPECT_NEAR(secondsLeft(runs, seconds(0), std::nullopt), 10, 0.5);
    EXPECT_NEAR(secondsLeft(runs, seconds(8), std::nullopt), 2, 0.5);
    EXPECT_NEAR(secondsLeft(runs, seconds(20), std::nullopt), 40, 3);
    EXPECT_EQ(remainingTime(runs, seconds(61), std::nullopt), std::nullopt) << "none took that long";
}

TEST(Eta, FollowsItsOwnPaceWhenNothingElseIsKnown) {
    EXPECT_NEAR(secondsLeft({}, seconds(30), 25.0), 90, 0.01);
    EXPECT_EQ(remainingTime({}, seconds(30), 0.5), std::nullopt);
    EXPECT_NEAR(secondsLeft(runsOf({5, 5, 5, 5, 5}), seconds(30), 50.0), 30, 0.01) << "longer than any run before";
    EXPECT_EQ(remainingTime({}, seconds(30), 100.0), milliseconds(0));
}

TEST(Eta, TrustsProgressTheMoreTheFurtherItIs) {
    const Histogram runs = runsOf({100, 100, 100, 100, 100});
    // 10 s in at 20 %: the pace says 40 s, the runs say 90 s.
    EXPECT_NEAR(secondsLeft(runs, seconds(10), 20.0), 0.2 * 40 + 0.8 * 90, 4);
    // 45 s in at 90 %: 5 s against 55 s.
    EXPECT_NEAR(secondsLeft(runs, seconds(45), 90.0), 0.9 * 5 + 0.1 * 55, 1);
}

TEST(Eta, BearsAnyProgressAndAnyTime) {
    const Histogram runs = runsOf({1, 2, 3, 4, 5});
    for (const double progress : {-5.0, 0.0, 1e-300, 250.0, std::numeric_limits<double>::infinity(),
                                  std::numeric_limits<double>::quiet_NaN()})
        for (const milliseconds elapsed : {milliseconds::min(), milliseconds(-1), milliseconds(0), milliseconds::max()})
            EXPECT_GE(remainingTime(runs, elapsed, progress).value_or(milliseconds(0)), milliseconds(0));
}

RC_GTEST_PROP(Eta, LiesBetweenItsTwoWitnesses, ()) {
    Histogram runs;
    for (int i = 0; i < 5 + *rc::gen::inRange(0, 50); ++i)
        runs.add(milliseconds(*rc::gen::inRange(1, 1'000'000)));
    const milliseconds elapsed(*rc::gen::inRange(0, 1'000'000));
    const double progress = *rc::gen::inRange(1, 100);
    const auto both = remainingTime(runs, elapsed, progress);
    const auto byRuns = remainingTime(runs, elapsed, std::nullopt), byPace = remainingTime({}, elapsed, progress);
    RC_ASSERT(both.has_value() && byPace.has_value());
    RC_ASSERT(*both >= std::min(byRuns.value_or(*byPace), *byPace) - milliseconds(1));
    RC_ASSERT(*both <= std::max(byRuns.value_or(*byPace), *byPace) + milliseconds(1));
}
