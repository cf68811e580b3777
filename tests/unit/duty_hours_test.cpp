#include "core/programme/duty/DutyPeriods.h"
#include "tests/unit/duty_harness.h"

#include <gtest/gtest.h>

using namespace core::programme;
using namespace core::programme::duty;
using tests::checked;
using tests::findingsOf;
using tests::fourWardWeeks;
using tests::ProgrammeBuilder;

namespace duty_hours_test {

std::vector<DutyPeriod> periodsOf(const ProgrammeBuilder& builder, int person, const DutyPolicy& policy = {}) {
    const Programme programme = builder.build();
    const Presence presence(programme);
    return DutyReader(programme, presence, policy).of(person).periods;
}

/// Only the window that ends on the last day.
RuleReport lastWindow(const ProgrammeBuilder& builder) {
    const Programme programme = builder.build();
    return checkRules(programme, programme.last(), programme.last());
}

double worstOf(const RuleReport& report) {
    return report.residents.at(0).hours.worstAverage.value();
}

} // namespace duty_hours_test

using namespace duty_hours_test;

TEST(DutyPeriods, ADayFromSevenToSevenIsOneOf24Hours) {
    ProgrammeBuilder builder("2026-11-02", 7);
    const int resident = builder.resident("Ada Ward");
    builder.wholeDay(resident, 0, builder.ward()).call(resident, 0);
    const auto periods = periodsOf(builder, resident);
    ASSERT_EQ(periods.size(), 1u);
    EXPECT_EQ(periods[0].hours(), 24);
    ASSERT_EQ(periods[0].parts.size(), 3u);
    EXPECT_EQ(periods[0].parts[2].kind, DutyKind::Call);
}

TEST(DutyPeriods, ALunchBreakOfAnHourSeparatesThem) {
    ProgrammeBuilder builder("2026-11-02", 7);
    const int resident = builder.resident("Ada Clinic");
    builder.wholeDay(resident, 0, builder.clinic());
    EXPECT_EQ(periodsOf(builder, resident).size(), 2u);
}

TEST(DutyPeriods, HalfAnHourBetweenIsOnePeriodAndAMinuteMoreIsTwo) {
    ProgrammeBuilder builder("2026-11-02", 7);
    const int resident = builder.resident("Ada Ward");
    builder.assign(resident, 0, Half::Am, builder.ward()); // until 13:00
    builder.extra(resident, 0, 13.5, 1);
    EXPECT_EQ(periodsOf(builder, resident).size(), 1u);
    EXPECT_EQ(periodsOf(builder, resident)[0].hours(), 7.5); // the gap counts
    DutyPolicy stricter;
    stricter.mergeGapMinutes = 29;
    EXPECT_EQ(periodsOf(builder, resident, stricter).size(), 2u);
}

TEST(DutyPeriods, BackupAndTimeOffAreNoHours) {
    ProgrammeBuilder builder("2026-11-02", 28);
    const int resident = builder.resident("Ada Ward");
    const int ward = builder.ward(), off = builder.off();
    builder.wholeDay(resident, 0, off).assign(resident, 1, Half::Am, ward, "DO");
    builder.assign(resident, 2, Half::Am, ward);
    builder.raw().assignments.back().role = AssignmentRole::Backup;
    builder.call(resident, 3, CallType::Backup);
    EXPECT_TRUE(periodsOf(builder, resident).empty());
}

TEST(DutyPeriods, AnAssignmentWithoutTemplateIsSixHoursFromSevenOrOneAndSaysSo) {
    ProgrammeBuilder builder("2026-11-02", 28);
    const int resident = builder.resident("Ada Ward");
    builder.assign(resident, 0, Half::Pm, -1);
    const auto periods = periodsOf(builder, resident);
    ASSERT_EQ(periods.size(), 1u);
    EXPECT_EQ(formatMinute(periods[0].start), "2026-11-02 13:00");
    EXPECT_EQ(periods[0].hours(), 6);
    EXPECT_EQ(checked(builder).notes, std::vector<std::string>{"1 assignment has no rotation and counted 6.0 h each"});
}

TEST(DutyPeriods, WorkOnLeaveIsNoneButWhatWasLoggedIs) {
    ProgrammeBuilder builder("2026-11-02", 7);
    const int resident = builder.resident("Ada Ward");
    builder.wholeDay(resident, 1, builder.ward()).call(resident, 1).extra(resident, 1, 20, 2);
    builder.absence(resident, 1, 1);
    const auto periods = periodsOf(builder, resident);
    ASSERT_EQ(periods.size(), 1u);
    EXPECT_EQ(periods[0].hours(), 2);
}

TEST(DutyPeriods, ACallOfTheNightBeforeTheDataCountsUnlessItWasMissed) {
    ProgrammeBuilder builder("2026-11-02", 7);
    const int resident = builder.resident("Ada Ward");
    builder.call(resident, -1);
    EXPECT_EQ(periodsOf(builder, resident).size(), 1u);
    builder.absence(resident, -1, -1);
    EXPECT_TRUE(periodsOf(builder, resident).empty());
}

TEST(DutyPeriods, HandoffLastsFourHoursAtMost) {
    ProgrammeBuilder builder("2026-11-02", 7);
    const int resident = builder.resident("Ada Ward");
    builder.assign(resident, 0, Half::Am, builder.ward(), "handoff");
    const auto periods = periodsOf(builder, resident);
    ASSERT_EQ(periods.size(), 1u);
    EXPECT_EQ(periods[0].hours(), 4);
    EXPECT_EQ(periods[0].parts[0].kind, DutyKind::Handoff);
}

TEST(DutyHours, AWardMonthAverages72) {
    int resident = 0;
    const ProgrammeBuilder builder = fourWardWeeks(resident);
    const RuleReport report = lastWindow(builder);
    EXPECT_NEAR(worstOf(report), 72.0, 1e-9);
    EXPECT_EQ(report.residents[0].level, HoursLevel::Watch);
    EXPECT_TRUE(findingsOf(report, Rule::H80).empty());
    EXPECT_EQ(report.tally(Rule::H80).failed, 0);
    EXPECT_EQ(report.tally(Rule::H80).checks, 2); // the window and the rotation
}

TEST(DutyHours, TwoCallsAfterDutyMakeIt78AndAWarning) {
    int resident = 0;
    ProgrammeBuilder builder = fourWardWeeks(resident);
    builder.call(resident, 0).call(resident, 3);
    const RuleReport report = lastWindow(builder);
    EXPECT_NEAR(worstOf(report), 78.0, 1e-9);
    EXPECT_EQ(report.residents[0].level, HoursLevel::Warning);
    const auto rolling = findingsOf(report, Rule::H80, "rolling");
    ASSERT_EQ(rolling.size(), 1u);
    EXPECT_EQ(rolling[0].severity, Severity::Medium);
    EXPECT_EQ(rolling[0].limit, 76);
    EXPECT_EQ(report.tally(Rule::H80).failed, 0);
}

TEST(DutyHours, AVacationWeekLeavesBothSidesOfTheAverage) {
    int resident = 0;
    ProgrammeBuilder builder = fourWardWeeks(resident);
    builder.absence(resident, 7, 13);
    EXPECT_NEAR(worstOf(lastWindow(builder)), 72.0, 1e-9); // not 54
}

TEST(DutyHours, ExactlyTheLimitIsKeptAndTenMinutesMoreAreNotAndSaySo) {
    ProgrammeBuilder builder("2026-11-02", 28);
    const int resident = builder.resident("Ada Ward");
    for (int day = 0; day < 20; ++day)
        builder.extra(resident, day, 6, 16, ExtraWorkKind::Voluntary); // 320 h
    EXPECT_NEAR(worstOf(lastWindow(builder)), 80.0, 1e-9);
    EXPECT_EQ(lastWindow(builder).tally(Rule::H80).failed, 0);
    builder.extra(resident, 25, 6, 10 / 60., ExtraWorkKind::Voluntary);
    const RuleReport report = lastWindow(builder);
    EXPECT_EQ(report.tally(Rule::H80).failed, 1);
    EXPECT_NE(findingsOf(report, Rule::H80, "rolling").at(0).message.find("averages 80.04 h a week"),
              std::string::npos);
}

TEST(DutyHours, AnOverloadedResidentIsOneFindingWithItsFirstAndWorstWindow) {
    ProgrammeBuilder builder("2026-09-01", 56);
    const int resident = builder.resident("Ada Ward");
    const int ward = builder.ward();
    for (int day = 0; day < 56; ++day)
        builder.wholeDay(resident, day, ward); // 84 h every week
    builder.extra(resident, 50, 20, 2);
    const RuleReport report = checked(builder);
    const auto rolling = findingsOf(report, Rule::H80, "rolling");
    ASSERT_EQ(rolling.size(), 1u);
    EXPECT_EQ(rolling[0].severity, Severity::High);
    EXPECT_EQ(rolling[0].windows, 50); // ends of day 7 to day 56
    EXPECT_EQ(rolling[0].firstStart, builder.date(0));
    EXPECT_EQ(rolling[0].firstEnd, builder.date(6));
    EXPECT_EQ(rolling[0].worstStart, builder.date(23)); // the first whole window with the two hours
    EXPECT_EQ(rolling[0].worstEnd, builder.date(50));
    EXPECT_NEAR(rolling[0].value, 84.5, 1e-9);
    EXPECT_EQ(rolling[0].lastEnd, builder.date(55));
    EXPECT_EQ(findingsOf(report, Rule::H80, "rotation").size(), 2u);
    EXPECT_EQ(report.tally(Rule::H80).checks, report.tally(Rule::H80).failed);
}

TEST(DutyHours, BeyondTenPercentItIsCritical) {
    ProgrammeBuilder builder("2026-11-02", 28);
    const int resident = builder.resident("Ada Ward");
    for (int day = 0; day < 28; ++day)
        builder.extra(resident, day, 7, 12.58, ExtraWorkKind::Voluntary); // 88.06 h a week
    const auto rolling = findingsOf(lastWindow(builder), Rule::H80, "rolling");
    ASSERT_EQ(rolling.size(), 1u);
    EXPECT_EQ(rolling[0].severity, Severity::Critical);
}

TEST(DutyHours, RunsApartAreTwoFindingsWithKeysOfTheirOwn) {
    ProgrammeBuilder builder("2026-07-01", 130);
    const int resident = builder.resident("Ada Ward");
    const int ward = builder.ward();
    for (int day = 0; day < 130; ++day)
        if (day < 9 || (day >= 50 && day < 85))
            builder.wholeDay(resident, day, ward);
    const RuleReport report = checked(builder);
    const auto rolling = findingsOf(report, Rule::H80, "rolling");
    ASSERT_EQ(rolling.size(), 2u);
    EXPECT_NE(rolling[0].anchor, rolling[1].anchor);
    EXPECT_LT(rolling[0].lastEnd, rolling[1].firstEnd);
}

TEST(DutyHours, WindowsCutShortByTheBeginOfTheDataHaveAnchorsThatTellRunsApart) {
    ProgrammeBuilder builder("2026-07-01", 28);
    const int resident = builder.resident("Ada Ward");
    for (const int day : {0, 1, 2, 3, 4, 5, 6, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
        builder.extra(resident, day, 6, 14, ExtraWorkKind::Voluntary);
    const auto rolling = findingsOf(checked(builder), Rule::H80, "rolling");
    ASSERT_EQ(rolling.size(), 2u); // 98 h in the first week, then 76, then above again; all begin on 1 July
    EXPECT_EQ(rolling[0].firstStart, rolling[1].firstStart);
    EXPECT_NE(rolling[0].anchor, rolling[1].anchor);
}

TEST(DutyHours, ALightRotationCannotDiluteAHeavyOne) {
    ProgrammeBuilder builder("2026-09-01", 28);
    const int resident = builder.resident("Ada Ward");
    const int ward = builder.ward(), clinic = builder.clinic();
    for (int day = 0; day < 14; ++day)
        builder.wholeDay(resident, day, ward);
    for (int day = 14; day < 28; ++day)
        if (!core::base::isWeekend(builder.date(day)))
            builder.wholeDay(resident, day, clinic);
    EXPECT_TRUE(findingsOf(lastWindow(builder), Rule::H80, "rolling").empty());
    const auto rotation = findingsOf(checked(builder), Rule::H80, "rotation");
    ASSERT_EQ(rotation.size(), 1u);
    EXPECT_NEAR(rotation[0].value, 84, 1e-9);
    EXPECT_EQ(rotation[0].worstStart, builder.date(0));
    EXPECT_EQ(rotation[0].worstEnd, builder.date(13));
    EXPECT_NE(rotation[0].message.find("on FMIT alone"), std::string::npos);
}

TEST(DutyHours, AHalfDayOfClinicDoesNotCutAWardRotation) {
    ProgrammeBuilder builder("2026-09-01", 28);
    const int resident = builder.resident("Ada Ward");
    const int ward = builder.ward(), clinic = builder.clinic();
    for (int day = 0; day < 28; ++day)
        builder.assign(resident, day, Half::Am, ward).assign(resident, day, Half::Pm, day % 7 == 2 ? clinic : ward);
    const Programme programme = builder.build();
    const Presence presence(programme);
    const DutyPolicy policy;
    const DutyDays days(programme, presence, resident, DutyReader(programme, presence, policy).of(resident));
    const auto segments = rotationSegments(programme, days);
    ASSERT_EQ(segments.size(), 1u);
    EXPECT_EQ(segments[0].rotation, ward);
    EXPECT_EQ(segments[0].end, 27);
}

TEST(DutyHours, ARotationOfFiftyDaysIsCutAt28) {
    ProgrammeBuilder builder("2026-09-01", 50);
    const int resident = builder.resident("Ada Ward");
    const int ward = builder.ward();
    for (int day = 0; day < 50; ++day)
        builder.wholeDay(resident, day, ward);
    const auto rotation = findingsOf(checked(builder), Rule::H80, "rotation");
    ASSERT_EQ(rotation.size(), 2u);
    EXPECT_EQ(rotation[0].worstEnd, builder.date(27));
    EXPECT_EQ(rotation[1].worstStart, builder.date(28));
    EXPECT_EQ(rotation[1].worstEnd, builder.date(49));
}

TEST(DutyHours, LessThanAWeekOfDataIsNeitherCompliantNorViolation) {
    ProgrammeBuilder builder("2026-07-01", 6);
    const int resident = builder.resident("Ada New", 1);
    const int ward = builder.ward();
    for (int day = 0; day < 6; ++day)
        builder.wholeDay(resident, day, ward);
    const RuleReport report = checked(builder);
    EXPECT_FALSE(report.residents.at(0).hours.worstAverage);
    EXPECT_EQ(report.tally(Rule::H80).checks, 0);
    EXPECT_FALSE(complianceOf(builder.build(), report).residentCompliancePct);
    ASSERT_FALSE(report.notEvaluated.empty());
    EXPECT_EQ(report.notEvaluated[0].rule, Rule::H80);
    EXPECT_NE(report.notEvaluated[0].reason.find("insufficient data"), std::string::npos);
}

TEST(DutyHours, SevenDaysAreEnoughAndTheyAreTheDivisor) {
    ProgrammeBuilder builder("2026-07-01", 7);
    const int resident = builder.resident("Ada New", 1);
    const int ward = builder.ward();
    for (int day = 0; day < 7; ++day)
        builder.wholeDay(resident, day, ward);
    EXPECT_NEAR(worstOf(checked(builder)), 84, 1e-9);
}

TEST(DutyHours, SomebodyOfWhomNothingIsScheduledIsNotEvaluated) {
    ProgrammeBuilder builder("2026-07-01", 40);
    builder.resident("Ada Unplanned");
    const RuleReport report = checked(builder);
    ASSERT_EQ(report.residents.size(), 1u);
    EXPECT_FALSE(report.residents[0].hours.worstAverage);
    ASSERT_EQ(report.notEvaluated.size(), 2u);
    EXPECT_EQ(report.notEvaluated[0].reason, "insufficient data: nothing is scheduled");
    EXPECT_FALSE(complianceOf(builder.build(), report).compliancePct);
}

TEST(DutyHours, AMonthOnLeaveIsNotEvaluated) {
    int resident = 0;
    ProgrammeBuilder builder = fourWardWeeks(resident);
    builder.absence(resident, 0, 21); // six days remain
    EXPECT_FALSE(lastWindow(builder).residents.at(0).hours.worstAverage);
}

TEST(DutyHours, SomebodyWhoJoinsIsAveragedOverTheDaysSince) {
    int resident = 0;
    ProgrammeBuilder builder = fourWardWeeks(resident);
    builder.raw().people[size_t(resident)].activeFrom = builder.date(14);
    const RuleReport report = lastWindow(builder);
    EXPECT_NEAR(worstOf(report), 72, 1e-9); // 144 h in 14 days
}

TEST(DutyHours, NoWindowReachesBeyondTheDayOnWhichSomebodyLeaves) {
    int resident = 0;
    ProgrammeBuilder builder = fourWardWeeks(resident);
    builder.raw().people[size_t(resident)].activeTo = builder.date(13);
    const RuleReport report = checked(builder);
    EXPECT_EQ(report.tally(Rule::H80).checks, 8 + 1); // ends of day 7 to 14, and the rotation
    const Programme programme = builder.build();
    EXPECT_TRUE(checkRules(programme, builder.date(14), builder.date(27)).residents.empty());
}

TEST(DutyHours, ALeaveDayTakesTheMorningOfACallWithIt) {
    ProgrammeBuilder builder("2026-11-02", 28);
    const int resident = builder.resident("Ada Ward");
    builder.call(resident, 3);
    builder.absence(resident, 4, 4);
    const RuleReport report = lastWindow(builder);
    EXPECT_NEAR(worstOf(report), 5.0 / (27 / 7.0), 1e-9); // 19:00 to midnight, in 27 days
}

TEST(DutyHours, WhatIsWorkedOnALeaveDayIsThereForWhoAsksForIt) {
    ProgrammeBuilder builder("2026-11-02", 28);
    const int resident = builder.resident("Ada Ward");
    builder.call(resident, 3); // until 07:00 on the day of leave
    builder.absence(resident, 4, 4);
    const Programme programme = builder.build();
    const auto everybody = dutyDays(programme, Presence(programme), PersonType::Resident);
    ASSERT_EQ(everybody.size(), 1u);
    EXPECT_EQ(everybody[0].hours(0, 27), 5);
    EXPECT_EQ(everybody[0].hoursWithLeave(0, 27), 12);
    EXPECT_TRUE(dutyDays(programme, Presence(programme), PersonType::Faculty).empty());
}

TEST(DutyHours, HalfADayOfLeaveLeavesTheDayIn) {
    int resident = 0;
    ProgrammeBuilder builder = fourWardWeeks(resident);
    builder.absence(resident, 7, 7).endHalf = Half::Am;
    EXPECT_NEAR(worstOf(lastWindow(builder)), (288.0 - 6) / 4, 1e-9);
}

TEST(DutyHours, AnticipatedLeaveKeepsFromWorkButIsNoLeaveDay) {
    int resident = 0;
    ProgrammeBuilder builder = fourWardWeeks(resident);
    builder.absence(resident, 7, 13).status = AbsenceStatus::Anticipated;
    EXPECT_NEAR(worstOf(lastWindow(builder)), 216.0 / 4, 1e-9);
}

TEST(DutyHours, PendingAndReversedAbsencesChangeNothingAndTheReversedOneIsNamed) {
    int resident = 0;
    ProgrammeBuilder builder = fourWardWeeks(resident);
    builder.absence(resident, 7, 13).status = AbsenceStatus::Pending;
    builder.absence(resident, 20, 15);
    const RuleReport report = lastWindow(builder);
    EXPECT_NEAR(worstOf(report), 72, 1e-9);
    EXPECT_EQ(report.notes, std::vector<std::string>{"absence absence-1 ends before it begins and covered nothing"});
}

TEST(DutyHours, OverlappingAbsencesCountOnce) {
    int resident = 0;
    ProgrammeBuilder builder = fourWardWeeks(resident);
    builder.absence(resident, 7, 11);
    builder.absence(resident, 9, 13, "sick");
    EXPECT_NEAR(worstOf(lastWindow(builder)), 72, 1e-9);
}

TEST(DutyHours, AnAbsenceAcrossABlockBorderAndTheLeapDayAreLeaveOnEveryDay) {
    ProgrammeBuilder builder("2028-02-07", 28);
    const int resident = builder.resident("Ada Leap");
    const int ward = builder.ward();
    for (int day = 0; day < 28; ++day)
        if (day % 7 != 6)
            builder.wholeDay(resident, day, ward);
    builder.absence(resident, 21, 24); // 28 Feb – 2 March, with the 29th between
    EXPECT_NEAR(worstOf(lastWindow(builder)), (288.0 - 48) / (24 / 7.0), 1e-9);
}

TEST(DutyHours, MoonlightingAndWorkFromHomeCount) {
    int resident = 0;
    ProgrammeBuilder builder = fourWardWeeks(resident);
    builder.extra(resident, 6, 8, 10).extra(resident, 13, 8, 6, ExtraWorkKind::HomeWork);
    EXPECT_NEAR(worstOf(lastWindow(builder)), (288.0 + 16) / 4, 1e-9);
}

TEST(DutyHours, WorkThatIsLoggedTwiceCountsOnce) {
    ProgrammeBuilder builder("2026-11-02", 28);
    const int resident = builder.resident("Ada Ward");
    builder.assign(resident, 0, Half::Am, builder.ward()).extra(resident, 0, 9, 4).extra(resident, 0, 10, 4);
    EXPECT_NEAR(worstOf(lastWindow(builder)), 7.0 / 4, 1e-9);
}

TEST(DutyHours, ASingleHeavyWeekDeservesAttentionAndIsNoViolation) {
    ProgrammeBuilder builder("2026-11-02", 28);
    const int resident = builder.resident("Ada Ward");
    const int ward = builder.ward();
    for (int day = 14; day < 21; ++day)
        builder.wholeDay(resident, day, ward);
    const RuleReport report = checked(builder);
    const auto week = findingsOf(report, Rule::H80, "week");
    ASSERT_EQ(week.size(), 1u);
    EXPECT_EQ(week[0].severity, Severity::Low);
    EXPECT_EQ(week[0].value, 84);
    EXPECT_EQ(report.residents[0].hours.worstWeek, 84);
    EXPECT_EQ(report.residents[0].weekLevel, HoursLevel::Warning);
    EXPECT_EQ(levelOfWeek(72, {}), HoursLevel::Fine);
    EXPECT_EQ(levelOfWeek(72.1, {}), HoursLevel::Watch);
    EXPECT_EQ(levelOfWeek(80, {}), HoursLevel::Watch);
    EXPECT_EQ(report.tally(Rule::H80).failed, 0 + int(findingsOf(report, Rule::H80, "rotation").size()));
}

TEST(DutyHours, TheWorkedWindowIsThereDayByDayToCheckByHand) {
    ProgrammeBuilder builder("2026-11-02", 28);
    const int resident = builder.resident("Ada Ward");
    const int ward = builder.ward();
    for (int day = 0; day < 28; ++day)
        builder.wholeDay(resident, day, ward);
    builder.call(resident, 0);
    builder.absence(resident, 20, 20);
    const auto rolling = findingsOf(lastWindow(builder), Rule::H80, "rolling");
    ASSERT_EQ(rolling.size(), 1u);
    ASSERT_EQ(rolling[0].worked.size(), 28u);
    EXPECT_EQ(rolling[0].worked[0].lines,
              (std::vector<std::string>{"07:00–13:00 FMIT", "13:00–19:00 FMIT", "19:00–24:00 call"}));
    EXPECT_EQ(rolling[0].worked[0].hours, 17);
    EXPECT_EQ(rolling[0].worked[1].lines.front(), "00:00–07:00 call");
    EXPECT_EQ(rolling[0].worked[20].mark, "leave");
    double hours = 0;
    for (const WorkedDay& day : rolling[0].worked)
        hours += day.mark == "leave" ? 0 : day.hours.value_or(0);
    EXPECT_NEAR(hours / (27 / 7.0), rolling[0].value, 1e-9);
}

TEST(DutyHours, TheSuggestionNamesADayAndSomebodyWhoIsFree) {
    ProgrammeBuilder builder("2026-11-02", 28);
    const int resident = builder.resident("Ada Ward");
    builder.resident("Ben Idle");
    const int intern = builder.resident("Cleo Intern", 1);
    const int ward = builder.ward();
    for (int day = 0; day < 28; ++day)
        if (day % 7 != 6 || day == 6)
            builder.wholeDay(resident, day, ward);
    builder.call(resident, 20).call(resident, 2).call(resident, 9).assign(1, 0, Half::Am, ward);
    builder.assign(intern, 0, Half::Am, ward);
    const auto rolling = findingsOf(lastWindow(builder), Rule::H80, "rolling");
    ASSERT_EQ(rolling.size(), 1u);
    EXPECT_NE(rolling[0].suggestedFix.find("to Ben Idle (PGY-2"), std::string::npos) << rolling[0].suggestedFix;
    EXPECT_NE(rolling[0].suggestedFix.find("on 2026-11-"), std::string::npos) << rolling[0].suggestedFix;
    EXPECT_EQ(rolling[0].suggestedFix.find("Cleo"), std::string::npos) << "an intern cannot stand in for a senior";
}

TEST(DutyHours, SuggestionsNameNoDayThatIsPast) {
    ProgrammeBuilder builder("2026-11-02", 28);
    const int resident = builder.resident("Ada Ward");
    builder.resident("Ben Idle");
    const int ward = builder.ward();
    for (int day = 0; day < 28; ++day)
        builder.wholeDay(resident, day, ward);
    const Programme programme = builder.build();
    const auto fixFrom = [&](core::base::Date day) {
        const auto report = checkRules(programme, programme.last(), programme.last(), {}, day);
        return findingsOf(report, Rule::H80, "rolling").at(0).suggestedFix;
    };
    EXPECT_NE(fixFrom(builder.date(27)).find("2026-11-29"), std::string::npos) << fixFrom(builder.date(27));
    EXPECT_EQ(fixFrom(builder.date(27)).find("2026-11-28"), std::string::npos) << fixFrom(builder.date(27));
    EXPECT_NE(fixFrom(builder.date(28)).find("past"), std::string::npos) << fixFrom(builder.date(28));
}

TEST(DutyHours, AnEmptyRosterHasNothingToCheck) {
    ProgrammeBuilder builder("2026-07-01", 28);
    const Programme programme = builder.build();
    const RuleReport report = checkRules(programme, programme.first(), programme.last());
    EXPECT_TRUE(report.residents.empty());
    EXPECT_FALSE(complianceOf(programme, report).compliancePct);
    EXPECT_FALSE(complianceOf(programme, report).residentCompliancePct);
    const Programme nothing;
    EXPECT_EQ(checkRules(nothing, programme.first(), programme.last()).tallies.size(), kRules);
    EXPECT_TRUE(checkRules(programme, programme.last(), programme.first()).findings.empty());
}

TEST(DutyHours, FacultyAreNotChecked) {
    ProgrammeBuilder builder("2026-09-01", 28);
    const int member = builder.faculty("Ada Core");
    const int ward = builder.ward();
    for (int day = 0; day < 28; ++day)
        builder.wholeDay(member, day, ward);
    EXPECT_TRUE(checked(builder).findings.empty());
}

TEST(DutyHours, DaysThatAreNotPlannedYetAreNoFreeDays) {
    ProgrammeBuilder builder("2026-09-01", 60);
    const int resident = builder.resident("Ada Ward");
    const int ward = builder.ward();
    for (int day = 10; day < 38; ++day)
        builder.wholeDay(resident, day, ward);
    const Programme planned = scheduledPart(builder.build());
    EXPECT_EQ(planned.first(), builder.date(10));
    EXPECT_EQ(planned.last(), builder.date(37));
    EXPECT_TRUE(scheduledPart(ProgrammeBuilder("2026-09-01", 60).build()).days.empty());
}
