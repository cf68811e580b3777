#include "core/programme/duty/HoursOutlook.h"
#include "core/programme/duty/Violation.h"
#include "tests/unit/duty_harness.h"

#include <gtest/gtest.h>

using namespace core::programme;
using namespace core::programme::duty;
using core::base::Instant;
using std::chrono::days;
using tests::checked;
using tests::findingsOf;
using tests::fourWardWeeks;
using tests::ProgrammeBuilder;

namespace duty_records_test {

const Instant kNow = core::base::makeDate(2026, 11, 20);

struct Records {
    Records() : builder("2026-11-02", 28) { builder.resident("Ada Ward"); }

    Finding finding(Severity severity = Severity::High, const std::string& anchor = "2026-11-02") const {
        Finding finding;
        finding.rule = Rule::H80;
        finding.basis = "rolling";
        finding.severity = severity;
        finding.person = 0;
        finding.anchor = anchor;
        finding.firstStart = finding.worstStart = builder.date(0);
        finding.firstEnd = finding.worstEnd = finding.lastEnd = builder.date(27);
        finding.value = 83;
        finding.limit = 80;
        finding.message = "too much";
        return finding;
    }
    Violation record(ViolationStatus status, Severity severity = Severity::High) const {
        const Finding of = finding(severity);
        Violation violation;
        violation.id = 7;
        violation.key = keyOf(builder.build(), of);
        violation.severity = severity;
        violation.status = status;
        violation.windowStart = violation.worstStart = of.firstStart;
        violation.windowEnd = violation.worstEnd = violation.firstWindowEnd = of.lastEnd;
        violation.value = of.value;
        violation.limit = of.limit;
        violation.message = of.message;
        return violation;
    }
    Violation overridden(Instant until, ViolationStatus status = ViolationStatus::Overridden) const {
        Violation violation = record(status);
        violation.override =
            Override{"clerk", "pd", "approved_exception", "granted by the committee", kNow, until, Severity::High};
        return violation;
    }
    std::vector<RecordMove> plan(const std::vector<Finding>& findings, const std::vector<Violation>& known) const {
        return planRecords(builder.build(), findings, known, builder.date(0), builder.date(27), kNow);
    }

    ProgrammeBuilder builder;
};

} // namespace duty_records_test

using namespace duty_records_test;
using Kind = RecordMove::Kind;

TEST(ViolationRecords, WhatIsFoundForTheFirstTimeIsAddedAndNews) {
    const Records records;
    const auto moves = records.plan({records.finding()}, {});
    ASSERT_EQ(moves.size(), 1u);
    EXPECT_EQ(moves[0].kind, Kind::Add);
    EXPECT_TRUE(moves[0].isNews);
}

TEST(ViolationRecords, WhatIsFoundAgainAsItWasIsOnlyTouched) {
    const Records records;
    const auto moves = records.plan({records.finding()}, {records.record(ViolationStatus::Open)});
    ASSERT_EQ(moves.size(), 1u);
    EXPECT_EQ(moves[0].kind, Kind::Touch);
    EXPECT_FALSE(moves[0].isNews);
}

TEST(ViolationRecords, WhatIsNotFoundAnyMoreIsResolvedWhateverWasSaid) {
    const Records records;
    for (const ViolationStatus status :
         {ViolationStatus::Open, ViolationStatus::Acknowledged, ViolationStatus::Overridden}) {
        const auto moves = records.plan({}, {records.record(status)});
        ASSERT_EQ(moves.size(), 1u);
        EXPECT_EQ(moves[0].kind, Kind::Resolve);
    }
    EXPECT_TRUE(records.plan({}, {records.record(ViolationStatus::Resolved)}).empty());
}

TEST(ViolationRecords, WhatLiesOutsideThePeriodWasNotLookedForAndStays) {
    const Records records;
    Violation before = records.record(ViolationStatus::Open), after = before;
    before.firstWindowEnd = records.builder.date(-1);
    after.firstWindowEnd = records.builder.date(28);
    EXPECT_TRUE(records.plan({}, {before, after}).empty());
}

TEST(ViolationRecords, WhatComesBackIsOpenAgainAndNews) {
    const Records records;
    const auto moves = records.plan({records.finding()}, {records.record(ViolationStatus::Resolved)});
    ASSERT_EQ(moves.size(), 1u);
    EXPECT_EQ(moves[0].kind, Kind::Update);
    EXPECT_EQ(moves[0].status, ViolationStatus::Open);
    EXPECT_TRUE(moves[0].isNews);
}

TEST(ViolationRecords, AnOverrideSurvivesDetectionUntilItsExpiry) {
    const Records records;
    auto moves = records.plan({records.finding()}, {records.overridden(kNow + std::chrono::seconds(1))});
    EXPECT_EQ(moves[0].kind, Kind::Touch);
    EXPECT_EQ(moves[0].status, ViolationStatus::Overridden);
    moves = records.plan({records.finding()}, {records.overridden(kNow)});
    EXPECT_EQ(moves[0].status, ViolationStatus::Open);
    EXPECT_TRUE(moves[0].isNews);
}

TEST(ViolationRecords, AnOverrideStillHoldsWhenTheFindingComesBack) {
    const Records records;
    const auto moves =
        records.plan({records.finding()}, {records.overridden(kNow + days(9), ViolationStatus::Resolved)});
    EXPECT_EQ(moves[0].kind, Kind::Update);
    EXPECT_EQ(moves[0].status, ViolationStatus::Overridden);
    EXPECT_FALSE(moves[0].isNews);
}

TEST(ViolationRecords, NeitherOverrideNorAcknowledgementCoversWhatHasBecomeWorse) {
    const Records records;
    for (const Violation& known : {records.overridden(kNow + days(9)), records.record(ViolationStatus::Acknowledged)}) {
        const auto moves = records.plan({records.finding(Severity::Critical)}, {known});
        EXPECT_EQ(moves[0].status, ViolationStatus::Open);
        EXPECT_TRUE(moves[0].isNews);
    }
    const auto moves = records.plan({records.finding()}, {records.record(ViolationStatus::Acknowledged)});
    EXPECT_EQ(moves[0].status, ViolationStatus::Acknowledged);
}

TEST(ViolationRecords, AWarningThatBecomesAViolationIsNewsThoughItWasOpen) {
    const Records records;
    const auto moves =
        records.plan({records.finding(Severity::High)}, {records.record(ViolationStatus::Open, Severity::Medium)});
    EXPECT_EQ(moves[0].kind, Kind::Update);
    EXPECT_TRUE(moves[0].isNews);
    const auto less =
        records.plan({records.finding(Severity::Medium)}, {records.record(ViolationStatus::Open, Severity::High)});
    EXPECT_EQ(less[0].kind, Kind::Update);
    EXPECT_FALSE(less[0].isNews);
}

TEST(ComplianceFigures, AreThreeDifferentThings) {
    ProgrammeBuilder builder("2026-09-01", 28);
    const int heavy = builder.resident("Ada Heavy"), light = builder.resident("Ben Light");
    builder.resident("Cleo Unplanned");
    const int ward = builder.ward();
    for (int day = 0; day < 28; ++day) {
        builder.wholeDay(heavy, day, ward);
        if (day % 7 < 5)
            builder.assign(light, day, Half::Am, ward);
    }
    const Programme programme = builder.build();
    const RuleReport report = checkRules(programme, programme.last(), programme.last());
    const ComplianceFigures figures = complianceOf(programme, report);
    // Ada breaks the window, the rotation, the days off and the streak; of Cleo nothing is known.
    EXPECT_EQ(figures.failed, 4);
    EXPECT_NEAR(figures.compliancePct.value(), 100.0 * (figures.checks - 4) / figures.checks, 1e-9);
    EXPECT_EQ(figures.residents, 2);
    EXPECT_EQ(figures.residentCompliancePct, 50.0);
    EXPECT_EQ(figures.ruleScores[size_t(Rule::H80)].score, .5);
    EXPECT_FALSE(figures.ruleScores[size_t(Rule::Q3)].score);
}

TEST(ComplianceFigures, AnOverriddenFindingLetsAResidentCountAsCompliantButNotTheWindow) {
    int resident = 0;
    ProgrammeBuilder builder = fourWardWeeks(resident);
    builder.assign(resident, 13, Half::Am, 0);
    const Programme programme = builder.build();
    const RuleReport report = checkRules(programme, programme.last(), programme.last());
    std::set<std::string> keys;
    for (const Finding& finding : report.findings)
        keys.insert(keyOf(programme, finding));
    EXPECT_EQ(complianceOf(programme, report).residentCompliancePct, 0.0);
    EXPECT_EQ(complianceOf(programme, report, keys).residentCompliancePct, 100.0);
    EXPECT_LT(complianceOf(programme, report, keys).compliancePct, 100.0);
}

TEST(HoursOutlook, SaysWhatIsLeftAndWhatIsComing) {
    ProgrammeBuilder builder("2026-11-02", 56);
    const int resident = builder.resident("Ada Ward");
    const int ward = builder.ward();
    for (int day = 0; day < 56; ++day)
        if (day >= 28 || day % 7 != 6)
            builder.wholeDay(resident, day, ward); // 72 h a week, then 84
    const auto outlooks = hoursOutlook(builder.build(), builder.date(27));
    ASSERT_EQ(outlooks.size(), 1u);
    EXPECT_EQ(outlooks[0].hoursSoFar, 288);
    EXPECT_EQ(outlooks[0].average, 72.0);
    EXPECT_EQ(outlooks[0].remainingHours, 32.0);
    EXPECT_EQ(outlooks[0].projectedAverage, 84.0);
    EXPECT_EQ(outlooks[0].projectedStart, builder.date(28)); // the first window without a free Sunday
    EXPECT_EQ(outlooks[0].projectedRemaining, -16.0);
    EXPECT_EQ(outlooks[0].exceedsOn, builder.date(48)); // the third Sunday more
    EXPECT_EQ(outlooks[0].level, NearLimit::Red);
    EXPECT_TRUE(outlooks[0].preViolation);
    EXPECT_EQ(outlooks[0].longestDuty, 12);
}

TEST(HoursOutlook, LeaveLowersWhatMayBeWorked) {
    int resident = 0;
    ProgrammeBuilder builder = fourWardWeeks(resident);
    builder.absence(resident, 7, 13);
    const auto outlooks = hoursOutlook(builder.build(), builder.date(27));
    EXPECT_EQ(outlooks.at(0).daysSoFar, 21);
    EXPECT_EQ(outlooks[0].remainingHours, 80.0 * 3 - 216);
    EXPECT_FALSE(outlooks[0].projectedAverage) << "nothing is known of the days to come";
}

TEST(HoursOutlook, ColoursBeginAt75And78And80) {
    const auto levelAt = [](double hoursAWeek) {
        ProgrammeBuilder builder("2026-11-02", 28);
        const int resident = builder.resident("Ada Ward");
        for (int day = 0; day < 20; ++day)
            builder.extra(resident, day, 4, hoursAWeek * 4 / 20, ExtraWorkKind::Voluntary);
        return hoursOutlook(builder.build(), builder.date(27)).at(0).level;
    };
    EXPECT_EQ(levelAt(74.9), NearLimit::Green);
    EXPECT_EQ(levelAt(75), NearLimit::Yellow);
    EXPECT_EQ(levelAt(78), NearLimit::Orange);
    EXPECT_EQ(levelAt(80), NearLimit::Red);
}

TEST(HoursOutlook, WhatIsNotKnownSaysWhy) {
    ProgrammeBuilder builder("2026-11-02", 28);
    const int fresh = builder.resident("Ada New");
    builder.resident("Ben Unplanned");
    builder.raw().people[size_t(fresh)].activeFrom = builder.date(24);
    builder.assign(fresh, 25, Half::Am, builder.ward());
    const auto outlooks = hoursOutlook(builder.build(), builder.date(25));
    ASSERT_EQ(outlooks.size(), 2u);
    EXPECT_EQ(outlooks[0].level, NearLimit::Unknown);
    EXPECT_EQ(outlooks[0].reason, "insufficient data: fewer than 7 days that are not leave");
    EXPECT_EQ(outlooks[1].reason, "insufficient data: nothing is scheduled");
    EXPECT_TRUE(nearLimit(outlooks).empty());
    EXPECT_EQ(hoursOutlook(builder.build(), builder.date(99)).at(0).reason, "insufficient data: nothing is scheduled");
}

TEST(HoursOutlook, TheClosestComesFirst) {
    ProgrammeBuilder builder("2026-11-02", 28);
    for (const double hours : {15.2, 15.9, 14.0})
        for (int day = 0, resident = builder.resident("R" + std::to_string(hours)); day < 20; ++day)
            builder.extra(resident, day, 4, hours, ExtraWorkKind::Voluntary);
    const auto near = nearLimit(hoursOutlook(builder.build(), builder.date(27)));
    ASSERT_EQ(near.size(), 2u);
    EXPECT_GT(near[0].average, near[1].average);
}
