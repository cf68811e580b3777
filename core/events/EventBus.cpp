#include "core/events/EventBus.h"

#include <utility>

namespace core::events {

void Subscription::deliver(const std::shared_ptr<const Event>& event) {
    {
        const std::lock_guard lock(m_mutex);
        if (m_batch.events.size() < m_capacity)
            m_batch.events.push_back(event);
        else
            ++m_batch.dropped;
    }
    m_arrived.notify_one();
}

EventBatch Subscription::drain() {
    const std::lock_guard lock(m_mutex);
    return std::exchange(m_batch, {});
}

EventBatch Subscription::waitAndDrain(base::milliseconds timeout) {
    std::unique_lock lock(m_mutex);
    m_arrived.wait_for(lock, timeout, [&] { return !m_batch.events.empty() || m_batch.dropped > 0; });
    return std::exchange(m_batch, {});
}

std::shared_ptr<Subscription> EventBus::subscribe(size_t capacity) {
    std::shared_ptr<Subscription> subscription(new Subscription(capacity));
    const std::lock_guard lock(m_mutex);
    m_subscriptions.push_back(subscription);
    return subscription;
}

void EventBus::publish(Event event) {
    const std::lock_guard lock(m_mutex);
    event.sequence = ++m_sequence;
    const auto shared = std::make_shared<const Event>(std::move(event));
    std::erase_if(m_subscriptions, [&](const std::weak_ptr<Subscription>& weak) {
        const auto subscription = weak.lock();
        if (subscription)
            subscription->deliver(shared);
        return !subscription;
    });
}

uint64_t EventBus::lastSequence() const {
    const std::lock_guard lock(m_mutex);
    return m_sequence;
}

} // namespace core::events
