#pragma once

#include "core/base/Result.h"
#include "core/store/TaskFilter.h"

#include <string>

namespace core::api {

/// The words of a caller that select tasks, before they are checked.
struct TaskWords {
    std::string state; ///< one or several, separated by commas; `dead` is `failure`: nothing will run it again by itself
    std::string queue, type, search, from, to;
};

/// InvalidParams for an unknown state or queue, or a time that cannot be read.
base::Result<store::TaskFilter> selectTasks(const TaskWords& words);

/// Reads `state:failure,revoked queue:exports type:resilience_contingency word word`. InvalidParams for an unknown
/// key, or when nothing is said.
base::Result<TaskWords> parseSelection(const std::string& expression);

/// The queue exists; otherwise NotFound with the names of those that do.
base::Result<void> requireQueue(const std::string& name);

} // namespace core::api
