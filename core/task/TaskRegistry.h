#pragma once

#include "core/task/TaskType.h"

#include <map>
#include <string>
#include <vector>

namespace core::task {

/// Thread: any, once filled. Every task type that this program knows, by id.
class TaskRegistry {
  public:
    /// Adds a type. Its id must be new and its queue one of kQueues.
    void add(TaskType type);

    /// By id (`resilience_contingency`) or Celery name; nullptr when there is none.
    const TaskType* find(const std::string& name) const;
    /// As `find`, with the error that callers show: `Invalid task_type: X. Must be one of: […]`.
    base::Result<const TaskType*> require(const std::string& name) const;
    /// In the order of adding.
    const std::vector<std::string>& ids() const { return m_order; }

  private:
    std::map<std::string, TaskType> m_types;
    std::vector<std::string> m_order;
};

} // namespace core::task
