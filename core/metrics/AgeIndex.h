#pragma once

#include "core/base/Time.h"

#include <cstdint>
#include <optional>
#include <vector>

namespace core::metrics {

/// Thread: one at a time. When the oldest of many waiting things began to wait, without keeping them: counts per cell
/// of time, at most 1,024 cells, whose width doubles when the times spread further (1 ms, 2 ms, 4 ms, …). So the answer
/// is at most 1/512 of the spread too early, and memory is constant.
class AgeIndex {
  public:
    void add(base::Instant since);
    /// Of something that was added with the same instant. With another one the oldest is taken instead: the count
    /// stays right, and the index is exact again when it has been empty.
    void remove(base::Instant since);

    int64_t count() const { return m_count; }
    /// The begin of the oldest cell; none when nothing waits.
    std::optional<base::Instant> oldest() const;

  private:
    struct Cell {
        int64_t index = 0; ///< milliseconds since the epoch >> m_shift
        int64_t count = 0;
    };
    int64_t indexOf(base::Instant since) const { return since.time_since_epoch().count() >> m_shift; }
    std::vector<Cell>::iterator lowerBound(int64_t index);
    void dropEmpty();
    void widen();

    std::vector<Cell> m_cells; ///< by index; the first is never empty
    int m_shift = 0;
    int64_t m_count = 0;
};

} // namespace core::metrics
