#pragma once

#include "core/task/TaskState.h"

#include <optional>
#include <string>

namespace core::task {

/// The row of the programme's tables whose status follows the tasks of a type, in the same transactions as their moves:
/// when an attempt starts, and when the task ends. Only tables that tasks may write.
struct Tracking {
    std::string table;
    std::string keyColumn;    ///< column that names the row …
    std::string parameter;    ///< … by the value of this parameter of the task
    std::string statusColumn;
    std::string running = "running", succeeded = "completed", failed = "failed", cancelled = "cancelled";
    std::string taskIdColumn; ///< gets the task's id at each start; empty: none

    /// The word for a state; none for those that leave the row as it is (a retry to come, an attempt given back).
    std::optional<std::string> wordFor(TaskState state) const;
};

} // namespace core::task
