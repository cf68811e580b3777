#include "core/programme/Utilization.h"

#include <gtest/gtest.h>

using namespace core::programme;
using core::base::Date;
using core::base::makeDate;
using std::chrono::days;

namespace {

const Date kLoadMonday = makeDate(2026, 11, 16);

/// Two weeks of ordinary days with one core member and one adjunct, an FMIT and a clinic rotation, and no demand.
Programme smallProgramme() {
    Programme programme;
    programme.yearStart = makeDate(2026, 7, 1);
    programme.yearEnd = makeDate(2027, 6, 30);
    for (int i = 0; i < 14; ++i) {
        Day day;
        day.date = kLoadMonday + days(i);
        day.weekend = core::base::isWeekend(day.date);
        programme.days.push_back(day);
    }
    Person core;
    core.type = PersonType::Faculty;
    core.role = FacultyRole::Core;
    core.activeFrom = makeDate(2020, 1, 1);
    Person adjunct = core;
    adjunct.role = FacultyRole::Adjunct;
    adjunct.fte = 0.2;
    Person intern;
    intern.pgy = 1;
    intern.activeFrom = makeDate(2026, 7, 1);
    programme.people = {core, adjunct, intern};
    Rotation fmit;
    fmit.abbreviation = "FMIT";
    Rotation clinic;
    clinic.abbreviation = "C";
    programme.rotations = {fmit, clinic};
    return programme;
}

Absence absenceOf(int person, Date start, Date end, AbsenceStatus status = AbsenceStatus::Approved) {
    Absence absence;
    absence.person = person;
    absence.start = start;
    absence.end = end;
    absence.status = status;
    return absence;
}

Requirement clinicRequirement(double faculty, int category = 3) {
    Requirement row;
    row.rotation = 1;
    row.dayClass = DayClass::Weekday;
    row.minFaculty = faculty;
    row.shedCategory = category;
    return row;
}

} // namespace

TEST(ProgrammeUtilization, CapacityIsFteOnWeekdaysAndTwoHalfDaysAWeekForAdjuncts) {
    const Programme programme = smallProgramme();
    EXPECT_DOUBLE_EQ(capacityOn(programme, kLoadMonday), 2.4);
    EXPECT_DOUBLE_EQ(capacityOn(programme, kLoadMonday + days(5)), 0);
    EXPECT_DOUBLE_EQ(weekLoad(programme, kLoadMonday).capacity, 12.0);
}

TEST(ProgrammeUtilization, TheFmitAttendingIsThereAtWeekendsAndOffOnTheFridayAfter) {
    Programme programme = smallProgramme();
    for (int i = 4; i < 11; ++i) // Friday to Thursday
        for (const Half half : {Half::Am, Half::Pm})
            programme.assignments.push_back({kLoadMonday + days(i), half, 0, 0, AssignmentRole::Primary, ""});
    std::vector<double> perPerson;
    EXPECT_DOUBLE_EQ(capacityOn(programme, kLoadMonday + days(5), &perPerson), 2.0);
    EXPECT_EQ(perPerson, (std::vector<double>{2.0, 0.0, 0.0}));
    EXPECT_DOUBLE_EQ(capacityOn(programme, kLoadMonday + days(11), &perPerson), 0.4);
    EXPECT_DOUBLE_EQ(perPerson[0], 0.0);
}

TEST(ProgrammeUtilization, AbsencesDaysOffAndOnboardingTakeCapacity) {
    Programme programme = smallProgramme();
    programme.absences = {absenceOf(0, kLoadMonday, kLoadMonday)};
    EXPECT_DOUBLE_EQ(capacityOn(programme, kLoadMonday), 0.4);
    programme.absences[0].startHalf = Half::Pm;
    EXPECT_DOUBLE_EQ(capacityOn(programme, kLoadMonday), 1.4);
    programme.absences[0] = absenceOf(0, kLoadMonday, kLoadMonday, AbsenceStatus::Anticipated);
    EXPECT_DOUBLE_EQ(capacityOn(programme, kLoadMonday), 1.4);
    programme.absences[0].status = AbsenceStatus::Pending;
    EXPECT_DOUBLE_EQ(capacityOn(programme, kLoadMonday), 2.4);

    programme.assignments = {{kLoadMonday, Half::Pm, 0, 1, AssignmentRole::Primary, "DO"}};
    EXPECT_DOUBLE_EQ(capacityOn(programme, kLoadMonday), 1.4);

    programme.people[0].activeFrom = kLoadMonday - days(20);
    EXPECT_DOUBLE_EQ(capacityOn(programme, kLoadMonday + days(0)), 0.9);
    EXPECT_DOUBLE_EQ(capacityOn(programme, kLoadMonday + days(1)), 2.4);
}

TEST(ProgrammeUtilization, HolidaysScaleBothSides) {
    Programme programme = smallProgramme();
    programme.requirements = {clinicRequirement(2)};
    programme.days[0].multiplier = 0.25;
    const DayLoad load = dayLoad(programme, kLoadMonday);
    EXPECT_DOUBLE_EQ(load.capacity, 0.6);
    EXPECT_DOUBLE_EQ(load.clinicalDemand, 0.5 + 3.0 / 5 * 0.25);
    programme.requirements[0].multiplierOverride = 1.0;
    EXPECT_DOUBLE_EQ(dayLoad(programme, kLoadMonday).clinicalDemand, 2.0 + 3.0 / 5 * 0.25);
}

TEST(ProgrammeUtilization, SupervisionFollowsTheResidentsWhoAreThere) {
    Programme programme = smallProgramme();
    for (int i = 0; i < 4; ++i)
        programme.people.push_back(programme.people[2]);
    Requirement row = clinicRequirement(0);
    row.facultyByUnits = true;
    row.minResidents = 5;
    EXPECT_DOUBLE_EQ(facultyNeeded(programme, row, kLoadMonday), 2.0) << "nothing scheduled: the planned five";
    for (int person = 2; person < 7; ++person) // five interns: ten units
        programme.assignments.push_back({kLoadMonday, Half::Am, person, 1, AssignmentRole::Primary, ""});
    EXPECT_DOUBLE_EQ(facultyNeeded(programme, row, kLoadMonday), 3.0);
    programme.absences = {absenceOf(2, kLoadMonday, kLoadMonday)};
    EXPECT_DOUBLE_EQ(facultyNeeded(programme, row, kLoadMonday), 2.0);
    programme.assignments[1].role = AssignmentRole::Backup;
    programme.assignments[2].role = AssignmentRole::Backup;
    programme.assignments[3].role = AssignmentRole::Backup;
    programme.assignments[4].role = AssignmentRole::Backup;
    EXPECT_DOUBLE_EQ(facultyNeeded(programme, row, kLoadMonday), 0.0);
}

TEST(ProgrammeUtilization, OwnClinicsFallAwayWithAbsenceAndCommitmentsDoNot) {
    Programme programme = smallProgramme();
    programme.commitments = {{0, "Programme administration", 2.5, 6}};
    EXPECT_DOUBLE_EQ(dayLoad(programme, kLoadMonday).clinicalDemand, 0.6);
    EXPECT_DOUBLE_EQ(dayLoad(programme, kLoadMonday).protectedDemand, 0.5);
    programme.absences = {absenceOf(0, kLoadMonday, kLoadMonday)};
    EXPECT_DOUBLE_EQ(dayLoad(programme, kLoadMonday).clinicalDemand, 0.0);
    EXPECT_DOUBLE_EQ(dayLoad(programme, kLoadMonday).protectedDemand, 0.5);
}

TEST(ProgrammeUtilization, SheddingACategoryLowersWhatIsRequired) {
    Programme programme = smallProgramme();
    programme.requirements = {clinicRequirement(1, 1), clinicRequirement(0.5, 7)};
    programme.commitments = {{0, "Research", 5, 5}};
    const DayLoad before = dayLoad(programme, kLoadMonday);
    EXPECT_DOUBLE_EQ(before.required, 1 + 0.5 + 0.6 + 1);
    EXPECT_DOUBLE_EQ(before.essential, 1 + 0.6);
    EXPECT_DOUBLE_EQ(before.suspended, 0);
    programme.shedCategories = {5, 6, 7};
    const DayLoad after = dayLoad(programme, kLoadMonday);
    EXPECT_DOUBLE_EQ(after.required, 1.6);
    EXPECT_DOUBLE_EQ(after.suspended, 1.5);
    EXPECT_DOUBLE_EQ(after.required + after.suspended, after.clinicalDemand + after.protectedDemand);
}

TEST(ProgrammeUtilization, WithoutCapacityDemandIsEverythingAndNothingIsNothing) {
    EXPECT_DOUBLE_EQ(utilization(10, 0), 1.0);
    EXPECT_DOUBLE_EQ(utilization(0, 0), 0.0);
    EXPECT_DOUBLE_EQ(utilization(60, 100), 0.6);
    EXPECT_DOUBLE_EQ(dayLoad(smallProgramme(), makeDate(2030, 1, 1)).capacity, 0.0);
}

TEST(ProgrammeUtilization, RequirementsApplyOnTheirDays) {
    Requirement row;
    Day wednesday;
    wednesday.date = makeDate(2026, 11, 25); // the last of the month
    Day saturday;
    saturday.date = makeDate(2026, 11, 28);
    saturday.weekend = true;
    const auto applies = [&](DayClass dayClass, const Day& day) {
        row.dayClass = dayClass;
        return appliesOn(row, day);
    };
    EXPECT_TRUE(applies(DayClass::EveryDay, saturday));
    EXPECT_FALSE(applies(DayClass::Weekday, saturday));
    EXPECT_TRUE(applies(DayClass::Weekend, saturday));
    EXPECT_TRUE(applies(DayClass::LastWednesday, wednesday));
    EXPECT_FALSE(applies(DayClass::Holiday, wednesday));
    row.weekdays = 1u << 2;
    EXPECT_TRUE(applies(DayClass::ListedWeekdays, wednesday));
    EXPECT_FALSE(applies(DayClass::ListedWeekdays, saturday));
    wednesday.date -= days(7);
    EXPECT_FALSE(applies(DayClass::LastWednesday, wednesday));
    row.validTo = wednesday.date - days(1);
    EXPECT_FALSE(applies(DayClass::EveryDay, wednesday));
    row.validTo = wednesday.date;
    row.validFrom = wednesday.date;
    EXPECT_TRUE(applies(DayClass::EveryDay, wednesday));
}
