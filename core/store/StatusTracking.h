#pragma once

#include "core/store/Connection.h"
#include "core/task/Task.h"
#include "core/task/Tracking.h"

#include <set>
#include <string>
#include <unordered_map>
#include <vector>

namespace core::store {

/// Lets rows of the programme follow the moves of tasks, as their types declare. A row that is not there, or that
/// refuses the word, is a warning in the task's history and never stops the move. Thread: writer, inside its transaction.
class StatusTracking {
  public:
    StatusTracking() = default;
    /// A type that tracks a table which tasks may not write is left out, and a log line says so.
    StatusTracking(const std::vector<std::string>& writableTables,
                   const std::unordered_map<std::string, task::Tracking>& byType);

    /// After `task` moved to where it is: writes the word of its state, in the same transaction.
    void follow(Connection& db, const task::Task& task) const;

  private:
    std::unordered_map<std::string, task::Tracking> m_byType;
};

} // namespace core::store
