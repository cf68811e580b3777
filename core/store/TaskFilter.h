#pragma once

#include "core/base/Time.h"
#include "core/task/TaskState.h"

#include <optional>
#include <string>
#include <vector>

namespace core::store {

/// Which tasks. Everything that is set must hold; empty means all.
struct TaskFilter {
    std::vector<task::TaskState> states;
    std::string queue;
    std::string type;
    std::string search; ///< words that must all occur in id, type, worker, error, tags or params (any case)
    std::optional<base::Instant> createdFrom;
    std::optional<base::Instant> createdTo; ///< exclusive
};

enum class TaskSort { Created, Type, Queue, State, Priority, Started, Finished, Runtime };
enum class SortDirection { Descending, Ascending };

struct TaskOrder {
    TaskSort by = TaskSort::Created;
    SortDirection direction = SortDirection::Descending;
};

} // namespace core::store
