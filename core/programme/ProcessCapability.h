#pragma once

#include <optional>

namespace core::programme {

/// How well weekly hours stay inside their limits.
enum class Capability { Excellent, Capable, Marginal, Incapable };

/// `EXCELLENT`, `CAPABLE`, `MARGINAL`, `INCAPABLE`.
const char* toText(Capability capability);

/// Cpk = min(mean − lower, upper − mean) / 3σ, for weekly hours (statistical process control; limits 40 and 80 h by
/// default). Absent when sigma is not above 0.
std::optional<double> processCapability(double mean, double sigma, double lower = 40, double upper = 80);
/// ≥ 1.67 excellent, ≥ 1.33 capable, ≥ 1.0 marginal, otherwise incapable.
Capability gradeCapability(double cpk);

} // namespace core::programme
