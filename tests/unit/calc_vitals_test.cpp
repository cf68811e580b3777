#include "core/programme/Vitals.h"

#include "tests/unit/calc_builder.h"

#include <gtest/gtest.h>

using namespace core::programme;
using tests::ProgrammeBuilder;

namespace {

/// `weeks` of one resident: mornings on the ward on so many weekdays of each, six hours each.
ProgrammeBuilder wardWeeks(const std::vector<int>& mornings) {
    ProgrammeBuilder builder("2026-08-31", int(mornings.size()) * 7); // a Monday
    const int resident = builder.resident("R One"), ward = builder.ward();
    for (size_t week = 0; week < mornings.size(); ++week)
        for (int i = 0; i < mornings[week]; ++i)
            builder.assign(resident, int(week) * 7 + i / 2, i % 2 ? Half::Pm : Half::Am, ward);
    return builder;
}

std::vector<int> rulesOf(const std::vector<double>& hours, const ControlLimits& limits = {}) {
    std::vector<int> rules;
    const auto signals = runSignals(hours, limits);
    EXPECT_TRUE(signals);
    for (const RunSignal& signal : *signals)
        rules.push_back(signal.rule);
    return rules;
}

} // namespace

TEST(CalcWeeklyHours, CountsWholeWeeksAndHoursWhereTheyLie) {
    ProgrammeBuilder builder("2026-09-02", 19); // Wednesday; whole weeks begin on 7 and 14 September
    const int resident = builder.resident("R One"), ward = builder.ward();
    builder.wholeDay(resident, 5, ward);  // Monday the 7th: 12 h
    builder.call(resident, 11);           // the night from Sunday the 13th to Monday: 5 h and 7 h
    const Programme programme = builder.build();
    const auto people = weeklyHours(programme, PersonType::Resident, programme.first(), programme.last());
    ASSERT_EQ(people.size(), 1u);
    EXPECT_EQ(people[0].weeks, (std::vector<WorkedWeek>{{core::base::makeDate(2026, 9, 7), 17},
                                                        {core::base::makeDate(2026, 9, 14), 7}}));
}

TEST(CalcWeeklyHours, LeavesOutWeeksWithLeaveAndThoseBeforeSomebodyCame) {
    ProgrammeBuilder builder = wardWeeks({8, 8, 8, 8});
    builder.absence(0, 10, 10);
    builder.raw().people[0].activeFrom = builder.date(3);
    const Programme programme = builder.build();
    const auto people = weeklyHours(programme, PersonType::Resident, programme.first(), programme.last());
    ASSERT_EQ(people[0].weeks.size(), 2u);
    EXPECT_EQ(people[0].weeks[0].monday, builder.date(14));
    EXPECT_TRUE(weeklyHours(programme, PersonType::Faculty, programme.first(), programme.last()).empty());
}

TEST(CalcControlChart, OnePointBeyondThreeSigmaIsCritical) {
    EXPECT_EQ(rulesOf({60, 75.1, 60}), (std::vector<int>{1}));
    EXPECT_EQ(rulesOf({60, 44.9, 60}), (std::vector<int>{1}));
    EXPECT_TRUE(rulesOf({60, 75, 60}).empty()) << "on the limit is not beyond it";
    EXPECT_STREQ((*runSignals(std::vector<double>{80}, {}))[0].severity, "CRITICAL");
}

TEST(CalcControlChart, TwoOfThreeBeyondTwoSigmaOnOneSideWarn) {
    EXPECT_EQ(rulesOf({71, 60, 71}), (std::vector<int>{2}));
    EXPECT_TRUE(rulesOf({71, 60, 60, 71}).empty());
    EXPECT_TRUE(rulesOf({71, 49}).empty()) << "on two sides";
    const auto signals = runSignals(std::vector<double>{60, 49, 60, 49}, {});
    ASSERT_EQ(signals->size(), 1u);
    EXPECT_STREQ(signals->front().side, "below");
    EXPECT_EQ(signals->front().first, 1u);
    EXPECT_EQ(signals->front().last, 3u);
}

TEST(CalcControlChart, FourOfFiveBeyondOneSigmaOnOneSideWarn) {
    EXPECT_EQ(rulesOf({66, 66, 60, 66, 66}), (std::vector<int>{3}));
    EXPECT_TRUE(rulesOf({66, 66, 60, 60, 66, 66}).empty());
}

TEST(CalcControlChart, EightInARowOnOneSideAreToldOnce) {
    EXPECT_TRUE(rulesOf({61, 61, 61, 61, 61, 61, 61}).empty());
    EXPECT_EQ(rulesOf({61, 61, 61, 61, 61, 61, 61, 61, 61, 61}), (std::vector<int>{4}));
    EXPECT_TRUE(rulesOf({61, 61, 61, 61, 60, 61, 61, 61, 61}).empty()) << "on the centre is on no side";
    EXPECT_STREQ((*runSignals(std::vector<double>(8, 59), {}))[0].severity, "INFO");
}

TEST(CalcControlChart, ImpossibleHoursAreRefused) {
    EXPECT_FALSE(runSignals(std::vector<double>{168.1}, {}));
    EXPECT_FALSE(runSignals(std::vector<double>{-1}, {}));
    ControlLimits flat;
    flat.sigma = 0;
    EXPECT_FALSE(runSignals(std::vector<double>{60}, flat));
    EXPECT_TRUE(runSignals(std::vector<double>{0, 168}, {}));
}

TEST(CalcControlChart, EstimatesFromThirtyWeeksOnAndSaysWhatItUsed) {
    const Programme few = wardWeeks(std::vector<int>(29, 8)).build();
    const HoursChart early = chartHours(few, few.first(), few.last());
    EXPECT_FALSE(early.limits.estimated);
    EXPECT_EQ(early.limits.centre, 60);
    EXPECT_EQ(early.limits.basis, "default 60 ± 5 h: only 29 of 30 weeks to estimate from");
    EXPECT_FALSE(early.cpk);
    EXPECT_EQ(early.reason, "insufficient data: 29 of 30 resident weeks");
    std::vector<int> mornings;
    for (int week = 0; week < 30; ++week)
        mornings.push_back(week % 2 ? 9 : 7); // 54 and 42 h
    const Programme enough = wardWeeks(mornings).build();
    const HoursChart chart = chartHours(enough, enough.first(), enough.last());
    EXPECT_TRUE(chart.limits.estimated);
    EXPECT_NEAR(chart.limits.centre, 48, 1e-9);
    EXPECT_NEAR(chart.limits.sigma, 6 * std::sqrt(30.0 / 29), 1e-9);
    EXPECT_EQ(chart.limits.basis, "estimated from 30 resident weeks in 30 weeks of this programme");
    EXPECT_NEAR(chart.cpk.value(), (48 - 40) / (3 * chart.limits.sigma), 1e-9);
    EXPECT_EQ(chart.capability, Capability::Incapable);
    const Programme flat = wardWeeks(std::vector<int>(30, 8)).build();
    const HoursChart same = chartHours(flat, flat.first(), flat.last());
    EXPECT_EQ(same.limits.basis, "default 60 ± 5 h: the programme's own weeks do not vary");
    EXPECT_FALSE(same.cpk);
}

TEST(CalcAdaptive, SaysNothingBelowFiveAndForgetsAfterAHundred) {
    AdaptiveThreshold threshold;
    for (const double value : {10.0, 12.0, 8.0, 11.0})
        threshold.add(value);
    EXPECT_FALSE(threshold.judge(100));
    threshold.add(9);
    const auto bounds = threshold.bounds().value();
    EXPECT_DOUBLE_EQ(bounds.mean, 10);
    EXPECT_NEAR(bounds.sigma, std::sqrt(2.5), 1e-12);
    EXPECT_EQ(threshold.judge(10 + 1.9 * bounds.sigma), Unusual::No);
    EXPECT_EQ(threshold.judge(10 - 2.1 * bounds.sigma), Unusual::Warning);
    EXPECT_EQ(threshold.judge(10 + 3.1 * bounds.sigma), Unusual::Critical);
    for (int i = 0; i < 150; ++i)
        threshold.add(5);
    EXPECT_EQ(threshold.samples(), 100u);
    EXPECT_EQ(threshold.judge(5), Unusual::No);
    EXPECT_EQ(threshold.judge(5.1), Unusual::Critical);
}

TEST(CalcAdaptive, TheNewestReadingIsJudgedByTheOnesBefore) {
    EXPECT_EQ(readAdaptive("x", {}).reason, "insufficient data: no reading");
    EXPECT_EQ(readAdaptive("x", {1, 2, 3, 4, 5}).reason, "insufficient data: 4 of 5 earlier readings");
    const AdaptiveReading reading = readAdaptive("x", {1, 2, 3, 2, 1, 9});
    EXPECT_EQ(reading.level, Unusual::Critical);
    EXPECT_EQ(reading.value, 9);
    EXPECT_EQ(reading.samples, 5);
}

TEST(CalcHomeostasis, SeverityIsTheDeviationInTolerances) {
    EXPECT_STREQ(deviationSeverity(.05, .05), "none");
    EXPECT_STREQ(deviationSeverity(-.0501, .05), "minor");
    EXPECT_STREQ(deviationSeverity(.10, .05), "minor");
    EXPECT_STREQ(deviationSeverity(.15, .05), "moderate");
    EXPECT_STREQ(deviationSeverity(.25, .05), "major");
    EXPECT_STREQ(deviationSeverity(.26, .05), "critical");
}

TEST(CalcHomeostasis, CorrectsWhatIsMajorOrThreeTimesOutOfBand) {
    const auto read = [](SetPointKind kind, std::vector<double> readings) { return readSetPoint(kind, readings, "none"); };
    EXPECT_EQ(read(SetPointKind::Coverage, {.95}).severity, "none");
    const SetPointReading once = read(SetPointKind::Coverage, {.95, .88}); // 7.4 % below: minor
    EXPECT_EQ(once.severity, "minor");
    EXPECT_EQ(once.outOfBand, 1);
    EXPECT_TRUE(once.action.empty());
    const SetPointReading thrice = read(SetPointKind::Coverage, {.95, .88, .89, .88});
    EXPECT_EQ(thrice.outOfBand, 3);
    EXPECT_FALSE(thrice.action.empty());
    EXPECT_EQ(read(SetPointKind::FacultyUtilization, {1.10}).severity, "major"); // 46.7 %
    EXPECT_FALSE(read(SetPointKind::FacultyUtilization, {1.10}).action.empty());
    EXPECT_EQ(read(SetPointKind::AcgmeCompliance, {.97}).severity, "minor");
    EXPECT_EQ(read(SetPointKind::AcgmeCompliance, {.89}).severity, "critical");
}

TEST(CalcHomeostasis, WhatIsBetterThanAimedAtDoesNoHarm) {
    const SetPointReading full = readSetPoint(SetPointKind::Coverage, {1.0, 1.0, 1.0, 1.0}, "none");
    EXPECT_NEAR(full.deviation.value(), .05 / .95, 1e-12);
    EXPECT_EQ(full.severity, "none");
    EXPECT_TRUE(full.action.empty());
    EXPECT_EQ(readSetPoint(SetPointKind::WorkloadBalance, {.04}, "none").severity, "none");
    EXPECT_EQ(readSetPoint(SetPointKind::FacultyUtilization, {.40}, "none").severity, "none");
    const SetPointReading unknown = readSetPoint(SetPointKind::ScheduleStability, {}, "no schedule metrics yet");
    EXPECT_FALSE(unknown.value);
    EXPECT_EQ(toDocument(unknown)["reason"], "no schedule metrics yet");
    EXPECT_TRUE(toDocument(unknown)["severity"].is_null());
}

TEST(CalcVolatility, NeedsAWindowOfTwentyReadings) {
    EXPECT_EQ(volatilityOf(std::vector<double>(19, .75), kUtilizationStress).reason, "insufficient data: 19 of 20 readings");
    const Volatility calm = volatilityOf(std::vector<double>(25, .75), kUtilizationStress);
    EXPECT_EQ(calm.samples, 20);
    EXPECT_EQ(calm.variation, 0.0);
    EXPECT_EQ(calm.jitter, 0.0);
    EXPECT_EQ(calm.distance, 1.0);
    EXPECT_EQ(calm.level, "stable");
}

TEST(CalcVolatility, AddsVariationJitterAndNearnessToTheBreak) {
    std::vector<double> readings;
    for (int i = 0; i < 20; ++i)
        readings.push_back(i % 2 ? .95 : .85);
    const Volatility wild = volatilityOf(readings, kUtilizationStress);
    EXPECT_DOUBLE_EQ(wild.jitter.value(), 1.0); // every inner reading is a turn
    EXPECT_DOUBLE_EQ(wild.distance.value(), 0.0);
    EXPECT_NEAR(wild.variation.value(), .05 * std::sqrt(20.0 / 19) / .9, 1e-12);
    EXPECT_NEAR(wild.risk.value(), 2 * *wild.variation + 1.5 + 1, 1e-12);
    EXPECT_EQ(wild.level, "critical");
    EXPECT_NEAR(volatilityOf(std::vector<double>(20, .85), kUtilizationStress).distance.value(), .5, 1e-9);
    EXPECT_NEAR(volatilityOf(std::vector<double>(20, .70), kCoverageStress).distance.value(), 0, 1e-9);
    EXPECT_EQ(volatilityOf(std::vector<double>(20, 1.0), kCoverageStress).distance, 1.0);
    EXPECT_EQ(volatilityOf(std::vector<double>(20, 0.0), kUtilizationStress).level, "stable");
}

TEST(CalcAllostatic, WeighsWhatWearsSomebodyOut) {
    ProgrammeBuilder builder("2026-08-03", 60); // a Monday
    const int ward = builder.ward("PEDW"), a = builder.faculty("Ada"), b = builder.faculty("Ben");
    builder.raw().days[20].holiday = true;
    builder.raw().days[55].holiday = true;
    builder.call(a, 46);                       // Friday: a weekend call
    builder.call(a, 44);                       // Wednesday: a night
    builder.call(a, 45, CallType::Backup);     // cross-coverage
    builder.call(a, 3);                        // long ago
    builder.wholeDay(a, 20, ward);             // a holiday, long ago but of this year
    for (int day = 52; day < 59; ++day)        // the last seven days: 84 h; one of them a holiday
        builder.wholeDay(a, day, ward);
    const Programme programme = builder.build();
    const auto report = allostaticLoads(programme, builder.date(60 - 1), {{"person-0", {2, 1}}});
    ASSERT_EQ(report.loads.size(), 2u);
    const AllostaticLoad& load = report.loads[0];
    EXPECT_EQ(load.person, a);
    EXPECT_EQ(load.weekendCalls, 1);
    EXPECT_EQ(load.nights, 1);
    EXPECT_EQ(load.holidaysWorked, 2);
    EXPECT_EQ(load.crossCoverage, 1);
    EXPECT_EQ(load.scheduleChanges, 2);
    EXPECT_EQ(load.gapFills, 1);
    EXPECT_NEAR(load.acute, 4 + 2 + 3 + 2, 1e-12);
    EXPECT_NEAR(load.chronic, 10 + .5 * load.overtimeHours + 1, 1e-12);
    EXPECT_NEAR(load.total, load.acute + 1.2 * load.chronic, 1e-12);
    EXPECT_EQ(load.overtimeHours, 24);
    EXPECT_EQ(report.loads[1].person, b);
    EXPECT_EQ(report.loads[1].total, 0);
    EXPECT_EQ(report.loads[1].state, "homeostasis");
}

TEST(CalcAllostatic, StatesAndTheBurnoutCascadeHaveTheirBounds) {
    EXPECT_STREQ(allostaticState(24.9), "homeostasis");
    EXPECT_STREQ(allostaticState(25), "allostasis");
    EXPECT_STREQ(allostaticState(50), "overload-risk");
    EXPECT_STREQ(allostaticState(80), "overload");
    const auto levelOf = [](int overloaded) {
        ProgrammeBuilder builder("2026-08-03", 30);
        std::map<std::string, StressCounts> counts;
        for (int i = 0; i < 10; ++i) {
            builder.faculty("F " + std::to_string(i));
            if (i < overloaded)
                counts["person-" + std::to_string(i)] = {0, 25}; // 50
        }
        builder.faculty("Adjunct", {}, FacultyRole::Adjunct); // not counted
        const Programme programme = builder.build();
        return allostaticLoads(programme, builder.date(29), counts).burnout;
    };
    EXPECT_EQ(levelOf(3).level, "none");
    EXPECT_EQ(levelOf(4).level, "warning");
    EXPECT_EQ(levelOf(5).level, "warning");
    EXPECT_EQ(levelOf(6).level, "immediate");
    EXPECT_EQ(levelOf(6).faculty, 10);
}

TEST(CalcAllostatic, WithoutFourWeeksOrFacultyItSaysWhy) {
    ProgrammeBuilder builder("2026-08-03", 30);
    EXPECT_EQ(allostaticLoads(builder.build(), builder.date(28), {}).reason, "no faculty");
    builder.faculty("Ada");
    EXPECT_EQ(allostaticLoads(builder.build(), builder.date(27), {}).reason,
              "insufficient data: the schedule does not hold the last 28 days");
    EXPECT_EQ(allostaticLoads(builder.build(), builder.date(40), {}).reason,
              "insufficient data: the schedule does not hold the last 28 days");
    EXPECT_EQ(allostaticLoads(builder.build(), builder.date(28), {}).loads.size(), 1u);
}

TEST(CalcSpecialists, AClinicHalfADayAWeekNeedsTwoForImmediateCoverage) {
    ProgrammeBuilder builder("2026-11-02", 28);
    const int ob = builder.clinic("OBC");
    Requirement& requirement = builder.require(ob, "OB clinic", Half::Am, 1);
    requirement.dayClass = DayClass::ListedWeekdays;
    requirement.weekdays = 1u << core::base::kThursday;
    requirement.requiresSpecialty = "obstetrics";
    builder.faculty("Ada", {"obstetrics"});
    builder.faculty("Ben");
    builder.faculty("Adjunct", {"obstetrics"}, FacultyRole::Adjunct);
    builder.absence(0, 0, 13);
    const Programme programme = builder.build();
    const auto skills = specialistCoverage(programme, programme.first(), programme.last());
    ASSERT_EQ(skills.size(), 1u);
    EXPECT_EQ(skills[0].skill, "obstetrics");
    EXPECT_EQ(skills[0].services, std::vector<std::string>{"OB clinic"});
    EXPECT_EQ(skills[0].demand, 4);
    EXPECT_EQ(skills[0].openHalfDays, 40);
    EXPECT_NEAR(skills[0].erlangs.value(), .1, 1e-12);
    EXPECT_EQ(skills[0].qualified, 1);
    EXPECT_NEAR(skills[0].meanPresent.value(), .5, 1e-12);
    EXPECT_NEAR(skills[0].immediate.value(), .9, 1e-12); // Erlang C of one server is its load
    EXPECT_EQ(skills[0].needed, 2);
    EXPECT_EQ(skills[0].missing, 1);
    EXPECT_EQ(toDocument(skills[0])["target"], .95);
}

TEST(CalcSpecialists, WhatCannotBeSaidHasAReason) {
    ProgrammeBuilder builder("2026-11-02", 7);
    const int procedures = builder.clinic("PR");
    builder.raw().rotations[size_t(procedures)].requiresProcedureCredential = true;
    builder.require(procedures, "Procedures", Half::Am, 40);
    const Programme programme = builder.build();
    const auto many = specialistCoverage(programme, programme.first(), programme.last());
    ASSERT_EQ(many.size(), 1u);
    EXPECT_EQ(many[0].skill, "procedure credential");
    EXPECT_FALSE(many[0].needed);
    EXPECT_EQ(many[0].reason, "more than 20 people would be needed");
    EXPECT_EQ(many[0].immediate, 0.0);
    ProgrammeBuilder empty("2026-11-02", 7);
    EXPECT_TRUE(specialistCoverage(empty.build(), empty.date(0), empty.date(6)).empty());
}

TEST(CalcRisk, TheColourIsTheWeightedSumOfBands) {
    RiskFigures figures;
    figures.utilization = .79;
    figures.criticalLosses = figures.fatalPairs = figures.gaps = figures.burnoutCases = 0;
    figures.cascadeProbability = 0;
    EXPECT_EQ(riskColour(figures).total, 0.0);
    EXPECT_EQ(riskColour(figures).colour, "GREEN");
    figures.utilization = .98;      // 4 × .30
    figures.criticalLosses = 3;     // 2 × .15
    figures.fatalPairs = 5;         // 3 × .25
    figures.cascadeProbability = .3; // 3 × .15
    figures.gaps = 1;               // 1 × .10
    figures.burnoutCases = 10;      // 4 × .05
    const RiskColour bad = riskColour(figures);
    EXPECT_NEAR(bad.total.value(), 1.2 + .3 + .75 + .45 + .1 + .2, 1e-9);
    EXPECT_EQ(bad.colour, "RED");
    EXPECT_EQ(bad.parts.size(), 6u);
    figures.fatalPairs = 15;
    figures.criticalLosses = 25;
    figures.cascadeProbability = .5;
    EXPECT_EQ(riskColour(figures).colour, "BLACK");
    figures.gaps.reset();
    const RiskColour unknown = riskColour(figures);
    EXPECT_FALSE(unknown.total);
    EXPECT_EQ(unknown.reason, "not known: gaps");
    EXPECT_TRUE(toDocument(unknown)["colour"].is_null());
}

TEST(CalcRisk, TheScoreHasItsPointsAndBounds) {
    RiskFigures figures;
    figures.utilization = .60;
    figures.criticalLosses = 0;
    figures.analysedFaculty = 10;
    figures.fatalPairs = 0;
    figures.pairsChecked = 45;
    figures.defense = DefenseLevel::Prevention;
    figures.burnoutShare = 0;
    figures.worstAverageHours = 62;
    EXPECT_NEAR(dashboardScore(figures).total.value(), 100, 1e-9);
    EXPECT_EQ(dashboardScore(figures).colour, "green");
    figures.utilization = .825; // half of 30
    figures.criticalLosses = 2; // 15 × .8
    figures.fatalPairs = 9;     // 10 × .8
    figures.defense = DefenseLevel::SafetySystems; // half of 20
    figures.burnoutShare = .25; // half of 15
    figures.worstAverageHours = 75; // half of 10
    EXPECT_NEAR(dashboardScore(figures).total.value(), 15 + 12 + 8 + 10 + 7.5 + 5, 1e-9);
    EXPECT_EQ(dashboardScore(figures).colour, "yellow");
    figures.utilization = 2;
    figures.defense = DefenseLevel::Emergency;
    figures.burnoutShare = 1;
    figures.worstAverageHours = 90;
    figures.criticalLosses = 10;
    figures.fatalPairs = 45;
    EXPECT_NEAR(dashboardScore(figures).total.value(), 0, 1e-9);
    EXPECT_EQ(dashboardScore(figures).colour, "red");
    figures.worstAverageHours.reset();
    EXPECT_FALSE(dashboardScore(figures).total);
}

TEST(CalcVitals, ANewProgrammeKnowsLittleAndSaysSo) {
    ProgrammeBuilder builder("2026-08-03", 10);
    builder.faculty("Ada");
    const Programme programme = builder.build();
    const core::base::Json document = toDocument(programme, takeVitals(programme, builder.date(0), {}));
    EXPECT_TRUE(document["risk"]["total"].is_null());
    EXPECT_EQ(document["risk"]["reason"], "not known: utilization, n1, n2, cascade, gaps and burnout");
    EXPECT_TRUE(document["score"]["total"].is_null());
    EXPECT_EQ(document["unified_critical_index"]["reason"], "no contingency analysis yet");
    EXPECT_FALSE(document["volatility"]["utilization"]["reason"].is_null());
    EXPECT_FALSE(document["allostatic_load"]["reason"].is_null());
    for (const auto& point : document["set_points"])
        EXPECT_TRUE(point["value"].is_null() && point["reason"].is_string()) << point;
    for (const auto& reading : document["adaptive_thresholds"])
        EXPECT_TRUE(reading["level"].is_null() && reading["reason"].is_string()) << reading;
}
