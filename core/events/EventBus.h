#pragma once

#include "core/events/Event.h"

#include <condition_variable>
#include <memory>
#include <mutex>
#include <vector>

namespace core::events {

/// What a subscriber gets at once: the events since its last drain, in order.
struct EventBatch {
    std::vector<std::shared_ptr<const Event>> events;
    /// Events that did not fit since the last drain. Not zero: read the present state anew instead of patching.
    uint64_t dropped = 0;
};

/// Thread: any. One subscriber's inbox: bounded, never blocks the publisher. Unsubscribes when it goes.
class Subscription {
  public:
    /// Takes what is there; empty when nothing happened.
    EventBatch drain();
    /// Waits until something is there or `timeout` has passed, then drains.
    EventBatch waitAndDrain(base::milliseconds timeout);

  private:
    friend class EventBus;
    explicit Subscription(size_t capacity) : m_capacity(capacity) {}
    void deliver(const std::shared_ptr<const Event>& event);

    const size_t m_capacity;
    std::mutex m_mutex; // guards m_batch
    std::condition_variable m_arrived;
    EventBatch m_batch;
};

/// Thread: any. Hands every event to every subscriber's inbox; holds no history.
class EventBus {
  public:
    /// An inbox for at most `capacity` undrained events.
    std::shared_ptr<Subscription> subscribe(size_t capacity = 65'536);
    /// Numbers the event and delivers it. Nobody's callback runs in here.
    void publish(Event event);
    /// The number of the newest event.
    uint64_t lastSequence() const;

  private:
    mutable std::mutex m_mutex; // guards the fields below
    uint64_t m_sequence = 0;
    std::vector<std::weak_ptr<Subscription>> m_subscriptions;
};

} // namespace core::events
