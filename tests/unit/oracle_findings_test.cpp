// What the oracles found, each as the smallest programme that shows it.

#include "core/programme/Contingency.h"
#include "core/programme/Coverage.h"
#include "core/programme/Fairness.h"
#include "core/programme/LoadShedding.h"
#include "core/programme/PairLoss.h"
#include "core/programme/Presence.h"
#include "core/programme/Staffing.h"
#include "core/programme/Utilization.h"
#include "tests/unit/calc_builder.h"

#include <gtest/gtest.h>

using namespace core::programme;
using tests::ProgrammeBuilder;

namespace oracle_findings {

CoverageReport coverage(const Programme& programme) {
    return coverageBetween(programme, programme.first(), programme.last());
}

/// What is said of somebody for the only slot of a day and half.
StandIn judged(const ProgrammeBuilder& builder, int person, int day, Half half) {
    const Programme programme = builder.build();
    const Staffing staffing(programme, programme.first(), programme.last());
    for (const Slot& slot : staffing.slots())
        if (slot.day == day && slot.half == half)
            return staffing.judge().judge(person, slot);
    ADD_FAILURE() << "no slot on that half-day";
    return StandIn::Allowed;
}

} // namespace oracle_findings

using namespace oracle_findings;

TEST(OracleFinding, TwoHalfDaysOfLeaveAreADayOfLeave) {
    ProgrammeBuilder builder("2026-11-02", 2);
    const int resident = builder.resident("R One");
    builder.absence(resident, 0, 0).endHalf = Half::Am;
    builder.absence(resident, 0, 1).startHalf = Half::Pm;
    builder.raw().absences.back().endHalf = Half::Am;
    const Programme programme = builder.build();
    const Presence presence(programme);
    EXPECT_TRUE(presence.leaveDay(resident, 0)) << "the average of a week would be divided by a day that nobody worked";
    EXPECT_FALSE(presence.leaveDay(resident, 1));
}

TEST(OracleFinding, AnAdjunctWhoServesIsNoMissingAttending) {
    ProgrammeBuilder builder("2026-11-02", 1);
    const int clinic = builder.clinic(), adjunct = builder.faculty("F Adjunct", {}, FacultyRole::Adjunct);
    builder.require(clinic, "Clinic", Half::Am, 1);
    EXPECT_EQ(coverage(builder.build()).services.at(0).leastSpare, -1) << "an adjunct is never called in";
    builder.assign(adjunct, 0, Half::Am, clinic);
    EXPECT_EQ(coverage(builder.build()).services.at(0).leastSpare, 0);
    EXPECT_EQ(coverage(builder.build()).ratio(), 1.0);
}

TEST(OracleFinding, WhatIsScheduledForSomebodyWhoHasLeftIsNobodysLoad) {
    ProgrammeBuilder builder("2026-11-02", 4);
    const int clinic = builder.clinic(), resident = builder.resident("R One");
    for (int day = 0; day < 4; ++day)
        builder.wholeDay(resident, day, clinic).call(resident, day);
    builder.raw().people[size_t(resident)].activeTo = builder.date(1);
    const Programme programme = builder.build();
    const PersonLoad load = loadsOf(programme, programme.first(), programme.last()).at(0);
    EXPECT_EQ(load.halfDays, 4);
    EXPECT_EQ(load.calls(), 2);
    EXPECT_EQ(load.hours, 4 * 4.5 + 2 * 12);
    EXPECT_EQ(load.availability, 0.5);
}

TEST(OracleFinding, NobodySupervisesResidentsWhoHaveLeft) {
    ProgrammeBuilder builder("2026-11-02", 1);
    const int clinic = builder.clinic(), resident = builder.resident("R One", 1);
    builder.require(clinic, "Clinic", Half::Am, 0, 1).facultyByUnits = true;
    builder.assign(resident, 0, Half::Am, clinic);
    EXPECT_EQ(dayLoad(builder.build(), builder.date(0)).clinicalDemand, 1);
    builder.raw().people[size_t(resident)].status = PersonStatus::Separated;
    EXPECT_EQ(dayLoad(builder.build(), builder.date(0)).clinicalDemand, 0);
}

TEST(OracleFinding, TheProtectedTimeOfSomebodyWhoIsGoneIsNoDemand) {
    ProgrammeBuilder builder("2026-11-02", 1);
    const int pd = builder.faculty("F Director", {}, FacultyRole::Pd);
    builder.raw().commitments = {{pd, "Programme administration", 5, 6}};
    builder.raw().people[size_t(pd)].status = PersonStatus::Away;
    EXPECT_EQ(dayLoad(builder.build(), builder.date(0)).protectedDemand, 1);
    EXPECT_EQ(activitiesIn(builder.build(), {6}).size(), 1u);
    builder.raw().people[size_t(pd)].status = PersonStatus::Separated;
    EXPECT_EQ(dayLoad(builder.build(), builder.date(0)).protectedDemand, 0);
    EXPECT_TRUE(activitiesIn(builder.build(), {6}).empty());
}

TEST(OracleFinding, AWeekendOffIsNoFmitDutyAlthoughItsRowNamesTheWard) {
    ProgrammeBuilder builder("2026-11-07", 1); // a Saturday
    const int ward = builder.ward(), faculty = builder.faculty("F One");
    builder.assign(faculty, 0, Half::Am, ward, "W").assign(faculty, 0, Half::Pm, ward, "W");
    EXPECT_EQ(capacityOn(builder.build(), builder.date(0)), 0);
}

TEST(OracleFinding, WhatGivesWayIsNotCountedBesideWhatTakesItsPlace) {
    ProgrammeBuilder builder("2026-11-02", 5);
    const int clinic = builder.clinic(), admin = builder.clinic("ADM");
    builder.raw().rotations[size_t(admin)].shedCategory = 6;
    const int half = builder.faculty("F Half"), other = builder.faculty("F Other");
    builder.raw().people[size_t(half)].fte = 0.5; // at most six half-days
    builder.require(clinic, "Clinic", Half::Am, 1).dayClass = DayClass::ListedWeekdays;
    builder.raw().requirements.back().weekdays = 1; // Mondays
    builder.assign(other, 0, Half::Am, clinic).assign(half, 0, Half::Am, admin);
    for (int day = 1; day < 5; ++day)
        builder.assign(half, day, Half::Am, clinic);
    builder.assign(half, 1, Half::Pm, clinic); // six with Monday's administration
    EXPECT_EQ(judged(builder, half, 0, Half::Am), StandIn::Allowed);
    builder.assign(half, 2, Half::Pm, clinic);
    EXPECT_EQ(judged(builder, half, 0, Half::Am), StandIn::WeeklyCap);
}

TEST(OracleFinding, ANightOnARotationKeepsFromTheNightAndFromTheDayAfter) {
    ProgrammeBuilder builder("2026-11-02", 2);
    const int clinic = builder.clinic(), night = builder.night();
    const int faculty = builder.faculty("F Night"), other = builder.faculty("F Other");
    builder.require(clinic, "Clinic", Half::Am, 1);
    builder.require(clinic, "Ward night", Half::Night, 1);
    builder.assign(faculty, 0, Half::Pm, night).assign(other, 1, Half::Am, clinic);
    EXPECT_EQ(judged(builder, faculty, 0, Half::Night), StandIn::Assigned);
    EXPECT_EQ(judged(builder, faculty, 1, Half::Am), StandIn::PostCall);
}

TEST(OracleFinding, AnAfternoonOfLeaveTakesTheNightWithIt) {
    ProgrammeBuilder builder("2026-11-02", 1);
    const int ward = builder.ward(), faculty = builder.faculty("F One");
    builder.require(ward, "Ward night", Half::Night, 1);
    EXPECT_EQ(judged(builder, faculty, 0, Half::Night), StandIn::Allowed);
    builder.assign(faculty, 0, Half::Pm, ward, "LV");
    EXPECT_EQ(judged(builder, faculty, 0, Half::Night), StandIn::DayOff);
}

TEST(OracleFinding, TheFridayAfterFmitIsOffAsInTheCapacityOfThatDay) {
    ProgrammeBuilder builder("2026-11-05", 2); // Thursday and Friday
    const int ward = builder.ward(), clinic = builder.clinic(), faculty = builder.faculty("F One");
    builder.require(clinic, "Clinic", Half::Pm, 1);
    builder.wholeDay(faculty, 0, ward);
    builder.absence(faculty, 0, 0, "sick"); // the day after the week stays free
    EXPECT_EQ(judged(builder, faculty, 1, Half::Pm), StandIn::DayOff);
    EXPECT_EQ(capacityOn(builder.build(), builder.date(1)), 0);
    builder.assign(faculty, 1, Half::Am, ward); // and does not come while they stay on the ward
    EXPECT_EQ(judged(builder, faculty, 1, Half::Pm), StandIn::Allowed);
    EXPECT_EQ(capacityOn(builder.build(), builder.date(1)), 2);
}

TEST(OracleFinding, WhoWasAbsentInTheNightBeforeTheFirstDayWasNotOnCall) {
    ProgrammeBuilder builder("2026-11-02", 1);
    const int clinic = builder.clinic(), faculty = builder.faculty("F One");
    builder.require(clinic, "Clinic", Half::Pm, 1);
    builder.call(faculty, -1);
    EXPECT_EQ(judged(builder, faculty, 0, Half::Pm), StandIn::PostCall);
    builder.absence(faculty, -1, 0, "sick").endHalf = Half::Am;
    EXPECT_EQ(judged(builder, faculty, 0, Half::Pm), StandIn::Allowed);
}

TEST(OracleFinding, WhereOnlyOneServesTheLossOfTwoIsNotKnown) {
    ProgrammeBuilder builder("2026-11-02", 1);
    const int clinic = builder.clinic(), faculty = builder.faculty("F One");
    builder.require(clinic, "Clinic", Half::Am, 1);
    builder.assign(faculty, 0, Half::Am, clinic);
    const Programme programme = builder.build();
    const ContingencyReport report =
        analyseContingency(programme, programme.first(), programme.last(), {}, [](double, const char*) {});
    EXPECT_EQ(report.n1Pass, false);
    EXPECT_FALSE(report.n2Pass.has_value());
    EXPECT_NE(report.unknownReason, "");
}

TEST(OracleFinding, WhoStepsInOnARotationCountsInEachOfItsServicesThatTheyMayTake) {
    ProgrammeBuilder builder("2026-11-02", 1);
    const int clinic = builder.clinic(), ward = builder.ward();
    const int f = builder.faculty("F One", {"obstetrics"}), g = builder.faculty("F Two", {"ward"});
    builder.faculty("F Three", {"obstetrics"});
    builder.faculty("F Four", {"ward"});
    builder.require(clinic, "Clinic", Half::Am, 1);
    builder.require(clinic, "OB clinic", Half::Am, 1).requiresSpecialty = "obstetrics";
    builder.require(ward, "Ward", Half::Am, 1).requiresSpecialty = "ward";
    builder.assign(f, 0, Half::Am, clinic).assign(g, 0, Half::Am, ward);
    const Programme programme = builder.build();
    const Staffing staffing(programme, programme.first(), programme.last());
    EXPECT_EQ(lossOfPair(staffing, f, g).uncoverable, 0) << "three takes both clinics, four the ward";
}

TEST(OracleFinding, AnInternDoesNotFillANightThatMayHaveNone) {
    ProgrammeBuilder builder("2026-11-02", 1);
    const int night = builder.night();
    builder.require(night, "Ward night", Half::Night, 0, 1).maxPgy1 = 0;
    builder.assign(builder.resident("R Intern", 1), 0, Half::Pm, night);
    EXPECT_EQ(coverage(builder.build()).ratio(), 0.0);
    builder.call(builder.resident("R Senior", 3), 0);
    EXPECT_EQ(coverage(builder.build()).ratio(), 1.0);
}
