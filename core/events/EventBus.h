#pragma once

#include "core/events/Event.h"

#include <array>
#include <atomic>
#include <condition_variable>
#include <initializer_list>
#include <memory>
#include <mutex>
#include <unordered_map>
#include <vector>

namespace core::events {

/// What a subscriber wants to hear of. The default is everything.
struct Interest {
    uint32_t kinds = ~0u; ///< one bit per EventKind
    std::string subject;  ///< only events about it; empty: about anything

    static Interest in(std::initializer_list<EventKind> kinds);
    static Interest inAllBut(std::initializer_list<EventKind> kinds);
    /// Moves and progress of one task.
    static Interest inTask(const task::TaskId& id);
    bool covers(EventKind kind) const { return kinds & (1u << unsigned(kind)); }
};

/// What a subscriber gets at once: the events since its last drain, in order.
struct EventBatch {
    std::vector<std::shared_ptr<const Event>> events;
    /// Events that did not fit since the last drain. Not zero: read the present state anew instead of patching.
    uint64_t dropped = 0;
};

class EventBus;
namespace detail {
class Audience;
}

/// Thread: any. One subscriber's inbox: bounded, never blocks the publisher. Unsubscribes when it goes; it may outlive
/// its bus, and then stays empty.
class Subscription {
  public:
    ~Subscription();
    Subscription(const Subscription&) = delete;
    Subscription& operator=(const Subscription&) = delete;

    /// Takes what is there; empty when nothing happened.
    EventBatch drain();
    /// Waits until something is there or `timeout` has passed, then drains.
    EventBatch waitAndDrain(base::milliseconds timeout);

  private:
    friend class EventBus;
    friend class detail::Audience;
    using Block = std::shared_ptr<const std::vector<Event>>;
    Subscription(std::shared_ptr<detail::Audience> audience, Interest interest, size_t capacity);
    /// The events [first, last) of the block that are of interest.
    void deliver(const Block& block, size_t first, size_t last);

    const std::shared_ptr<detail::Audience> m_audience;
    const Interest m_interest;
    const size_t m_capacity;
    std::mutex m_mutex; // guards m_batch
    std::condition_variable m_arrived;
    EventBatch m_batch;
};

/// Thread: any. Hands every event to the inbox of every subscriber that wants it; holds no history.
class EventBus {
  public:
    EventBus();

    /// An inbox for at most `capacity` undrained events.
    std::shared_ptr<Subscription> subscribe(Interest interest = {}, size_t capacity = 65'536);

    /// Whether anybody wants events of this kind: ask before building them. One load of an atomic.
    bool wants(EventKind kind) const noexcept;
    /// Whether anybody wants an event of this kind about this subject.
    bool wants(EventKind kind, const std::string& subject) const;
    /// Numbers events that nobody wanted and nobody built, so that a gap in the numbers tells of them.
    void skip(uint64_t events) noexcept;

    /// Numbers the event and delivers it. Nobody's callback runs in here.
    void publish(Event event);
    /// Several at once, in this order, under one lock.
    void publish(std::vector<Event> events);
    /// The number of the newest event.
    uint64_t lastSequence() const noexcept;

  private:
    const std::shared_ptr<detail::Audience> m_audience;
};

} // namespace core::events
