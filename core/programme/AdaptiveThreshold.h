#pragma once

#include "core/base/Json.h"

#include <deque>
#include <optional>

namespace core::programme {

/// How unusual a reading is.
enum class Unusual { No, Warning, Critical };
/// `normal`, `warning`, `critical`.
const char* toText(Unusual unusual);

/// Bounds that follow what was measured: mean ± 2σ warns, ± 3σ is critical. Keeps the newest 100 readings; says nothing
/// below five.
/// Thread: one at a time.
class AdaptiveThreshold {
  public:
    static constexpr size_t kLeast = 5, kMost = 100;

    struct Bounds {
        double mean = 0, sigma = 0;
        double warnLow = 0, warnHigh = 0, criticalLow = 0, criticalHigh = 0;
    };

    void add(double value);
    size_t samples() const { return m_values.size(); }
    /// Absent below five readings.
    std::optional<Bounds> bounds() const;
    /// Where `value` lies against what was added so far; absent below five readings. Equal readings make any other one
    /// critical.
    std::optional<Unusual> judge(double value) const;

  private:
    std::deque<double> m_values;
};

} // namespace core::programme
