#include "ui/models/EngineFeed.h"

#include <algorithm>

namespace ui::models {

using core::events::EventKind;
using core::events::Interest;

EngineFeed::EngineFeed(core::engine::Engine& engine, QObject* parent)
    : QObject(parent), m_engine(engine), m_subscription(engine.events().subscribe(
                                          Interest::inAllBut({EventKind::TaskReceived, EventKind::WorkerHeartbeat}))) {
    m_lastRefresh = engine.clock().now();
    connect(&m_drainTimer, &QTimer::timeout, this, &EngineFeed::drain);
    connect(&m_secondTimer, &QTimer::timeout, this, &EngineFeed::tick);
    m_drainTimer.start(50);
    m_secondTimer.setTimerType(Qt::CoarseTimer);
    m_secondTimer.start(1000);
}

void EngineFeed::drain() {
    const core::events::EventBatch batch = m_subscription->drain();
    if (batch.events.empty() && batch.dropped == 0)
        return;
    m_eventsThisSecond += int(batch.events.size() + batch.dropped);
    m_lastRefresh = m_engine.clock().now();
    Q_EMIT arrived(batch);
}

void EngineFeed::tick() {
    m_eventRate = std::exchange(m_eventsThisSecond, 0);
    m_lastRefresh = m_engine.clock().now();
    Q_EMIT secondPassed(m_lastRefresh);
}

bool mentions(const core::events::EventBatch& batch, std::initializer_list<core::events::EventKind> kinds) {
    return batch.dropped > 0 || std::any_of(batch.events.begin(), batch.events.end(), [&](const auto& event) {
               return std::find(kinds.begin(), kinds.end(), event->kind) != kinds.end();
           });
}

} // namespace ui::models
