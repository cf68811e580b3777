#include "tests/unit/duty_harness.h"

#include <gtest/gtest.h>

using namespace core::programme;
using namespace core::programme::duty;
using tests::checked;
using tests::findingsOf;
using tests::ProgrammeBuilder;

namespace duty_rest_test {

/// A ward day from 07:00 to 19:00 and the call after it, so that duty is 24 hours.
ProgrammeBuilder callAfterDuty(int& resident, int& ward) {
    ProgrammeBuilder builder("2026-11-02", 28);
    resident = builder.resident("Ada Ward");
    ward = builder.ward();
    builder.wholeDay(resident, 1, ward).call(resident, 1);
    return builder;
}

int checksOf(const RuleReport& report, Rule rule) {
    return report.tally(rule).checks;
}

} // namespace duty_rest_test

using namespace duty_rest_test;

TEST(ContinuousDuty, TwentyFourHoursAreKept) {
    int resident = 0, ward = 0;
    const ProgrammeBuilder builder = callAfterDuty(resident, ward);
    const RuleReport report = checked(builder);
    EXPECT_TRUE(findingsOf(report, Rule::C24).empty());
    EXPECT_EQ(report.residents[0].longestDuty, 24);
    EXPECT_EQ(checksOf(report, Rule::C24), 1);
}

TEST(ContinuousDuty, FourHoursOfHandoffMayFollow) {
    int resident = 0, ward = 0;
    ProgrammeBuilder builder = callAfterDuty(resident, ward);
    builder.assign(resident, 2, Half::Am, ward, "handoff");
    const RuleReport report = checked(builder);
    EXPECT_TRUE(findingsOf(report, Rule::C24).empty());
    EXPECT_EQ(report.residents[0].longestDuty, 28);
}

TEST(ContinuousDuty, LoggedHandoffCountsAsSuchToo) {
    int resident = 0, ward = 0;
    ProgrammeBuilder builder = callAfterDuty(resident, ward);
    builder.extra(resident, 2, 7, 4, ExtraWorkKind::Handoff);
    EXPECT_TRUE(findingsOf(checked(builder), Rule::C24).empty());
    builder.extra(resident, 2, 11, 0.25, ExtraWorkKind::Handoff);
    const auto tooLong = findingsOf(checked(builder), Rule::C24);
    ASSERT_EQ(tooLong.size(), 1u);
    EXPECT_EQ(tooLong[0].severity, Severity::Critical);
    EXPECT_EQ(tooLong[0].limit, 28);
}

TEST(ContinuousDuty, WhatFollowsOtherwiseIsHighUpTo28Hours) {
    int resident = 0, ward = 0;
    ProgrammeBuilder builder = callAfterDuty(resident, ward);
    builder.extra(resident, 2, 7, 2, ExtraWorkKind::Voluntary);
    const RuleReport report = checked(builder);
    const auto found = findingsOf(report, Rule::C24);
    ASSERT_EQ(found.size(), 1u);
    EXPECT_EQ(found[0].severity, Severity::High);
    EXPECT_EQ(found[0].value, 26);
    EXPECT_EQ(found[0].limit, 24);
    EXPECT_EQ(formatMinute(*found[0].at), "2026-11-04 07:00");
    EXPECT_NE(found[0].suggestedFix.find("end at 2026-11-04 07:00"), std::string::npos) << found[0].suggestedFix;
    EXPECT_EQ(report.tally(Rule::C24).failed, 1);
}

TEST(ContinuousDuty, HandoffBeforeOtherWorkIsNoTail) {
    int resident = 0, ward = 0;
    ProgrammeBuilder builder = callAfterDuty(resident, ward);
    builder.extra(resident, 2, 7, 2, ExtraWorkKind::Handoff).extra(resident, 2, 9, 1, ExtraWorkKind::Voluntary);
    ASSERT_EQ(findingsOf(checked(builder), Rule::C24).size(), 1u);
}

TEST(ContinuousDuty, TheNextWardDayMakesItThirtyHoursAndCritical) {
    int resident = 0, ward = 0;
    ProgrammeBuilder builder = callAfterDuty(resident, ward);
    builder.assign(resident, 2, Half::Am, ward);
    const auto found = findingsOf(checked(builder), Rule::C24);
    ASSERT_EQ(found.size(), 1u);
    EXPECT_EQ(found[0].severity, Severity::Critical);
    EXPECT_EQ(found[0].value, 30);
    EXPECT_EQ(found[0].worstStart, builder.date(1));
    EXPECT_EQ(found[0].worstEnd, builder.date(2));
    ASSERT_EQ(found[0].worked.size(), 2u);
}

TEST(ContinuousDuty, FourteenHoursOfRestAreKeptAndAMinuteLessIsCritical) {
    int resident = 0, ward = 0;
    ProgrammeBuilder builder = callAfterDuty(resident, ward);
    builder.extra(resident, 2, 21, 3);
    EXPECT_TRUE(findingsOf(checked(builder), Rule::R14).empty());
    builder.extra(resident, 2, 21 - 1.0 / 60, 3);
    const auto found = findingsOf(checked(builder), Rule::R14);
    ASSERT_EQ(found.size(), 1u);
    EXPECT_EQ(found[0].severity, Severity::Critical);
    EXPECT_NEAR(found[0].value, 14 - 1.0 / 60, 1e-9);
    EXPECT_NE(found[0].suggestedFix.find("begin at 2026-11-04 21:00 or later"), std::string::npos)
        << found[0].suggestedFix;
}

TEST(ContinuousDuty, ACallFollowedByTwelveHoursOfRestIsFound) {
    int resident = 0, ward = 0;
    ProgrammeBuilder builder = callAfterDuty(resident, ward);
    builder.call(resident, 2); // from 07:00 to 19:00 free
    const auto found = findingsOf(checked(builder), Rule::R14);
    ASSERT_EQ(found.size(), 1u);
    EXPECT_EQ(found[0].value, 12);
    EXPECT_TRUE(findingsOf(checked(builder), Rule::R8).empty()) << "one rest breaks one rule";
}

TEST(ContinuousDuty, EightHoursBetweenShiftsAreAskedForButOnlyAWarning) {
    ProgrammeBuilder builder("2026-11-02", 28);
    const int resident = builder.resident("Ada Clinic");
    const int clinic = builder.clinic(), night = builder.night();
    builder.assign(resident, 4, Half::Am, clinic).assign(resident, 4, Half::Pm, night); // 12:00 to 19:00
    const RuleReport report = checked(builder);
    const auto found = findingsOf(report, Rule::R8);
    ASSERT_EQ(found.size(), 1u);
    EXPECT_EQ(found[0].severity, Severity::Medium);
    EXPECT_EQ(found[0].value, 7);
    EXPECT_EQ(report.tally(Rule::R8).failed, 0) << "a should is no violation";
    EXPECT_EQ(report.tally(Rule::R8).violating, 1);
    EXPECT_EQ(complianceOf(builder.build(), report).compliancePct, 100.0);
}

TEST(ContinuousDuty, TheMealBreakOfADayIsNoRest) {
    ProgrammeBuilder builder("2026-11-02", 28);
    const int resident = builder.resident("Ada Clinic");
    const int clinic = builder.clinic();
    builder.wholeDay(resident, 0, clinic).wholeDay(resident, 1, clinic);
    const RuleReport report = checked(builder);
    EXPECT_TRUE(findingsOf(report, Rule::R8).empty());
    EXPECT_EQ(checksOf(report, Rule::R8), 1); // the night between
}

TEST(ContinuousDuty, ConsecutiveShortRestsAreOneFinding) {
    ProgrammeBuilder builder("2026-11-02", 28);
    const int resident = builder.resident("Ada Busy");
    for (int shift = 0; shift < 4; ++shift)
        builder.extra(resident, 1, 7 + 10 * shift, 4 + (shift == 1 ? 1 : 0)); // rests of 6, 5 and 6 hours
    builder.extra(resident, 4, 7, 4).extra(resident, 4, 17, 4);
    const auto found = findingsOf(checked(builder), Rule::R8);
    ASSERT_EQ(found.size(), 2u);
    EXPECT_EQ(found[0].windows, 3);
    EXPECT_EQ(found[0].value, 5);
    EXPECT_EQ(found[0].firstStart, builder.date(1));
    EXPECT_EQ(found[1].windows, 1);
    EXPECT_NE(found[0].anchor, found[1].anchor);
}

TEST(ContinuousDuty, WorkFromHomeIsHoursButNeitherEndsARestNorNeedsOne) {
    ProgrammeBuilder builder("2026-11-02", 28);
    const int resident = builder.resident("Ada Ward");
    const int ward = builder.ward();
    builder.wholeDay(resident, 1, ward).extra(resident, 1, 23, 1, ExtraWorkKind::HomeWork).wholeDay(resident, 2, ward);
    const RuleReport report = checked(builder);
    EXPECT_TRUE(findingsOf(report, Rule::R8).empty());
    EXPECT_EQ(report.residents[0].hours.worstWeek, 25);
}

TEST(CallFrequency, NineCallsInFourWeeksAreAllowedAndTenAreNot) {
    ProgrammeBuilder builder("2026-11-02", 28);
    const int resident = builder.resident("Ada Ward");
    for (int call = 0; call < 9; ++call)
        builder.call(resident, 3 * call);
    const RuleReport nine = checked(builder);
    EXPECT_TRUE(findingsOf(nine, Rule::Q3).empty());
    EXPECT_EQ(checksOf(nine, Rule::Q3), 1);
    EXPECT_EQ(nine.residents[0].calls, 9);
    builder.call(resident, 27, CallType::Weekend);
    const auto ten = findingsOf(checked(builder), Rule::Q3);
    ASSERT_EQ(ten.size(), 1u);
    EXPECT_EQ(ten[0].severity, Severity::High);
    EXPECT_EQ(ten[0].value, 10);
    EXPECT_EQ(ten[0].limit, 9);
    EXPECT_NE(ten[0].suggestedFix.find("ake call on 2026-11-29 (12.0 h) off Ada Ward"), std::string::npos)
        << ten[0].suggestedFix;
}

TEST(CallFrequency, LeaveDaysLowerWhatIsAllowed) {
    ProgrammeBuilder builder("2026-11-02", 28);
    const int resident = builder.resident("Ada Ward");
    for (int call = 0; call < 8; ++call)
        builder.call(resident, 2 * call);
    builder.absence(resident, 21, 27); // 21 days: seven calls
    const auto found = findingsOf(checked(builder), Rule::Q3);
    ASSERT_EQ(found.size(), 1u);
    EXPECT_EQ(found[0].limit, 7);
}

TEST(CallFrequency, HomeCallAndNightFloatAreNoCalls) {
    ProgrammeBuilder builder("2026-11-02", 28);
    const int resident = builder.resident("Ada Ward");
    const int night = builder.night();
    for (int day = 0; day < 28; ++day) {
        if (day % 2)
            builder.call(resident, day, CallType::Backup);
        else
            builder.assign(resident, day, Half::Pm, night);
    }
    const RuleReport report = checked(builder);
    EXPECT_TRUE(findingsOf(report, Rule::Q3).empty());
    EXPECT_EQ(checksOf(report, Rule::Q3), 0);
}

TEST(CallFrequency, LessThanFourWeeksOfDataCannotTell) {
    ProgrammeBuilder builder("2026-11-02", 20);
    const int resident = builder.resident("Ada Ward");
    for (int day = 0; day < 20; day += 2)
        builder.call(resident, day);
    const RuleReport report = checked(builder);
    EXPECT_TRUE(findingsOf(report, Rule::Q3).empty());
    EXPECT_TRUE(std::any_of(report.notEvaluated.begin(), report.notEvaluated.end(),
                            [](const NotEvaluated& entry) { return entry.rule == Rule::Q3; }));
}

TEST(NightFloat, SixNightsInARowAreFineAndTheSeventhIsNoted) {
    ProgrammeBuilder builder("2026-11-02", 28);
    const int resident = builder.resident("Ada Night");
    const int night = builder.night();
    for (int day = 0; day < 6; ++day)
        builder.assign(resident, day, Half::Pm, night);
    EXPECT_TRUE(findingsOf(checked(builder), Rule::Nf).empty());
    builder.assign(resident, 6, Half::Pm, night);
    const RuleReport report = checked(builder);
    const auto found = findingsOf(report, Rule::Nf, "streak");
    ASSERT_EQ(found.size(), 1u);
    EXPECT_EQ(found[0].severity, Severity::Low);
    EXPECT_EQ(found[0].value, 7);
    EXPECT_EQ(report.residents[0].longestNights, 7);
}

TEST(NightFloat, TheDayAfterTheLastNightIsForRecovery) {
    ProgrammeBuilder builder("2026-11-02", 28);
    const int resident = builder.resident("Ada Night");
    const int night = builder.night(), clinic = builder.clinic();
    builder.assign(resident, 2, Half::Pm, night).assign(resident, 3, Half::Pm, night);
    EXPECT_TRUE(findingsOf(checked(builder), Rule::Nf).empty());
    builder.assign(resident, 4, Half::Pm, clinic);
    const auto found = findingsOf(checked(builder), Rule::Nf, "recovery");
    ASSERT_EQ(found.size(), 1u);
    EXPECT_EQ(found[0].severity, Severity::Medium);
    EXPECT_NE(found[0].message.find("2026-11-06"), std::string::npos) << found[0].message;
    EXPECT_NE(found[0].suggestedFix.find("C on 2026-11-06"), std::string::npos) << found[0].suggestedFix;
}

TEST(Moonlighting, APgy1MayNotAtAll) {
    ProgrammeBuilder builder("2026-11-02", 28);
    const int resident = builder.resident("Ada Intern", 1);
    builder.extra(resident, 3, 20, 6).extra(resident, 10, 9, 4);
    const RuleReport report = checked(builder);
    const auto found = findingsOf(report, Rule::Moon, "pgy1");
    ASSERT_EQ(found.size(), 2u); // 20:00 to 02:00 is one run of two days
    EXPECT_EQ(found[0].severity, Severity::High);
    EXPECT_NEAR(found[0].value, 6, 1e-9);
    EXPECT_EQ(found[0].windows, 2);
    EXPECT_EQ(report.tally(Rule::Moon).failed, 1); // one resident
}

TEST(Moonlighting, MoreThanTwentyHoursInAnySevenDaysAreAWarningForOthers) {
    ProgrammeBuilder builder("2026-11-02", 28);
    const int resident = builder.resident("Ada Senior", 3);
    builder.extra(resident, 5, 8, 10).extra(resident, 11, 8, 10);
    EXPECT_TRUE(findingsOf(checked(builder), Rule::Moon).empty()); // exactly 20
    builder.extra(resident, 8, 8, 1);
    const RuleReport report = checked(builder);
    const auto found = findingsOf(report, Rule::Moon, "week");
    ASSERT_EQ(found.size(), 1u);
    EXPECT_EQ(found[0].severity, Severity::Medium);
    EXPECT_EQ(found[0].value, 21);
    EXPECT_EQ(found[0].windows, 1); // only the seven days from the first to the last
    EXPECT_EQ(report.tally(Rule::Moon).failed, 0);
}

TEST(Moonlighting, OfAResidentWithoutALevelNothingIsSaid) {
    ProgrammeBuilder builder("2026-11-02", 28);
    const int resident = builder.resident("Ada Unknown", 0);
    builder.extra(resident, 5, 8, 10);
    const RuleReport report = checked(builder);
    EXPECT_TRUE(findingsOf(report, Rule::Moon).empty());
    EXPECT_TRUE(std::any_of(report.notEvaluated.begin(), report.notEvaluated.end(),
                            [](const NotEvaluated& entry) { return entry.rule == Rule::Moon; }));
    ASSERT_EQ(report.notes.size(), 1u);
    EXPECT_NE(report.notes[0].find("no PGY level"), std::string::npos);
}
