#pragma once

#include "core/programme/duty/RuleLedger.h"

#include <vector>

namespace core::programme::duty {

/// Residents at one rotation in one half-day, and who attends.
struct SupervisedSlot {
    int day = 0; ///< position in Programme::days
    Half half = Half::Am;
    int rotation = -1;
    std::vector<int> residents; ///< present
    std::vector<int> faculty;   ///< present, supervising and qualified
    int required = 0;           ///< attendings
    bool hasPgy1 = false;       ///< or a resident without a level

    int deficit() const { return required - int(faculty.size()); }
};

/// Attendings that so many residents need: ⌈pgy1 / policy ratio + seniors / policy ratio⌉, without rounding in between:
/// with the ratios 2 and 4 this is ⌈units / 4⌉ of two units for a PGY-1 and one for others.
int attendingsFor(const DutyPolicy& policy, int pgy1, int seniors);

/// Every half-day (AM, PM; weekends too) of [from, to], positions, and every place where residents see outpatients: a
/// rotation that counts as duty, is neither inpatient nor a night, and requires supervision or a procedure credential.
/// Wards and nights have attendings of their own. Half-days without residents are left out.
/// Residents count who are assigned (not backup, not time off) and present; without a PGY level as PGY-1. A procedure
/// session has an attending of its own: at a rotation that requires the credential one for each resident. Faculty count
/// who are assigned to the same rotation as `supervises` says, present, and qualified for it.
std::vector<SupervisedSlot> supervisedSlots(const Programme& programme, const Presence& presence, int from, int to,
                                            const DutyPolicy& policy);

/// SUP: a deficit of one is HIGH; of two or more, or PGY-1 with no attending at all, CRITICAL. One finding a half-day.
void checkSupervision(const Programme& programme, const std::vector<SupervisedSlot>& slots, RuleLedger& ledger);

} // namespace core::programme::duty
