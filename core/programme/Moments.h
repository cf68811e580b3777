#pragma once

#include <cmath>
#include <span>

namespace core::programme {

/// Mean and spread of a sample.
struct Moments {
    int samples = 0;
    double mean = 0;  ///< 0 without samples
    double sigma = 0; ///< sample standard deviation (n − 1); 0 below two samples
};

inline Moments momentsOf(std::span<const double> values) {
    Moments moments;
    moments.samples = int(values.size());
    if (values.empty())
        return moments;
    for (const double value : values)
        moments.mean += value;
    moments.mean /= double(values.size());
    double squares = 0;
    for (const double value : values)
        squares += (value - moments.mean) * (value - moments.mean);
    if (values.size() > 1)
        moments.sigma = std::sqrt(squares / double(values.size() - 1));
    return moments;
}

} // namespace core::programme
