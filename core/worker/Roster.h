#pragma once

#include "core/worker/WorkerPool.h"

#include <mutex>
#include <optional>
#include <vector>

namespace core::worker {

/// Thread: any. Who the workers are and which of them are idle: the table that the pool's callers and its io thread
/// share. A claim is final until the io thread publishes the worker's next state.
class Roster {
  public:
    explicit Roster(int workers);

    std::vector<WorkerStatus> statuses() const;
    int idle() const;
    /// Takes an idle worker for a task: its index, or none when all are busy.
    std::optional<size_t> claim(const task::TaskId& task);
    /// A worker's new state. Thread: io.
    void publish(size_t index, const WorkerStatus& status);
    /// News of a worker that leave its state, and so a claim, alone. Thread: io.
    void refresh(size_t index, int64_t rssBytes, base::Instant lastHeartbeat);

  private:
    mutable std::mutex m_mutex; ///< guards m_statuses
    std::vector<WorkerStatus> m_statuses;
};

} // namespace core::worker
