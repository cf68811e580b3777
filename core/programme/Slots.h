#pragma once

#include "core/programme/Presence.h"
#include "core/programme/Programme.h"

#include <string>
#include <vector>

namespace core::programme {

/// One requirement in one half of one day, and who is there for it.
struct Slot {
    int day = 0;         ///< position in Programme::days
    Half half = Half::Am;
    int requirement = 0; ///< position in Programme::requirements
    double neededResidents = 0, neededFaculty = 0; ///< after the operational multiplier
    std::vector<int> residents; ///< assigned and present; PGY-1 (or unknown level) beyond the limit left out
    std::vector<int> faculty;   ///< assigned, present and qualified

    double needed() const { return neededResidents + neededFaculty; }
    /// Units of the need that are met: Σ min(assigned, needed).
    double covered() const;
};

/// Assigned as an attending of residents: role `supervising`, or the activity AT or PCAT in any role but backup.
bool supervises(const Assignment& assignment);
/// Does this faculty member hold the specialty and the procedure credential of the rotation.
bool isQualified(const Rotation& rotation, const Person& person);
/// May this faculty member serve the requirement: specialty and procedure credential of requirement and rotation.
bool isQualified(const Programme& programme, const Requirement& requirement, const Person& person);

/// Everything that is required in [from, to] and not shed, in the order of date, half and requirement; slots without
/// any need are left out. Halves AM and PM are matched with assignments to the requirement's rotation; NIGHT with
/// night-float rows of the night rotations (residents) and with call rows (faculty, and residents on call).
/// Where faculty are needed by supervision units, only those count who supervise.
std::vector<Slot> slotsBetween(const Programme& programme, const Presence& presence, base::Date from, base::Date to);

} // namespace core::programme
