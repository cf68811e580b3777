#include "core/programme/Contingency.h"
#include "core/programme/ContingencyAdvice.h"
#include "tests/unit/calc_builder.h"

#include <gtest/gtest.h>

using namespace core::programme;
using tests::ProgrammeBuilder;

namespace {

ContingencyReport analyse(const Programme& programme, const ContingencySignals& signals = {}) {
    return analyseContingency(programme, programme.first(), programme.last(), signals, [](double, const char*) {});
}

const Vulnerability& of(const ContingencyReport& report, int person) {
    return *std::find_if(report.vulnerabilities.begin(), report.vulnerabilities.end(),
                         [&](const Vulnerability& v) { return v.person == person; });
}

/// A week of one clinic a day, served by A; B and C are free.
struct SmallClinic {
    ProgrammeBuilder builder{"2026-11-02", 7};
    int clinic = builder.clinic();
    int a = builder.faculty("Ada"), b = builder.faculty("Ben"), c = builder.faculty("Cleo");

    SmallClinic() {
        builder.require(clinic, "Clinic", Half::Am, 1);
        for (int day = 0; day < 5; ++day)
            builder.assign(a, day, Half::Am, clinic);
    }
};

} // namespace

TEST(CalcContingency, ALossThatFreeColleaguesCanTakeIsNotCritical) {
    SmallClinic small;
    const ContingencyReport report = analyse(small.builder.build());
    EXPECT_EQ(report.n1Pass, true);
    ASSERT_EQ(report.vulnerabilities.size(), 1u);
    EXPECT_EQ(report.vulnerabilities[0].affected, 5);
    EXPECT_EQ(report.vulnerabilities[0].irreplaceable, 0);
    EXPECT_EQ(report.vulnerabilities[0].severity, "medium");
    ASSERT_EQ(report.vulnerabilities[0].substitutes.size(), 2u);
    EXPECT_EQ(report.vulnerabilities[0].substitutes[0].halfDays, 5);
    EXPECT_EQ(report.n2Pass, true);
}

TEST(CalcContingency, ASpecialtyHeldByOneIsCriticalAndNamed) {
    SmallClinic small;
    small.builder.raw().requirements[0].requiresSpecialty = "obstetrics";
    small.builder.raw().requirements[0].service = "OB clinic";
    small.builder.raw().people[size_t(small.a)].specialties = {"obstetrics"};
    const Programme programme = small.builder.build();
    const ContingencyReport report = analyse(programme);
    EXPECT_EQ(report.n1Pass, false);
    EXPECT_EQ(of(report, small.a).severity, "critical");
    EXPECT_TRUE(of(report, small.a).services.at(0).sole);
    ASSERT_FALSE(report.recommendations.empty());
    EXPECT_EQ(report.recommendations[0],
              "Urgent: cross-train a backup for Ada in OB clinic (nobody else is qualified; 5 half-days in the period "
              "depend on them)");
    EXPECT_EQ(report.criticality.at(0).servicesSole, 1);
}

TEST(CalcContingency, AColleagueWhoIsAwayPostCallOrAtWorkIsNoSubstitute) {
    SmallClinic small;
    const int ward = small.builder.ward("PEDW");
    small.builder.absence(small.b, 0, 0);                    // Monday: Ben is away
    small.builder.wholeDay(small.c, 0, ward);                // and Cleo on a ward
    small.builder.call(small.b, 0);                          // an absent person's call does not serve
    small.builder.call(small.c, 1).call(small.b, 1);         // Wednesday: both after a night
    const ContingencyReport report = analyse(small.builder.build());
    EXPECT_EQ(of(report, small.a).irreplaceable, 2);
    EXPECT_FALSE(of(report, small.a).services.at(0).sole);
    EXPECT_EQ(report.n1Pass, false);
}

TEST(CalcContingency, ProtectedTimeGivesWayAndAGrantedDayOffDoesNot) {
    SmallClinic small;
    const int admin = small.builder.clinic("ADM"), off = small.builder.off("OFF");
    small.builder.raw().rotations[size_t(admin)].shedCategory = 6;
    small.builder.assign(small.b, 0, Half::Am, admin).assign(small.c, 0, Half::Am, off, "DO");
    small.builder.assign(small.b, 1, Half::Am, off, "DO").assign(small.c, 1, Half::Am, off, "DO");
    const ContingencyReport report = analyse(small.builder.build());
    EXPECT_EQ(of(report, small.a).irreplaceable, 1); // Tuesday
}

TEST(CalcContingency, AdjunctsAreNotCalledIn) {
    ProgrammeBuilder builder("2026-11-02", 7);
    const int clinic = builder.clinic(), a = builder.faculty("Ada");
    builder.faculty("Ben", {}, FacultyRole::Adjunct);
    builder.require(clinic, "Clinic", Half::Am, 1);
    builder.assign(a, 0, Half::Am, clinic);
    const ContingencyReport report = analyse(builder.build());
    EXPECT_EQ(of(report, a).irreplaceable, 1);
    EXPECT_FALSE(of(report, a).services.at(0).sole); // qualified, but not to be called in
}

TEST(CalcContingency, AHalfDayServedByMoreThanNeededIsNotAffected) {
    SmallClinic small;
    for (int day = 0; day < 5; ++day)
        small.builder.assign(small.b, day, Half::Am, small.clinic);
    const ContingencyReport report = analyse(small.builder.build());
    EXPECT_EQ(of(report, small.a).severity, "low");
    EXPECT_EQ(of(report, small.a).affected, 0);
}

TEST(CalcContingency, TwoLossesThatNeedTheSameSubstituteAreAFatalPair) {
    ProgrammeBuilder builder("2026-11-02", 1);
    const int clinic = builder.clinic("C"), other = builder.clinic("SM");
    const int a = builder.faculty("Ada"), b = builder.faculty("Ben");
    builder.faculty("Cleo");
    builder.require(clinic, "Clinic", Half::Am, 1);
    builder.require(other, "Sports", Half::Am, 1);
    builder.assign(a, 0, Half::Am, clinic).assign(b, 0, Half::Am, other);
    const ContingencyReport report = analyse(builder.build());
    EXPECT_EQ(report.n1Pass, true); // Cleo can take either
    EXPECT_EQ(report.n2Pass, false);
    EXPECT_EQ(report.pairsChecked, 1);
    ASSERT_EQ(report.fatalPairs.size(), 1u);
    EXPECT_EQ(report.fatalPairs[0].affected, 2);
    EXPECT_EQ(report.fatalPairs[0].uncoverable, 1);
    EXPECT_EQ(report.fatalPairs[0].beyondSingles, 1);
    EXPECT_EQ(report.fatalPairs[0].severity, "critical");
}

TEST(CalcContingency, DistinctSubstitutesAreFoundEvenIfTheFirstChoiceMustMove) {
    ProgrammeBuilder builder("2026-11-02", 1);
    const int clinic = builder.clinic("C"), sports = builder.clinic("SM");
    const int a = builder.faculty("Ada"), b = builder.faculty("Ben", {"sports"});
    builder.faculty("Cleo", {"sports"}); // fits both, and is the only one for sports
    builder.faculty("Dora");             // fits only the clinic
    builder.require(clinic, "Clinic", Half::Am, 1);
    builder.require(sports, "Sports", Half::Am, 1).requiresSpecialty = "sports";
    builder.assign(a, 0, Half::Am, clinic).assign(b, 0, Half::Am, sports);
    EXPECT_EQ(analyse(builder.build()).n2Pass, true);
}

TEST(CalcContingency, WithoutAssignmentsNothingIsClaimed) {
    ProgrammeBuilder builder("2026-11-02", 7);
    builder.require(builder.clinic(), "Clinic", Half::Am, 1);
    builder.faculty("Ada");
    const Programme programme = builder.build();
    const ContingencyReport report = analyse(programme);
    EXPECT_FALSE(report.n1Pass);
    EXPECT_FALSE(report.n2Pass);
    EXPECT_EQ(report.unknownReason, "insufficient data");
    const core::base::Json document = toDocument(programme, report);
    EXPECT_TRUE(document.at("n1_pass").is_null());
    EXPECT_TRUE(document.at("n2_fatal_pairs_count").is_null());
    ProgrammeBuilder empty("2026-11-02", 7);
    EXPECT_FALSE(analyse(empty.build()).n1Pass);
}

TEST(CalcContingency, ARequirementOfZeroIsNeverAffected) {
    SmallClinic small;
    small.builder.raw().requirements[0].minFaculty = 0;
    small.builder.raw().requirements[0].minResidents = 1;
    EXPECT_EQ(analyse(small.builder.build()).vulnerabilities.at(0).affected, 0);
}

TEST(CalcContingency, PhaseRiskCountsWarningIndicators) {
    ContingencyReport report;
    report.n1Pass = report.n2Pass = true;
    const auto risk = [&](std::optional<double> utilization, int changes) {
        return phaseRisk(leadingIndicators(report, {utilization, changes}));
    };
    EXPECT_EQ(risk(.85, 10), "low");
    EXPECT_EQ(risk(.86, 10), "medium");
    EXPECT_EQ(risk(.96, 21), "high"); // two indicators, however bad each is
    report.n1Pass = false;
    report.vulnerabilities.resize(1);
    report.vulnerabilities[0].severity = "critical";
    EXPECT_EQ(risk(.96, 21), "critical");
    EXPECT_EQ(risk(std::nullopt, 0), "medium");
}

TEST(CalcContingency, AStepThatThrowsStopsTheAnalysis) {
    SmallClinic small;
    const Programme programme = small.builder.build();
    EXPECT_THROW(analyseContingency(programme, programme.first(), programme.last(), {},
                                    [](double, const char*) { throw std::runtime_error("stop"); }),
                 std::runtime_error);
}
