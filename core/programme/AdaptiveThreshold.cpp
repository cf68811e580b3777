#include "core/programme/AdaptiveThreshold.h"

#include "core/programme/Moments.h"
#include "core/programme/Words.h"

#include <vector>

namespace core::programme {

namespace {

constexpr double kWarnSigmas = 2, kCriticalSigmas = 3;
/// Readings that are equal but for their last digits do not differ.
constexpr double kReadingTolerance = 1e-9;

constexpr Word<Unusual> kUnusualWords[] = {
    {Unusual::No, "normal"}, {Unusual::Warning, "warning"}, {Unusual::Critical, "critical"}};

} // namespace

const char* toText(Unusual unusual) {
    return wordOf(kUnusualWords, unusual);
}

void AdaptiveThreshold::add(double value) {
    m_values.push_back(value);
    if (m_values.size() > kMost)
        m_values.pop_front();
}

std::optional<AdaptiveThreshold::Bounds> AdaptiveThreshold::bounds() const {
    if (m_values.size() < kLeast)
        return std::nullopt;
    const Moments moments = momentsOf(std::vector<double>(m_values.begin(), m_values.end()));
    Bounds bounds;
    bounds.mean = moments.mean;
    bounds.sigma = moments.sigma;
    bounds.warnLow = moments.mean - kWarnSigmas * moments.sigma;
    bounds.warnHigh = moments.mean + kWarnSigmas * moments.sigma;
    bounds.criticalLow = moments.mean - kCriticalSigmas * moments.sigma;
    bounds.criticalHigh = moments.mean + kCriticalSigmas * moments.sigma;
    return bounds;
}

std::optional<Unusual> AdaptiveThreshold::judge(double value) const {
    const auto b = bounds();
    if (!b)
        return std::nullopt;
    if (value > b->criticalHigh + kReadingTolerance || value < b->criticalLow - kReadingTolerance)
        return Unusual::Critical;
    return value > b->warnHigh + kReadingTolerance || value < b->warnLow - kReadingTolerance ? Unusual::Warning
                                                                                             : Unusual::No;
}

} // namespace core::programme
