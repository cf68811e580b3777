#include "core/programme/duty/Supervision.h"
#include "tests/unit/duty_harness.h"

#include <gtest/gtest.h>

using namespace core::programme;
using namespace core::programme::duty;
using tests::checked;
using tests::findingsOf;
using tests::ProgrammeBuilder;

namespace duty_supervision_test {

/// A week with a clinic that is supervised.
struct Clinic {
    Clinic() : builder("2026-11-02", 7), clinic(builder.clinic()) {
        builder.raw().rotations[size_t(clinic)].supervisionRequired = true;
    }
    /// So many residents of a level in the morning of the first day.
    Clinic& residents(int count, int pgy) {
        for (int i = 0; i < count; ++i)
            builder.assign(builder.resident("R" + std::to_string(builder.raw().people.size()), pgy), day, Half::Am,
                           clinic);
        return *this;
    }
    Clinic& attending(const char* activity = "AT", AssignmentRole role = AssignmentRole::Primary) {
        builder.assign(builder.faculty("F" + std::to_string(builder.raw().people.size())), day, Half::Am, clinic,
                       activity);
        builder.raw().assignments.back().role = role;
        return *this;
    }
    std::vector<Finding> found() const { return findingsOf(checked(builder), Rule::Sup); }

    int day = 0;
    ProgrammeBuilder builder;
    int clinic;
};

} // namespace duty_supervision_test

using namespace duty_supervision_test;

TEST(Supervision, FractionalLoadsAreAddedBeforeTheyAreRounded) {
    const DutyPolicy policy;
    EXPECT_EQ(attendingsFor(policy, 0, 0), 0);
    EXPECT_EQ(attendingsFor(policy, 1, 1), 1); // not one for each
    EXPECT_EQ(attendingsFor(policy, 2, 0), 1);
    EXPECT_EQ(attendingsFor(policy, 3, 0), 2);
    EXPECT_EQ(attendingsFor(policy, 0, 4), 1);
    EXPECT_EQ(attendingsFor(policy, 0, 5), 2);
    EXPECT_EQ(attendingsFor(policy, 2, 1), 2);
    EXPECT_EQ(attendingsFor(policy, 5, 0), 3);
    for (int pgy1 = 0; pgy1 < 12; ++pgy1)
        for (int seniors = 0; seniors < 12; ++seniors)
            EXPECT_EQ(attendingsFor(policy, pgy1, seniors), (2 * pgy1 + seniors + 3) / 4);
}

TEST(Supervision, RatiosAreThoseOfThePolicy) {
    DutyPolicy policy;
    policy.pgy1PerFaculty = 3;
    policy.seniorsPerFaculty = 5;
    EXPECT_EQ(attendingsFor(policy, 3, 5), 2);
    EXPECT_EQ(attendingsFor(policy, 1, 3), 1); // 1/3 + 3/5
}

TEST(Supervision, FiveInternsAndOneAttendingAreTwoTooFew) {
    const auto found = Clinic().residents(5, 1).attending().found();
    ASSERT_EQ(found.size(), 1u);
    EXPECT_EQ(found[0].severity, Severity::Critical);
    EXPECT_EQ(found[0].value, 1);
    EXPECT_EQ(found[0].limit, 3);
    EXPECT_EQ(found[0].person, -1);
    EXPECT_EQ(found[0].anchor, "2026-11-02 AM");
    ASSERT_EQ(found[0].worked.size(), 1u);
    EXPECT_EQ(found[0].worked[0].lines.size(), 6u);
}

TEST(Supervision, OneTooFewIsHighAndInternsAloneAreCritical) {
    EXPECT_EQ(Clinic().residents(5, 2).attending().found().at(0).severity, Severity::High);
    EXPECT_EQ(Clinic().residents(2, 3).found().at(0).severity, Severity::High);
    EXPECT_EQ(Clinic().residents(1, 1).found().at(0).severity, Severity::Critical);
}

TEST(Supervision, EnoughAttendingsAreFine) {
    EXPECT_TRUE(Clinic().residents(2, 1).residents(4, 2).attending().attending("PCAT").found().empty());
}

TEST(Supervision, ResidentsWithoutALevelCountAsInterns) {
    EXPECT_EQ(Clinic().residents(1, 0).found().at(0).severity, Severity::Critical);
}

TEST(Supervision, NoResidentsNeedNobody) {
    const RuleReport report = checked(Clinic().attending().builder);
    EXPECT_EQ(report.tally(Rule::Sup).checks, 0);
}

TEST(Supervision, OnlyThoseWhoSuperviseAttend) {
    EXPECT_EQ(Clinic().residents(1, 2).attending("").found().size(), 1u) << "an own clinic session supervises nobody";
    EXPECT_TRUE(Clinic().residents(1, 2).attending("", AssignmentRole::Supervising).found().empty());
    EXPECT_EQ(Clinic().residents(1, 2).attending("AT", AssignmentRole::Backup).found().size(), 1u);
    EXPECT_EQ(Clinic().residents(1, 2).attending("DO", AssignmentRole::Supervising).found().size(), 1u);
}

TEST(Supervision, WhoIsAbsentDoesNotCountOnEitherSide) {
    Clinic clinic;
    clinic.residents(1, 2).attending();
    clinic.builder.absence(1, 0, 0, "sick");
    ASSERT_EQ(clinic.found().size(), 1u);
    clinic.builder.absence(0, 0, 0, "sick");
    EXPECT_TRUE(clinic.found().empty());
}

TEST(Supervision, ASpecialtyThatThePlaceNeedsMustBeHeld) {
    Clinic clinic;
    clinic.residents(1, 2).attending();
    clinic.builder.raw().rotations[size_t(clinic.clinic)].requiresSpecialty = "obstetrics";
    ASSERT_EQ(clinic.found().size(), 1u);
    clinic.builder.raw().people[1].specialties = {"obstetrics"};
    EXPECT_TRUE(clinic.found().empty());
}

TEST(Supervision, AProcedureSessionHasAnAttendingOfItsOwn) {
    Clinic clinic;
    clinic.residents(2, 3).attending();
    clinic.builder.raw().rotations[size_t(clinic.clinic)].requiresProcedureCredential = true;
    EXPECT_EQ(clinic.found().size(), 1u) << "no credential";
    clinic.builder.raw().people[2].performsProcedures = true;
    const auto found = clinic.found();
    ASSERT_EQ(found.size(), 1u);
    EXPECT_EQ(found[0].limit, 2); // one for each of the two sessions
    EXPECT_EQ(found[0].value, 1);
}

TEST(Supervision, WardsNightsAndUnsupervisedPlacesHaveAttendingsOfTheirOwn) {
    ProgrammeBuilder builder("2026-11-02", 7);
    const int resident = builder.resident("Ada", 1);
    const int ward = builder.ward(), night = builder.night(), elective = builder.clinic("CARD");
    for (const int rotation : {ward, night})
        builder.raw().rotations[size_t(rotation)].supervisionRequired = true;
    builder.wholeDay(resident, 0, ward).assign(resident, 1, Half::Pm, night).wholeDay(resident, 2, elective);
    EXPECT_EQ(checked(builder).tally(Rule::Sup).checks, 0);
}

TEST(Supervision, WeekendsAreLookedAtWhenResidentsAreThere) {
    Clinic clinic;
    clinic.day = 5;
    EXPECT_EQ(clinic.residents(1, 2).found().size(), 1u);
}

TEST(Supervision, TheSuggestionNamesWhoIsFreeAndQualified) {
    Clinic clinic;
    clinic.residents(1, 2);
    clinic.builder.faculty("Ben Free");
    const int busy = clinic.builder.faculty("Cleo Busy");
    clinic.builder.assign(busy, 0, Half::Am, clinic.clinic);
    const auto found = clinic.found();
    ASSERT_EQ(found.size(), 1u);
    EXPECT_NE(found[0].suggestedFix.find("Ben Free"), std::string::npos) << found[0].suggestedFix;
    EXPECT_EQ(found[0].suggestedFix.find("Cleo"), std::string::npos) << found[0].suggestedFix;
}
