#include "core/metrics/SeriesStore.h"

#include "core/base/Clock.h"

#include <gtest/gtest.h>
#include <limits>
#include <rapidcheck/gtest.h>

using core::base::Instant;
using core::base::ManualClock;
using core::base::milliseconds;
using core::metrics::Absent;
using core::metrics::Measure;
using core::metrics::Resolution;
using core::metrics::SeriesPoint;
using core::metrics::SeriesStore;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

namespace series_test {

Instant at(const char* text) {
    return *core::base::parseInstant(text);
}

const Instant kNoon = at("2026-11-20T12:00:00Z");

/// A store and the clock that its samples follow, one a second.
class SeriesTest : public testing::Test {
  protected:
    void sample(std::optional<double> depth, seconds after = seconds(1)) {
        clock.advance(after);
        std::vector<Measure> measures;
        if (depth)
            measures.push_back({"depth", Absent::Zero, *depth});
        store.record(clock.now(), std::min<milliseconds>(after, seconds(1)), measures);
    }
    std::vector<SeriesPoint> read(Resolution resolution, milliseconds before, const char* name = "depth") const {
        return store.read(name, resolution, clock.now() - before, clock.now());
    }
    SeriesPoint newest(Resolution resolution, const char* name = "depth") const {
        return read(resolution, milliseconds(0), name).back();
    }

    ManualClock clock{kNoon};
    SeriesStore store;
};

size_t gaps(const std::vector<SeriesPoint>& points) {
    return size_t(std::count_if(points.begin(), points.end(), [](const auto& point) { return !point.value; }));
}

} // namespace series_test

using namespace series_test;

TEST_F(SeriesTest, ASecondHoldsWhatWasMeasuredAndTheOthersAreGaps) {
    sample(7);
    sample(9, seconds(3));
    const auto points = read(Resolution::Second, seconds(5));
    ASSERT_EQ(points.size(), 6u);
    EXPECT_EQ(points[2].value, 7);
    EXPECT_EQ(points[5].value, 9);
    EXPECT_EQ(points[5].at, clock.now());
    EXPECT_EQ(gaps(points), 4u);
    EXPECT_TRUE(read(Resolution::Second, seconds(5), "unknown").empty());
}

TEST_F(SeriesTest, ZeroIsMeasuredAndAGapIsNot) {
    sample(7);
    sample(0);
    sample(std::nullopt);
    const auto points = read(Resolution::Second, seconds(3));
    EXPECT_EQ(points[0].value, std::nullopt) << "before the first sample";
    EXPECT_EQ(points[2].value, 0);
    EXPECT_EQ(points[3].value, 0) << "nothing of it was found, and that is zero";
    store.record(clock.now() + seconds(1), seconds(1), {{"wait.p50", Absent::Gap, 0.0, 3}, {"run.p50", Absent::Gap, 5.0, 0}});
    EXPECT_EQ(store.read("wait.p50", Resolution::Second, clock.now(), clock.now() + seconds(1))[0].value, std::nullopt);
    EXPECT_EQ(store.read("wait.p50", Resolution::Second, clock.now(), clock.now() + seconds(1))[1].value, 0.0);
    EXPECT_TRUE(store.read("run.p50", Resolution::Second, clock.now(), clock.now()).empty()) << "no observations";
}

TEST_F(SeriesTest, AMinuteIsExactAlsoWhereSecondsWereZero) {
    clock.advance(minutes(1) - seconds(1)); // the first sample begins the minute
    for (int i = 0; i < 30; ++i)
        sample(i < 10 ? 0 : 6 + i);
    const SeriesPoint half = newest(Resolution::Minute);
    EXPECT_DOUBLE_EQ(*half.value, (20 * 6 + (10 + 29) * 20 / 2.0) / 30);
    EXPECT_EQ(half.least, 0);
    EXPECT_EQ(half.most, 35);
    EXPECT_EQ(half.last, 35);
    EXPECT_EQ(half.samples, 30u);
    sample(0);
    EXPECT_EQ(newest(Resolution::Minute).last, 0);
    for (const Resolution coarser : {Resolution::Hour, Resolution::Day})
        EXPECT_DOUBLE_EQ(*newest(coarser).value, *newest(Resolution::Minute).value);
}

TEST_F(SeriesTest, AMeanOfQuantilesIsWeightedByWhatWasObserved) {
    store.record(kNoon, seconds(1), {{"run.p95", Absent::Gap, 10.0, 1}});
    store.record(kNoon + seconds(1), seconds(1), {{"run.p95", Absent::Gap, 2.0, 3}});
    const auto minute = store.read("run.p95", Resolution::Minute, kNoon, kNoon).back();
    EXPECT_DOUBLE_EQ(*minute.value, (10.0 + 3 * 2.0) / 4);
    EXPECT_EQ(minute.least, 2);
    EXPECT_EQ(minute.most, 10);
    EXPECT_EQ(minute.last, 2);
    EXPECT_EQ(minute.samples, 2u);
}

RC_GTEST_PROP(Series, EveryResolutionAgreesWithAListOfAllSamples, ()) {
    SeriesStore store;
    struct Sample {
        Instant at;
        int elapsed;
        double value;
    };
    std::vector<Sample> samples;
    Instant now = kNoon;
    for (int i = *rc::gen::inRange(1, 200); i > 0; --i) {
        const int elapsed = *rc::gen::inRange(500, 10'000);
        now += milliseconds(elapsed) * *rc::gen::element(1, 1, 1, 50);
        const double value = *rc::gen::element(0, 0, 1, 5, 1000);
        samples.push_back({now, elapsed, value});
        store.record(now, milliseconds(elapsed), {{"rate", Absent::Zero, value}});
    }
    if (store.names().empty())
        return;
    for (const Resolution resolution : core::metrics::kAllResolutions)
        for (const SeriesPoint& point : store.read("rate", resolution, kNoon, now)) {
            double sum = 0, weight = 0, least = 1e9, most = 0, last = 0;
            uint32_t count = 0;
            for (const Sample& sample : samples)
                if (sample.at >= point.at && sample.at < point.at + core::metrics::widthOf(resolution)) {
                    sum += sample.value * sample.elapsed;
                    weight += sample.elapsed;
                    least = std::min(least, sample.value);
                    most = std::max(most, sample.value);
                    last = sample.value;
                    ++count;
                }
            RC_ASSERT(point.value.has_value() == (count > 0));
            if (count == 0)
                continue;
            RC_ASSERT(*point.value == sum / weight);
            RC_ASSERT(point.least == least && point.most == most && point.last == last && point.samples == count);
        }
}

TEST_F(SeriesTest, AClockThatIsSetBackAnHourShowsThePresentAndKeepsThePast) {
    for (int i = 0; i < 600; ++i)
        sample(1);
    clock.jump(-hours(1));
    for (int i = 0; i < 60; ++i)
        sample(5);
    const auto seconds60 = read(Resolution::Second, seconds(59));
    EXPECT_EQ(gaps(seconds60), 0u);
    EXPECT_EQ(seconds60.front().value, 5);
    EXPECT_EQ(seconds60.back().value, 5);
    clock.jump(hours(1));
    for (int i = 0; i < 60; ++i)
        sample(9);
    EXPECT_EQ(newest(Resolution::Second).value, 9);
    const auto minutes = read(Resolution::Minute, std::chrono::minutes(70));
    EXPECT_EQ(minutes[61].value, 1) << "ten minutes before, as it was measured";
    EXPECT_EQ(newest(Resolution::Hour).most, 9);
}

TEST_F(SeriesTest, AnHourThatIsLivedTwiceCountsBothTimesAndNoMore) {
    clock.advance(hours(1) - seconds(1));
    for (int i = 0; i < 60; ++i)
        sample(2);
    clock.jump(-seconds(60));
    for (int i = 0; i < 60; ++i)
        sample(4);
    const SeriesPoint minute = newest(Resolution::Minute);
    EXPECT_DOUBLE_EQ(*minute.value, 3);
    EXPECT_EQ(minute.samples, 120u);
}

TEST_F(SeriesTest, AClockThatIsSetForthAnHourLeavesAGap) {
    for (int i = 0; i < 60; ++i)
        sample(1);
    clock.jump(hours(1));
    sample(2);
    const auto minutes = read(Resolution::Minute, std::chrono::minutes(60));
    EXPECT_EQ(minutes.front().value, 1);
    EXPECT_EQ(minutes.back().value, 2);
    EXPECT_EQ(gaps(minutes), 59u);
}

TEST_F(SeriesTest, ASuspendOfEightHoursIsAGapAndNotAMeanOfThem) {
    for (int i = 0; i < 120; ++i)
        sample(10);
    sample(10, hours(8));
    const auto day = read(Resolution::Hour, hours(8));
    ASSERT_EQ(day.size(), 9u);
    EXPECT_EQ(day.front().value, 10);
    EXPECT_EQ(gaps(day), 7u);
    EXPECT_EQ(day.back().value, 10);
    EXPECT_EQ(newest(Resolution::Day).value, 10);
}

TEST_F(SeriesTest, TheYear2038IsAYearLikeOthers) {
    ManualClock late(at("2038-01-19T03:13:50Z"));
    for (int i = 0; i < 40; ++i) {
        late.advance(seconds(1));
        store.record(late.now(), seconds(1), {{"depth", Absent::Zero, double(i + 1)}});
    }
    const auto points = store.read("depth", Resolution::Second, late.now() - seconds(39), late.now());
    for (int i = 0; i < 40; ++i)
        EXPECT_EQ(points[size_t(i)].value, i + 1);
    EXPECT_EQ(core::base::formatInstant(points.back().at), "2038-01-19T03:14:30Z");
}

TEST_F(SeriesTest, AMomentInAnotherCenturyCostsHistoryOnlyWhereItLands) {
    for (int i = 0; i < 400; ++i)
        sample(3, minutes(10));
    for (const char* elsewhere : {"2099-06-01T00:00:00Z", "1970-01-01T00:00:01Z", "1969-12-31T23:59:59Z"})
        store.record(at(elsewhere), seconds(1), {{"depth", Absent::Zero, 1e6}});
    sample(3, minutes(10));
    const auto hoursBack = read(Resolution::Hour, hours(60));
    EXPECT_LE(gaps(hoursBack), 24u * 3);
    EXPECT_EQ(newest(Resolution::Minute).value, 3);
    for (const Resolution resolution : core::metrics::kAllResolutions)
        for (const SeriesPoint& point : read(resolution, hours(66)))
            EXPECT_TRUE(!point.value || *point.value == 3) << "a value of another time";
    EXPECT_EQ(store.read("depth", Resolution::Day, at("1969-12-31T12:00:00Z"), at("1969-12-31T12:00:00Z"))[0].value, 1e6);
}

TEST_F(SeriesTest, MemoryEndsHoweverLongItRunsAndWhateverItIsGiven) {
    for (int i = 0; i < 500 * 24; ++i)
        sample(1, hours(1));
    const size_t before = store.bytesInUse();
    for (int i = 0; i < 24 * 60; ++i)
        sample(1, minutes(1));
    for (int i = 0; i < 2000; ++i)
        sample(1);
    EXPECT_LT(store.bytesInUse(), 2 * 206'000u) << "of the series and of what was measured";
    EXPECT_GE(store.bytesInUse(), before);
    for (int i = 0; i < 1000; ++i)
        store.record(clock.now(), seconds(1), {{"hostile" + std::to_string(i), Absent::Zero, 1}});
    EXPECT_LE(store.names().size(), SeriesStore::kMostSeries);
    EXPECT_EQ(newest(Resolution::Second).samples, 1001u) << "those that were there go on";
}

TEST_F(SeriesTest, NoReadIsLongerThanItsRing) {
    sample(1);
    for (const Resolution resolution : core::metrics::kAllResolutions)
        EXPECT_EQ(int64_t(store.read("depth", resolution, Instant(), clock.now()).size()),
                  core::metrics::capacityOf(resolution));
    EXPECT_TRUE(store.read("depth", Resolution::Second, clock.now(), clock.now() - seconds(1)).empty());
}

TEST_F(SeriesTest, WhatIsNotANumberIsNotMeasured) {
    sample(1);
    store.record(clock.now(), seconds(1), {{"depth", Absent::Zero, std::numeric_limits<double>::quiet_NaN()},
                                           {"depth", Absent::Zero, std::numeric_limits<double>::infinity()}});
    EXPECT_TRUE(std::isfinite(*newest(Resolution::Day).value));
}

TEST_F(SeriesTest, ASecondRunGoesOnWhereTheFirstEnded) {
    clock.advance(minutes(1) - seconds(1));
    for (int i = 0; i < 30; ++i)
        sample(i % 2 ? 4 : 0);
    SeriesStore next;
    auto saved = store.takeUnsaved();
    for (const auto& bucket : store.seconds(clock.now()))
        saved.push_back(bucket);
    next.restore(saved, clock.now());
    for (const Resolution resolution : core::metrics::kAllResolutions) {
        const auto before = read(resolution, minutes(2));
        const auto after = next.read("depth", resolution, clock.now() - minutes(2), clock.now());
        ASSERT_EQ(before.size(), after.size());
        for (size_t i = 0; i < before.size(); ++i) {
            EXPECT_EQ(before[i].value, after[i].value);
            EXPECT_EQ(before[i].last, after[i].last);
            EXPECT_EQ(before[i].samples, after[i].samples);
        }
    }
    clock.advance(seconds(30));
    next.record(clock.now() - seconds(1), seconds(1), {{"depth", Absent::Zero, 2}});
    const auto minute = next.read("depth", Resolution::Minute, clock.now() - seconds(1), clock.now() - seconds(1)).back();
    EXPECT_DOUBLE_EQ(*minute.value, (15 * 4 + 2) / 31.0);
    EXPECT_EQ(minute.samples, 31u);
}

TEST_F(SeriesTest, OnlyWhatChangedIsToBeSavedAndWhatFailedComesAgain) {
    sample(1);
    const auto first = store.takeUnsaved();
    EXPECT_EQ(first.size(), 6u) << "minute, hour and day of the series and of what was measured";
    EXPECT_TRUE(store.takeUnsaved().empty());
    sample(2);
    store.notSaved(first);
    EXPECT_EQ(store.takeUnsaved().size(), 6u);
}

TEST_F(SeriesTest, DamagedOrFutureBucketsAreNotRestored) {
    SeriesStore next;
    const int64_t minute = clock.now().time_since_epoch().count() / 60'000;
    using core::metrics::Bucket;
    const Bucket sound{5000, 5, 5, 5, 1000, 1};
    const Bucket weightless{5000, 5, 5, 5, 0, 1};
    const Bucket endless{std::numeric_limits<double>::infinity(), 5, 5, 5, 1000, 1};
    for (const char* name : {SeriesStore::kMeasured, "depth"})
        next.restore({{name, name == std::string("depth") ? Absent::Zero : Absent::Gap, Resolution::Minute, minute + 1, sound},
                      {name, Absent::Zero, Resolution::Minute, minute, weightless},
                      {name, Absent::Zero, Resolution::Minute, minute - 1, endless},
                      {name, Absent::Zero, Resolution::Minute, minute - 5000, sound}},
                     clock.now());
    EXPECT_TRUE(next.names().empty());
}
