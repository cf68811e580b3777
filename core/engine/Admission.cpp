#include "core/engine/Admission.h"

#include <algorithm>

namespace core::engine {

using base::milliseconds;
using policy::BreakerState;
using policy::RunEnd;

namespace {

void earliest(std::optional<milliseconds>& first, const std::optional<milliseconds>& other) {
    if (other && (!first || *other < *first))
        first = other;
}

/// Lowers what a map says of `name`, and adds it when there is a limit.
void lower(std::map<std::string, int>& rooms, const std::string& name, int room) {
    if (room == policy::kNoLimit)
        return;
    const auto [place, isNew] = rooms.try_emplace(name, room);
    if (!isNew)
        place->second = std::min(place->second, room);
}

std::string waitsFor(const TypeStatus& status) {
    if (status.breaker == BreakerState::Open)
        return status.openUntil ? "circuit open until " + base::formatInstant(*status.openUntil)
                                : "circuit held open by " + status.decision.by + ": " + status.decision.reason;
    if (status.rateOpensAt)
        return "rate limit " + toText(status.rate) + ", next at " + base::formatInstant(*status.rateOpensAt);
    if (status.breaker == BreakerState::HalfOpen)
        return "circuit half open: a few trial runs decide";
    return {};
}

} // namespace

Admission::Admission(const task::TaskRegistry& registry, const base::Clock& clock, AdmissionOptions options)
    : m_clock(clock), m_retries(options.retries) {
    for (const std::string& id : registry.ids())
        m_types.emplace(id, Gate{policy::CircuitBreaker(options.breaker),
                                 policy::TokenBucket(registry.find(id)->rate), {}, BreakerState::Closed});
    for (const auto& [queue, rate] : options.queueRates)
        m_queues.emplace(queue, policy::TokenBucket(rate));
}

void Admission::narrow(std::map<std::string, int>& typeRoom, std::map<std::string, int>& queueRoom) {
    const std::lock_guard lock(m_mutex);
    const milliseconds now = m_clock.sinceBoot();
    for (const auto& [id, gate] : m_types)
        lower(typeRoom, id, std::min(gate.breaker.room(now), gate.rate.room(now)));
    for (const auto& [name, rate] : m_queues)
        if (queueRoom.contains(name))
            lower(queueRoom, name, rate.room(now));
    std::erase_if(queueRoom, [](const auto& queue) { return queue.second <= 0; });
    const auto before = std::exchange(m_blockedUntil, nextChange(now));
    if (m_doorListener && m_blockedUntil && (!before || *m_blockedUntil < *before))
        m_doorListener();
}

void Admission::started(const std::string& type, const std::string& queue, int runs) {
    const std::lock_guard lock(m_mutex);
    const milliseconds now = m_clock.sinceBoot();
    if (const auto gate = m_types.find(type); gate != m_types.end()) {
        gate->second.breaker.begun(runs, now);
        gate->second.rate.take(runs, now);
    }
    if (const auto rate = m_queues.find(queue); rate != m_queues.end())
        rate->second.take(runs, now);
    m_retries.ran(runs, now);
}

void Admission::ended(const std::string& type, RunEnd end) {
    {
        const std::lock_guard lock(m_mutex);
        const auto gate = m_types.find(type);
        if (gate == m_types.end())
            return;
        const milliseconds now = m_clock.sinceBoot();
        gate->second.breaker.ended(end, now);
        if (gate->second.breaker.state(now) == gate->second.announced)
            return;
    }
    announce();
}

int Admission::retryRoom() const {
    const std::lock_guard lock(m_mutex);
    return m_retries.room(m_clock.sinceBoot());
}

void Admission::retried(int retries) {
    const std::lock_guard lock(m_mutex);
    m_retries.retried(retries, m_clock.sinceBoot());
}

/// When the first of the doors that are closed now opens by itself.
std::optional<milliseconds> Admission::nextChange(milliseconds now) const {
    std::optional<milliseconds> next;
    for (const auto& [id, gate] : m_types) {
        earliest(next, gate.breaker.openUntil(now));
        earliest(next, gate.rate.nextRoom(now));
    }
    for (const auto& [name, rate] : m_queues)
        earliest(next, rate.nextRoom(now));
    return next;
}

bool Admission::takeReopened() {
    const std::lock_guard lock(m_mutex);
    if (!m_blockedUntil || m_clock.sinceBoot() < *m_blockedUntil)
        return false;
    m_blockedUntil.reset();
    return true;
}

std::optional<milliseconds> Admission::untilReopened() const {
    const std::lock_guard lock(m_mutex);
    return m_blockedUntil ? std::optional(*m_blockedUntil - m_clock.sinceBoot()) : std::nullopt;
}

void Admission::announce() {
    std::vector<std::pair<std::string, BreakerState>> changes;
    {
        const std::lock_guard lock(m_mutex);
        const milliseconds now = m_clock.sinceBoot();
        for (auto& [id, gate] : m_types)
            if (const BreakerState state = gate.breaker.state(now); std::exchange(gate.announced, state) != state)
                changes.emplace_back(id, state);
    }
    for (const auto& [id, state] : changes)
        if (m_listener)
            m_listener(id, state);
}

void Admission::hold(const std::string& type, const BreakerOverride& decision) {
    {
        const std::lock_guard lock(m_mutex);
        const auto gate = m_types.find(type);
        if (gate == m_types.end())
            return;
        gate->second.breaker.hold(decision.hold);
        gate->second.decision = decision;
    }
    announce();
}

base::Instant Admission::instantOf(milliseconds sinceBoot) const {
    return m_clock.now() + (sinceBoot - m_clock.sinceBoot());
}

TypeStatus Admission::status(const std::string& type) const {
    const std::lock_guard lock(m_mutex);
    TypeStatus status;
    status.type = type;
    const auto found = m_types.find(type);
    if (found == m_types.end())
        return status;
    const Gate& gate = found->second;
    const milliseconds now = m_clock.sinceBoot();
    status.breaker = gate.breaker.state(now);
    status.failuresInARow = gate.breaker.failuresInARow();
    if (const auto until = gate.breaker.openUntil(now))
        status.openUntil = instantOf(*until);
    status.decision = gate.decision;
    status.rate = gate.rate.limit();
    if (const auto opens = gate.rate.nextRoom(now))
        status.rateOpensAt = instantOf(*opens);
    status.waitsFor = waitsFor(status);
    return status;
}

RetryBudgetStatus Admission::retryBudget() const {
    const std::lock_guard lock(m_mutex);
    const milliseconds now = m_clock.sinceBoot();
    RetryBudgetStatus status{m_retries.room(now), std::nullopt};
    if (const auto next = m_retries.nextRoom(now))
        status.roomAt = instantOf(*next);
    return status;
}

RunEnd runEndOf(const broker::Ending& ending, const task::Task& after) {
    using broker::EndingKind;
    if (after.state == task::TaskState::Success)
        return RunEnd::Success;
    if (after.state == task::TaskState::Revoked || after.reason == task::FailureReason::Rejected)
        return RunEnd::Neutral;
    switch (ending.kind) {
    case EndingKind::Cancelled:
    case EndingKind::Interrupted: return RunEnd::Neutral;
    case EndingKind::Timeout:
    case EndingKind::WorkerLost: return RunEnd::Failure;
    case EndingKind::Outcome: break;
    }
    const bool overTime = ending.outcome.errorType == "SoftTimeLimitExceeded";
    return overTime || ending.outcome.retryable == task::Retryable::Yes ? RunEnd::Failure : RunEnd::Neutral;
}

} // namespace core::engine
