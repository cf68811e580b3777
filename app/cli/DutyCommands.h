#pragma once

#include "app/cli/TaskCommands.h"

#include <string>
#include <vector>

namespace app::cli {

struct ViolationList {
    std::string status, person, rule, severity, from, to, after, limit;
};

struct ViolationAnswer {
    std::string id, note, reasonCode, reason, approvedBy, expires;
};

struct NearLimitChoice {
    bool all = false;
};

struct PolicyChoice {
    std::vector<std::string> settings; ///< `h80_limit=76`
    std::string reason;
};

Outcome listViolations(Session& session, const ViolationList& which);
/// With the days that lead to the number.
Outcome showViolation(Session& session, const std::string& id);
Outcome acknowledgeViolation(Session& session, const ViolationAnswer& answer);
Outcome overrideViolation(Session& session, const ViolationAnswer& answer);
Outcome showNearLimit(Session& session, const NearLimitChoice& choice);
/// Shows the limits in force, after changing those that are given.
Outcome dutyPolicy(Session& session, const PolicyChoice& choice);

} // namespace app::cli
