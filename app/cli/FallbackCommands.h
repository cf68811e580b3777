#pragma once

#include "app/cli/TaskCommands.h"

#include <string>

namespace app::cli {

struct FallbackChoice {
    std::string id, reason, approvedBy;
    std::string seen; ///< version
    bool allowStale = false;
};

struct FallbackLook {
    std::string id, day;
};

Outcome listFallbacks(Session& session);
/// With who takes over what, of all days or of one.
Outcome showFallback(Session& session, const FallbackLook& look);
Outcome activateFallback(Session& session, const FallbackChoice& choice);
Outcome deactivateFallback(Session& session, const FallbackChoice& choice);

} // namespace app::cli
