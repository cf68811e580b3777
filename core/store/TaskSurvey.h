#pragma once

#include "core/store/Connection.h"
#include "core/task/TaskState.h"

#include <functional>
#include <string_view>

namespace core::store {

/// Called for each task; `since` is when it could have been started first. The texts last until the call returns.
using TaskVisitor = std::function<void(std::string_view queue, std::string_view type, task::TaskState state,
                                       base::Instant since)>;

/// Goes once through all tasks, in no order: what counters begin with. A second for three million tasks.
void surveyTasks(Connection& db, const TaskVisitor& visit);

} // namespace core::store
