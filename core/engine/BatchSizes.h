#pragma once

#include "core/task/TaskType.h"

#include <chrono>
#include <string>
#include <unordered_map>

namespace core::engine {

/// How many attempts of a type one worker is handed at once: as many as take about kBatchTime together, by what the last
/// ones took; one of a type that may not run twice, or that is not known to be short. Thread: one at a time.
class BatchSizes {
  public:
    /// An attempt ran this long.
    void ran(const std::string& type, std::chrono::microseconds time);
    /// A worker was lost over a task of this type: one at a time until it is known again.
    void lost(const std::string& type) { m_times.erase(type); }
    int sizeFor(const task::TaskType& type) const;

    static constexpr std::chrono::microseconds kBatchTime{20'000};
    static constexpr int kLargest = 256;

  private:
    struct Recent {
        double micros = 0; ///< moving average; a slow run counts at once, fast ones by and by
        int runs = 0;
    };
    std::unordered_map<std::string, Recent> m_times;
};

} // namespace core::engine
