#include "core/policy/CircuitBreaker.h"

#include "core/policy/TokenBucket.h"

#include <algorithm>

namespace core::policy {

using base::milliseconds;

const char* toText(BreakerState state) {
    switch (state) {
    case BreakerState::Closed: return "closed";
    case BreakerState::Open: return "open";
    case BreakerState::HalfOpen: return "half_open";
    }
    return "closed";
}

BreakerState CircuitBreaker::state(milliseconds now) const {
    if (m_hold != BreakerHold::None)
        return m_hold == BreakerHold::Open ? BreakerState::Open : BreakerState::Closed;
    if (!m_openUntil)
        return BreakerState::Closed;
    return now < *m_openUntil ? BreakerState::Open : BreakerState::HalfOpen;
}

int CircuitBreaker::room(milliseconds now) const {
    switch (state(now)) {
    case BreakerState::Closed: return kNoLimit;
    case BreakerState::Open: return 0;
    case BreakerState::HalfOpen: return m_trialsLeft;
    }
    return 0;
}

void CircuitBreaker::begun(int runs, milliseconds now) {
    if (state(now) == BreakerState::HalfOpen)
        m_trialsLeft = std::max(0, m_trialsLeft - runs);
}

void CircuitBreaker::ended(RunEnd end, milliseconds now) {
    switch (state(now)) {
    case BreakerState::Open: return; // begun before it opened
    case BreakerState::HalfOpen: judgeTrial(end, now); return;
    case BreakerState::Closed: break;
    }
    if (end == RunEnd::Success)
        m_failures = 0;
    else if (end == RunEnd::Failure && ++m_failures >= m_policy.failuresToOpen && m_hold == BreakerHold::None)
        open(now);
}

void CircuitBreaker::judgeTrial(RunEnd end, milliseconds now) {
    if (end == RunEnd::Neutral) // its place goes to another
        m_trialsLeft = std::min(m_trialsLeft + 1, m_policy.trials - m_successes - m_trialFailures);
    else if (end == RunEnd::Success && ++m_successes >= m_policy.successesToClose)
        hold(BreakerHold::None);
    else if (end == RunEnd::Failure && m_policy.trials - ++m_trialFailures < m_policy.successesToClose)
        open(now); // enough successes are out of reach
}

void CircuitBreaker::open(milliseconds now) {
    m_openUntil = now + m_policy.openFor;
    m_trialsLeft = m_policy.trials;
    m_successes = m_trialFailures = 0;
}

void CircuitBreaker::hold(BreakerHold hold) {
    *this = CircuitBreaker(m_policy);
    m_hold = hold;
}

std::optional<milliseconds> CircuitBreaker::openUntil(milliseconds now) const {
    if (m_hold != BreakerHold::None || state(now) != BreakerState::Open)
        return std::nullopt;
    return m_openUntil;
}

} // namespace core::policy
