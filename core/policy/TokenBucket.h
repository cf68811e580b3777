#pragma once

#include "core/task/RateLimit.h"

#include <limits>
#include <optional>

namespace core::policy {

/// What a door without a limit has room for.
inline constexpr int kNoLimit = std::numeric_limits<int>::max();

/// Keeps one RateLimit: a value that is told the time (since boot). Whatever the order of calls, in no span of time do
/// more than burst + span × rate runs begin, as long as nobody takes more than there is room for.
class TokenBucket {
  public:
    TokenBucket() = default;
    /// Full at first.
    explicit TokenBucket(const task::RateLimit& limit);

    const task::RateLimit& limit() const { return m_limit; }
    /// So many may begin now; kNoLimit without a limit.
    int room(base::milliseconds now) const;
    void take(int runs, base::milliseconds now);
    /// When there is room for one; none: there is, now.
    std::optional<base::milliseconds> nextRoom(base::milliseconds now) const;

  private:
    // The cell-rate form of the bucket: instead of tokens that trickle in, the time at which it will be full again.
    using Nanoseconds = std::chrono::nanoseconds;
    task::RateLimit m_limit;
    Nanoseconds m_interval{0};  ///< between two runs
    Nanoseconds m_capacity{0};  ///< burst × interval
    Nanoseconds m_fullAt{0};    ///< since boot; in the past: full
};

} // namespace core::policy
