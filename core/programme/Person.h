#pragma once

#include "core/base/Time.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace core::programme {

enum class PersonType { Resident, Faculty };
enum class FacultyRole { None, Pd, Apd, Oic, DeptChief, SportsMed, Core, Adjunct };
enum class PersonStatus { Active, Onboarding, Away, Separated };

struct Person {
    std::string id;
    std::string name;
    std::string email;
    PersonType type = PersonType::Resident;
    int pgy = 0; ///< 1..3 for residents, 0 otherwise
    FacultyRole role = FacultyRole::None;
    double fte = 1.0; ///< 0.1..1.0
    std::vector<std::string> specialties; ///< `obstetrics`, `sports_medicine`, `procedures` …
    bool performsProcedures = false;
    int targetClinicalBlocks = 48;
    std::string adminType; ///< GME, DFM, SM
    base::Date activeFrom{};
    std::optional<base::Date> activeTo; ///< inclusive
    PersonStatus status = PersonStatus::Active;

    bool isFaculty() const { return type == PersonType::Faculty; }
    /// Adjuncts are never scheduled or called in by anything but an agreement with them.
    bool isRegularFaculty() const { return isFaculty() && role != FacultyRole::Adjunct; }
    /// A resident of unknown level counts as an intern, because nobody knows that they are more.
    bool mayBeIntern() const { return type == PersonType::Resident && pgy <= 1; }
    bool isActiveOn(base::Date date) const { return date >= activeFrom && (!activeTo || date <= *activeTo); }
    bool hasSpecialty(const std::string& specialty) const;
};

/// The words of the database and of documents: `resident`, `pd`, `dept_chief`, `active` …
const char* toText(PersonType type);
const char* toText(FacultyRole role);
const char* toText(PersonStatus status);
std::optional<PersonType> personTypeFromText(std::string_view text);
std::optional<FacultyRole> facultyRoleFromText(std::string_view text);
std::optional<PersonStatus> personStatusFromText(std::string_view text);

} // namespace core::programme
