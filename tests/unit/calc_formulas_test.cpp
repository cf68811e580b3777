#include "core/programme/Bands.h"
#include "core/programme/Cascade.h"
#include "core/programme/CrisisPlan.h"
#include "core/programme/Defense.h"
#include "core/programme/Erlang.h"
#include "core/programme/Fairness.h"
#include "core/programme/ProcessCapability.h"
#include "core/programme/Stability.h"
#include "core/programme/UtilizationThreshold.h"

#include <nlohmann/json.hpp>

#include <gtest/gtest.h>

using namespace core::programme;

namespace {

UtilizationReading thresholdOf(int faculty, int blocks, int days) {
    const auto reading = readThreshold({faculty, blocks, 2.0, days});
    EXPECT_TRUE(reading) << reading.error().text();
    return *reading;
}

} // namespace

TEST(CalcBands, UtilizationVectorsFallIntoTheirBands) {
    struct Vector {
        int required;
        double ratio, buffer, wait;
        UtilizationLevel level;
    };
    for (const Vector& v : {Vector{60, .60, .20, 1.5, UtilizationLevel::Green},
                            Vector{75, .75, .05, 3.0, UtilizationLevel::Yellow},
                            Vector{80, .80, .0, 4.0, UtilizationLevel::Orange},
                            Vector{92, .92, .0, 11.5, UtilizationLevel::Red},
                            Vector{96, .96, .0, 24.0, UtilizationLevel::Black}}) {
        const UtilizationReading r = thresholdOf(10, v.required, 5);
        EXPECT_DOUBLE_EQ(r.capacity, 100);
        EXPECT_DOUBLE_EQ(r.safeCapacity, 80);
        EXPECT_NEAR(r.ratio, v.ratio, 1e-9);
        EXPECT_NEAR(r.buffer, v.buffer, 1e-9);
        EXPECT_NEAR(r.waitMultiplier.value(), v.wait, 1e-6);
        EXPECT_EQ(r.level, v.level) << v.required;
    }
    const UtilizationReading month = thresholdOf(13, 500, 28);
    EXPECT_DOUBLE_EQ(month.capacity, 728);
    EXPECT_DOUBLE_EQ(month.safeCapacity, 582);
    EXPECT_NEAR(month.ratio, .6868, 5e-5);
    EXPECT_NEAR(month.buffer, .1126, 5e-5);
}

TEST(CalcBands, WithoutCapacityAnyDemandIsBlackAndNoDemandIsGreen) {
    const UtilizationReading demand = thresholdOf(0, 10, 5);
    EXPECT_EQ(demand.ratio, 1);
    EXPECT_EQ(demand.level, UtilizationLevel::Black);
    EXPECT_FALSE(demand.waitMultiplier);
    const UtilizationReading nothing = thresholdOf(0, 0, 5);
    EXPECT_EQ(nothing.ratio, 0);
    EXPECT_EQ(nothing.level, UtilizationLevel::Green);
    EXPECT_EQ(nothing.buffer, 0);
    EXPECT_EQ(nothing.waitMultiplier, 0.0);
}

TEST(CalcBands, BoundsBelongToTheBandAbove) {
    for (const auto& [ratio, level] : {std::pair(0.6999, UtilizationLevel::Green), {0.70, UtilizationLevel::Yellow},
                                       {0.7999, UtilizationLevel::Yellow}, {0.80, UtilizationLevel::Orange},
                                       {0.8999, UtilizationLevel::Orange}, {0.90, UtilizationLevel::Red},
                                       {0.9499, UtilizationLevel::Red}, {0.95, UtilizationLevel::Black}})
        EXPECT_EQ(utilizationLevel(ratio), level) << ratio;
    EXPECT_EQ(utilizationLevel(0.1 + 0.2 + 0.4), UtilizationLevel::Yellow); // 0.7 but for the last digit
}

TEST(CalcBands, TheWaitFactorIsAWordFromAHundredOn) {
    EXPECT_EQ(waitText(readUtilization(100, 80)), "4.0×");
    EXPECT_EQ(waitText(readUtilization(1000, 989)), "89.9×");
    EXPECT_EQ(waitText(readUtilization(1000, 991)), "critical");
    EXPECT_EQ(waitText(readUtilization(10, 20)), "critical");
    EXPECT_EQ(percentText(0.785), "78.5 %");
}

TEST(CalcThreshold, CapacityIsRoundedDownAndEveryWrongFieldIsNamed) {
    EXPECT_DOUBLE_EQ(readThreshold({3, 0, 1.5, 1})->capacity, 4);
    const auto wrong = readThreshold({-1, -2, 0, 0});
    ASSERT_FALSE(wrong);
    EXPECT_EQ(wrong.error().code, core::base::ErrorCode::InvalidParams);
    EXPECT_EQ(wrong.error().message, "available_faculty must be at least 0");
    EXPECT_EQ(wrong.error().fields.size(), 4u);
    EXPECT_FALSE(readThreshold({1, 1, std::numeric_limits<double>::quiet_NaN(), 1}));
}

TEST(CalcThreshold, TheAnswerHasTheFieldsOfTheTool) {
    const core::base::Json document = toDocument(thresholdOf(10, 92, 5));
    EXPECT_EQ(document["level"], "RED");
    EXPECT_NEAR(document["utilization_rate"].get<double>(), .92, 1e-9);
    EXPECT_EQ(document["total_capacity"], 100.0);
    EXPECT_EQ(document["required_coverage"], 92.0);
    EXPECT_EQ(document["safe_maximum"], 80.0);
    EXPECT_EQ(document["severity"], "emergency");
    EXPECT_NE(document["message"].get<std::string>().find("92.0 % (RED)"), std::string::npos);
    EXPECT_TRUE(toDocument(thresholdOf(0, 10, 1))["wait_time_multiplier"].is_null());
    EXPECT_STREQ(severityOf(UtilizationLevel::Green), "healthy");
    EXPECT_STREQ(severityOf(UtilizationLevel::Yellow), "warning");
    EXPECT_STREQ(severityOf(UtilizationLevel::Orange), "critical");
    EXPECT_STREQ(severityOf(UtilizationLevel::Black), "emergency");
}

TEST(CalcThreshold, AnAssignmentIsUnsafeAboveEightyPercentAndAWarningAboveSeventy) {
    EXPECT_EQ(checkAssignmentSafe(100, 60, 10).verdict, AssignmentVerdict::Safe); // exactly 70 %
    EXPECT_EQ(checkAssignmentSafe(100, 60, 11).verdict, AssignmentVerdict::Warning);
    EXPECT_EQ(checkAssignmentSafe(100, 60, 20).verdict, AssignmentVerdict::Warning); // exactly 80 %
    EXPECT_EQ(checkAssignmentSafe(100, 60, 21).verdict, AssignmentVerdict::Unsafe);
    EXPECT_EQ(checkAssignmentSafe(0, 0, 1).verdict, AssignmentVerdict::Unsafe);
    EXPECT_EQ(checkAssignmentSafe(0, 0, 0).verdict, AssignmentVerdict::Safe);
    EXPECT_EQ(checkAssignmentSafe(100, 60, 21).message,
              "Not safe: utilization would go from 60.0 % to 81.0 %, above 80 %");
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

TEST(CalcDefense, ActionsBeginAtTheirOwnTrigger) {
    const auto names = [](DefenseLevel level, double coverage, int gaps) {
        std::vector<std::string> list;
        for (const DefenseAction& action : defenseActions(level, coverage, gaps, {}))
            list.push_back(action.name);
        return list;
    };
    EXPECT_EQ(names(DefenseLevel::Prevention, .97, 3),
              (std::vector<std::string>{"capacity buffer", "cross-training", "absence forecasting"}));
    const auto has = [](const std::vector<std::string>& list, const char* name) {
        return std::find(list.begin(), list.end(), name) != list.end();
    };
    EXPECT_TRUE(has(names(DefenseLevel::Control, .94, 0), "coverage monitoring"));
    EXPECT_FALSE(has(names(DefenseLevel::Control, .94, 0), "early warning"));
    EXPECT_TRUE(has(names(DefenseLevel::Control, .899, 0), "early warning"));
    EXPECT_FALSE(has(names(DefenseLevel::SafetySystems, .86, 0), "auto-reassignment"));
    EXPECT_TRUE(has(names(DefenseLevel::SafetySystems, .86, 1), "auto-reassignment"));
    EXPECT_FALSE(has(names(DefenseLevel::SafetySystems, .85, 1), "overtime authorisation"));
    EXPECT_TRUE(has(names(DefenseLevel::SafetySystems, .849, 1), "overtime authorisation"));
    EXPECT_TRUE(has(names(DefenseLevel::Containment, .79, 1), "service reduction"));
    EXPECT_FALSE(has(names(DefenseLevel::Emergency, .65, 1), "external escalation"));
    EXPECT_TRUE(has(names(DefenseLevel::Emergency, .59, 1), "external escalation"));
    EXPECT_EQ(names(DefenseLevel::Emergency, .59, 1).size(), 15u); // all of them
}

TEST(CalcDefense, FromTheThresholdOnAPersonDecides) {
    const auto decided = [](const DefenseAutomation& automation) {
        int count = 0;
        for (const DefenseAction& action : defenseActions(DefenseLevel::Emergency, .5, 1, automation))
            count += action.automatic ? 0 : 1;
        return count;
    };
    EXPECT_EQ(decided({}), 6); // CONTAINMENT and EMERGENCY
    EXPECT_EQ(decided({true, false, true, DefenseLevel::Emergency}), 3);
    EXPECT_EQ(decided({true, false, true, DefenseLevel::SafetySystems}), 9);
    EXPECT_EQ(decided({false, false, true, DefenseLevel::Containment}), 15);
    EXPECT_FALSE(checkAutomation({true, false, true, DefenseLevel::Control}));
    EXPECT_TRUE(checkAutomation({}));
    EXPECT_EQ(defenseLevelFromText("SAFETY_SYSTEMS"), DefenseLevel::SafetySystems);
    EXPECT_FALSE(defenseLevelFromText("safety"));
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

TEST(CalcCascade, TheOrderOfTheMembersChangesNothing) {
    const std::vector<double> loads{4, 10, 7, 10, 3};
    const std::vector<std::vector<double>> takes{{0, 1, .5, 0, 1}, {1, 0, 1, 1, 0}, {.2, 1, 0, 1, 1}, {0, 1, 1, 0, .5}, {1, 0, 1, 1, 0}};
    const CascadeResult straight = simulateCascade(loads, {1, 3}, takes);
    const std::vector<size_t> order{3, 4, 1, 0, 2};
    std::vector<double> shuffledLoads;
    std::vector<std::vector<double>> shuffledTakes;
    for (const size_t i : order) {
        shuffledLoads.push_back(loads[i]);
        shuffledTakes.emplace_back();
        for (const size_t j : order)
            shuffledTakes.back().push_back(takes[i][j]);
    }
    const CascadeResult shuffled = simulateCascade(shuffledLoads, {2, 0}, shuffledTakes);
    EXPECT_EQ(straight.waves, shuffled.waves);
    EXPECT_EQ(straight.failed.size(), shuffled.failed.size());
    EXPECT_NEAR(straight.finalCoverage, shuffled.finalCoverage, 1e-12);
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
