#pragma once

#include "core/engine/Services.h"
#include "core/engine/TaskTypeService.h"
#include "core/task/TaskType.h"

#include <nlohmann/json.hpp>

namespace core::api {

// The documents of this API that no room of the engine defines. ISO times in UTC, absent = null.

base::Json toDocument(const task::TaskType& type);
base::Json toDocument(const task::Attempt& attempt);
base::Json toDocument(const task::Transition& transition);
base::Json toDocument(const engine::TaskLogLine& line);
/// `depth` by state word; `oldest_waiting_seconds` is the age at `now`.
base::Json toDocument(const engine::QueueStatus& queue, base::Instant now);
/// An enabled entry whose next firing no beat has set yet shows the first one after `now`.
base::Json toDocument(const engine::ScheduleEntry& entry);
base::Json toDocument(const store::FireRow& fire);
base::Json toDocument(const worker::WorkerStatus& worker);
/// Circuit and rate of a task type; `waits_for` says in words why its tasks do not begin, or is null.
base::Json toDocument(const engine::TypeStatus& status);
base::Json instantOrNull(const std::optional<base::Instant>& instant);
base::Json textOrNull(const std::string& text);

} // namespace core::api
