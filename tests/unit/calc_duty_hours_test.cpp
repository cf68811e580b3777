#include "core/programme/DutyHours.h"
#include "core/programme/Fairness.h"
#include "tests/unit/calc_builder.h"

#include <gtest/gtest.h>

using namespace core::programme;
using tests::ProgrammeBuilder;

namespace {

/// Four weeks from a Monday, 12 of 14 half-days a week on a ward with six-hour half-days; Sundays free.
ProgrammeBuilder fourWardWeeks(int& resident) {
    ProgrammeBuilder builder("2026-11-02", 28);
    resident = builder.resident("Ada Ward");
    const int ward = builder.ward();
    for (int day = 0; day < 28; ++day)
        if (day % 7 != 6)
            builder.wholeDay(resident, day, ward);
    return builder;
}

} // namespace

TEST(CalcDutyHours, AWardMonthAverages72) {
    int resident = 0;
    const Programme programme = fourWardWeeks(resident).build();
    const DutyHoursReport report = checkDutyHours(programme, programme.last(), programme.last());
    EXPECT_NEAR(report.residents.at(0).worstAverage.value(), 72.0, 1e-9);
    EXPECT_EQ(report.residents[0].level, HoursLevel::Watch);
    EXPECT_TRUE(report.violations.empty());
    EXPECT_EQ(report.compliancePercent(), 100.0);
}

TEST(CalcDutyHours, TwoCallsAfterDutyMakeIt78AndAWarning) {
    int resident = 0;
    ProgrammeBuilder builder = fourWardWeeks(resident);
    builder.call(resident, 0).call(resident, 3);
    const Programme programme = builder.build();
    const DutyHoursReport report = checkDutyHours(programme, programme.last(), programme.last());
    EXPECT_NEAR(report.residents.at(0).worstAverage.value(), 78.0, 1e-9);
    EXPECT_EQ(report.residents[0].level, HoursLevel::Warning);
    EXPECT_TRUE(report.violations.empty());
}

TEST(CalcDutyHours, AVacationWeekLeavesBothSidesOfTheAverage) {
    int resident = 0;
    ProgrammeBuilder builder = fourWardWeeks(resident);
    builder.absence(resident, 7, 13);
    const Programme programme = builder.build();
    EXPECT_NEAR(checkDutyHours(programme, programme.last(), programme.last()).residents[0].worstAverage.value(), 72.0,
                1e-9);
}

TEST(CalcDutyHours, ADayFromSevenToSevenIsOneDutyPeriodOf24Hours) {
    ProgrammeBuilder builder("2026-11-02", 7);
    const int resident = builder.resident("Ada Ward");
    builder.wholeDay(resident, 0, builder.ward()).call(resident, 0);
    const auto periods = dutyPeriods(builder.build(), resident);
    ASSERT_EQ(periods.size(), 1u);
    EXPECT_EQ(periods[0].hours(), 24);
}

TEST(CalcDutyHours, ALunchBreakOfAnHourSeparatesDutyPeriods) {
    ProgrammeBuilder builder("2026-11-02", 7);
    const int resident = builder.resident("Ada Clinic");
    builder.wholeDay(resident, 0, builder.clinic());
    EXPECT_EQ(dutyPeriods(builder.build(), resident).size(), 2u);
}

TEST(CalcDutyHours, AnOverloadedResidentIsOneViolationWithItsWorstWindow) {
    ProgrammeBuilder builder("2026-09-01", 56);
    const int resident = builder.resident("Ada Ward");
    const int ward = builder.ward();
    for (int day = 0; day < 56; ++day)
        builder.wholeDay(resident, day, ward); // 84 h every week, no day off
    const Programme programme = builder.build();
    const DutyHoursReport report = checkDutyHours(programme, programme.first(), programme.last());
    const auto rolling = std::find_if(report.violations.begin(), report.violations.end(),
                                      [](const HoursViolation& v) { return v.basis == "rolling"; });
    ASSERT_NE(rolling, report.violations.end());
    EXPECT_NEAR(rolling->worstAverage, 84, 1e-9);
    EXPECT_EQ(rolling->severity, "HIGH");
    EXPECT_EQ(rolling->windows, 50); // ends of day 7 to day 56
    EXPECT_EQ(std::count_if(report.violations.begin(), report.violations.end(),
                            [](const HoursViolation& v) { return v.basis == "rotation"; }),
              2);
    EXPECT_EQ(report.residents[0].level, HoursLevel::Violation);
    EXPECT_EQ(report.compliancePercent(), 0.0);
}

TEST(CalcDutyHours, ALightRotationCannotDiluteAHeavyOne) {
    ProgrammeBuilder builder("2026-09-01", 28);
    const int resident = builder.resident("Ada Ward");
    const int ward = builder.ward(), clinic = builder.clinic();
    for (int day = 0; day < 14; ++day)
        builder.wholeDay(resident, day, ward);
    for (int day = 14; day < 28; ++day)
        if (!core::base::isWeekend(builder.date(day)))
            builder.wholeDay(resident, day, clinic);
    const Programme programme = builder.build();
    const DutyHoursReport report = checkDutyHours(programme, programme.last() - std::chrono::days(14), programme.last());
    const auto fullWindow = checkDutyHours(programme, programme.last(), programme.last());
    EXPECT_TRUE(fullWindow.violations.empty());
    EXPECT_TRUE(std::any_of(report.violations.begin(), report.violations.end(),
                            [](const HoursViolation& v) { return v.basis == "rotation" && v.worstAverage > 83; }));
}

TEST(CalcDutyHours, BackupAndTimeOffAreNoHours) {
    ProgrammeBuilder builder("2026-11-02", 28);
    const int resident = builder.resident("Ada Ward");
    const int ward = builder.ward(), off = builder.off();
    builder.wholeDay(resident, 0, off).assign(resident, 1, Half::Am, ward, "DO");
    builder.assign(resident, 2, Half::Am, ward);
    builder.raw().assignments.back().role = AssignmentRole::Backup;
    builder.call(resident, 3, CallType::Backup);
    EXPECT_TRUE(dutyPeriods(builder.build(), resident).empty());
}

TEST(CalcDutyHours, AnAssignmentWithoutTemplateCountsSixHours) {
    ProgrammeBuilder builder("2026-11-02", 28);
    const int resident = builder.resident("Ada Ward", 0);
    builder.assign(resident, 0, Half::Am, -1);
    const auto periods = dutyPeriods(builder.build(), resident);
    ASSERT_EQ(periods.size(), 1u);
    EXPECT_EQ(periods[0].hours(), 6);
}

TEST(CalcDutyHours, LessThanAWeekOfDataIsNeitherCompliantNorViolation) {
    ProgrammeBuilder builder("2026-07-01", 6);
    const int resident = builder.resident("Ada New", 1);
    const int ward = builder.ward();
    for (int day = 0; day < 6; ++day)
        builder.wholeDay(resident, day, ward);
    const Programme programme = builder.build();
    const DutyHoursReport report = checkDutyHours(programme, programme.first(), programme.last());
    EXPECT_FALSE(report.residents.at(0).worstAverage);
    EXPECT_FALSE(report.compliancePercent());
}

TEST(CalcDutyHours, AnAbsenceAcrossABlockBorderAndTheLeapDayAreLeaveOnEveryDay) {
    ProgrammeBuilder builder("2028-02-07", 28);
    const int resident = builder.resident("Ada Leap");
    const int ward = builder.ward();
    for (int day = 0; day < 28; ++day)
        if (day % 7 != 6)
            builder.wholeDay(resident, day, ward);
    builder.absence(resident, 21, 24); // 28 Feb – 2 March, with the 29th between
    const Programme programme = builder.build();
    const double average =
        checkDutyHours(programme, programme.last(), programme.last()).residents[0].worstAverage.value();
    EXPECT_NEAR(average, (288.0 - 48) / (24 / 7.0), 1e-9);
}

TEST(CalcDutyHours, AnEmptyRosterHasNothingToCheck) {
    ProgrammeBuilder builder("2026-07-01", 28);
    const Programme programme = builder.build();
    const DutyHoursReport report = checkDutyHours(programme, programme.first(), programme.last());
    EXPECT_TRUE(report.residents.empty());
    EXPECT_FALSE(report.compliancePercent());
    Programme nothing;
    EXPECT_EQ(checkDutyHours(nothing, programme.first(), programme.last()).checks, 0);
}

TEST(CalcFairness, LoadsWeighWeekendsHolidaysCallsAndNights) {
    ProgrammeBuilder builder("2026-11-02", 7);
    const int a = builder.faculty("Ada Core"), b = builder.faculty("Ben Core");
    const int clinic = builder.clinic(), ward = builder.ward(), night = builder.night();
    builder.raw().days[2].holiday = true;
    builder.assign(a, 0, Half::Am, clinic)     // 1.0
        .assign(a, 5, Half::Am, ward)          // 1.5 × 1.2
        .assign(a, 2, Half::Am, clinic)        // 2.0
        .assign(a, 3, Half::Pm, night)         // 2.5
        .call(a, 0)                            // Monday 3.0
        .call(a, 6)                            // Sunday 4.0
        .call(b, 2)                            // holiday 5.0
        .call(b, 1, CallType::Backup);         // 0
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
