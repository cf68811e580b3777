#include "core/engine/LocalServices.h"

#include <algorithm>

namespace core::engine {

using base::Result;
using broker::Broker;

namespace {

Result<void> requireQueue(const std::string& queue) {
    std::string known;
    for (const task::QueueLimit& limit : task::kQueues) {
        if (limit.name == queue)
            return {};
        known += (known.empty() ? "" : ", ") + std::string(limit.name);
    }
    return base::Error{base::ErrorCode::NotFound, "there is no queue '" + queue + "'", "Queues are " + known, {}};
}

} // namespace

Result<std::vector<QueueStatus>> LocalQueueService::list() const {
    return m_parts.live.queues();
}

Result<void> LocalQueueService::setPaused(const std::string& queue, broker::Paused paused, const Actor& actor) {
    if (auto known = requireQueue(queue); !known)
        return known;
    auto done = await<broker::Paused>([&](Broker::Then<broker::Paused> then) {
        m_parts.broker.setPaused(queue, paused, requesterOf(actor), m_parts.clock.now(), std::move(then));
    });
    if (!done)
        return done.error();
    m_parts.live.setPaused(queue, *done, m_parts.clock.now());
    m_parts.dispatcher.kick();
    return {};
}

Result<void> LocalQueueService::pause(const std::string& queue, const Actor& actor) {
    return setPaused(queue, broker::Paused::Yes, actor);
}

Result<void> LocalQueueService::resume(const std::string& queue, const Actor& actor) {
    return setPaused(queue, broker::Paused::No, actor);
}

Result<int64_t> LocalQueueService::purge(const std::string& queue, const Actor& actor) {
    if (auto known = requireQueue(queue); !known)
        return known.error();
    auto moves = await<Broker::Moves>([&](Broker::Then<Broker::Moves> then) {
        m_parts.broker.purge(queue, requesterOf(actor), m_parts.clock.now(),
                             publishing(m_parts.dispatcher, std::move(then)));
    });
    if (!moves)
        return moves.error();
    m_parts.bus.publish({0, m_parts.clock.now(), events::EventKind::QueueChanged, queue, "purged", nullptr});
    return int64_t(moves->size());
}

} // namespace core::engine
