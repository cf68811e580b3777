#pragma once

#include <cstdint>
#include <optional>

namespace ui::window {

/// Thread: gui. What this process costs: percent of one core since the last reading, and resident memory. Two small
/// reads under /proc; they do not wait for any disk.
class OwnCost {
  public:
    struct Reading {
        double cpuPercent = 0;
        int64_t rssBytes = 0;
    };
    /// Absent on the first call (nothing to compare with) and where /proc cannot be read.
    std::optional<Reading> read(int64_t nowMilliseconds);

  private:
    int64_t m_lastTicks = -1;
    int64_t m_lastAt = 0;
};

} // namespace ui::window
