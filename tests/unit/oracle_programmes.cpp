#include "tests/unit/oracle_programmes.h"

#include "tests/support/Dice.h"

#include <algorithm>
#include <tuple>

namespace tests::oracle {

using namespace core::programme;
using core::base::Date;
using core::base::makeDate;
using std::chrono::days;

namespace {

/// Writes a programme step by step from one stream of chance.
class Author {
  public:
    Author(uint64_t seed, const Extent& extent) : m_dice(seed), m_extent(extent) {}

    Programme write() {
        writeDays();
        writeRotations();
        writePeople();
        writeRequirements();
        writeCommitments();
        if (!m_dice.chance(4)) {
            writeAssignments();
            writeFmitWeeks();
            writeCalls();
        }
        writeAbsences();
        writeShedding();
        sortRows();
        return std::move(m_programme);
    }

  private:
    void writeDays() {
        const std::vector<Date> starts{makeDate(2026, 7, 1),   makeDate(2026, 9, 14), makeDate(2026, 11, 16),
                                       makeDate(2026, 12, 18), makeDate(2027, 6, 14), makeDate(2028, 2, 21)};
        const Date first = m_dice.pick(starts) + days(m_dice.between(0, 7));
        const int most =
            m_dice.chance(60) ? std::max(m_extent.leastDays, 14) : m_extent.mostDays; // short ones are quick
        const int count = m_dice.between(m_extent.leastDays, std::min(most, m_extent.mostDays));
        for (int d = 0; d < count; ++d) {
            Day day;
            day.date = first + days(d);
            const std::chrono::weekday weekday(day.date);
            day.weekend = weekday == std::chrono::Saturday || weekday == std::chrono::Sunday;
            day.holiday = m_dice.chance(6);
            if (day.holiday)
                day.multiplier = m_dice.pick<double>({0, 0, 0.25, 1});
            else if (m_dice.chance(5))
                day.multiplier = 0.25;
            m_programme.days.push_back(day);
        }
        const std::chrono::year_month_day from(first);
        const int year = int(from.year()) - (unsigned(from.month()) < 7 ? 1 : 0);
        m_programme.yearStart = makeDate(year, 7, 1);
        m_programme.yearEnd = makeDate(year + 1, 6, 30);
        m_programme.name = "Programme of chance";
        m_programme.zone = "UTC";
    }

    int rotation(const char* abbreviation, RotationType type, int shedCategory) {
        Rotation rotation;
        rotation.id = std::string("rotation-") + abbreviation;
        rotation.name = rotation.abbreviation = abbreviation;
        rotation.type = type;
        rotation.shedCategory = shedCategory;
        rotation.hoursAm = m_dice.between(12, 28) / 4.0;
        rotation.hoursPm = m_dice.between(12, 28) / 4.0;
        m_programme.rotations.push_back(rotation);
        return int(m_programme.rotations.size()) - 1;
    }

    void writeRotations() {
        m_fmit = rotation("FMIT", RotationType::Inpatient, 1);
        const int clinic = rotation("C", RotationType::Outpatient, 3);
        const int obstetrics = rotation("OBC", RotationType::Outpatient, 3);
        const int procedures = rotation("PROC", RotationType::Outpatient, m_dice.between(2, 5));
        const int lecture = rotation("LEC", RotationType::Lecture, 4);
        m_services = {m_fmit, clinic, obstetrics, procedures, lecture};
        m_day = {m_fmit, clinic, clinic, obstetrics, procedures, lecture, rotation("ADM", RotationType::Education, 6)};
        if (m_dice.chance(50))
            m_programme.rotations[size_t(obstetrics)].requiresSpecialty = "obstetrics";
        if (m_dice.chance(50))
            m_programme.rotations[size_t(procedures)].requiresProcedureCredential = true;
        for (const char* night : {"NF", "PedNF"}) {
            m_nights.push_back(rotation(night, RotationType::Inpatient, 1));
            Rotation& row = m_programme.rotations.back();
            row.isNight = true;
            row.hoursAm = 0;
            row.hoursPm = 12;
            row.startMinutePm = 19 * 60;
        }
        for (const auto& [name, type] :
             {std::pair{"OFF", RotationType::Off}, std::pair{"W", RotationType::Off},
              std::pair{"LV", RotationType::Absence}, std::pair{"PC", RotationType::Recovery}}) {
            m_day.push_back(rotation(name, type, 3));
            Rotation& row = m_programme.rotations.back();
            row.countsAsDuty = false;
            row.hoursAm = row.hoursPm = 0;
        }
    }

    Date anyDay(int before = 0, int after = 0) {
        return m_programme.first() + days(m_dice.between(-before, int(m_programme.days.size()) - 1 + after));
    }

    void writePeople() {
        const int faculty = m_dice.between(m_extent.leastFaculty, m_extent.mostFaculty),
                  residents = m_dice.between(0, m_extent.mostResidents);
        std::vector<PersonType> types(size_t(faculty), PersonType::Faculty);
        types.resize(size_t(faculty + residents), PersonType::Resident);
        for (size_t i = types.size(); i > 1; --i)
            std::swap(types[i - 1], types[m_dice.below(i)]);
        for (const PersonType type : types)
            writePerson(type);
    }

    void writePerson(PersonType type) {
        const std::vector<FacultyRole> roles{FacultyRole::Core,      FacultyRole::Core,      FacultyRole::Core,
                                             FacultyRole::Pd,        FacultyRole::Apd,       FacultyRole::Oic,
                                             FacultyRole::DeptChief, FacultyRole::SportsMed, FacultyRole::Adjunct};
        Person person;
        // Ids in another order than positions: whoever breaks ties by position is found out.
        const int number = int(m_programme.people.size());
        person.id = std::string(1, char('a' + (number * 7 + 3) % 26)) + "-" + std::to_string(number);
        person.name = "Person " + std::to_string(number);
        person.type = type;
        if (type == PersonType::Faculty)
            person.role = m_dice.pick(roles);
        else
            person.pgy = m_dice.between(0, 3);
        person.fte = m_dice.pick<double>({1, 1, 1, 0.8, 0.5, 0.2, 0.1});
        if (m_dice.chance(40))
            person.specialties.push_back("obstetrics");
        if (m_dice.chance(20))
            person.specialties.push_back("sports_medicine");
        person.performsProcedures = m_dice.chance(40);
        person.activeFrom = m_programme.yearStart - days(400);
        if (m_dice.chance(15))
            person.activeFrom = anyDay(25);
        if (m_dice.chance(10))
            person.activeTo = anyDay(3, 3);
        if (m_dice.chance(12))
            person.status =
                m_dice.pick<PersonStatus>({PersonStatus::Onboarding, PersonStatus::Away, PersonStatus::Separated});
        m_programme.people.push_back(person);
    }

    void writeRequirements() {
        const std::vector<DayClass> classes{DayClass::EveryDay,       DayClass::EveryDay,     DayClass::Weekday,
                                            DayClass::Weekday,        DayClass::Weekend,      DayClass::Holiday,
                                            DayClass::ListedWeekdays, DayClass::LastWednesday};
        const int count = m_dice.between(m_extent.leastServices, 6);
        for (int i = 0; i < count; ++i) {
            Requirement row;
            row.id = "requirement-" + std::to_string(i);
            row.service = "Service " + std::to_string(m_dice.between(0, 4)); // several rows may be one service
            row.half = m_dice.chance(25) ? Half::Night : m_dice.chance(50) ? Half::Am : Half::Pm;
            row.rotation = row.half == Half::Night ? m_dice.pick<int>({m_fmit, m_nights[0]}) : m_dice.pick(m_services);
            row.dayClass = m_dice.pick(classes);
            row.weekdays = unsigned(m_dice.between(1, 127));
            row.minResidents = m_dice.between(0, 3);
            row.minFaculty = m_dice.pick<double>({0, 0.5, 1, 1, 1, 2});
            row.facultyByUnits = row.half != Half::Night && m_dice.chance(25);
            row.shedCategory = m_dice.between(1, 7);
            if (m_dice.chance(25))
                row.maxPgy1 = m_dice.between(0, 1);
            if (m_dice.chance(20))
                row.requiresSpecialty = m_dice.pick<std::string>({"obstetrics", "sports_medicine"});
            row.requiresProcedureCredential = m_dice.chance(10);
            if (m_dice.chance(15))
                row.validFrom = anyDay();
            if (m_dice.chance(15))
                row.validTo = anyDay();
            if (m_dice.chance(20))
                row.multiplierOverride = m_dice.pick<double>({0, 0.5, 1});
            m_programme.requirements.push_back(row);
        }
    }

    void writeCommitments() {
        const std::vector<std::string> activities{"Programme administration", "Research", "Journal club"};
        if (m_programme.people.empty())
            return;
        for (int i = m_dice.between(0, 4); i > 0; --i) {
            const int person = anyPerson();
            if (m_programme.people[size_t(person)].type == PersonType::Faculty)
                m_programme.commitments.push_back(
                    {person, m_dice.pick(activities), m_dice.between(0, 12) / 4.0, m_dice.between(4, 7)});
        }
    }

    int anyPerson() { return int(m_dice.below(m_programme.people.size())); }

    void writeAssignments() {
        const std::vector<std::string> activities{"AT", "AT", "PCAT", "DO", "PC", "W", "OFF", "LV", "HOL", "CV"};
        for (int person = 0; person < int(m_programme.people.size()); ++person) {
            if (m_dice.chance(10))
                continue; // nobody has planned anything for them
            const bool faculty = m_programme.people[size_t(person)].type == PersonType::Faculty;
            const int share = m_dice.pick<int>({30, 70, 95});
            for (const Day& day : m_programme.days)
                for (const Half half : {Half::Am, Half::Pm}) {
                    if (!m_dice.chance(day.weekend ? share / 2 : share))
                        continue;
                    Assignment row{day.date, half, person, m_dice.chance(4) ? -1 : m_dice.pick(m_day), {}, {}};
                    if (half == Half::Pm && m_dice.chance(faculty ? 2 : 20))
                        row.rotation = m_dice.pick(m_nights);
                    row.role = m_dice.chance(70)   ? AssignmentRole::Primary
                               : m_dice.chance(70) ? AssignmentRole::Supervising
                                                   : AssignmentRole::Backup;
                    if (m_dice.chance(30))
                        row.activity = m_dice.pick(activities);
                    m_programme.assignments.push_back(row);
                }
        }
    }

    /// Weeks of an attending on FMIT, Friday to Thursday, instead of what they had.
    void writeFmitWeeks() {
        for (int person = 0; person < int(m_programme.people.size()); ++person) {
            if (m_programme.people[size_t(person)].type != PersonType::Faculty || !m_dice.chance(35))
                continue;
            Date friday = anyDay(6);
            while (std::chrono::weekday(friday) != std::chrono::Friday)
                friday += days(1);
            std::erase_if(m_programme.assignments, [&](const Assignment& row) {
                return row.person == person && row.date >= friday && row.date < friday + days(7);
            });
            for (const Day& day : m_programme.days)
                if (day.date >= friday && day.date < friday + days(7))
                    for (const Half half : {Half::Am, Half::Pm})
                        m_programme.assignments.push_back({day.date, half, person, m_fmit, {}, {}});
        }
    }

    void writeCalls() {
        if (m_programme.people.empty())
            return;
        const int share = m_dice.pick<int>({0, 30, 70});
        for (int d = -1; d < int(m_programme.days.size()); ++d)
            for (int person = 0; person < int(m_programme.people.size()); ++person)
                if (m_dice.chance(share / int(m_programme.people.size())))
                    m_programme.calls.push_back({m_programme.first() + days(d), person,
                                                 m_dice.pick<CallType>({CallType::Overnight, CallType::Overnight,
                                                                        CallType::Weekend, CallType::Backup})});
    }

    void writeAbsences() {
        const std::vector<AbsenceStatus> states{
            AbsenceStatus::Approved,    AbsenceStatus::Approved,    AbsenceStatus::Confirmed,
            AbsenceStatus::Anticipated, AbsenceStatus::Anticipated, AbsenceStatus::Pending,
            AbsenceStatus::Rejected,    AbsenceStatus::Cancelled,   AbsenceStatus::Denied};
        const std::vector<std::string> types{"vacation", "sick", "medical", "conference", "deployment", "tdy"};
        for (int person = 0; person < int(m_programme.people.size()); ++person)
            for (int i = m_dice.chance(50) ? m_dice.between(1, 3) : 0; i > 0; --i) {
                Absence row;
                row.id = "absence-" + std::to_string(m_programme.absences.size());
                row.person = person;
                row.start = anyDay(5);
                row.end = row.start + days(m_dice.chance(3)    ? -1
                                           : m_dice.chance(60) ? m_dice.between(0, 3)
                                                               : m_dice.between(0, 14));
                row.startHalf = m_dice.chance(30) ? Half::Pm : Half::Am;
                row.endHalf = m_dice.chance(30) ? Half::Am : Half::Pm;
                row.type = m_dice.pick(types);
                row.status = m_dice.pick(states);
                m_programme.absences.push_back(row);
            }
    }

    void writeShedding() {
        if (!m_dice.chance(25))
            return;
        m_programme.shedLevel = m_dice.between(1, 5);
        const int least = std::vector<int>{8, 7, 5, 4, 3, 2}[size_t(m_programme.shedLevel)];
        for (int category = least; category <= 7; ++category)
            m_programme.shedCategories.insert(category);
    }

    void sortRows() {
        std::sort(m_programme.assignments.begin(), m_programme.assignments.end(), [](const auto& a, const auto& b) {
            return std::tie(a.date, a.half, a.person) < std::tie(b.date, b.half, b.person);
        });
    }

    Dice m_dice;
    const Extent m_extent;
    Programme m_programme;
    int m_fmit = -1;
    std::vector<int> m_services, m_day, m_nights; ///< rotations
};

} // namespace

Programme programmeOfChance(uint64_t seed, const Extent& extent) {
    return Author(seed, extent).write();
}

Programme withPeopleInOrder(const Programme& programme, const std::vector<int>& order) {
    std::vector<int> place(order.size());
    Programme other = programme;
    for (size_t i = 0; i < order.size(); ++i) {
        other.people[i] = programme.people[size_t(order[i])];
        place[size_t(order[i])] = int(i);
    }
    const auto move = [&place](auto& rows) {
        for (auto& row : rows)
            row.person = row.person < 0 ? -1 : place[size_t(row.person)];
    };
    move(other.assignments);
    move(other.calls);
    move(other.absences);
    move(other.commitments);
    std::sort(other.assignments.begin(), other.assignments.end(), [](const auto& a, const auto& b) {
        return std::tie(a.date, a.half, a.person) < std::tie(b.date, b.half, b.person);
    });
    return other;
}

} // namespace tests::oracle
