#include "core/policy/TokenBucket.h"

#include <algorithm>

namespace core::policy {

using base::milliseconds;

namespace {

/// The engine looks at its doors so often: a smaller burst would keep a high rate from being reached.
constexpr milliseconds kLook{50};

int burstOf(const task::RateLimit& limit) {
    const int64_t perLook = limit.count * kLook.count() / milliseconds(limit.per).count();
    return limit.burst > 0 ? limit.burst : int(std::max<int64_t>(1, perLook));
}

} // namespace

TokenBucket::TokenBucket(const task::RateLimit& limit) : m_limit(limit) {
    if (!limit.limits())
        return;
    m_interval = Nanoseconds(limit.per) / limit.count;
    m_capacity = m_interval * burstOf(limit);
}

int TokenBucket::room(milliseconds now) const {
    if (!m_limit.limits())
        return kNoLimit;
    const Nanoseconds missing = std::max(Nanoseconds(0), m_fullAt - now);
    return int(std::max<int64_t>(0, (m_capacity - missing) / m_interval));
}

void TokenBucket::take(int runs, milliseconds now) {
    if (m_limit.limits())
        m_fullAt = std::max(m_fullAt, Nanoseconds(now)) + m_interval * runs;
}

std::optional<milliseconds> TokenBucket::nextRoom(milliseconds now) const {
    if (room(now) > 0)
        return std::nullopt;
    return std::chrono::ceil<milliseconds>(m_fullAt - m_capacity + m_interval);
}

} // namespace core::policy
