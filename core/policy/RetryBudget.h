#pragma once

#include "core/base/Time.h"

#include <array>
#include <cstdint>
#include <optional>

namespace core::policy {

/// How much of the work may be done again.
struct RetryBudgetPolicy {
    int percentOfRuns = 10;  ///< of the runs that began within the last minute
    int perMinute = 60;      ///< so many always, so that a quiet system may retry
};

/// Holds retries of all types together within a share of the work, so that a failing dependency is not met by twice the
/// load. A value that is told the time (since boot). A retry without room waits; it is never given up.
class RetryBudget {
  public:
    explicit RetryBudget(const RetryBudgetPolicy& policy = {}) : m_policy(policy) {}

    /// So many retries may become due now.
    int room(base::milliseconds now) const;
    /// Runs began, first ones and repeated ones.
    void ran(int runs, base::milliseconds now);
    /// Retries became due.
    void retried(int retries, base::milliseconds now);
    /// When to ask again; none: there is room now.
    std::optional<base::milliseconds> nextRoom(base::milliseconds now) const;

  private:
    struct Second {
        int64_t number = -1; ///< since boot
        int64_t runs = 0, retries = 0;
    };
    Second& second(base::milliseconds now);

    RetryBudgetPolicy m_policy;
    std::array<Second, 60> m_seconds{};
};

} // namespace core::policy
