#pragma once

#include "app/cli/TaskCommands.h"

namespace app::cli {

Outcome listTriggers(Session& session);
Outcome enableTrigger(Session& session, const std::string& name);
Outcome disableTrigger(Session& session, const std::string& name);

} // namespace app::cli
