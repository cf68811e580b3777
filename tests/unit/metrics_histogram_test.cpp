#include "core/metrics/Histogram.h"

#include <cmath>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

using core::metrics::Histogram;
using Duration = Histogram::Duration;
using std::chrono::milliseconds;
using std::chrono::seconds;

namespace histogram_test {

/// Durations of every order of magnitude, some of them exactly on a bound.
rc::Gen<Duration> anyDuration() {
    return rc::gen::exec([] {
        const int64_t ten = int64_t(std::pow(10, *rc::gen::inRange(0, 11)));
        const int64_t mantissa = *rc::gen::inRange<int64_t>(1, 100);
        return Duration(std::min<int64_t>(mantissa * ten / 10 + *rc::gen::inRange<int64_t>(0, ten / 10 + 1),
                                          100'000'000'000));
    });
}

Histogram of(const std::vector<Duration>& durations) {
    Histogram histogram;
    for (const Duration duration : durations)
        histogram.add(duration);
    return histogram;
}

Histogram merged(Histogram one, const Histogram& other) {
    one.merge(other);
    return one;
}

/// The nearest rank in a sorted list.
Duration quantileOf(std::vector<Duration> durations, double q) {
    std::sort(durations.begin(), durations.end());
    const double rank = std::clamp(std::ceil(q * double(durations.size())), 1.0, double(durations.size()));
    return durations[size_t(rank) - 1];
}

void expectWithin5Percent(Duration found, Duration truth) {
    RC_ASSERT(std::abs(double(found.count() - truth.count())) <=
              std::max(100.0, 0.05 * double(truth.count())));
}

} // namespace histogram_test

using namespace histogram_test;

RC_GTEST_PROP(Histogram, QuantilesAreWithin5PercentOfASortedList, ()) {
    const auto durations = *rc::gen::nonEmpty(rc::gen::container<std::vector<Duration>>(anyDuration()));
    const Histogram histogram = of(durations);
    for (const double q : {0.0, 0.5, 0.9, 0.95, 0.99, 1.0})
        expectWithin5Percent(*histogram.quantile(q), quantileOf(durations, q));
    RC_ASSERT(histogram.count() == durations.size());
    RC_ASSERT(histogram.shortest() == quantileOf(durations, 0));
    RC_ASSERT(histogram.longest() == quantileOf(durations, 1));
}

RC_GTEST_PROP(Histogram, MergingIsAssociativeAndCommutativeAndLosesNothing, ()) {
    const auto lists = *rc::gen::container<std::vector<std::vector<Duration>>>(
        3, rc::gen::container<std::vector<Duration>>(anyDuration()));
    const Histogram a = of(lists[0]), b = of(lists[1]), c = of(lists[2]);
    const Histogram all = merged(merged(a, b), c);
    RC_ASSERT(all == merged(a, merged(b, c)));
    RC_ASSERT(all == merged(merged(c, a), b));
    std::vector<Duration> together;
    for (const auto& list : lists)
        together.insert(together.end(), list.begin(), list.end());
    RC_ASSERT(all == of(together));
}

RC_GTEST_PROP(Histogram, CountsUpToABoundAreExact, ()) {
    const auto durations = *rc::gen::container<std::vector<Duration>>(anyDuration());
    const Histogram histogram = of(durations);
    for (const double bound : core::metrics::kDurationBounds) {
        const Duration most(std::llround(bound * 1e6));
        RC_ASSERT(histogram.countUpTo(most) ==
                  uint64_t(std::count_if(durations.begin(), durations.end(), [&](Duration d) { return d <= most; })));
    }
}

RC_GTEST_PROP(Histogram, WhatWasWrittenIsReadBack, ()) {
    const Histogram histogram = of(*rc::gen::container<std::vector<Duration>>(anyDuration()));
    const auto again = Histogram::decode(histogram.encode());
    RC_ASSERT(bool(again));
    RC_ASSERT(*again == histogram);
}

RC_GTEST_PROP(Histogram, ADamagedTextIsRefusedOrReadButNeverHarms, (std::string text, uint8_t at)) {
    std::string written = of({Duration(5), milliseconds(20), seconds(3)}).encode();
    written.replace(at % written.size(), 1, text);
    if (const auto read = Histogram::decode(written); read && read->count() > 0)
        RC_ASSERT(read->quantile(0.5).has_value());
    if (const auto read = Histogram::decode(text))
        RC_ASSERT(text.starts_with("h1"));
}

TEST(Histogram, HasEveryUsualBoundOfPrometheus) {
    for (const double bound : {0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0, 30.0,
                               60.0, 120.0, 300.0, 600.0, 1800.0, 3600.0})
        EXPECT_TRUE(Histogram::isBound(Duration(std::llround(bound * 1e6)))) << bound;
    for (const double bound : {0.0, 0.0101, 0.123, 101.0, 200'000.0})
        EXPECT_FALSE(Histogram::isBound(Duration(std::llround(bound * 1e6)))) << bound;
}

TEST(Histogram, ADurationOnABoundIsNotAboveIt) {
    for (const Duration bound : {Duration(100), Duration(milliseconds(100)), Duration(seconds(600))}) {
        Histogram histogram;
        histogram.add(bound);
        EXPECT_EQ(histogram.countUpTo(bound), 1u);
        histogram.add(bound + Duration(1));
        EXPECT_EQ(histogram.countUpTo(bound), 1u);
    }
}

TEST(Histogram, OfNothingHasNoFigures) {
    const Histogram empty;
    EXPECT_EQ(empty.quantile(0.5), std::nullopt);
    EXPECT_EQ(empty.shortest(), std::nullopt);
    EXPECT_EQ(empty.remaining(seconds(1), 0.5), std::nullopt);
    EXPECT_EQ(empty.countUpTo(seconds(600)), 0u);
    EXPECT_EQ(*Histogram::decode(empty.encode()), empty);
}

TEST(Histogram, ExtremesNeitherOverflowNorAreLost) {
    Histogram histogram;
    histogram.add(Duration(-5));
    histogram.add(Duration::max(), UINT64_MAX);
    EXPECT_EQ(histogram.count(), UINT64_MAX);
    EXPECT_EQ(histogram.sum(), Duration::max());
    EXPECT_EQ(histogram.shortest(), Duration(0));
    EXPECT_EQ(histogram.quantile(1), Duration::max());
    EXPECT_EQ(histogram.countUpTo(Duration(100)), 1u);
}

TEST(Histogram, FadesToNothing) {
    Histogram histogram;
    histogram.add(seconds(1), 1000);
    histogram.add(seconds(500));
    histogram.fade();
    EXPECT_EQ(histogram.count(), 500u);
    EXPECT_LE(histogram.longest(), std::optional<Duration>(milliseconds(1100))) << "the only long one is forgotten";
    EXPECT_NEAR(double(histogram.sum().count()) / 1e6, 500, 250);
    for (int i = 0; i < 10; ++i)
        histogram.fade();
    EXPECT_EQ(histogram, Histogram());
}

TEST(Histogram, KnowsWhatIsLeftOfThoseThatTookLonger) {
    Histogram histogram;
    histogram.add(seconds(10), 50);
    histogram.add(seconds(100), 50);
    const auto left = [&](seconds elapsed) { return std::chrono::duration<double>(*histogram.remaining(elapsed, 0.5)).count(); };
    EXPECT_NEAR(left(seconds(0)), 10, 0.5);
    EXPECT_NEAR(left(seconds(5)), 5, 0.5);
    EXPECT_NEAR(left(seconds(20)), 80, 5) << "it is one of the long ones";
    EXPECT_EQ(histogram.remaining(seconds(100), 0.5), std::nullopt) << "nothing took longer";
}

RC_GTEST_PROP(Histogram, WhatIsLeftIsNeverNegativeAndNeverBeyondTheLongest, ()) {
    const auto durations = *rc::gen::nonEmpty(rc::gen::container<std::vector<Duration>>(anyDuration()));
    const Histogram histogram = of(durations);
    const Duration elapsed = *anyDuration();
    const auto left = histogram.remaining(elapsed, *rc::gen::element(0.1, 0.5, 0.9));
    RC_ASSERT(left.has_value() == (elapsed < *histogram.longest()));
    if (left)
        RC_ASSERT(*left >= Duration(0) && elapsed + *left <= *histogram.longest());
}
