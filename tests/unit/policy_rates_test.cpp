#include "core/policy/RetryBudget.h"
#include "core/policy/TokenBucket.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <vector>

using namespace core::policy;
using core::base::milliseconds;
using core::base::seconds;
using core::task::parseRateLimit;
using core::task::RateLimit;
using std::chrono::hours;
using std::chrono::minutes;

namespace rates_test {

constexpr milliseconds kStart{7'000'000};

RateLimit anyLimit() {
    return {*rc::gen::inRange(1, 200), *rc::gen::element(seconds(1), seconds(60), seconds(3600)),
            *rc::gen::inRange(0, 20)};
}

/// Runs that began, or retries that became due, at one instant.
struct Batch {
    milliseconds at;
    int64_t runs = 0, retries = 0;
};

} // namespace rates_test

using namespace rates_test;

TEST(RateLimit, IsWrittenAndReadAsRatePerUnitAndBurst) {
    EXPECT_EQ(*parseRateLimit("10/s"), (RateLimit{10, seconds(1), 0}));
    EXPECT_EQ(*parseRateLimit("100/m"), (RateLimit{100, minutes(1), 0}));
    EXPECT_EQ(*parseRateLimit("5/h burst 3"), (RateLimit{5, hours(1), 3}));
    EXPECT_FALSE(parseRateLimit("none")->limits());
    for (const char* wrong : {"", "10", "/s", "0/s", "-1/s", "10/d", "10/s ", "10/s burst", "10/s burst 0", "1.5/s",
                              "10/m burst 5 x", "99999999999/s", "1000001/s"})
        EXPECT_FALSE(parseRateLimit(wrong)) << wrong;
    for (const char* text : {"10/s", "100/m", "5/h burst 3", "none"})
        EXPECT_EQ(toText(*parseRateLimit(text)), text);
}

TEST(TokenBucket, WithoutALimitThereIsAlwaysRoom) {
    TokenBucket bucket;
    bucket.take(1'000'000, kStart);
    EXPECT_EQ(bucket.room(kStart), kNoLimit);
    EXPECT_FALSE(bucket.nextRoom(kStart));
}

TEST(TokenBucket, TenAMinuteBeginSixSecondsApart) {
    TokenBucket bucket({10, minutes(1), 0});
    EXPECT_EQ(bucket.room(kStart), 1);
    bucket.take(1, kStart);
    EXPECT_EQ(bucket.room(kStart + milliseconds(5'999)), 0);
    EXPECT_EQ(bucket.nextRoom(kStart), kStart + seconds(6));
    EXPECT_EQ(bucket.room(kStart + seconds(6)), 1);
    EXPECT_FALSE(bucket.nextRoom(kStart + seconds(6)));
}

TEST(TokenBucket, ABurstMayBeginAtOnceAfterAPause) {
    TokenBucket bucket({60, minutes(1), 5});
    EXPECT_EQ(bucket.room(kStart), 5);
    bucket.take(5, kStart);
    EXPECT_EQ(bucket.room(kStart), 0);
    EXPECT_EQ(bucket.room(kStart + seconds(2)), 2);
    EXPECT_EQ(bucket.room(kStart + hours(9)), 5);
}

TEST(TokenBucket, AHighRateIsReachedThoughTheDoorsAreLookedAtTwentyTimesASecond) {
    TokenBucket bucket({1000, seconds(1), 0});
    int begun = 0;
    for (milliseconds now = kStart; now < kStart + seconds(1); now += milliseconds(50)) {
        begun += bucket.room(now);
        bucket.take(bucket.room(now), now);
    }
    EXPECT_EQ(begun, 1000);
}

RC_GTEST_PROP(TokenBucketProperty, InNoSpanOfTimeDoMoreBeginThanBurstAndRateAllow, ()) {
    RateLimit limit = anyLimit();
    TokenBucket bucket(limit);
    const int burst = bucket.room(kStart); // full at first
    RC_ASSERT(limit.burst == 0 || burst == limit.burst);
    std::vector<Batch> taken;
    milliseconds now = kStart;
    for (int step = *rc::gen::inRange(1, 120); step > 0; --step) {
        now += milliseconds(*rc::gen::element(0, 1, 7, 100, 1'000, 50'000));
        const int runs = std::min(bucket.room(now), *rc::gen::inRange(0, 30));
        bucket.take(runs, now);
        taken.push_back({now, runs});
        if (const auto next = bucket.nextRoom(now)) {
            RC_ASSERT(*next > now);
            RC_ASSERT(bucket.room(*next) >= 1);
        }
    }
    for (size_t first = 0; first < taken.size(); ++first) {
        int64_t sum = 0;
        for (size_t last = first; last < taken.size(); ++last) {
            sum += taken[last].runs;
            const double span = double((taken[last].at - taken[first].at).count());
            RC_ASSERT(double(sum) <= burst + span * limit.count / double(milliseconds(limit.per).count()) + 1e-6);
        }
    }
}

TEST(RetryBudget, AQuietSystemMayRetryOnceASecond) {
    RetryBudget budget;
    EXPECT_EQ(budget.room(kStart), 60);
    budget.retried(60, kStart);
    EXPECT_EQ(budget.room(kStart), 0);
    EXPECT_EQ(budget.room(kStart + seconds(60)), 60);
}

TEST(RetryBudget, ABusySystemMayRepeatATenthOfItsRuns) {
    RetryBudget budget;
    budget.ran(10'000, kStart);
    EXPECT_EQ(budget.room(kStart + seconds(1)), 1000);
    budget.retried(999, kStart + seconds(1));
    EXPECT_EQ(budget.room(kStart + seconds(2)), 1);
    EXPECT_FALSE(budget.nextRoom(kStart + seconds(2)));
    budget.retried(1, kStart + seconds(2));
    EXPECT_TRUE(budget.nextRoom(kStart + seconds(2)));
}

TEST(RetryBudget, ABudgetOfNothingWaitsForRuns) {
    RetryBudget budget({10, 0});
    EXPECT_EQ(budget.room(kStart), 0);
    EXPECT_GT(*budget.nextRoom(kStart), kStart);
    budget.ran(10, kStart);
    EXPECT_EQ(budget.room(kStart), 1);
}

RC_GTEST_PROP(RetryBudgetProperty, InNoMinuteDoMoreRetriesBecomeDueThanItsRunsAllowAndNoneWaitsForEver, ()) {
    const RetryBudgetPolicy policy{*rc::gen::inRange(0, 50), *rc::gen::inRange(1, 30)};
    RetryBudget budget(policy);
    std::vector<Batch> all;
    milliseconds now = kStart;
    const auto inTheLast = [&](milliseconds span, int64_t Batch::*what) {
        int64_t sum = 0;
        for (const Batch& batch : all)
            if (batch.at > now - span)
                sum += batch.*what;
        return sum;
    };
    for (int step = *rc::gen::inRange(1, 200); step > 0; --step) {
        now += milliseconds(*rc::gen::element(0, 300, 1'000, 9'000, 45'000));
        const int runs = *rc::gen::inRange(0, 500);
        budget.ran(runs, now);
        all.push_back({now, runs, 0});
        const int retries = std::min(budget.room(now), *rc::gen::inRange(0, 100));
        budget.retried(retries, now);
        all.back().retries = retries;
        const int64_t allowed =
            std::max<int64_t>(policy.perMinute, inTheLast(seconds(60), &Batch::runs) * policy.percentOfRuns / 100);
        if (retries > 0) // seconds are whole: the first one of the minute may have been left out
            RC_ASSERT(inTheLast(seconds(59), &Batch::retries) <= allowed);
    }
    for (int asked = 0; budget.room(now) == 0; ++asked) {
        RC_ASSERT(asked < 100);
        RC_ASSERT(*budget.nextRoom(now) > now);
        now = *budget.nextRoom(now);
    }
}
