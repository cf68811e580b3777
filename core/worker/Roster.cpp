#include "core/worker/Roster.h"

#include <algorithm>

namespace core::worker {

Roster::Roster(int workers) : m_statuses(size_t(workers)) {
    for (size_t index = 0; index < m_statuses.size(); ++index)
        m_statuses[index].name = "worker-" + std::to_string(index + 1);
}

std::vector<WorkerStatus> Roster::statuses() const {
    const std::lock_guard lock(m_mutex);
    return m_statuses;
}

int Roster::idle() const {
    const std::lock_guard lock(m_mutex);
    return int(std::count_if(m_statuses.begin(), m_statuses.end(),
                             [](const WorkerStatus& status) { return status.state == WorkerState::Idle; }));
}

std::optional<size_t> Roster::claim(const task::TaskId& task) {
    const std::lock_guard lock(m_mutex);
    for (size_t index = 0; index < m_statuses.size(); ++index)
        if (m_statuses[index].state == WorkerState::Idle) {
            m_statuses[index].state = WorkerState::Busy;
            m_statuses[index].task = task;
            return index;
        }
    return std::nullopt;
}

void Roster::publish(size_t index, const WorkerStatus& status) {
    const std::lock_guard lock(m_mutex);
    m_statuses[index] = status;
}

void Roster::refresh(size_t index, int64_t rssBytes, base::Instant lastHeartbeat) {
    const std::lock_guard lock(m_mutex);
    m_statuses[index].rssBytes = rssBytes;
    m_statuses[index].lastHeartbeat = lastHeartbeat;
}

} // namespace core::worker
