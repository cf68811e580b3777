#pragma once

#include "core/base/Time.h"
#include "core/programme/duty/RuleCheck.h"
#include "core/programme/duty/Violation.h"
#include "core/task/Outcome.h"

#include <string>
#include <vector>

namespace core::packs::compliance {

/// What a check did to the records.
struct RecordSummary {
    int added = 0, reopened = 0, resolved = 0, kept = 0;
    int notRecorded = 0; ///< new ones beyond what one task may write, the least severe
};

/// Adds to `outcome` what the moves ask for. The most severe findings come first: at most 4,000 are added and about
/// 3 MB of worked windows written in one go, the rest by the next check. Known records are changed only if they are
/// still the version that was read, so that what a person says meanwhile stays.
RecordSummary addViolationRows(task::Outcome& outcome, const programme::Programme& programme,
                               const std::vector<programme::duty::Finding>& findings,
                               const std::vector<programme::duty::Violation>& known,
                               const std::vector<programme::duty::RecordMove>& moves, const std::string& taskId,
                               base::Instant now);

} // namespace core::packs::compliance
