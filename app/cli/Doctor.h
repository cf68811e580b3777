#pragma once

#include "app/cli/TaskCommands.h"

namespace app::cli {

/// One line a check, with what to do; ExitStatus::Failed when one of them failed. Needs no engine and changes nothing.
Outcome showDoctor(Session& session);

} // namespace app::cli
