#pragma once

#include "core/base/Json.h"
#include "core/base/Time.h"
#include "core/task/TaskContext.h"
#include "core/task/Outcome.h"

#include <nlohmann/json.hpp>
#include <string>

namespace core::packs {

/// One alert about the programme's resilience: a row for the console and a message for the people.
struct Alert {
    std::string kind;       ///< health, contingency, utilization_forecast, crisis
    std::string transition; ///< entering, worsening, recovery, event
    std::string level;      ///< info, warning, critical, emergency
    std::string status;     ///< what it speaks of, for the next comparison
    std::string message;
    base::Json details = base::Json::object();
};

/// Adds the alert's row and its in-app message to the outcome.
void addAlert(task::Outcome& outcome, const task::TaskContext& context, base::Instant now, const Alert& alert);

} // namespace core::packs
