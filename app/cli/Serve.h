#pragma once

#include "app/cli/TaskCommands.h"

namespace app::cli {

/// Engine, beat and API without a window, until SIGTERM or SIGINT; then a clean stop.
Outcome serve(Session& session);

} // namespace app::cli
