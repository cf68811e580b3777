#include "core/task/TaskRegistry.h"

#include <algorithm>
#include <cassert>

namespace core::task {

void TaskRegistry::add(TaskType type) {
    assert(!m_types.contains(type.id));
    assert(std::any_of(kQueues.begin(), kQueues.end(), [&](const QueueLimit& q) { return q.name == type.queue; }));
    m_order.push_back(type.id);
    std::string id = type.id;
    m_types.emplace(std::move(id), std::move(type));
}

const TaskType* TaskRegistry::find(const std::string& name) const {
    if (const auto found = m_types.find(name); found != m_types.end())
        return &found->second;
    for (const auto& [id, type] : m_types)
        if (type.celeryName == name)
            return &type;
    return nullptr;
}

base::Result<const TaskType*> TaskRegistry::require(const std::string& name) const {
    if (const TaskType* type = find(name))
        return type;
    std::string known;
    for (const auto& id : m_order)
        known += (known.empty() ? "'" : ", '") + id + "'";
    return base::Error{base::ErrorCode::InvalidParams,
                       "Invalid task_type: " + name + ". Must be one of: [" + known + "]", {}, {}};
}

} // namespace core::task
