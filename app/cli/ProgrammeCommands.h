#pragma once

#include "app/cli/TaskCommands.h"

namespace app::cli {

struct SampleChoice {
    std::optional<int64_t> seed;
    std::string start;
    std::optional<int> residents, faculty;
};

struct ImportChoice {
    std::string path;
    bool dryRun = false;
};

struct CrisisChoice {
    std::string severity, reason, approvedBy;
    bool preview = false;
};

Outcome createSample(Session& session, const SampleChoice& choice);
/// ExitStatus::Usage when rows are wrong, with --dry-run too.
Outcome importProgramme(Session& session, const ImportChoice& choice);
Outcome showProgramme(Session& session);

/// Starts the crisis task and waits for its end, or only previews what it would shed.
Outcome activateCrisis(Session& session, const CrisisChoice& choice);
Outcome deactivateCrisis(Session& session, const CrisisChoice& choice);
Outcome showCrisis(Session& session);

} // namespace app::cli
