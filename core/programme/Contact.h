#pragma once

#include "core/base/Json.h"

#include <optional>
#include <string>
#include <string_view>

namespace core::programme {

/// What somebody is to the console.
enum class UserRole { Admin, Coordinator, Faculty, ClinicalStaff, Rn, Lpn, Msa, Resident };
/// `admin`, `coordinator`, `faculty`, `clinical_staff`, `rn`, `lpn`, `msa`, `resident`; and back, exactly as written.
const char* toText(UserRole role);
std::optional<UserRole> userRoleFromText(std::string_view text);

/// Somebody who can be told something.
struct Contact {
    std::string id; ///< UUID
    std::string name;
    std::string email; ///< empty: none is known
    UserRole role = UserRole::Coordinator;
    bool opsContact = false; ///< is told of alerts about the operation
    bool active = true;

    /// Alerts about resilience go to admins and coordinators who are operations contacts.
    bool getsResilienceAlerts() const {
        return active && opsContact && (role == UserRole::Admin || role == UserRole::Coordinator);
    }
};

base::Json toDocument(const Contact& contact);

} // namespace core::programme
