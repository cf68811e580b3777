#include "core/programme/Coverage.h"
#include "tests/unit/calc_builder.h"

#include <gtest/gtest.h>

using namespace core::programme;
using tests::ProgrammeBuilder;

namespace {

CoverageReport all(const Programme& programme) {
    return coverageBetween(programme, programme.first(), programme.last());
}

} // namespace

TEST(CalcCoverage, CountsWhatIsMetOfWhatIsRequired) {
    ProgrammeBuilder builder("2026-11-02", 1);
    const int clinic = builder.clinic();
    const int faculty = builder.faculty("F One"), resident = builder.resident("R One");
    builder.require(clinic, "Clinic", Half::Am, 1, 2);
    builder.assign(faculty, 0, Half::Am, clinic).assign(resident, 0, Half::Am, clinic);
    const CoverageReport report = all(builder.build());
    EXPECT_EQ(report.needed, 3);
    EXPECT_EQ(report.covered, 2);
    EXPECT_NEAR(report.ratio().value(), 2.0 / 3, 1e-12);
    ASSERT_EQ(report.gaps.size(), 1u);
    EXPECT_EQ(report.gaps[0].role, "resident");
    EXPECT_EQ(report.gaps[0].needed, 2);
    EXPECT_EQ(report.gaps[0].have, 1);
}

TEST(CalcCoverage, MorePeopleThanNeededNeverCountAbove100Percent) {
    ProgrammeBuilder builder("2026-11-02", 1);
    const int clinic = builder.clinic();
    builder.require(clinic, "Clinic", Half::Am, 0.5, 0);
    builder.assign(builder.faculty("F One"), 0, Half::Am, clinic).assign(builder.faculty("F Two"), 0, Half::Am, clinic);
    EXPECT_EQ(all(builder.build()).ratio(), 1.0);
}

TEST(CalcCoverage, WithoutAnyRequirementThereIsNoRatio) {
    ProgrammeBuilder builder("2026-11-02", 7);
    builder.wholeDay(builder.resident("R One"), 0, builder.clinic());
    EXPECT_FALSE(all(builder.build()).ratio());
    ProgrammeBuilder closed("2026-11-02", 7);
    closed.require(closed.clinic(), "Clinic", Half::Am, 1);
    for (Day& day : closed.raw().days)
        day.multiplier = 0;
    EXPECT_FALSE(all(closed.build()).ratio());
}

TEST(CalcCoverage, AnEmptyRosterCoversNothing) {
    ProgrammeBuilder builder("2026-11-02", 7);
    builder.require(builder.clinic(), "Clinic", Half::Am, 1);
    EXPECT_EQ(all(builder.build()).ratio(), 0.0);
}

TEST(CalcCoverage, AbsentAndUnqualifiedPeopleDoNotCount) {
    ProgrammeBuilder builder("2026-11-02", 3);
    const int clinic = builder.clinic();
    builder.require(clinic, "OB clinic", Half::Am, 1).requiresSpecialty = "obstetrics";
    const int ob = builder.faculty("F Ob", {"obstetrics"}), other = builder.faculty("F Other");
    for (int day = 0; day < 3; ++day)
        builder.assign(day == 1 ? other : ob, day, Half::Am, clinic);
    builder.absence(ob, 2, 2);
    EXPECT_NEAR(all(builder.build()).ratio().value(), 1.0 / 3, 1e-12);
}

TEST(CalcCoverage, AnAbsentHalfDayIsOnlyThatHalfDay) {
    ProgrammeBuilder builder("2026-11-02", 1);
    const int clinic = builder.clinic(), faculty = builder.faculty("F One");
    builder.require(clinic, "Clinic", Half::Am, 1);
    builder.require(clinic, "Clinic", Half::Pm, 1);
    builder.wholeDay(faculty, 0, clinic);
    builder.absence(faculty, 0, 0).endHalf = Half::Am;
    EXPECT_EQ(all(builder.build()).ratio(), 0.5);
}

TEST(CalcCoverage, APendingAbsenceTakesNobodyAway) {
    ProgrammeBuilder builder("2026-11-02", 1);
    const int clinic = builder.clinic(), faculty = builder.faculty("F One");
    builder.require(clinic, "Clinic", Half::Am, 1);
    builder.assign(faculty, 0, Half::Am, clinic);
    builder.absence(faculty, 0, 0).status = AbsenceStatus::Pending;
    EXPECT_EQ(all(builder.build()).ratio(), 1.0);
}

TEST(CalcCoverage, InternsBeyondTheLimitDoNotFillAService) {
    ProgrammeBuilder builder("2026-11-02", 1);
    const int ward = builder.ward();
    builder.require(ward, "Ward", Half::Am, 0, 2).maxPgy1 = 1;
    builder.assign(builder.resident("R One", 1), 0, Half::Am, ward).assign(builder.resident("R Two", 1), 0, Half::Am, ward);
    EXPECT_EQ(all(builder.build()).ratio(), 0.5);
}

TEST(CalcCoverage, NightsAreMatchedWithCallsAndNightFloat) {
    ProgrammeBuilder builder("2026-11-02", 2);
    const int night = builder.night();
    builder.require(night, "Ward", Half::Night, 1, 1);
    const int resident = builder.resident("R One"), faculty = builder.faculty("F One");
    builder.assign(resident, 0, Half::Pm, night).call(faculty, 0).call(faculty, 1, CallType::Backup);
    EXPECT_EQ(all(builder.build()).ratio(), 0.5); // Monday is covered, Tuesday is not: a backup call serves nobody
}

TEST(CalcCoverage, SupervisionFollowsTheResidentsWhoAreThere) {
    ProgrammeBuilder builder("2026-11-02", 1);
    const int clinic = builder.clinic();
    builder.require(clinic, "Clinic", Half::Am, 0, 3).facultyByUnits = true;
    for (const char* name : {"R One", "R Two", "R Three"})
        builder.assign(builder.resident(name, 1), 0, Half::Am, clinic); // three interns are six units: two attendings
    builder.assign(builder.faculty("F Attending"), 0, Half::Am, clinic, "AT");
    builder.assign(builder.faculty("F Own"), 0, Half::Am, clinic); // sees own patients
    const CoverageReport report = all(builder.build());
    EXPECT_EQ(report.needed, 5);
    EXPECT_EQ(report.covered, 4);
}

TEST(CalcCoverage, LosingAPersonNeverRaisesIt) {
    ProgrammeBuilder builder("2026-11-02", 28);
    const int clinic = builder.clinic(), ward = builder.ward(), night = builder.night();
    builder.require(clinic, "Clinic", Half::Am, 0, 3).facultyByUnits = true;
    builder.require(ward, "Ward", Half::Am, 1, 2).maxPgy1 = 1;
    builder.require(ward, "Ward", Half::Pm, 1, 2).maxPgy1 = 1;
    builder.require(night, "Ward night", Half::Night, 1, 1);
    std::vector<int> people;
    for (int i = 0; i < 6; ++i)
        people.push_back(builder.resident("R " + std::to_string(i), 1 + i % 3));
    for (int i = 0; i < 4; ++i)
        people.push_back(builder.faculty("F " + std::to_string(i)));
    for (int day = 0; day < 28; ++day) {
        for (size_t i = 0; i < people.size(); ++i) {
            const int where = int(i) + day;
            builder.assign(people[i], day, Half::Am, where % 3 ? clinic : ward, where % 2 ? "AT" : "");
            builder.assign(people[i], day, Half::Pm, where % 5 ? ward : night);
        }
        builder.call(people[size_t(6 + day % 4)], day);
    }
    const Programme whole = builder.build();
    for (const int person : people) {
        // A resident takes the supervision of their own units along, so compare what is covered, not the share.
        ProgrammeBuilder without = builder;
        without.absence(person, 0, 27);
        EXPECT_LE(all(without.build()).covered, all(whole).covered + 1e-9) << person;
        if (whole.people[size_t(person)].isFaculty()) {
            EXPECT_LE(all(without.build()).ratio().value(), all(whole).ratio().value() + 1e-9) << person;
        }
    }
}

TEST(CalcCoverage, WhatIsShedIsNotRequired) {
    ProgrammeBuilder builder("2026-11-02", 7);
    const int clinic = builder.clinic();
    builder.require(clinic, "Clinic", Half::Am, 1).shedCategory = 3;
    builder.require(clinic, "Lecture", Half::Pm, 1).shedCategory = 4;
    builder.raw().shedCategories = {4, 5, 6, 7};
    EXPECT_EQ(all(builder.build()).needed, 5); // the clinic of five weekdays
}

TEST(CalcCoverage, AssignmentsWithoutTemplateOrOutsideTheServiceAreIgnored) {
    ProgrammeBuilder builder("2026-11-02", 1);
    const int clinic = builder.clinic(), ward = builder.ward();
    builder.require(clinic, "Clinic", Half::Am, 1);
    builder.assign(builder.faculty("F One"), 0, Half::Am, -1).assign(builder.faculty("F Two"), 0, Half::Am, ward);
    EXPECT_EQ(all(builder.build()).ratio(), 0.0);
}
