#include "core/programme/Utilization.h"

#include "core/programme/Presence.h"

#include <algorithm>
#include <array>

namespace core::programme {

using std::chrono::days;

namespace {

constexpr double kOnboardingShare = 0.5;
constexpr double kAdjunctHalfDaysPerWeek = 2;
constexpr double kAnticipatedShare = 0.5;
constexpr int kWeekdays = 5;
constexpr int kHandoverDay = 4; // Friday
constexpr int kContinuityCategory = 3; // own clinics are continuity of care
constexpr int kLastEssentialCategory = 4;

/// What the schedule says of one faculty member on one day.
struct Duty {
    bool fmit = false;
    bool fmitYesterday = false;
    bool off[2] = {false, false}; ///< DO, by half
};

std::vector<Duty> dutiesOn(const Programme& programme, base::Date date) {
    std::vector<Duty> duties(programme.people.size());
    for (const Assignment& row : programme.assignmentsOn(date)) {
        if (row.person < 0 || row.role == AssignmentRole::Backup || row.half == Half::Night)
            continue;
        Duty& duty = duties[size_t(row.person)];
        duty.fmit |= programme.isFmit(row.rotation) && isWork(programme, row);
        duty.off[int(row.half)] |=
            row.activity == "DO" || (row.activity.empty() && row.rotation >= 0 &&
                                     programme.rotations[size_t(row.rotation)].abbreviation == "DO");
    }
    if (base::isoWeekday(date) == kHandoverDay)
        for (const Assignment& row : programme.assignmentsOn(date - days(1)))
            if (row.person >= 0 && isWork(programme, row) && programme.isFmit(row.rotation))
                duties[size_t(row.person)].fmitYesterday = true;
    return duties;
}

/// 1 − the part of each half-day that the absences of the day take, by person and half.
std::vector<std::array<double, 2>> presenceOn(const Programme& programme, base::Date date) {
    std::vector<std::array<double, 2>> presence(programme.people.size(), {1.0, 1.0});
    for (const Absence& absence : programme.absences) {
        if (absence.person < 0 || !absence.blocks() || date < absence.start || date > absence.end)
            continue;
        const double left = absence.status == AbsenceStatus::Anticipated ? 1.0 - kAnticipatedShare : 0.0;
        for (const Half half : {Half::Am, Half::Pm})
            if (absence.covers(date, half)) {
                double& value = presence[size_t(absence.person)][size_t(half)];
                value = std::min(value, left);
            }
    }
    return presence;
}

bool isMember(const Person& person, base::Date date) {
    return person.isActiveOn(date) && person.status != PersonStatus::Away && person.status != PersonStatus::Separated;
}

/// Protected time stays whoever is away, until they have left.
bool isOwner(const Person& person, base::Date date) {
    return person.isActiveOn(date) && person.status != PersonStatus::Separated;
}

/// Share of an ordinary half-day of `day` that the person gives, before absences and days off.
double regularShare(const Programme& programme, const Person& person, const Day& day, const Duty& duty) {
    if (!person.isFaculty() || !isMember(person, day.date))
        return 0;
    double share = 0;
    if (duty.fmit)
        share = 1;
    else if (!day.weekend && !duty.fmitYesterday)
        share = day.multiplier *
                (person.role == FacultyRole::Adjunct ? kAdjunctHalfDaysPerWeek / (2 * kWeekdays) : person.fte);
    return isOnboarding(programme, person, day.date) ? share * kOnboardingShare : share;
}

/// Everything about one day that both sides of the ratio need.
struct DayView {
    const Programme& programme;
    const Day& day;
    std::vector<Duty> duties;
    std::vector<std::array<double, 2>> presence;

    DayView(const Programme& programme, const Day& day)
        : programme(programme), day(day), duties(dutiesOn(programme, day.date)),
          presence(presenceOn(programme, day.date)) {}
};

double capacityOf(const DayView& view, std::vector<double>* perPerson) {
    const std::vector<Person>& people = view.programme.people;
    if (perPerson)
        perPerson->assign(people.size(), 0.0);
    double total = 0;
    for (size_t i = 0; i < people.size(); ++i) {
        const double share = regularShare(view.programme, people[i], view.day, view.duties[i]);
        if (share <= 0)
            continue;
        double own = 0;
        for (const size_t half : {0u, 1u})
            own += view.duties[i].off[half] ? 0.0 : share * view.presence[i][half];
        total += own;
        if (perPerson)
            (*perPerson)[i] = own;
    }
    return total;
}

/// minFaculty, plus the attendings for the supervision units of the residents who work at the rotation in the half-day
/// and of whom `isThere(person, half)` holds.
template <class IsThere>
double facultyFor(const Programme& programme, base::Date date, const Requirement& requirement, IsThere isThere) {
    if (!requirement.facultyByUnits || requirement.half == Half::Night)
        return requirement.minFaculty;
    const auto rows = programme.assignmentsOn(date);
    int units = rows.empty() ? requirement.minResidents : 0; // nothing is scheduled yet: as planned
    for (const Assignment& row : rows)
        if (row.person >= 0 && row.rotation >= 0 && row.rotation == requirement.rotation &&
            row.half == requirement.half && isWork(programme, row) && isThere(row.person, row.half) &&
            !programme.people[size_t(row.person)].isFaculty())
            units += supervisionUnits(programme.people[size_t(row.person)]);
    return requirement.minFaculty + double((units + kUnitsPerAttending - 1) / kUnitsPerAttending);
}

double facultyNeededOn(const DayView& view, const Requirement& requirement) {
    return facultyFor(view.programme, view.day.date, requirement, [&view](int person, Half half) {
        return view.presence[size_t(person)][size_t(half)] > 0 &&
               isMember(view.programme.people[size_t(person)], view.day.date);
    });
}

/// Adds demand to `load`, minding what is shed.
void demand(const Programme& programme, int category, double halfDays, double& kind, DayLoad& load) {
    kind += halfDays;
    load.byCategory[size_t(std::clamp(category, 1, 7))] += halfDays;
    if (programme.shedCategories.contains(category)) {
        load.suspended += halfDays;
        return;
    }
    load.required += halfDays;
    if (category <= kLastEssentialCategory)
        load.essential += halfDays;
}

void addServices(const DayView& view, DayLoad& load) {
    for (const Requirement& requirement : view.programme.requirements) {
        if (requirement.half == Half::Night || !appliesOn(requirement, view.day))
            continue;
        const double multiplier = demandMultiplier(requirement, view.day);
        if (multiplier > 0)
            demand(view.programme, requirement.shedCategory, facultyNeededOn(view, requirement) * multiplier,
                   load.clinicalDemand, load);
    }
}

void addOwnClinics(const DayView& view, DayLoad& load) {
    if (view.day.weekend || view.day.multiplier <= 0)
        return;
    const std::vector<Person>& people = view.programme.people;
    for (size_t i = 0; i < people.size(); ++i) {
        const double sessions = ownClinicSessions(people[i].role);
        if (sessions <= 0 || !people[i].isFaculty() || !isMember(people[i], view.day.date))
            continue;
        const double present = (view.presence[i][0] + view.presence[i][1]) / 2;
        demand(view.programme, kContinuityCategory,
               sessions * people[i].fte / kWeekdays * present * view.day.multiplier, load.clinicalDemand, load);
    }
}

void addCommitments(const DayView& view, DayLoad& load) {
    if (view.day.weekend || view.day.multiplier <= 0)
        return;
    for (const Commitment& commitment : view.programme.commitments)
        if (commitment.person >= 0 && isOwner(view.programme.people[size_t(commitment.person)], view.day.date))
            demand(view.programme, commitment.shedCategory,
                   commitment.halfDaysPerWeek / kWeekdays * view.day.multiplier, load.protectedDemand, load);
}

bool isLastWednesday(base::Date date) {
    const std::chrono::year_month_day next{date + days(7)};
    return base::isoWeekday(date) == 2 && next.month() != std::chrono::year_month_day{date}.month();
}

} // namespace

DayLoad& DayLoad::operator+=(const DayLoad& other) {
    capacity += other.capacity;
    clinicalDemand += other.clinicalDemand;
    protectedDemand += other.protectedDemand;
    suspended += other.suspended;
    required += other.required;
    essential += other.essential;
    for (size_t category = 0; category < byCategory.size(); ++category)
        byCategory[category] += other.byCategory[category];
    return *this;
}

double utilization(double required, double capacity) {
    if (capacity <= 0)
        return required > 0 ? 1.0 : 0.0;
    return required / capacity;
}

DayLoad dayLoad(const Programme& programme, base::Date date) {
    DayLoad load;
    const Day* day = programme.day(date);
    if (!day)
        return load;
    const DayView view(programme, *day);
    load.capacity = capacityOf(view, nullptr);
    addServices(view, load);
    addOwnClinics(view, load);
    addCommitments(view, load);
    return load;
}

DayLoad loadBetween(const Programme& programme, base::Date from, base::Date to) {
    DayLoad sum;
    for (base::Date date = from; date <= to; date += days(1))
        sum += dayLoad(programme, date);
    return sum;
}

DayLoad weekLoad(const Programme& programme, base::Date from) {
    return loadBetween(programme, from, from + days(6));
}

bool isOnboarding(const Programme& programme, const Person& person, base::Date date) {
    const bool joinedThisYear = person.activeFrom > programme.yearStart || person.status == PersonStatus::Onboarding;
    return joinedThisYear && date >= person.activeFrom && date < person.activeFrom + days(kOnboardingDays);
}

double capacityOn(const Programme& programme, base::Date date, std::vector<double>* perPerson) {
    const Day* day = programme.day(date);
    if (!day) {
        if (perPerson)
            perPerson->assign(programme.people.size(), 0.0);
        return 0;
    }
    return capacityOf(DayView(programme, *day), perPerson);
}

bool appliesOn(const Requirement& requirement, const Day& day) {
    if ((requirement.validFrom && day.date < *requirement.validFrom) ||
        (requirement.validTo && day.date > *requirement.validTo))
        return false;
    switch (requirement.dayClass) {
    case DayClass::EveryDay:
        return true;
    case DayClass::Weekday:
        return !day.weekend;
    case DayClass::Weekend:
        return day.weekend;
    case DayClass::Holiday:
        return day.holiday;
    case DayClass::ListedWeekdays:
        return (requirement.weekdays >> base::isoWeekday(day.date) & 1u) != 0;
    case DayClass::LastWednesday:
        return isLastWednesday(day.date);
    }
    return false;
}

double demandMultiplier(const Requirement& requirement, const Day& day) {
    return requirement.multiplierOverride.value_or(day.multiplier);
}

double facultyNeeded(const Programme& programme, const Requirement& requirement, base::Date date) {
    const Day* day = programme.day(date);
    return day ? facultyNeededOn(DayView(programme, *day), requirement) : 0.0;
}

double facultyNeeded(const Programme& programme, const Presence& presence, const Requirement& requirement, int day) {
    return facultyFor(programme, programme.days[size_t(day)].date, requirement,
                      [&](int person, Half half) { return presence.present(person, day, half); });
}

int supervisionUnits(const Person& resident) {
    return resident.mayBeIntern() ? 2 : 1;
}

double ownClinicSessions(FacultyRole role) {
    switch (role) {
    case FacultyRole::Apd:
    case FacultyRole::Oic:
        return 2;
    case FacultyRole::DeptChief:
        return 1;
    case FacultyRole::SportsMed:
        return 1; // of four, three are the sports-medicine service of the requirements
    case FacultyRole::Core:
        return 3;
    case FacultyRole::None:
    case FacultyRole::Pd:
    case FacultyRole::Adjunct:
        return 0;
    }
    return 0;
}

} // namespace core::programme
