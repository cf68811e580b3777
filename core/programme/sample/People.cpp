#include "core/programme/sample/Draft.h"

#include "core/programme/Catalogue.h"

#include <algorithm>
#include <set>

namespace core::programme::sample {

using base::Date;
using base::makeDate;

namespace {

constexpr const char* kFirstStarts[] = {"Ka", "Lo", "Mi", "Re", "Ta", "So", "Ve", "Na", "Dri", "Ju",
                                        "El", "Is", "Be", "Ca", "Fe", "Ha", "Ma", "Or", "Pe",  "Ya"};
constexpr const char* kFirstEnds[] = {"ra", "len", "na", "rik", "ti",  "mon", "lia", "vin",
                                      "sa", "dan", "ro", "mi",  "nel", "tha", "ko",  "ris"};
constexpr const char* kLastStarts[] = {"Bran", "Cor", "Dal",   "Ester", "Fal",  "Gren", "Har",  "Ingel", "Kest", "Lum",
                                       "Mor",  "Nor", "Oster", "Pell",  "Quin", "Ros",  "Sten", "Tor",   "Ulm",  "Wex"};
constexpr const char* kLastMiddles[] = {"", "a", "el", "in", "o", "er"};
constexpr const char* kLastEnds[] = {"by",   "dale", "feld", "grove", "holm", "ley",
                                     "mere", "rick", "stad", "ton",   "vale", "worth"};

template <size_t N>
const char* syllable(Random& chance, const char* const (&list)[N]) {
    return list[chance.below(int(N))];
}

/// A name that nobody in the programme has yet, and the address made of it.
void giveName(Random& chance, std::set<std::string>& taken, Person& person) {
    std::string first, last;
    do {
        // One draw a statement: the order of draws inside an expression is the compiler's choice.
        first = syllable(chance, kFirstStarts);
        first += syllable(chance, kFirstEnds);
        last = syllable(chance, kLastStarts);
        last += syllable(chance, kLastMiddles);
        last += syllable(chance, kLastEnds);
    } while (!taken.insert(first + " " + last).second);
    person.name = first + " " + last;
    person.email = first + "." + last + "@example.test";
    std::transform(person.email.begin(), person.email.end(), person.email.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? char(c - 'A' + 'a') : c; });
}

/// Leaders first, core faculty, adjuncts last: 13 make 1 of each leader, 6 core and 2 adjuncts.
std::vector<FacultyRole> facultyRoles(int faculty) {
    const int adjuncts = faculty >= 8 ? (faculty * 2 + 6) / 13 : 0;
    std::vector<FacultyRole> roles{FacultyRole::Pd, FacultyRole::Apd};
    if (faculty - adjuncts >= 8)
        roles.insert(roles.end(), {FacultyRole::Oic, FacultyRole::DeptChief, FacultyRole::SportsMed});
    while (int(roles.size()) < faculty - adjuncts)
        roles.push_back(FacultyRole::Core);
    roles.resize(size_t(faculty), FacultyRole::Adjunct);
    return roles;
}

std::string adminTypeOf(FacultyRole role, int index) {
    switch (role) {
    case FacultyRole::Pd:
    case FacultyRole::Apd:
        return "GME";
    case FacultyRole::Oic:
    case FacultyRole::DeptChief:
        return "DFM";
    case FacultyRole::SportsMed:
        return "SM";
    case FacultyRole::Core:
        return index % 2 == 0 ? "GME" : "DFM";
    case FacultyRole::None:
    case FacultyRole::Adjunct:
        return "";
    }
    return "";
}

void addResidents(Draft& draft, Random& chance, std::set<std::string>& taken) {
    const int year = int(std::chrono::year_month_day{draft.programme.yearStart}.year());
    for (int i = 0; i < draft.residents; ++i) {
        Person person;
        giveName(chance, taken, person);
        person.pgy = 1 + i * 3 / draft.residents;
        person.activeFrom = makeDate(year + 1 - person.pgy, 7, 1);
        if (person.pgy == 3)
            person.activeTo = draft.programme.yearEnd;
        person.targetClinicalBlocks = chance.between(48, 56);
        draft.programme.people.push_back(std::move(person));
    }
    draft.programme.people.back().targetClinicalBlocks = 24; // the chief resident
}

void addFaculty(Draft& draft, Random& chance, std::set<std::string>& taken) {
    const int year = int(std::chrono::year_month_day{draft.programme.yearStart}.year());
    const std::vector<FacultyRole> roles = facultyRoles(draft.faculty);
    for (int i = 0; i < draft.faculty; ++i) {
        Person person;
        giveName(chance, taken, person);
        person.type = PersonType::Faculty;
        person.role = roles[size_t(i)];
        person.adminType = adminTypeOf(person.role, i);
        const int came = year - chance.between(1, 6);
        person.activeFrom = makeDate(came, unsigned(chance.between(6, 8)), 15);
        if (person.role == FacultyRole::Adjunct)
            person.fte = 0.2; // two half-days a week
        draft.programme.people.push_back(std::move(person));
    }
}

/// One holds obstetrics. Everyone else on the regular faculty has the procedure credential and four of five practise
/// sports medicine (all do in a small faculty), so that the obstetrician alone cannot be replaced.
void giveSpecialties(Draft& draft) {
    constexpr int kSmallFaculty = 8;
    int count = 0;
    for (Person& person : draft.programme.people) {
        if (!person.isFaculty() || person.role == FacultyRole::Adjunct)
            continue;
        const int index = int(&person - draft.programme.people.data());
        if (draft.obstetrician < 0 && person.role == FacultyRole::Core) {
            person.specialties.push_back("obstetrics");
            draft.obstetrician = index;
            continue;
        }
        if (person.role == FacultyRole::SportsMed || draft.faculty < kSmallFaculty || count++ % 5 != 4)
            person.specialties.push_back("sports_medicine");
        person.specialties.push_back("procedures");
        person.performsProcedures = true;
    }
}

} // namespace

int Draft::rotationOf(int resident, int day) const {
    const int number = programme.days[size_t(day)].blockNumber;
    const Cell& cell = matrix[size_t(resident)][size_t(number)];
    return date(day) - blocks[size_t(number)].start < std::chrono::days(14) ? cell.first : cell.second;
}

int Draft::rotationNamed(std::string_view abbreviation) const {
    return core::programme::rotationNamed(programme.rotations, abbreviation);
}

bool hasSkill(const Person& person, Skill skill) {
    return skill == Skill::SportsMedicine ? person.hasSpecialty("sports_medicine") : person.performsProcedures;
}

void makePeople(Draft& draft) {
    Random chance = draft.chance(Step::People);
    std::set<std::string> taken;
    addResidents(draft, chance, taken);
    addFaculty(draft, chance, taken);
    giveSpecialties(draft);
    draft.away.assign(size_t(draft.people()), std::vector<char>(size_t(2 * draft.dayCount()), 0));
    draft.reserved.assign(size_t(draft.dayCount()), {0, 0});
}

} // namespace core::programme::sample
