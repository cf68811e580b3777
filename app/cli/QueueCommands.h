#pragma once

#include "app/cli/TaskCommands.h"

namespace app::cli {

Outcome listQueues(Session& session);
Outcome pauseQueue(Session& session, const std::string& queue);
Outcome resumeQueue(Session& session, const std::string& queue);

enum class Confirmed { No, Yes };
/// Without confirmation it only says how much waits.
Outcome purgeQueue(Session& session, const std::string& queue, Confirmed confirmed);

/// How the engine is; ExitStatus::Failed when it is unhealthy.
Outcome showHealth(Session& session);

} // namespace app::cli
