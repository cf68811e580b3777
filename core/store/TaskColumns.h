#pragma once

#include "core/store/TaskStore.h"

namespace core::store {

/// The columns of a task document, for a SELECT; with bodies params, metadata, result and traceback come last.
const std::string& taskColumns(Bodies bodies);
/// The row of such a SELECT. A state or reason that we do not know is an SqlError(SQLITE_CORRUPT).
task::Task taskAt(const Query& row, Bodies bodies);
/// The condition that a row of `task` matches both its checksums.
const std::string& soundTask();
task::TaskState stateAt(const Query& row, int column);

} // namespace core::store
