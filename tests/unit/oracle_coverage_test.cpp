// Coverage (4.2), utilization (3.1) and load shedding (3.7) against the definitions said plainly, on programmes of
// chance.

#include "core/programme/Coverage.h"
#include "core/programme/LoadShedding.h"
#include "core/programme/Utilization.h"
#include "tests/unit/oracle_harness.h"

using namespace core::programme;
using namespace tests::oracle;

namespace oracle_coverage {

std::string at(const Programme& programme, int day, Half half) {
    return core::base::formatDate(programme.first() + std::chrono::days(day)) + " " + toText(half);
}

/// By day, half, requirement and role: needed, have.
using Gaps = std::map<std::tuple<int, Half, int, std::string>, std::pair<double, double>>;

struct ServiceFigures {
    double needed = 0, covered = 0;
    std::optional<double> leastSpare; ///< absent: no faculty are needed
};

struct PlainCoverage {
    double needed = 0, covered = 0;
    Gaps gaps;
    std::map<std::string, ServiceFigures> services;
};

PlainCoverage plainCoverage(const Facts& facts) {
    PlainCoverage all;
    for (const Need& need : facts.needs()) {
        const Requirement& row = facts.programme().requirements[size_t(need.requirement)];
        const double residents = need.residents, faculty = double(need.faculty.size());
        const double covered = std::min(residents, need.residentsNeeded) + std::min(faculty, need.facultyNeeded);
        all.needed += need.residentsNeeded + need.facultyNeeded;
        all.covered += covered;
        if (residents < need.residentsNeeded)
            all.gaps[{need.day, need.half, need.requirement, "resident"}] = {need.residentsNeeded, residents};
        if (faculty < need.facultyNeeded)
            all.gaps[{need.day, need.half, need.requirement, "faculty"}] = {need.facultyNeeded, faculty};
        ServiceFigures& service = all.services[row.service];
        service.needed += need.residentsNeeded + need.facultyNeeded;
        service.covered += covered;
        if (need.facultyNeeded <= 0)
            continue;
        int could = 0;
        for (int person = 0; person < facts.people(); ++person) {
            const Person& who = facts.programme().people[size_t(person)];
            // Adjuncts are never called in, so they are there only where they serve.
            const bool callable = who.role != FacultyRole::Adjunct || need.faculty.contains(person);
            could += who.type == PersonType::Faculty && callable && facts.there(person, need.day, need.half) &&
                     facts.qualified(person, row);
        }
        service.leastSpare = std::min(service.leastSpare.value_or(1e9), could - need.facultyNeeded);
    }
    return all;
}

Differences coverageDiffers(const Programme& programme, Bend bend) {
    const PlainCoverage expected = plainCoverage(Facts(programme, bend));
    const CoverageReport found = coverageBetween(programme, programme.first(), programme.last());
    Differences differences;
    differences.compare("needed", expected.needed, found.needed);
    differences.compare("covered", expected.covered, found.covered);
    const auto ratio = expected.needed > 0 ? std::optional(expected.covered / expected.needed) : std::nullopt;
    differences.compare("ratio", ratio, found.ratio());
    Gaps gaps;
    for (const CoverageGap& gap : found.gaps)
        gaps[{int((gap.date - programme.first()).count()), gap.half, gap.requirement, gap.role}] = {gap.needed,
                                                                                                    gap.have};
    differences.compare("gaps", expected.gaps.size(), found.gaps.size());
    for (const auto& [key, gap] : expected.gaps) {
        const auto& [day, half, requirement, role] = key;
        const std::string what = at(programme, day, half) + " " + role + " of row " + std::to_string(requirement);
        if (!gaps.contains(key))
            differences.add("no gap: " + what);
        differences.compare(what + ", needed", gap.first, gaps[key].first);
        differences.compare(what + ", have", gap.second, gaps[key].second);
    }
    std::set<std::string> told;
    for (const ServiceCoverage& service : found.services) {
        if (service.needed == 0)
            continue;
        told.insert(service.service);
        const auto known = expected.services.find(service.service);
        if (known == expected.services.end()) {
            differences.add("a service that needs nothing: " + service.service);
            continue;
        }
        differences.compare(service.service + ", needed", known->second.needed, service.needed);
        differences.compare(service.service + ", covered", known->second.covered, service.covered);
        if (!known->second.leastSpare)
            continue;
        differences.compare(service.service + ", spare", *known->second.leastSpare, service.leastSpare);
        differences.compare(service.service + ", its parts", *known->second.leastSpare,
                            service.available - service.minimum);
    }
    differences.compare("services", expected.services.size(), told.size());
    return differences;
}

/// Demand and capacity of one day.
struct PlainLoad {
    std::vector<double> capacity; ///< by person
    double clinical = 0, commitments = 0;
    std::array<double, 8> byCategory{};
};

/// 3.1: capacity of one faculty member in a half-day.
double available(const Facts& facts, int person, int day, Half half) {
    const Programme& programme = facts.programme();
    const Person& who = programme.people[size_t(person)];
    const Day& on = programme.days[size_t(day)];
    if (who.type != PersonType::Faculty || !facts.belongs(person, day))
        return 0;
    if (facts.away(person, day, half) && !facts.maybeAway(person, day, half))
        return 0;
    for (const Assignment& row : facts.rows(person, day, half))
        if (row.activity == "DO" && row.role != AssignmentRole::Backup)
            return 0;
    const bool ward = facts.onFmit(person, day);
    const bool friday = std::chrono::weekday(on.date) == std::chrono::Friday;
    if (!ward && friday && day > 0 && facts.onFmit(person, day - 1))
        return 0;
    double share = 0;
    if (ward)
        share = 1;
    else if (!on.weekend)
        share = (who.role == FacultyRole::Adjunct && !facts.bent(Bend::AdjunctsWorkTheirFte) ? 2.0 / 10 : who.fte) *
                (facts.bent(Bend::HolidaysRunInFull) ? 1 : on.multiplier);
    // On the first of the year everybody begins of whom nobody knows when they came.
    const bool joined = who.activeFrom > programme.yearStart || who.status == PersonStatus::Onboarding;
    if (joined && on.date < who.activeFrom + std::chrono::days(21))
        share /= 2;
    return facts.maybeAway(person, day, half) ? share / 2 : share;
}

/// 3.1: own clinic half-days a week, without those that are a service.
double ownClinics(FacultyRole role) {
    switch (role) {
    case FacultyRole::Apd:
    case FacultyRole::Oic:
        return 2;
    case FacultyRole::DeptChief:
    case FacultyRole::SportsMed:
        return 1;
    case FacultyRole::Core:
        return 3;
    default:
        return 0;
    }
}

PlainLoad plainLoad(const Facts& facts, int day) {
    const Programme& programme = facts.programme();
    const Day& on = programme.days[size_t(day)];
    PlainLoad load;
    const auto demand = [&load](double& kind, int category, double halfDays) {
        kind += halfDays;
        load.byCategory[size_t(category)] += halfDays;
    };
    for (const Requirement& row : programme.requirements)
        if (facts.speaksOf(row, day) && row.half != Half::Night)
            demand(load.clinical, row.shedCategory,
                   facts.attendingsNeeded(row, day, Doubtful::AreThere) * facts.multiplier(row, day));
    for (int person = 0; person < facts.people(); ++person) {
        double capacity = 0, here = 0;
        for (const Half half : {Half::Am, Half::Pm}) {
            capacity += available(facts, person, day, half);
            here += facts.there(person, day, half) || facts.bent(Bend::OwnClinicsGoOnWithoutTheirOwner) ? 0.5
                    : facts.belongs(person, day) && facts.maybeAway(person, day, half)                  ? 0.25
                                                                                                        : 0;
        }
        load.capacity.push_back(capacity);
        const Person& who = programme.people[size_t(person)];
        if (who.type == PersonType::Faculty && !on.weekend)
            demand(load.clinical, 3, ownClinics(who.role) * who.fte / 5 * here * on.multiplier);
    }
    for (const Commitment& commitment : programme.commitments)
        if (!on.weekend && facts.enrolled(commitment.person, day) &&
            programme.people[size_t(commitment.person)].status != PersonStatus::Separated)
            demand(load.commitments, commitment.shedCategory, commitment.halfDaysPerWeek / 5 * on.multiplier);
    return load;
}

Differences utilizationDiffers(const Programme& programme, Bend bend) {
    const Facts facts(programme, bend);
    Differences differences;
    double required = 0, capacity = 0;
    for (int day = 0; day < facts.days(); ++day) {
        const PlainLoad expected = plainLoad(facts, day);
        const std::string on = core::base::formatDate(programme.first() + std::chrono::days(day)) + " ";
        const DayLoad found = dayLoad(programme, programme.first() + std::chrono::days(day));
        std::vector<double> perPerson;
        (void)capacityOn(programme, programme.first() + std::chrono::days(day), &perPerson);
        double dayCapacity = 0, suspended = 0, essential = 0;
        for (int person = 0; person < facts.people(); ++person) {
            dayCapacity += expected.capacity[size_t(person)];
            differences.compare(on + "capacity of " + programme.people[size_t(person)].name,
                                expected.capacity[size_t(person)], perPerson.at(size_t(person)));
        }
        for (int category = 1; category <= 7; ++category) {
            const double halfDays = expected.byCategory[size_t(category)];
            differences.compare(on + "category " + std::to_string(category), halfDays,
                                found.byCategory[size_t(category)]);
            const bool shed = programme.shedCategories.contains(category);
            suspended += shed ? halfDays : 0;
            essential += !shed && category <= 4 ? halfDays : 0;
        }
        const double dayRequired = expected.clinical + expected.commitments - suspended;
        differences.compare(on + "capacity", dayCapacity, found.capacity);
        differences.compare(on + "clinical demand", expected.clinical, found.clinicalDemand);
        differences.compare(on + "protected demand", expected.commitments, found.protectedDemand);
        differences.compare(on + "suspended", suspended, found.suspended);
        differences.compare(on + "required", dayRequired, found.required);
        differences.compare(on + "essential", essential, found.essential);
        required += dayRequired;
        capacity += dayCapacity;
    }
    const double ratio = capacity > 1e-9 ? required / capacity : required > 1e-9 ? 1 : 0;
    differences.compare("utilization", ratio, utilization(loadBetween(programme, programme.first(), programme.last())));
    return differences;
}

/// So that residents need more than one attending.
constexpr Extent kCrowded{.mostResidents = 9};

} // namespace oracle_coverage

using namespace oracle_coverage;

TEST(OracleCoverage, IsTheSumOfWhatIsMetOverTheSumOfWhatIsNeeded) {
    expectSame("oracle of coverage", 800, coverageDiffers, kCrowded);
}

TEST(OracleCoverage, NoticesAWrongRule) {
    for (const Bend bend : {Bend::PendingAbsencesKeepFromWork, Bend::InternsCountWithoutLimit, Bend::InternsAreOneUnit,
                            Bend::HolidaysRunInFull, Bend::HoursOfBackupCount})
        expectNoticed(coverageDiffers, bend, kCrowded);
}

TEST(OracleUtilization, IsWhatIsRequiredOverWhoIsThereDayByDayAndPersonByPerson) {
    expectSame("oracle of utilization", 600, utilizationDiffers, kCrowded);
}

TEST(OracleUtilization, NoticesAWrongRule) {
    for (const Bend bend :
         {Bend::PendingAbsencesKeepFromWork, Bend::AnticipatedAbsencesTakeAll, Bend::InternsAreOneUnit,
          Bend::HolidaysRunInFull, Bend::AdjunctsWorkTheirFte, Bend::OwnClinicsGoOnWithoutTheirOwner})
        expectNoticed(utilizationDiffers, bend, kCrowded);
}
