#pragma once

#include "core/base/Json.h"
#include "core/task/Trigger.h"

#include <nlohmann/json.hpp>
#include <optional>
#include <string>

namespace core::packs {

/// Something that people should hear of. A task that finds it says so in its result, under `alert`; a trigger makes the
/// task that sends it (send_resilience_alert) in the same transaction. Nobody else sends.
struct Alert {
    std::string kind;                 ///< health, contingency, utilization_forecast, crisis …
    std::string transition = "event"; ///< entering, worsening, recovery, event
    std::string level;                ///< info, warning, critical, emergency
    std::string status;               ///< what it speaks of, for people
    int rank = 0;                     ///< how bad that is, for the next comparison (programme::alertTransition)
    std::string message;
    base::Json details = base::Json::object();
};

/// As results carry it; also the parameters of send_resilience_alert.
base::Json toDocument(const Alert& alert);
/// null for none.
base::Json toDocument(const std::optional<Alert>& alert);
/// What sends it: critical ones before others, and they before what only informs.
task::Consequence sending(base::Json alert);
/// The alert that a task's result asks for under this key; none when there is none.
std::optional<task::Consequence> sendingOf(const base::Json& result, const char* key = "alert");

} // namespace core::packs
