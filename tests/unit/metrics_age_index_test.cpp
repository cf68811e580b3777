#include "core/metrics/AgeIndex.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <set>

using core::base::Instant;
using core::base::milliseconds;
using core::metrics::AgeIndex;

namespace age_index_test {

const Instant kStart{milliseconds(1'790'000'000'000)};

Instant after(int64_t ms) {
    return kStart + milliseconds(ms);
}

} // namespace age_index_test

using namespace age_index_test;

TEST(AgeIndex, KnowsTheOldestOfWhatIsLeft) {
    AgeIndex ages;
    EXPECT_EQ(ages.oldest(), std::nullopt);
    for (const int ms : {500, 20, 20, 900})
        ages.add(after(ms));
    EXPECT_EQ(ages.oldest(), after(20));
    ages.remove(after(20));
    EXPECT_EQ(ages.oldest(), after(20));
    ages.remove(after(20));
    EXPECT_EQ(ages.oldest(), after(500));
    ages.remove(after(900));
    ages.remove(after(500));
    EXPECT_EQ(ages.oldest(), std::nullopt);
    EXPECT_EQ(ages.count(), 0);
}

TEST(AgeIndex, ABacklogOfADayCostsNoMoreThanOneOfASecond) {
    AgeIndex ages;
    constexpr int64_t kDay = 86'400'000, kStep = 1000;
    for (int64_t ms = 0; ms < kDay; ms += kStep)
        ages.add(after(ms));
    for (int64_t ms = 0; ms < kDay / 2; ms += kStep)
        ages.remove(after(ms));
    EXPECT_NEAR(double((*ages.oldest() - after(kDay / 2)).count()), 0, double(kDay) / 512);
    EXPECT_EQ(ages.count(), kDay / kStep / 2);
}

TEST(AgeIndex, WhatLeavesWithAnotherTimeThanItCameDoesNotStayForEver) {
    AgeIndex ages;
    ages.add(after(10));
    ages.add(after(20));
    ages.remove(after(99'999));
    EXPECT_EQ(ages.oldest(), after(20));
    ages.remove(after(5));
    EXPECT_EQ(ages.oldest(), std::nullopt);
    ages.remove(after(5));
    EXPECT_EQ(ages.count(), 0);
}

RC_GTEST_PROP(AgeIndex, AgreesWithASortedListWithinAPartOfTheSpread, ()) {
    AgeIndex ages;
    std::multiset<int64_t> truth;
    const int64_t spread = *rc::gen::element<int64_t>(100, 10'000, 100'000'000);
    int64_t widest = 0; // between the oldest and the newest that were ever there together
    for (int i = *rc::gen::inRange(0, 2000); i > 0; --i) {
        if (!truth.empty() && *rc::gen::inRange(0, 3) == 0) {
            auto gone = truth.begin();
            std::advance(gone, *rc::gen::inRange<int64_t>(0, std::min<int64_t>(int64_t(truth.size()), 20)));
            ages.remove(after(*gone));
            truth.erase(gone);
            if (truth.empty())
                widest = 0;
        } else {
            const int64_t ms = *rc::gen::inRange<int64_t>(0, spread);
            ages.add(after(ms));
            truth.insert(ms);
            widest = std::max(widest, *truth.rbegin() - *truth.begin());
        }
        RC_ASSERT(ages.count() == int64_t(truth.size()));
        RC_ASSERT(ages.oldest().has_value() == !truth.empty());
        if (!truth.empty()) {
            const int64_t early = (after(*truth.begin()) - *ages.oldest()).count();
            RC_ASSERT(early >= 0 && early <= widest / 256);
        }
    }
}
