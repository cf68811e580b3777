#pragma once

#include "core/engine/Services.h"
#include "core/store/Database.h"

#include <atomic>

namespace core::engine {

/// The log lines of tasks, in telemetry.db: disposable, never in the way of a task. Thread: any.
class TaskLog {
  public:
    /// Without a database lines are dropped and none are found.
    explicit TaskLog(std::shared_ptr<store::Database> telemetry) : m_database(std::move(telemetry)) {}

    /// Stores a line without waiting; a line that cannot be stored is dropped.
    void append(const task::TaskId& task, TaskLogLine line);
    /// The newest `limit` lines of a task, oldest first; none when they cannot be read.
    std::vector<TaskLogLine> read(const task::TaskId& task, int limit) const;

  private:
    std::shared_ptr<store::Database> m_database;
    mutable std::atomic<bool> m_complained{false};
};

} // namespace core::engine
