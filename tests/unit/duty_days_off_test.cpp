#include "tests/unit/duty_harness.h"

#include <gtest/gtest.h>

using namespace core::programme;
using namespace core::programme::duty;
using tests::checked;
using tests::findingsOf;
using tests::fourWardWeeks;
using tests::ProgrammeBuilder;

namespace duty_days_off_test {

DutyPolicy continuous24() {
    DutyPolicy policy;
    policy.dayOffMode = DayOffMode::Continuous24;
    return policy;
}

} // namespace duty_days_off_test

using namespace duty_days_off_test;

TEST(DaysOff, OneFreeSundayAWeekIsEnough) {
    int resident = 0;
    const RuleReport report = checked(fourWardWeeks(resident));
    EXPECT_TRUE(findingsOf(report, Rule::D1In7).empty());
    EXPECT_EQ(report.residents[0].daysOff.fewestFree, 4);
    EXPECT_EQ(report.residents[0].daysOff.required, 4);
    EXPECT_EQ(report.tally(Rule::D1In7).checks, 1);
}

TEST(DaysOff, SevenDaysInARowAndFourOffAreWithinTheAverage) {
    ProgrammeBuilder builder("2026-11-02", 28);
    const int resident = builder.resident("Ada Ward");
    const int ward = builder.ward();
    for (int day = 0; day < 28; ++day)
        if (day != 7 && day != 13 && day != 20 && day != 27)
            builder.assign(resident, day, Half::Am, ward);
    const RuleReport report = checked(builder);
    EXPECT_TRUE(findingsOf(report, Rule::D1In7).empty());
    const auto streak = findingsOf(report, Rule::Wday);
    ASSERT_EQ(streak.size(), 1u);
    EXPECT_EQ(streak[0].severity, Severity::Medium);
    EXPECT_EQ(streak[0].value, 7);
}

TEST(DaysOff, ThreeDaysOffInFourWeeksAreOneTooFew) {
    int resident = 0;
    ProgrammeBuilder builder = fourWardWeeks(resident);
    builder.assign(resident, 13, Half::Am, 0);
    const RuleReport report = checked(builder);
    const auto found = findingsOf(report, Rule::D1In7);
    ASSERT_EQ(found.size(), 1u);
    EXPECT_EQ(found[0].severity, Severity::High);
    EXPECT_EQ(found[0].basis, "calendar");
    EXPECT_EQ(found[0].value, 3);
    EXPECT_EQ(found[0].limit, 4);
    EXPECT_EQ(found[0].worked.size(), 28u);
    EXPECT_EQ(found[0].worked[6].mark, "free");
}

TEST(DaysOff, TwoTooFewAreCritical) {
    int resident = 0;
    ProgrammeBuilder builder = fourWardWeeks(resident);
    builder.assign(resident, 13, Half::Am, 0).assign(resident, 20, Half::Am, 0);
    EXPECT_EQ(findingsOf(checked(builder), Rule::D1In7).at(0).severity, Severity::Critical);
}

TEST(DaysOff, EveryMaximalRunOfWindowsIsOneFinding) {
    int resident = 0;
    ProgrammeBuilder builder = fourWardWeeks(resident, 12);
    builder.assign(resident, 34, Half::Am, 0); // the fifth Sunday
    const auto found = findingsOf(checked(builder), Rule::D1In7);
    ASSERT_EQ(found.size(), 1u);
    EXPECT_EQ(found[0].windows, 28); // all windows that hold that day
    EXPECT_EQ(found[0].firstStart, builder.date(7));
    EXPECT_EQ(found[0].lastEnd, builder.date(61));
}

TEST(DaysOff, ACallThatEndsInTheMorningSpoilsACalendarDayButNotADayOf24Hours) {
    int resident = 0;
    ProgrammeBuilder builder = fourWardWeeks(resident);
    builder.call(resident, 5); // Saturday night, ends Sunday 07:00; free until Monday 07:00
    EXPECT_EQ(findingsOf(checked(builder), Rule::D1In7).size(), 1u);
    const RuleReport report = checked(builder, continuous24());
    EXPECT_TRUE(findingsOf(report, Rule::D1In7).empty());
    EXPECT_EQ(report.residents[0].daysOff.fewestFree, 4);
}

TEST(DaysOff, TwoDaysWithoutABreakAreTwoAnd47HoursAreOne) {
    ProgrammeBuilder builder("2026-11-02", 28);
    const int resident = builder.resident("Ada Ward");
    for (int day = 0; day < 28; ++day)
        if (day != 10 && day != 11)
            builder.extra(resident, day, 12, 1); // free from 13:00 of day 9 to 12:00 of day 12: 71 hours
    const RuleReport report = checked(builder, continuous24());
    EXPECT_EQ(report.residents[0].daysOff.fewestFree, 2);
    builder.extra(resident, 10, 12, 1); // then 47 hours
    EXPECT_EQ(checked(builder, continuous24()).residents[0].daysOff.fewestFree, 1);
}

TEST(DaysOff, LeaveDaysAreTakenOutOfWhatIsRequiredAndAreNoDaysOff) {
    int resident = 0;
    ProgrammeBuilder builder = fourWardWeeks(resident);
    builder.absence(resident, 14, 20); // a week with its Sunday
    for (const DayOffMode mode : {DayOffMode::Calendar, DayOffMode::Continuous24}) {
        DutyPolicy policy;
        policy.dayOffMode = mode;
        const RuleReport report = checked(builder, policy);
        EXPECT_EQ(report.residents[0].daysOff.fewestFree, 3);
        EXPECT_EQ(report.residents[0].daysOff.required, 3);
    }
    builder.assign(resident, 6, Half::Am, 0);
    EXPECT_EQ(findingsOf(checked(builder), Rule::D1In7).size(), 1u);
}

TEST(DaysOff, ALeaveDayCutsAFreeStretch) {
    ProgrammeBuilder builder("2026-11-02", 28);
    const int resident = builder.resident("Ada Ward");
    for (int day = 0; day < 28; ++day)
        if (day < 9 || day > 12)
            builder.extra(resident, day, 12, 1); // free from 13:00 of day 8 to 12:00 of day 13
    EXPECT_EQ(checked(builder, continuous24()).residents[0].daysOff.fewestFree, 4); // 119 hours
    builder.absence(resident, 10, 11);
    EXPECT_EQ(checked(builder, continuous24()).residents[0].daysOff.fewestFree, 1 + 1); // 35 and 36 hours
}

TEST(DaysOff, OnCallFromHomeIsNoDayOff) {
    int resident = 0;
    ProgrammeBuilder builder = fourWardWeeks(resident);
    builder.call(resident, 6, CallType::Backup);
    const auto found = findingsOf(checked(builder), Rule::D1In7);
    ASSERT_EQ(found.size(), 1u);
    EXPECT_EQ(found[0].worked[6].mark, "at-home call");
    EXPECT_EQ(checked(builder).residents[0].hours.overallAverage, 72.0) << "and no hours of work";
}

TEST(DaysOff, PartOfFourWeeksCannotBeJudged) {
    ProgrammeBuilder builder("2026-11-02", 27);
    const int resident = builder.resident("Ada Ward");
    const int ward = builder.ward();
    for (int day = 0; day < 27; ++day)
        builder.assign(resident, day, Half::Am, ward);
    const RuleReport report = checked(builder);
    EXPECT_TRUE(findingsOf(report, Rule::D1In7).empty());
    EXPECT_EQ(report.tally(Rule::D1In7).checks, 0);
    EXPECT_FALSE(report.residents[0].daysOff.fewestFree);
    EXPECT_EQ(report.notEvaluated.at(0).rule, Rule::D1In7);
    const auto streak = findingsOf(report, Rule::Wday);
    ASSERT_EQ(streak.size(), 1u);
    EXPECT_EQ(streak[0].severity, Severity::High); // 27 days
}

TEST(DaysOff, AStreakIsBrokenByLeaveAndByAFreeDay) {
    ProgrammeBuilder builder("2026-11-02", 28);
    const int resident = builder.resident("Ada Ward");
    const int ward = builder.ward();
    for (int day = 0; day < 15; ++day)
        builder.assign(resident, day, Half::Am, ward);
    EXPECT_EQ(checked(builder).residents[0].daysOff.longestStreak, 15);
    builder.absence(resident, 8, 8);
    EXPECT_EQ(checked(builder).residents[0].daysOff.longestStreak, 8);
}

TEST(DaysOff, ACallMakesTheDayOnWhichItEndsAWorkedOne) {
    ProgrammeBuilder builder("2026-11-02", 28);
    const int resident = builder.resident("Ada Ward");
    builder.call(resident, 3);
    EXPECT_EQ(checked(builder).residents[0].daysOff.longestStreak, 2);
}

TEST(DaysOff, TheSuggestionFreesADayThatNothingReachesInto) {
    int resident = 0;
    ProgrammeBuilder builder = fourWardWeeks(resident);
    builder.resident("Ben Idle");
    builder.assign(resident, 13, Half::Am, 0);
    const auto found = findingsOf(checked(builder), Rule::D1In7);
    ASSERT_EQ(found.size(), 1u);
    EXPECT_NE(found[0].suggestedFix.find("to Ben Idle"), std::string::npos) << found[0].suggestedFix;
}
