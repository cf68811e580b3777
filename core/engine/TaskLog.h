#pragma once

#include "core/engine/Services.h"
#include "core/store/Database.h"

namespace core::engine {

/// The log lines of tasks, in telemetry.db: disposable, never in the way of a task. Thread: any.
class TaskLog {
  public:
    /// Opens telemetry.db; a damaged one is put aside and begun anew.
    static base::Result<std::unique_ptr<TaskLog>> open(const std::filesystem::path& file);

    /// Stores a line without waiting; a line that cannot be stored is dropped.
    void append(const task::TaskId& task, TaskLogLine line);
    /// The newest `limit` lines of a task, oldest first.
    base::Result<std::vector<TaskLogLine>> read(const task::TaskId& task, int limit) const;

  private:
    explicit TaskLog(std::unique_ptr<store::Database> database) : m_database(std::move(database)) {}
    std::unique_ptr<store::Database> m_database;
};

} // namespace core::engine
