#include "core/programme/CrisisPlan.h"
#include "core/programme/Forecast.h"
#include "core/programme/HealthReport.h"
#include "core/programme/LoadShedding.h"
#include "core/programme/ScheduleMetrics.h"
#include "core/programme/Stability.h"
#include "core/programme/Utilization.h"
#include "tests/unit/calc_builder.h"

#include <gtest/gtest.h>

using namespace core::programme;
using tests::ProgrammeBuilder;

namespace {

/// Four weeks of `faculty` people, a clinic that needs `needed` of them each half-day, and protected time.
ProgrammeBuilder fourWeeks(int faculty, double needed) {
    ProgrammeBuilder builder("2026-11-02", 28);
    const int clinic = builder.clinic();
    for (const Half half : {Half::Am, Half::Pm})
        builder.require(clinic, "Clinic", half, needed);
    for (int i = 0; i < faculty; ++i) {
        const int person = builder.faculty("F " + std::to_string(i), {}, FacultyRole::Pd); // no own clinic
        for (int day = 0; day < 28; ++day)
            if (!core::base::isWeekend(builder.date(day)) && i < needed)
                builder.wholeDay(person, day, clinic);
        builder.raw().commitments.push_back({person, "Administration", 0.5, 6});
        builder.raw().commitments.push_back({person, "Journal club", 0.25, 7});
    }
    return builder;
}

} // namespace

TEST(CalcForecast, SaysLevelsAndFactorsDayByDay) {
    ProgrammeBuilder builder = fourWeeks(10, 5);
    builder.absence(0, 7, 13);
    builder.absence(1, 8, 8, "tdy");
    const Programme programme = builder.build();
    const Forecast forecast = forecastUtilization(programme, programme.first(), programme.last());
    ASSERT_EQ(forecast.days.size(), 28u);
    EXPECT_EQ(forecast.totalFaculty, 10);
    EXPECT_EQ(forecast.days[0].level, UtilizationLevel::Green);
    EXPECT_TRUE(forecast.days[0].factors.empty());
    EXPECT_EQ(forecast.days[7].factors, std::vector<std::string>{"1 faculty absent (1 leave)"});
    EXPECT_EQ(forecast.days[8].factors, std::vector<std::string>{"2 faculty absent (1 TDY, 1 leave)"});
    EXPECT_EQ(forecast.highRiskDays, 0);
}

TEST(CalcForecast, ADayOnWhichEverybodyIsAwayIsBlack) {
    ProgrammeBuilder builder = fourWeeks(4, 2);
    for (int person = 0; person < 4; ++person)
        builder.absence(person, 9, 9);
    const Programme programme = builder.build();
    const Forecast forecast = forecastUtilization(programme, programme.first(), programme.last());
    EXPECT_EQ(forecast.days[9].level, UtilizationLevel::Black);
    EXPECT_EQ(forecast.days[9].available, 0);
    EXPECT_NE(forecast.days[16].level, UtilizationLevel::Black);
    EXPECT_EQ(forecast.peakDate, builder.date(9));
    EXPECT_TRUE(forecast.hasBlackWithin(14));
    EXPECT_FALSE(forecast.hasBlackWithin(9));
    EXPECT_EQ(highRiskGroups(forecast, 3).at(0), "11 Nov (BLACK)");
}

TEST(CalcForecast, AnEmptyRosterIsBlackWhereSomethingIsRequired) {
    ProgrammeBuilder builder = fourWeeks(0, 1);
    const Programme programme = builder.build();
    const Forecast forecast = forecastUtilization(programme, programme.first(), programme.last());
    EXPECT_EQ(forecast.daysByLevel[size_t(UtilizationLevel::Black)], 28); // each day's week asks for something
    ProgrammeBuilder idle("2026-11-02", 7);
    const Programme nothing = idle.build();
    const Forecast quiet = forecastUtilization(nothing, nothing.first(), nothing.last());
    EXPECT_EQ(quiet.daysByLevel[size_t(UtilizationLevel::Green)], 7);
    EXPECT_EQ(quiet.average, 0.0);
}

TEST(CalcForecast, TheLeapDayIsADay) {
    ProgrammeBuilder builder("2028-02-28", 3);
    builder.faculty("F One");
    const Programme programme = builder.build();
    const Forecast forecast = forecastUtilization(programme, programme.first(), programme.last());
    ASSERT_EQ(forecast.days.size(), 3u);
    EXPECT_EQ(core::base::formatDate(forecast.days[1].date), "2028-02-29");
}

TEST(CalcShedding, LevelsShedTheirCategories) {
    EXPECT_TRUE(shedCategoriesAt(0).empty());
    EXPECT_EQ(shedCategoriesAt(1), (std::set<int>{7}));
    EXPECT_EQ(shedCategoriesAt(2), (std::set<int>{5, 6, 7}));
    EXPECT_EQ(shedCategoriesAt(3), (std::set<int>{4, 5, 6, 7}));
    EXPECT_EQ(shedCategoriesAt(4), (std::set<int>{3, 4, 5, 6, 7}));
    EXPECT_EQ(shedCategoriesAt(5), (std::set<int>{2, 3, 4, 5, 6, 7}));
    EXPECT_STREQ(shedLevelName(0), "NORMAL");
    EXPECT_STREQ(shedLevelName(5), "CRITICAL");
}

TEST(CalcShedding, NeverRaisesUtilizationAndMoreShedsMore) {
    Programme programme = fourWeeks(6, 4).build();
    double last = 10;
    for (int level = 0; level <= kHighestShedLevel; ++level) {
        programme.shedCategories = shedCategoriesAt(level);
        const double ratio = utilization(loadBetween(programme, programme.first(), programme.last()));
        EXPECT_LE(ratio, last) << level;
        last = ratio;
    }
}

TEST(CalcShedding, AdviceIsTheSmallestLevelThatFitsAndStopsAtFour) {
    const std::vector<double> required{0, 10, 5, 20, 10, 5, 8, 2}; // categories 1 … 7
    EXPECT_EQ(adviseShedding(60, required).level, 0);
    EXPECT_EQ(adviseShedding(59, required).level, 1);
    EXPECT_EQ(adviseShedding(57, required).level, 2);
    EXPECT_EQ(adviseShedding(44, required).level, 3);
    EXPECT_EQ(adviseShedding(34, required).level, 4);
    const ShedAdvice tooLittle = adviseShedding(12, required);
    EXPECT_EQ(tooLittle.level, kHighestAutomaticShedLevel);
    EXPECT_EQ(tooLittle.uncovered, 3);
}

TEST(CalcShedding, RecoveryBringsBackTheProtectedFirst) {
    const auto plan = planRecovery({{"Journal club", 7, "", 1}, {"Clinic", 3, "", 20}, {"Research", 5, "", 2}}, 31);
    ASSERT_EQ(plan.size(), 3u);
    EXPECT_EQ(plan[0].activity.name, "Clinic");
    EXPECT_EQ(plan[2].activity.name, "Journal club");
    EXPECT_TRUE(plan[0].pastLimit);
    EXPECT_FALSE(planRecovery({{"Clinic", 3, "", 20}}, 30)[0].pastLimit);
}

TEST(CalcShedding, ThePreviewNamesWhatIsSuspendedWithItsWeight) {
    const Programme programme = fourWeeks(6, 4).build();
    const CrisisPreview preview = previewPlan(*planFor("moderate"), programme, programme.first());
    EXPECT_EQ(preview.shedName, "ORANGE");
    ASSERT_EQ(preview.activities.size(), 2u);
    EXPECT_EQ(preview.activities[0].name, "Journal club"); // the most dispensable first
    EXPECT_NEAR(preview.activities[0].halfDaysPerWeek, 1.5, 1e-9);
    EXPECT_NEAR(preview.activities[1].halfDaysPerWeek, 3.0, 1e-9);
    EXPECT_LT(preview.utilizationAfter.value(), preview.utilizationBefore.value());
    EXPECT_EQ(preview.coverageBefore, 1.0);
}

TEST(CalcShedding, AMonthlyServiceHasTheWeightOfAMonthInAnyWeek) {
    ProgrammeBuilder builder("2026-11-02", 7); // the last Wednesday of November is not in it
    const int advising = builder.clinic("ADV");
    Requirement& requirement = builder.require(advising, "Advising", Half::Pm, 2);
    requirement.dayClass = DayClass::LastWednesday;
    requirement.shedCategory = 4;
    const auto activities = activitiesIn(builder.build(), {4});
    ASSERT_EQ(activities.size(), 1u);
    EXPECT_NEAR(activities[0].halfDaysPerWeek, 2 * 12.0 / 52, 1e-9);
}

TEST(CalcHealth, TheStatusLadderTakesTheFirstMatch) {
    using enum UtilizationLevel;
    HealthSignals fine;
    EXPECT_EQ(healthStatus(Green, DefenseLevel::Prevention, fine), "healthy");
    EXPECT_EQ(healthStatus(Green, std::nullopt, fine), "healthy");
    EXPECT_EQ(healthStatus(Yellow, DefenseLevel::Prevention, fine), "warning");
    EXPECT_EQ(healthStatus(Green, DefenseLevel::Control, fine), "warning");
    EXPECT_EQ(healthStatus(Orange, DefenseLevel::Prevention, fine), "degraded");
    EXPECT_EQ(healthStatus(Green, DefenseLevel::SafetySystems, fine), "degraded");
    EXPECT_EQ(healthStatus(Red, DefenseLevel::Prevention, fine), "critical");
    EXPECT_EQ(healthStatus(Green, DefenseLevel::Containment, fine), "critical");
    EXPECT_EQ(healthStatus(Black, DefenseLevel::Prevention, fine), "emergency");
    EXPECT_EQ(healthStatus(Green, DefenseLevel::Emergency, fine), "emergency");
    HealthSignals n1 = fine, n2 = fine, phase = fine;
    n1.n1Pass = false;
    n2.n2Pass = false;
    phase.phaseRisk = "critical";
    EXPECT_EQ(healthStatus(Green, DefenseLevel::Prevention, n1), "degraded");
    EXPECT_EQ(healthStatus(Green, DefenseLevel::Prevention, n2), "warning");
    EXPECT_EQ(healthStatus(Green, DefenseLevel::Prevention, phase), "critical");
}

TEST(CalcHealth, AlertsSpeakOfTransitionsOnly) {
    const core::base::Instant now = *core::base::parseInstant("2026-11-20T12:00:00Z");
    EXPECT_EQ(alertTransition("", "healthy", {}, now), "");
    EXPECT_EQ(alertTransition("", "degraded", {}, now), "entering");
    EXPECT_EQ(alertTransition("warning", "critical", {}, now), "entering");
    PastAlerts said{now - std::chrono::minutes(15), "degraded", false};
    EXPECT_EQ(alertTransition("degraded", "degraded", said, now), "");
    EXPECT_EQ(alertTransition("degraded", "critical", said, now), "worsening");
    EXPECT_EQ(alertTransition("critical", "degraded", said, now), "");
    EXPECT_EQ(alertTransition("degraded", "healthy", said, now), "recovery");
    said.recovered = true;
    EXPECT_EQ(alertTransition("healthy", "degraded", said, now), "");          // within 240 minutes
    EXPECT_EQ(alertTransition("degraded", "healthy", said, now), "");          // of what was not said
    EXPECT_EQ(alertTransition("healthy", "critical", said, now), "entering");  // worse than what was said
    EXPECT_EQ(alertTransition("healthy", "degraded", said, now + std::chrono::minutes(226)), "entering");
}

TEST(CalcHealth, ReadsTheComingWeek) {
    ProgrammeBuilder builder = fourWeeks(10, 5);
    builder.absence(9, 0, 6);
    const Programme programme = builder.build();
    const HealthReport report = checkHealth(programme, programme.first(), {});
    EXPECT_EQ(report.facultyTotal, 10);
    EXPECT_EQ(report.facultyOnLeave, 1);
    EXPECT_EQ(report.facultyOnDuty, 9);
    EXPECT_EQ(report.coverage, 1.0);
    EXPECT_EQ(report.defense, DefenseLevel::Prevention);
    EXPECT_NEAR(report.utilization.capacity, 90, 1e-9);
    EXPECT_NEAR(report.utilization.required, 50 + 7.5, 1e-9);
    ASSERT_EQ(report.redundancy.size(), 1u);
    EXPECT_EQ(report.redundancy[0].level, "N+2");
    EXPECT_EQ(report.redundancy[0].available, 9);
    EXPECT_EQ(report.status, "healthy");
}

TEST(CalcHealth, GapsAreNamedAsImmediateActions) {
    ProgrammeBuilder builder = fourWeeks(10, 5);
    builder.absence(0, 1, 1);
    const Programme programme = builder.build();
    const HealthReport report = checkHealth(programme, programme.first(), {});
    EXPECT_NEAR(report.coverage.value(), 48.0 / 50, 1e-9);
    ASSERT_GE(report.immediateActions.size(), 2u);
    EXPECT_EQ(report.immediateActions[0], "Find 1 faculty for Clinic on 2026-11-03 AM");
}

TEST(CalcHealth, WithoutRequirementCoverageAndDefenceAreUnknown) {
    ProgrammeBuilder builder("2026-11-02", 7);
    builder.faculty("F One");
    const HealthReport report = checkHealth(builder.build(), builder.date(0), {});
    const core::base::Json document = toDocument(report);
    EXPECT_TRUE(document.at("coverage_rate").is_null());
    EXPECT_EQ(document.at("coverage_reason"), "no requirement");
    EXPECT_TRUE(document.at("defense_level").is_null());
}

TEST(CalcMetrics, AnEmptyPeriodHasNoData) {
    ProgrammeBuilder builder("2026-11-02", 7);
    const Programme programme = builder.build();
    const core::base::Json document =
        toDocument(programme, measureSchedule(programme, programme.first(), programme.last(), {}));
    for (const char* name : {"fairness", "coverage", "compliance"}) {
        EXPECT_TRUE(document["metrics"][name]["value"].is_null()) << name;
        EXPECT_EQ(document["metrics"][name]["status"], "no_data") << name;
    }
}

TEST(CalcMetrics, ATrendNeedsMoreThanOnePercent) {
    EXPECT_STREQ(trendOf(std::nullopt, .9), "unknown");
    EXPECT_STREQ(trendOf(.9, std::nullopt), "unknown");
    EXPECT_STREQ(trendOf(.900, .908), "stable");
    EXPECT_STREQ(trendOf(.900, .910), "up");
    EXPECT_STREQ(trendOf(.900, .890), "down");
}

TEST(CalcStability, RippleIsTheMeanNumberOfOthersWhoseSharedDayChanged) {
    EXPECT_EQ(rippleOf({}), 0);
    EXPECT_EQ(rippleOf({{1, 7, {3}}}), 0);
    EXPECT_EQ(rippleOf({{1, 7, {3}}, {1, 8, {3}}, {2, 9, {3}}}), 2.0 / 3);
}

TEST(CalcStability, TheFirstVersionHasNoChurnAndNoGradeWithoutAnalysis) {
    StabilityMetrics metrics;
    metrics.versions = 1;
    metrics.churn = metrics.ripple = 0.0;
    metrics.newViolations = 0;
    EXPECT_TRUE(toDocument(metrics).at("grade").is_null());
    metrics.vulnerability = 0.2;
    EXPECT_EQ(toDocument(metrics).at("grade"), "A");
}
