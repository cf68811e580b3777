#include "core/programme/AlertTransition.h"
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
    EXPECT_EQ(forecast.days[7].factors, (std::vector<std::string>{"1 faculty absent (1 leave)", "away: F 0 (leave)"}));
    EXPECT_EQ(forecast.days[8].factors, (std::vector<std::string>{"2 faculty absent (1 TDY, 1 leave)",
                                                                  "away: F 0 (leave), F 1 (TDY)"}));
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

TEST(CalcForecast, RunsOfDaysAtHighRiskAreOneGroup) {
    Forecast forecast;
    const auto add = [&](int day, UtilizationLevel level) {
        ForecastDay ahead;
        ahead.date = core::base::makeDate(2026, 8, 3) + std::chrono::days(day);
        ahead.level = level;
        forecast.days.push_back(ahead);
    };
    using enum UtilizationLevel;
    const UtilizationLevel levels[] = {Red, Red, Black, Green, Black, Orange, Red};
    for (int day = 0; day < 7; ++day)
        add(day, levels[day]);
    EXPECT_EQ(highRiskGroups(forecast, 5),
              (std::vector<std::string>{"3 Aug – 5 Aug (RED and BLACK)", "7 Aug (BLACK)", "9 Aug (RED)"}));
    EXPECT_EQ(highRiskGroups(forecast, 1), (std::vector<std::string>{"3 Aug – 5 Aug (RED and BLACK)", "and 2 more"}));
    EXPECT_TRUE(highRiskGroups({}, 5).empty());
}

TEST(CalcForecast, AlertsOfMoreThanFiveDaysAndOfABlackOneSoon) {
    Forecast forecast;
    forecast.from = core::base::makeDate(2026, 8, 3);
    forecast.highRiskDays = 5;
    EXPECT_EQ(alertRank(forecast), 0);
    forecast.highRiskDays = 6;
    EXPECT_EQ(alertRank(forecast), 1);
    ForecastDay black;
    black.date = forecast.from + std::chrono::days(14);
    black.level = UtilizationLevel::Black;
    forecast.days = {black};
    EXPECT_EQ(alertRank(forecast), 1); // the fifteenth day
    forecast.days[0].date -= std::chrono::days(1);
    EXPECT_EQ(alertRank(forecast), 2);
    forecast.highRiskDays = 1;
    EXPECT_EQ(alertRank(forecast), 2);
}

TEST(CalcForecast, UnplannedSicknessIsSaidBesideAndRaisesTheRatioByItsShare) {
    const Programme programme = fourWeeks(10, 5).build();
    const Forecast forecast = forecastUtilization(programme, programme.first(), programme.last());
    EXPECT_NEAR(forecast.days[0].expectedUnplanned, 0.02 * forecast.days[0].available, 1e-12);
    EXPECT_NEAR(*forecast.averageWithUnplanned, *forecast.average / 0.98, 1e-12);
    EXPECT_GE(forecast.highRiskDaysWithUnplanned, forecast.highRiskDays);
    const core::base::Json document = toDocument(forecast);
    EXPECT_EQ(document["expected_unplanned"]["rate"], 0.02);
    EXPECT_GT(document["daily"][0]["expected_unplanned"], 0.0);
    EXPECT_TRUE(document["message"].is_null());
}

TEST(CalcForecast, BeyondTheCalendarItStopsAndSaysSo) {
    const Programme programme = fourWeeks(4, 2).build();
    const Forecast forecast = forecastUtilization(programme, programme.last(), programme.last() + std::chrono::days(30));
    EXPECT_EQ(forecast.days.size(), 1u);
    EXPECT_EQ(forecast.to, programme.last());
    EXPECT_EQ(forecast.message, "the calendar of the programme ends on Sun 29 Nov 2026");
}

TEST(CalcForecast, NamesWhoLeftAndWhoIsNewInTheMovingSeason) {
    ProgrammeBuilder builder("2026-06-01", 60);
    const int left = builder.faculty("Gone Early"), came = builder.faculty("New Here"), waiting = builder.faculty("Not Yet");
    builder.raw().people[size_t(left)].activeTo = builder.date(9);
    builder.raw().people[size_t(came)].activeFrom = builder.date(5);
    builder.raw().people[size_t(waiting)].activeFrom = builder.date(50);
    builder.absence(came, 12, 12).status = AbsenceStatus::Anticipated;
    const Programme programme = builder.build();
    const Forecast forecast = forecastUtilization(programme, programme.first(), programme.last());
    EXPECT_EQ(forecast.days[12].factors,
              (std::vector<std::string>{"1 faculty absent (1 leave)", "away: New Here (leave, anticipated: counts half)",
                                        "PCS season", "left: Gone Early", "onboarding at half capacity: New Here"}));
    EXPECT_TRUE(forecast.days[4].factors.empty()) << "nobody has come or gone yet";
    EXPECT_EQ(forecast.totalFaculty, 1);
}

TEST(CalcForecast, AHolidayIsSaidByName) {
    ProgrammeBuilder builder = fourWeeks(4, 2);
    Day& day = builder.raw().days[9];
    day.holiday = true;
    day.holidayName = "Veterans Day";
    day.multiplier = 0;
    builder.raw().days[10].multiplier = 0.25;
    const Programme programme = builder.build();
    const Forecast forecast = forecastUtilization(programme, programme.first(), programme.last());
    EXPECT_EQ(forecast.days[9].factors, std::vector<std::string>{"holiday minimal manning (Veterans Day)"});
    EXPECT_EQ(forecast.days[10].factors, std::vector<std::string>{"reduced operation"});
    EXPECT_EQ(forecast.days[9].required, 0);
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

TEST(CalcShedding, ByItselfOnlyUpToTheColourBelowTheThreshold) {
    using enum DefenseLevel;
    EXPECT_EQ(highestLevelByItself({}), 2);
    EXPECT_EQ(highestLevelByItself({true, false, true, Emergency}), 3);
    EXPECT_EQ(highestLevelByItself({true, false, true, SafetySystems}), 1);
    EXPECT_EQ(highestLevelByItself({true, false, false, Emergency}), 0);
    EXPECT_EQ(shedLevelByItself({4, 10}, {}, {}), 2);
    EXPECT_EQ(shedLevelByItself({1, 0}, {}, {}), 1);
    EXPECT_EQ(shedLevelByItself({4, 10}, {0, false, true, 0}, {}), 0) << "in a crisis people decide";
    EXPECT_EQ(shedLevelByItself({4, 10}, {}, {true, false, false, Containment}), 0);
}

TEST(CalcShedding, WhatWasRaisedByItselfIsLoweredAfterTwoBetterChecks) {
    EXPECT_EQ(shedLevelByItself({0, 0}, {2, true, false, 2}, {}), 2); // the first better check
    EXPECT_EQ(shedLevelByItself({0, 0}, {2, true, false, 0}, {}), 0); // the second
    EXPECT_EQ(shedLevelByItself({0, 0}, {2, true, false, 1}, {}), 1);
    EXPECT_EQ(shedLevelByItself({0, 0}, {2, false, false, 0}, {}), 2) << "a person's decision stays";
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
    using std::chrono::minutes;
    const core::base::Instant now = *core::base::parseInstant("2026-11-20T12:00:00Z");
    const auto rank = [](const char* status) { return alertRank(status); };
    EXPECT_EQ(rank("healthy"), 0);
    EXPECT_EQ(rank("warning"), 0);
    EXPECT_EQ(rank("degraded"), 1);
    EXPECT_EQ(rank("emergency"), 3);
    EXPECT_EQ(alertTransition(std::nullopt, 0, {}, now), "");
    EXPECT_EQ(alertTransition(std::nullopt, 1, {}, now), "entering");
    EXPECT_EQ(alertTransition(0, 2, {}, now), "entering");
    PastAlert said{now - minutes(15), 1, false};
    EXPECT_EQ(alertTransition(1, 1, said, now), "");
    EXPECT_EQ(alertTransition(1, 2, said, now), "worsening");
    EXPECT_EQ(alertTransition(2, 1, said, now), "");
    EXPECT_EQ(alertTransition(1, 0, said, now), "recovery");
    said.recovered = true;
    EXPECT_EQ(alertTransition(1, 0, said, now), "");                  // once
    EXPECT_EQ(alertTransition(0, 1, said, now), "");                  // within 240 minutes
    EXPECT_EQ(alertTransition(0, 2, said, now), "entering");          // worse than what was said
    EXPECT_EQ(alertTransition(0, 1, said, now + minutes(226)), "entering");
}

TEST(CalcHealth, WhatWasHeldBackIsSaidWhenItLastsLongerThanTheWindow) {
    using std::chrono::minutes;
    const core::base::Instant now = *core::base::parseInstant("2026-11-20T12:00:00Z");
    const PastAlert over{now - minutes(60), 1, true};
    EXPECT_EQ(alertTransition(0, 1, over, now), "");
    EXPECT_EQ(alertTransition(1, 1, over, now + minutes(15)), "");
    EXPECT_EQ(alertTransition(1, 1, over, now + minutes(180)), "entering");
}

TEST(CalcHealth, AFurtherWorseningIsSaidAgainOnlyAfterTheWindow) {
    using std::chrono::minutes;
    const core::base::Instant now = *core::base::parseInstant("2026-11-20T12:00:00Z");
    const PastAlert said{now - minutes(30), 2, false};
    EXPECT_EQ(alertTransition(1, 2, said, now), "");                 // known for half an hour
    EXPECT_EQ(alertTransition(1, 3, said, now), "worsening");        // worse than ever said
    EXPECT_EQ(alertTransition(1, 2, said, now + minutes(210)), "worsening");
    EXPECT_EQ(alertTransition(2, 2, said, now + minutes(210)), ""); // a state, no transition
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
    EXPECT_EQ(report.immediateActions[0], "Find 1 faculty for Clinic on Tue 03 Nov 2026 AM");
}

TEST(CalcHealth, AThinBufferAsksForAnImmediateAction) {
    const Programme tight = fourWeeks(10, 7).build(); // 77.5 of 100: the buffer is 2.5 %
    const HealthReport report = checkHealth(tight, tight.first(), {});
    EXPECT_NEAR(report.utilization.buffer, 0.025, 1e-9);
    ASSERT_FALSE(report.immediateActions.empty());
    EXPECT_EQ(report.immediateActions[0],
              "Free capacity: only 2.5 % of the week's half-days are left below the safe limit of 80 %");
    EXPECT_NEAR(report.essential, 0.70, 1e-9);
}

TEST(CalcHealth, AChangeOfTheDefenseSaysFromToAndWhy) {
    ProgrammeBuilder builder = fourWeeks(10, 5);
    for (int person = 0; person < 2; ++person)
        builder.absence(person, 1, 1); // 46 of 50 covered
    const Programme programme = builder.build();
    HealthSignals signals;
    const auto first = defenseChange(checkHealth(programme, programme.first(), signals));
    ASSERT_TRUE(first);
    EXPECT_FALSE(first->from);
    EXPECT_EQ(first->to, DefenseLevel::Control);
    EXPECT_EQ(first->reason, "no level was in force: coverage of the next 7 days is 92.0 %");
    EXPECT_EQ(first->coverage, 0.92);
    EXPECT_EQ(first->actions.size(), 5u); // three of prevention, coverage monitoring, burnout tracking
    signals.defenseInForce = signals.previousRecommended = DefenseLevel::Prevention;
    signals.previousActions = {"capacity buffer", "cross-training", "absence forecasting"};
    const auto raised = defenseChange(checkHealth(programme, programme.first(), signals));
    ASSERT_TRUE(raised);
    EXPECT_EQ(raised->from, DefenseLevel::Prevention);
    EXPECT_EQ(raised->actions.size(), 2u);
    signals.defenseInForce = signals.previousRecommended = DefenseLevel::Control;
    signals.previousActions.insert(signals.previousActions.end(), {"coverage monitoring", "burnout tracking"});
    EXPECT_FALSE(defenseChange(checkHealth(programme, programme.first(), signals))) << "nothing changed";
    signals.defenseInForce = DefenseLevel::SafetySystems;
    const auto lowered = defenseChange(checkHealth(programme, programme.first(), signals));
    ASSERT_TRUE(lowered);
    EXPECT_EQ(lowered->to, DefenseLevel::Control);
    EXPECT_EQ(lowered->reason, "lowered after two better checks: coverage of the next 7 days is 92.0 %");
}

TEST(CalcHealth, EverybodyAwayIsAnEmergencyWithNumbersNotAnError) {
    ProgrammeBuilder builder = fourWeeks(4, 2);
    for (int person = 0; person < 4; ++person)
        builder.absence(person, 0, 27);
    const Programme programme = builder.build();
    const HealthReport report = checkHealth(programme, programme.first(), {});
    EXPECT_EQ(report.status, "emergency");
    EXPECT_EQ(report.coverage, 0.0);
    EXPECT_EQ(report.utilization.ratio, 1.0);
    EXPECT_EQ(report.facultyOnDuty, 0);
    EXPECT_EQ(report.redundancy.at(0).level, "BELOW");
    ProgrammeBuilder nobody("2026-11-02", 7);
    EXPECT_EQ(checkHealth(nobody.build(), nobody.date(0), {}).status, "healthy") << "nothing is asked of nobody";
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
