#include "core/programme/Contingency.h"
#include "core/programme/ContingencyAdvice.h"
#include "core/programme/ContingencyDocument.h"
#include "core/programme/PairLoss.h"
#include "tests/unit/calc_builder.h"

#include <gtest/gtest.h>
#include <map>
#include <set>

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
    EXPECT_EQ(report.vulnerabilities[0].substitutes[0].halfDays(), 5);
    EXPECT_TRUE(report.vulnerabilities[0].rejected.empty());
    EXPECT_FALSE(report.n2Pass.has_value()) << "nobody else serves, so there are no two to lose";
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
              "depend on them: Mon 02 Nov 2026 AM, Tue 03 Nov 2026 AM, Wed 04 Nov 2026 AM and 2 more)");
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

TEST(CalcContingency, EveryRejectedCandidateHasAReason) {
    ProgrammeBuilder builder("2026-11-02", 7); // a Monday
    const int clinic = builder.clinic("OBC"), other = builder.clinic("C"), ward = builder.ward("PEDW");
    const int off = builder.off("OFF");
    builder.require(clinic, "OB clinic", Half::Am, 1).requiresSpecialty = "obstetrics";
    const std::vector<std::string> ob{"obstetrics"};
    const int a = builder.faculty("Ada", ob);
    const int lacks = builder.faculty("Lacks it"), adjunct = builder.faculty("Adjunct", ob, FacultyRole::Adjunct);
    const int away = builder.faculty("Away", ob), absent = builder.faculty("Absent", ob), taken = builder.faculty("Taken", ob);
    const int resting = builder.faculty("Resting", ob), night = builder.faculty("After the night", ob);
    const int full = builder.faculty("Full", ob), tired = builder.faculty("Tired", ob);
    constexpr int kFriday = 4;
    builder.assign(a, kFriday, Half::Am, clinic);
    builder.raw().people[size_t(away)].status = PersonStatus::Away;
    builder.absence(absent, kFriday, kFriday);
    builder.assign(taken, kFriday, Half::Am, other);
    builder.assign(resting, kFriday, Half::Am, off, "DO");
    builder.call(night, kFriday - 1);
    builder.raw().people[size_t(full)].fte = 0.5; // six half-days a week
    for (int day = 0; day < 3; ++day)
        builder.wholeDay(full, day, ward);
    for (int day = 0; day < 4; ++day) // 48 h by day, 36 h by night: 84 h
        builder.wholeDay(tired, day, ward);
    for (int day = 0; day < 2; ++day)
        builder.call(tired, day);
    builder.call(tired, 6);
    const Programme programme = builder.build();
    const ContingencyReport report = analyse(programme);
    const Vulnerability& loss = of(report, a);
    EXPECT_EQ(loss.irreplaceable, 1);
    ASSERT_EQ(loss.open.size(), 1u);
    EXPECT_EQ(loss.open[0].when, (HalfDay{builder.date(kFriday), Half::Am}));
    std::map<int, StandIn> reasons(loss.open[0].rejected.begin(), loss.open[0].rejected.end());
    EXPECT_EQ(reasons.size(), 9u);
    EXPECT_EQ(reasons[lacks], StandIn::NotQualified);
    EXPECT_EQ(reasons[adjunct], StandIn::Adjunct);
    EXPECT_EQ(reasons[away], StandIn::NotHere);
    EXPECT_EQ(reasons[absent], StandIn::Absent);
    EXPECT_EQ(reasons[taken], StandIn::Assigned);
    EXPECT_EQ(reasons[resting], StandIn::DayOff);
    EXPECT_EQ(reasons[night], StandIn::PostCall);
    EXPECT_EQ(reasons[full], StandIn::WeeklyCap);
    EXPECT_EQ(reasons[tired], StandIn::EightyHours);
    EXPECT_EQ(loss.rejected.size(), 9u);
    const core::base::Json document = toDocument(programme, report);
    EXPECT_EQ(document["n1_vulnerabilities"][0]["rejected_count"], 9);
    std::set<std::string> words;
    for (const auto& candidate : document["n1_vulnerabilities"][0]["open_half_days"][0]["rejected"])
        words.insert(candidate["reason"].get<std::string>());
    EXPECT_EQ(words, (std::set<std::string>{"not_qualified", "adjunct", "not_in_programme", "absent", "assigned", "day_off",
                                            "post_call", "weekly_cap", "80_hours"}));
}

TEST(CalcContingency, TheDayAfterAWeekOnFmitIsADayOff) {
    SmallClinic small; // Monday to Friday
    const int fmit = small.builder.ward("FMIT");
    small.builder.wholeDay(small.b, 3, fmit); // Thursday
    small.builder.absence(small.c, 0, 6);
    const ContingencyReport report = analyse(small.builder.build());
    const Vulnerability& loss = of(report, small.a);
    ASSERT_EQ(loss.irreplaceable, 2); // Thursday: on FMIT; Friday: off
    EXPECT_EQ(loss.open[0].rejected.at(0), std::pair(small.b, StandIn::Assigned));
    EXPECT_EQ(loss.open[1].rejected.at(0), std::pair(small.b, StandIn::DayOff));
}

TEST(CalcContingency, ANightOnCallThatAnAbsenceCoversMakesNobodyTired) {
    SmallClinic small;
    small.builder.absence(small.c, 0, 6);
    small.builder.call(small.b, 0).absence(small.b, 0, 0).startHalf = Half::Pm; // away in the night of Monday
    EXPECT_EQ(of(analyse(small.builder.build()), small.a).irreplaceable, 0);
    ProgrammeBuilder morning("2026-11-02", 1);
    morning.absence(morning.faculty("Ada"), 0, 0).endHalf = Half::Am;
    EXPECT_FALSE(morning.build().isAbsent(0, morning.date(0), Half::Night)) << "back in the afternoon, so there at night";
}

TEST(CalcContingency, SubstitutesAreRankedByHalfDaysThenByTheEmptierWeek) {
    SmallClinic small;
    const int other = small.builder.clinic("X");
    const int d = small.builder.faculty("Dora");
    small.builder.absence(small.b, 4, 4);                     // Ben: four of five
    small.builder.assign(small.c, 0, Half::Pm, other).assign(small.c, 1, Half::Pm, other); // Cleo: five, fuller week
    const Programme programme = small.builder.build();
    const ContingencyReport report = analyse(programme);
    const Vulnerability& loss = of(report, small.a);
    ASSERT_EQ(loss.substitutes.size(), 3u);
    EXPECT_EQ(loss.substitutes[0].person, d);
    EXPECT_EQ(loss.substitutes[1].person, small.c);
    EXPECT_EQ(loss.substitutes[2].person, small.b);
    EXPECT_EQ(whyAllowed(loss.substitutes[2], loss.affected),
              "qualified and free on 4 of 5; at most 4.5 h and 1 half-day in a week; otherwise: 1 absent");
    EXPECT_EQ(whyAllowed(loss.substitutes[1], loss.affected),
              "qualified and free on 5 of 5; at most 13.5 h and 3 half-days in a week");
}

TEST(CalcContingency, TheCriticalityScoreFollowsItsFormula) {
    ProgrammeBuilder builder("2026-11-02", 5);
    const int clinic = builder.clinic("C"), ob = builder.clinic("OBC"), lecture = builder.clinic("LEC");
    const int a = builder.faculty("Ada", {"obstetrics"}), b = builder.faculty("Ben"), c = builder.faculty("Cleo");
    builder.require(clinic, "Clinic", Half::Am, 1);
    builder.require(ob, "OB clinic", Half::Pm, 1).requiresSpecialty = "obstetrics";
    builder.require(lecture, "Lecture", Half::Night, 0, 1); // needs no faculty: no service of theirs
    for (int day = 0; day < 4; ++day)
        builder.assign(a, day, Half::Am, clinic);
    builder.assign(a, 0, Half::Pm, ob).assign(b, 4, Half::Am, clinic);
    const ContingencyReport report = analyse(builder.build());
    ASSERT_EQ(report.criticality.size(), 2u);
    const Criticality& ada = report.criticality[0];
    EXPECT_EQ(ada.person, a);
    EXPECT_EQ(ada.servicesCovered, 2);
    EXPECT_EQ(ada.servicesSole, 1);
    EXPECT_DOUBLE_EQ(ada.meanAlternatives, 1.0); // two in the clinic, none in OB
    EXPECT_NEAR(ada.score, .30 * 2 / 2 + .30 * 1 / 2 + .20 / (1 + 1.0) + .20 * 5 / 5, 1e-12);
    const Criticality& ben = report.criticality[1];
    EXPECT_NEAR(ben.score, .30 * 1 / 2 + .30 * 0 + .20 / (1 + 2.0) + .20 * 1 / 5, 1e-12);
    EXPECT_NE(c, ben.person);
    // The graph: both serve the clinic, so each is connected to everybody who serves.
    EXPECT_NEAR(ada.hub.score, .25 * 0 + .25 / 2 + .15 * 1 + .10 * std::sqrt(.5) + .15 / (1 + 1.0) + .10 * 1, 1e-9);
    EXPECT_EQ(ada.hub.level, "hub");
}

TEST(CalcContingency, SomebodyWhoLeavesBeforeThePeriodIsNoAlternative) {
    SmallClinic small;
    small.builder.raw().people[size_t(small.b)].activeTo = small.builder.date(-1);
    small.builder.raw().people[size_t(small.c)].activeTo = small.builder.date(2); // Wednesday
    const ContingencyReport report = analyse(small.builder.build());
    EXPECT_DOUBLE_EQ(report.criticality.at(0).meanAlternatives, 1.0);
    EXPECT_EQ(of(report, small.a).irreplaceable, 2);
    EXPECT_FALSE(of(report, small.a).services.at(0).sole);
}

TEST(CalcPairs, AsFewSlotsAsPossibleStayShort) {
    EXPECT_EQ(shortSlots({}), std::vector<int>{});
    // One person for two slots: the one that stands for two slots is filled.
    EXPECT_EQ(shortSlots({{{0}, 1, {7}}, {{1, 2}, 1, {7}}}), std::vector<int>{0});
    // Two people: rather two slots of one unit than one slot of two.
    EXPECT_EQ(shortSlots({{{0}, 2, {7, 8}}, {{1}, 1, {7}}, {{2}, 1, {8}}}), std::vector<int>{0});
    EXPECT_EQ(shortSlots({{{0}, 2, {7, 8}}, {{1}, 1, {9}}}), std::vector<int>{});
    EXPECT_EQ(shortSlots({{{0, 1}, 2, {7, 8}}, {{2}, 1, {7}}}), std::vector<int>{2});
    EXPECT_EQ(shortSlots({{{0}, 2, {7}}, {{1}, 1, {7}}}), std::vector<int>{0}) << "half a slot is none";
}

TEST(CalcPairs, WhoeverStepsInOnARotationCountsInEachOfItsServices) {
    ProgrammeBuilder builder("2026-11-02", 1);
    const int ward = builder.ward("FMIT"), other = builder.clinic("C");
    const int a = builder.faculty("Ada"), b = builder.faculty("Ben");
    builder.faculty("Cleo");
    builder.faculty("Dora");
    builder.require(ward, "Ward", Half::Am, 1);
    builder.require(ward, "Teaching on the ward", Half::Am, 1);
    builder.require(other, "Clinic", Half::Am, 1);
    builder.assign(a, 0, Half::Am, ward).assign(b, 0, Half::Am, other);
    const ContingencyReport report = analyse(builder.build());
    EXPECT_EQ(report.n2Pass, true) << "Cleo takes the ward with both of its services, Dora the clinic";
    EXPECT_EQ(of(report, a).affected, 2);
    EXPECT_EQ(of(report, a).assignments, 1) << "one half-day";
}

TEST(CalcPairs, BothWhoServeASlotThatNeedsTwoOpenTwoUnits) {
    ProgrammeBuilder builder("2026-11-02", 1);
    const int clinic = builder.clinic(), a = builder.faculty("Ada"), b = builder.faculty("Ben");
    builder.faculty("Cleo");
    builder.require(clinic, "Clinic", Half::Am, 2);
    builder.assign(a, 0, Half::Am, clinic).assign(b, 0, Half::Am, clinic);
    const ContingencyReport report = analyse(builder.build());
    EXPECT_EQ(report.n1Pass, true);
    ASSERT_EQ(report.fatalPairs.size(), 1u);
    EXPECT_EQ(report.fatalPairs[0].affected, 1);
    EXPECT_EQ(report.fatalPairs[0].uncoverable, 1);
    EXPECT_EQ(report.fatalPairs[0].open, (std::vector<ShortSlot>{{"Clinic", {builder.date(0), Half::Am}}}));
    ASSERT_EQ(report.recommendations.size(), 1u);
    EXPECT_EQ(report.recommendations[0],
              "Pair Ada + Ben share only coverage of Clinic on 1 half-day (Mon 02 Nov 2026 AM)");
}

TEST(CalcPairs, TheOnlySubstituteOfTheOtherIsNotThereEither) {
    SmallClinic small;
    small.builder.absence(small.c, 0, 6);
    const int lecture = small.builder.clinic("LEC");
    small.builder.require(lecture, "Lecture", Half::Pm, 1);
    small.builder.assign(small.b, 0, Half::Pm, lecture); // Ben serves on Monday afternoon only
    const ContingencyReport report = analyse(small.builder.build());
    EXPECT_EQ(report.n1Pass, true);
    ASSERT_EQ(report.fatalPairs.size(), 1u);
    EXPECT_EQ(report.fatalPairs[0].uncoverable, 6) << "five mornings and the lecture";
    EXPECT_EQ(report.fatalPairs[0].beyondSingles, 6);
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
