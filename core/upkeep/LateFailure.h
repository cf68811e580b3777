#pragma once

#include "core/base/Result.h"

#include <mutex>
#include <optional>

namespace core::upkeep {

/// The failure of work that a loop posted, kept for its next look: there it is counted and slows the loop down.
/// Thread: any.
class LateFailure {
  public:
    void set(base::Error error) {
        const std::lock_guard lock(m_mutex);
        m_error = std::move(error);
    }
    /// The failure since the last call, once.
    base::Result<void> take() {
        const std::lock_guard lock(m_mutex);
        if (!m_error)
            return {};
        return *std::exchange(m_error, std::nullopt);
    }

  private:
    std::mutex m_mutex; // guards m_error
    std::optional<base::Error> m_error;
};

} // namespace core::upkeep
