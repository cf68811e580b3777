#pragma once

#include "core/base/Json.h"
#include "core/base/Time.h"

#include <ostream>

namespace app::cli {

// What people see of the task documents.

void printTaskTypes(std::ostream& out, const core::base::Json& document);
void printTypeStatuses(std::ostream& out, const core::base::Json& document);
void printTypeStatus(std::ostream& out, const core::base::Json& status);
/// `0193… resilience_contingency is pending in queue resilience`.
void printTaskLine(std::ostream& out, const core::base::Json& task);
/// Everything that is known about one task; result and parameters as indented JSON.
void printTask(std::ostream& out, const core::base::Json& task);
void printTasks(std::ostream& out, const core::base::Json& page, core::base::Instant now);
void printReport(std::ostream& out, const core::base::Json& report);

} // namespace app::cli
