#pragma once

#include <pcg_random.hpp>

#include <cmath>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace core::programme::sample {

/// Repeatable chance: PCG64 with our own distributions, because those of the standard library differ between
/// implementations. Each step of the generator has its own stream, so that a change in one leaves the others as they
/// were. Thread: any, one at a time.
class Random {
  public:
    Random(uint64_t seed, uint64_t stream) : m_engine(seed, stream) {}

    /// 0 … n − 1; n > 0.
    int below(int n) { return int(m_engine(uint64_t(n))); }
    /// low … high, both included.
    int between(int low, int high) { return low + below(high - low + 1); }
    /// 0 ≤ x < 1.
    double unit() { return double(m_engine() >> 11) * 0x1.0p-53; }
    /// Knuth's method: for small means.
    int poisson(double mean) {
        const double limit = std::exp(-mean);
        int count = -1;
        for (double product = 1; product > limit || count < 0; ++count)
            product *= unit();
        return count;
    }
    template <class T>
    const T& pick(const std::vector<T>& values) {
        return values[size_t(below(int(values.size())))];
    }
    template <class T>
    void shuffle(std::vector<T>& values) {
        for (int i = int(values.size()) - 1; i > 0; --i)
            std::swap(values[size_t(i)], values[size_t(below(i + 1))]);
    }
    /// A random (version 4) UUID.
    std::string uuid() {
        static constexpr char kDigits[] = "0123456789abcdef";
        std::string text;
        for (int i = 0; i < 36; ++i)
            text += i == 8 || i == 13 || i == 18 || i == 23 ? '-'
                    : i == 14                               ? '4'
                    : i == 19                               ? kDigits[8 + below(4)]
                                                            : kDigits[below(16)];
        return text;
    }

  private:
    pcg64 m_engine;
};

} // namespace core::programme::sample
