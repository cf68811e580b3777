#include "core/programme/Person.h"

#include "core/programme/Words.h"

#include <algorithm>

namespace core::programme {

namespace {

constexpr Word<PersonType> kPersonTypes[] = {{PersonType::Resident, "resident"}, {PersonType::Faculty, "faculty"}};

constexpr Word<FacultyRole> kFacultyRoles[] = {{FacultyRole::None, ""},
                                               {FacultyRole::Pd, "pd"},
                                               {FacultyRole::Apd, "apd"},
                                               {FacultyRole::Oic, "oic"},
                                               {FacultyRole::DeptChief, "dept_chief"},
                                               {FacultyRole::SportsMed, "sports_med"},
                                               {FacultyRole::Core, "core"},
                                               {FacultyRole::Adjunct, "adjunct"}};

constexpr Word<PersonStatus> kPersonStatuses[] = {{PersonStatus::Active, "active"},
                                                  {PersonStatus::Onboarding, "onboarding"},
                                                  {PersonStatus::Away, "away"},
                                                  {PersonStatus::Separated, "separated"}};

} // namespace

bool Person::hasSpecialty(const std::string& specialty) const {
    return std::find(specialties.begin(), specialties.end(), specialty) != specialties.end();
}

const char* toText(PersonType type) {
    return wordOf(kPersonTypes, type);
}

const char* toText(FacultyRole role) {
    return wordOf(kFacultyRoles, role);
}

const char* toText(PersonStatus status) {
    return wordOf(kPersonStatuses, status);
}

std::optional<PersonType> personTypeFromText(std::string_view text) {
    return valueOf(kPersonTypes, text);
}

std::optional<FacultyRole> facultyRoleFromText(std::string_view text) {
    return valueOf(kFacultyRoles, text);
}

std::optional<PersonStatus> personStatusFromText(std::string_view text) {
    return valueOf(kPersonStatuses, text);
}

} // namespace core::programme
