#pragma once

#include "core/engine/Services.h"
#include "core/engine/TaskTypeService.h"
#include "core/engine/TriggerService.h"
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
/// Entries, hours in UTC, changes of the clock and overloads; single firings only when they are asked for.
enum class SingleFirings { Without, With };
base::Json toDocument(const engine::ComingLoad& load, SingleFirings singles);
base::Json toDocument(const engine::BackfillPlan& plan);
/// `left`: missing instants of the window that are more than one backfill takes.
base::Json toDocument(const std::string& schedule, const engine::BackfillResult& result, int64_t left);
base::Json toDocument(const worker::WorkerStatus& worker);
/// Circuit and rate of a task type; `waits_for` says in words why its tasks do not begin, or is null.
base::Json toDocument(const engine::TypeStatus& status);
/// `state` is enabled, disabled or waiting; a waiting one says in `waits_for` for what. Times of a debounce are null for a
/// trigger whose causes each make a task.
base::Json toDocument(const engine::TriggerStatus& trigger);
base::Json instantOrNull(const std::optional<base::Instant>& instant);
base::Json textOrNull(const std::string& text);

} // namespace core::api
