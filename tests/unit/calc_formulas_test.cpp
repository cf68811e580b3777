#include "core/programme/Bands.h"
#include "core/programme/Cascade.h"
#include "core/programme/CrisisPlan.h"
#include "core/programme/Erlang.h"
#include "core/programme/Fairness.h"
#include "core/programme/ProcessCapability.h"
#include "core/programme/Stability.h"

#include <gtest/gtest.h>

using namespace core::programme;

TEST(CalcBands, UtilizationVectorsFallIntoTheirBands) {
    struct Vector {
        double required, ratio, buffer, wait;
        UtilizationLevel level;
    };
    for (const Vector& v : {Vector{60, .60, .20, 1.5, UtilizationLevel::Green},
                            Vector{75, .75, .05, 3.0, UtilizationLevel::Yellow},
                            Vector{80, .80, .0, 4.0, UtilizationLevel::Orange},
                            Vector{92, .92, .0, 11.5, UtilizationLevel::Red},
                            Vector{96, .96, .0, 24.0, UtilizationLevel::Black}}) {
        const UtilizationReading r = readUtilization(10, v.required, 2.0, 5);
        EXPECT_DOUBLE_EQ(r.capacity, 100);
        EXPECT_DOUBLE_EQ(r.safeCapacity, 80);
        EXPECT_NEAR(r.ratio, v.ratio, 1e-9);
        EXPECT_NEAR(r.buffer, v.buffer, 1e-9);
        EXPECT_NEAR(r.waitMultiplier.value(), v.wait, 1e-6);
        EXPECT_EQ(r.level, v.level) << v.required;
    }
    const UtilizationReading month = readUtilization(13, 500, 2.0, 28);
    EXPECT_DOUBLE_EQ(month.capacity, 728);
    EXPECT_DOUBLE_EQ(month.safeCapacity, 582);
    EXPECT_NEAR(month.ratio, .6868, 5e-5);
    EXPECT_NEAR(month.buffer, .1126, 5e-5);
}

TEST(CalcBands, WithoutCapacityAnyDemandIsBlackAndNoDemandIsGreen) {
    const UtilizationReading demand = readUtilization(0, 10, 2.0, 5);
    EXPECT_EQ(demand.ratio, 1);
    EXPECT_EQ(demand.level, UtilizationLevel::Black);
    EXPECT_FALSE(demand.waitMultiplier);
    const UtilizationReading nothing = readUtilization(0, 0, 2.0, 5);
    EXPECT_EQ(nothing.ratio, 0);
    EXPECT_EQ(nothing.level, UtilizationLevel::Green);
    EXPECT_EQ(nothing.buffer, 0);
    EXPECT_EQ(nothing.waitMultiplier, 0.0);
}

TEST(CalcBands, DefenseFollowsCoverage) {
    EXPECT_EQ(recommendedDefense(1.0), DefenseLevel::Prevention);
    EXPECT_EQ(recommendedDefense(.95), DefenseLevel::Prevention);
    EXPECT_EQ(recommendedDefense(.9499), DefenseLevel::Control);
    EXPECT_EQ(recommendedDefense(.90), DefenseLevel::Control);
    EXPECT_EQ(recommendedDefense(.80), DefenseLevel::SafetySystems);
    EXPECT_EQ(recommendedDefense(.70), DefenseLevel::Containment);
    EXPECT_EQ(recommendedDefense(.69), DefenseLevel::Emergency);
}

TEST(CalcBands, DefenseRisesAtOnceAndFallsAfterTwoBetterChecks) {
    using enum DefenseLevel;
    EXPECT_EQ(nextDefense(std::nullopt, std::nullopt, Control), Control);
    EXPECT_EQ(nextDefense(Control, Control, Containment), Containment);
    EXPECT_EQ(nextDefense(Containment, Containment, Prevention), Containment); // the first better check
    EXPECT_EQ(nextDefense(Containment, Prevention, Prevention), Prevention);   // the second
    EXPECT_EQ(nextDefense(Containment, SafetySystems, Prevention), SafetySystems);
}

TEST(CalcBands, RedundancyCountsWhatIsSpare) {
    EXPECT_STREQ(redundancyLevel(3, 1), "N+2");
    EXPECT_STREQ(redundancyLevel(2, 1), "N+1");
    EXPECT_STREQ(redundancyLevel(1, 1), "N+0");
    EXPECT_STREQ(redundancyLevel(0, 1), "BELOW");
}

TEST(CalcErlang, VectorsOfLossAndDelay) {
    EXPECT_NEAR(erlangB(7, 10), .07874, 5e-6);
    EXPECT_NEAR(erlangC(7, 10), .22173, 5e-6);
    EXPECT_NEAR(erlangMeanWait(7, 10, 60).value(), 4.435, 5e-4);
    EXPECT_NEAR(erlangServiceLevel(7, 10, 60, 15), .89526, 5e-6);
    EXPECT_NEAR(erlangB(2, 3), .2105, 5e-5);
    EXPECT_NEAR(erlangC(2, 3), .4444, 5e-5);
    EXPECT_NEAR(erlangB(1, 2), .2, 1e-9);
    EXPECT_NEAR(erlangC(1, 2), .3333, 5e-5);
    EXPECT_NEAR(erlangB(.8, 1), .4444, 5e-5);
    EXPECT_NEAR(erlangC(.8, 1), .8, 1e-9);
    EXPECT_EQ(serversForWait(7, .05), 13);
}

TEST(CalcErlang, AnOverloadedGroupKeepsEverybodyWaiting) {
    EXPECT_EQ(erlangC(5, 4), 1);
    EXPECT_EQ(erlangC(1, 0), 1);
    EXPECT_FALSE(erlangMeanWait(4, 4, 60));
    EXPECT_EQ(erlangServiceLevel(5, 4, 60, 15), 0);
    EXPECT_FALSE(serversForWait(50, .05, 20));
    EXPECT_EQ(erlangC(0, 3), 0);
}

TEST(CalcFairness, GiniAndJainVectors) {
    EXPECT_EQ(fairnessIndex({10, 10, 10, 10}), 1.0);
    EXPECT_EQ(fairnessIndex({0, 0, 0, 40}), .25);
    EXPECT_EQ(fairnessIndex({8, 10, 12, 10}), .925);
    EXPECT_EQ(fairnessIndex({20, 22, 18, 25, 15}), .904);
    EXPECT_NEAR(jainIndex({10, 10, 10, 10}).value(), 1, 1e-12);
    EXPECT_NEAR(jainIndex({0, 0, 0, 40}).value(), .25, 1e-12);
    EXPECT_NEAR(jainIndex({8, 10, 12, 10}).value(), .9804, 5e-5);
    EXPECT_NEAR(jainIndex({20, 22, 18, 25, 15}).value(), .9718, 5e-5);
}

TEST(CalcFairness, NobodyIsNotFairAndOneAloneIs) {
    EXPECT_FALSE(fairnessIndex({}));
    EXPECT_FALSE(jainIndex({}));
    EXPECT_EQ(fairnessIndex({7}), 1.0);
    EXPECT_EQ(fairnessIndex({0, 0, 0}), 1.0);
    EXPECT_STREQ(fairnessStatus(.90), "good");
    EXPECT_STREQ(fairnessStatus(.75), "warning");
    EXPECT_STREQ(fairnessStatus(.749), "critical");
}

TEST(CalcCapability, VectorsOfWeeklyHours) {
    EXPECT_NEAR(processCapability(60, 5).value(), 1.333, 5e-4);
    EXPECT_EQ(gradeCapability(*processCapability(60, 5)), Capability::Capable);
    EXPECT_NEAR(processCapability(65, 4).value(), 1.25, 1e-9);
    EXPECT_EQ(gradeCapability(1.25), Capability::Marginal);
    EXPECT_NEAR(processCapability(72, 3).value(), .889, 5e-4);
    EXPECT_EQ(gradeCapability(.889), Capability::Incapable);
    EXPECT_FALSE(processCapability(60, 0));
}

TEST(CalcStability, VectorsOfTheGrade) {
    EXPECT_NEAR(gradeStability(.05, 1.2, .20, 0).score, 84.25, 1e-9);
    EXPECT_EQ(gradeStability(.05, 1.2, .20, 0).letter, 'B');
    EXPECT_TRUE(gradeStability(.05, 1.2, .20, 0).stable);
    EXPECT_NEAR(gradeStability(.10, 2.0, .35, 0).score, 72.5, 1e-9);
    EXPECT_EQ(gradeStability(.10, 2.0, .35, 0).letter, 'C');
    EXPECT_NEAR(gradeStability(.20, 2.5, .50, 0).score, 60.5, 1e-9);
    EXPECT_EQ(gradeStability(.20, 2.5, .50, 0).letter, 'D');
    EXPECT_EQ(gradeStability(0, 0, 0, 1).letter, 'F');
}

TEST(CalcCascade, LosingTwoOfFourEqualBreaksTheRestAndLosingOneDoesNot) {
    const std::vector<double> loads{10, 10, 10, 10};
    const CascadeResult one = simulateCascade(loads, {0});
    EXPECT_EQ(one.waves, 0);
    EXPECT_TRUE(one.failed.empty());
    EXPECT_NEAR(one.finalCoverage, 1, 1e-9);
    EXPECT_FALSE(one.catastrophic);
    const CascadeResult two = simulateCascade(loads, {0, 1});
    EXPECT_EQ(two.waves, 1);
    EXPECT_EQ(two.failed, (std::vector<int>{2, 3}));
    EXPECT_EQ(two.finalCoverage, 0);
    EXPECT_TRUE(two.catastrophic);
}

TEST(CalcCascade, WorkThatNobodyElseMayDoIsLostInsteadOfPushedOn) {
    const std::vector<double> loads{10, 10, 10};
    const std::vector<std::vector<double>> takes{{0, 0, 0}, {1, 0, 1}, {1, 1, 0}};
    const CascadeResult lost = simulateCascade(loads, {0}, takes);
    EXPECT_EQ(lost.waves, 0);
    EXPECT_NEAR(lost.finalCoverage, 20.0 / 30, 1e-9);
    EXPECT_NEAR(simulateCascade({}, {}).finalCoverage, 1, 0);
}

TEST(CalcCrisisPlan, BothVocabulariesMapToLevels) {
    EXPECT_EQ(planFor("minor")->shedLevel, 1);
    EXPECT_EQ(planFor("warning")->severity, "minor");
    EXPECT_EQ(planFor("moderate")->shedLevel, 2);
    EXPECT_EQ(planFor("severe")->shedLevel, 3);
    EXPECT_TRUE(planFor("severe")->needsSecondApprover);
    EXPECT_EQ(planFor("critical")->shedLevel, 4);
    EXPECT_TRUE(planFor("critical")->needsSecondApprover);
    const auto emergency = planFor("emergency");
    EXPECT_EQ(emergency->severity, "critical");
    EXPECT_TRUE(emergency->emergencyOverride);
    EXPECT_FALSE(emergency->needsSecondApprover);
    const auto unknown = planFor("apocalyptic");
    ASSERT_FALSE(unknown);
    EXPECT_EQ(unknown.error().message,
              "severity must be one of minor, moderate, severe, critical (or warning, emergency)");
}
