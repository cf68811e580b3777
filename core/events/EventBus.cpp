#include "core/events/EventBus.h"

#include <algorithm>
#include <utility>

namespace core::events {

namespace detail {

/// Who listens. Shared by the bus and its subscriptions, so that neither has to outlive the other.
class Audience {
  public:
    void add(Subscription& subscription);
    void remove(Subscription& subscription);
    bool wants(EventKind kind) const noexcept { return m_listeners[size_t(kind)].load(std::memory_order_acquire) > 0; }
    bool wants(EventKind kind, const std::string& subject) const;
    void publish(std::vector<Event> events);
    std::atomic<uint64_t>& sequence() noexcept { return m_sequence; }

  private:
    void count(const Interest& interest, int by);

    std::array<std::atomic<int>, kEventKinds> m_listeners{}; ///< per kind, whatever the subject
    std::array<std::atomic<int>, kEventKinds> m_broad{};     ///< of those, the ones that take any subject
    std::atomic<uint64_t> m_sequence{0};
    mutable std::mutex m_mutex; // guards the fields below, and the order of the numbers
    std::vector<Subscription*> m_subscriptions; ///< that take any subject
    std::unordered_multimap<std::string, Subscription*> m_bySubject;
};

void Audience::count(const Interest& interest, int by) {
    for (size_t kind = 0; kind < kEventKinds; ++kind)
        if (interest.covers(EventKind(kind))) {
            m_listeners[kind] += by;
            if (interest.subject.empty())
                m_broad[kind] += by;
        }
}

void Audience::add(Subscription& subscription) {
    const std::lock_guard lock(m_mutex);
    if (subscription.m_interest.subject.empty())
        m_subscriptions.push_back(&subscription);
    else
        m_bySubject.emplace(subscription.m_interest.subject, &subscription);
    count(subscription.m_interest, 1);
}

void Audience::remove(Subscription& subscription) {
    const std::lock_guard lock(m_mutex);
    std::erase(m_subscriptions, &subscription);
    const auto [first, last] = m_bySubject.equal_range(subscription.m_interest.subject);
    const auto own = std::find_if(first, last, [&](const auto& entry) { return entry.second == &subscription; });
    if (own != last)
        m_bySubject.erase(own);
    count(subscription.m_interest, -1);
}

bool Audience::wants(EventKind kind, const std::string& subject) const {
    if (!wants(kind))
        return false;
    if (m_broad[size_t(kind)].load(std::memory_order_acquire) > 0)
        return true;
    const std::lock_guard lock(m_mutex);
    const auto [first, last] = m_bySubject.equal_range(subject);
    return std::any_of(first, last, [&](const auto& entry) { return entry.second->m_interest.covers(kind); });
}

void Audience::publish(std::vector<Event> events) {
    const std::lock_guard lock(m_mutex);
    for (Event& event : events) {
        event.sequence = ++m_sequence;
        if (event.signal == Signal::None)
            event.signal = signalOf(event.kind, event.detail);
    }
    if (m_subscriptions.empty() && m_bySubject.empty())
        return;
    const auto block = std::make_shared<const std::vector<Event>>(std::move(events));
    for (Subscription* subscription : m_subscriptions)
        subscription->deliver(block, 0, block->size());
    if (m_bySubject.empty())
        return;
    for (size_t i = 0; i < block->size(); ++i) {
        const auto [first, last] = m_bySubject.equal_range((*block)[i].subject);
        std::for_each(first, last, [&](const auto& entry) { entry.second->deliver(block, i, i + 1); });
    }
}

} // namespace detail

Interest Interest::in(std::initializer_list<EventKind> kinds) {
    Interest interest{0, {}};
    for (const EventKind kind : kinds)
        interest.kinds |= 1u << unsigned(kind);
    return interest;
}

Interest Interest::inAllBut(std::initializer_list<EventKind> kinds) {
    Interest interest = in(kinds);
    interest.kinds = ~interest.kinds;
    return interest;
}

Interest Interest::inTask(const task::TaskId& id) {
    Interest interest = in({EventKind::TaskChanged, EventKind::TaskProgress});
    interest.subject = id.text;
    return interest;
}

Subscription::Subscription(std::shared_ptr<detail::Audience> audience, Interest interest, size_t capacity)
    : m_audience(std::move(audience)), m_interest(std::move(interest)), m_capacity(capacity) {
    m_audience->add(*this);
}

Subscription::~Subscription() {
    m_audience->remove(*this);
}

void Subscription::deliver(const Block& block, size_t first, size_t last) {
    {
        const std::lock_guard lock(m_mutex);
        for (size_t i = first; i < last; ++i) {
            const Event& event = (*block)[i];
            if (!m_interest.covers(event.kind))
                continue;
            if (m_batch.events.size() < m_capacity)
                m_batch.events.emplace_back(block, &event);
            else
                ++m_batch.dropped;
        }
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

EventBus::EventBus() : m_audience(std::make_shared<detail::Audience>()) {}

std::shared_ptr<Subscription> EventBus::subscribe(Interest interest, size_t capacity) {
    return std::shared_ptr<Subscription>(new Subscription(m_audience, std::move(interest), capacity));
}

bool EventBus::wants(EventKind kind) const noexcept {
    return m_audience->wants(kind);
}

bool EventBus::wants(EventKind kind, const std::string& subject) const {
    return m_audience->wants(kind, subject);
}

void EventBus::skip(uint64_t events) noexcept {
    m_audience->sequence() += events;
}

void EventBus::publish(Event event) {
    std::vector<Event> one;
    one.push_back(std::move(event));
    publish(std::move(one));
}

void EventBus::publish(std::vector<Event> events) {
    if (!events.empty())
        m_audience->publish(std::move(events));
}

uint64_t EventBus::lastSequence() const noexcept {
    return m_audience->sequence();
}

} // namespace core::events
