#include "core/programme/ProcessCapability.h"

#include <algorithm>

namespace core::programme {

const char* toText(Capability capability) {
    switch (capability) {
    case Capability::Excellent: return "EXCELLENT";
    case Capability::Capable: return "CAPABLE";
    case Capability::Marginal: return "MARGINAL";
    case Capability::Incapable: return "INCAPABLE";
    }
    return "INCAPABLE";
}

std::optional<double> processCapability(double mean, double sigma, double lower, double upper) {
    if (!(sigma > 0))
        return std::nullopt;
    return std::min(mean - lower, upper - mean) / (3 * sigma);
}

Capability gradeCapability(double cpk) {
    if (cpk >= 1.67)
        return Capability::Excellent;
    if (cpk >= 1.33)
        return Capability::Capable;
    return cpk >= 1.0 ? Capability::Marginal : Capability::Incapable;
}

} // namespace core::programme
