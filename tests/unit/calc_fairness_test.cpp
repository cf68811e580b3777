#include "core/programme/Fairness.h"
#include "tests/unit/calc_builder.h"

#include <gtest/gtest.h>

using namespace core::programme;
using tests::ProgrammeBuilder;

TEST(CalcFairness, LoadsWeighWeekendsHolidaysCallsAndNights) {
    ProgrammeBuilder builder("2026-11-02", 7);
    const int a = builder.faculty("Ada Core"), b = builder.faculty("Ben Core");
    const int clinic = builder.clinic(), ward = builder.ward(), night = builder.night();
    builder.raw().days[2].holiday = true;
    builder
        .assign(a, 0, Half::Am, clinic) // 1.0
        .assign(a, 5, Half::Am, ward)   // 1.5 × 1.2
        .assign(a, 2, Half::Am, clinic) // 2.0
        .assign(a, 3, Half::Pm, night)  // 2.5
        .call(a, 0)                     // Monday 3.0
        .call(a, 6)                     // Sunday 4.0
        .call(b, 2)                     // holiday 5.0
        .call(b, 1, CallType::Backup);  // 0
    const Programme programme = builder.build();
    const auto loads = loadsOf(programme, programme.first(), programme.last());
    ASSERT_EQ(loads.size(), 2u);
    EXPECT_NEAR(loads[0].weighted, 1.0 + 1.8 + 2.0 + 2.5 + 3.0 + 4.0, 1e-9);
    EXPECT_EQ(loads[0].sundayCalls, 1);
    EXPECT_EQ(loads[0].weekdayCalls, 1);
    EXPECT_EQ(loads[0].nights, 1);
    EXPECT_NEAR(loads[1].weighted, 5.0, 1e-9);
    EXPECT_EQ(loads[1].calls(), 1);
}

TEST(CalcFairness, SomebodyMostlyAwayIsNotComparedAndSomebodyIdleIs) {
    ProgrammeBuilder builder("2026-11-02", 10);
    const int busy = builder.resident("Ada Busy"), away = builder.resident("Ben Away");
    builder.resident("Cleo Idle");
    builder.wholeDay(busy, 0, builder.clinic());
    builder.absence(away, 0, 8);
    const Programme programme = builder.build();
    const FairnessReport report = fairnessOf(programme, programme.first(), programme.last());
    EXPECT_FALSE(report.loads.at(1).load);
    EXPECT_EQ(report.residents, .5); // two people, one carries all
    EXPECT_FALSE(report.faculty);
    EXPECT_EQ(report.overall, .5);
}

TEST(CalcFairness, TheHeadlineIsTheWorseOfTheTwoGroups) {
    ProgrammeBuilder builder("2026-11-02", 7);
    const int clinic = builder.clinic();
    const int r1 = builder.resident("R One"), r2 = builder.resident("R Two");
    const int f1 = builder.faculty("F One");
    builder.faculty("F Two");
    builder.assign(r1, 0, Half::Am, clinic).assign(r2, 0, Half::Am, clinic).assign(f1, 0, Half::Am, clinic);
    const Programme programme = builder.build();
    const FairnessReport report = fairnessOf(programme, programme.first(), programme.last());
    EXPECT_EQ(report.residents, 1.0);
    EXPECT_EQ(report.faculty, .5);
    EXPECT_EQ(report.overall, .5);
}
