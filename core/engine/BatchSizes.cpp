#include "core/engine/BatchSizes.h"

#include <algorithm>

namespace core::engine {

namespace {

constexpr double kWeight = 0.1;
constexpr int kKnownAfter = 5;

} // namespace

void BatchSizes::ran(const std::string& type, std::chrono::microseconds time) {
    Recent& recent = m_times[type];
    const double micros = double(time.count());
    const bool slower = micros > 4 * recent.micros && micros > 1000;
    recent.micros = recent.runs == 0 || slower ? micros : recent.micros + kWeight * (micros - recent.micros);
    recent.runs = std::min(recent.runs + 1, kKnownAfter);
}

int BatchSizes::sizeFor(const task::TaskType& type) const {
    const auto known = m_times.find(type.id);
    if (type.idempotent == task::Idempotent::No || known == m_times.end() || known->second.runs < kKnownAfter)
        return 1;
    const double fit = double(kBatchTime.count()) / std::max(known->second.micros, 1.0);
    return int(std::clamp(fit, 1.0, double(kLargest)));
}

} // namespace core::engine
