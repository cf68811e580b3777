#pragma once

#include <cstdint>
#include <random>
#include <vector>

namespace tests {

/// Repeatable randomness: the same seed gives the same run.
class Dice {
  public:
    explicit Dice(uint64_t seed) : m_engine(seed) {}

    /// 0 … sides - 1.
    uint64_t below(uint64_t sides) { return m_engine() % sides; }
    /// `from` … `to`, both included.
    int between(int from, int to) { return from + int(below(uint64_t(to - from + 1))); }
    bool chance(int percent) { return below(100) < uint64_t(percent); }
    template <class T>
    const T& pick(const std::vector<T>& from) {
        return from[below(from.size())];
    }

  private:
    std::mt19937_64 m_engine;
};

} // namespace tests
