#pragma once

#include "core/engine/Engine.h"

#include <QObject>
#include <QTimer>

namespace ui::models {

/// Thread: gui. The engine's events, drained by one 50 ms timer, and the one-second tick of everything that shows
/// time. However many events there are, a page hears of them at most twenty times a second.
class EngineFeed : public QObject {
    Q_OBJECT
  public:
    explicit EngineFeed(core::engine::Engine& engine, QObject* parent = nullptr);

    /// Events of the last full second.
    int eventRate() const { return m_eventRate; }
    core::base::Instant lastRefresh() const { return m_lastRefresh; }

  Q_SIGNALS:
    void arrived(const core::events::EventBatch& batch);
    void secondPassed(core::base::Instant now);

  private:
    void drain();
    void tick();

    core::engine::Engine& m_engine;
    std::shared_ptr<core::events::Subscription> m_subscription;
    QTimer m_drainTimer;
    QTimer m_secondTimer;
    core::base::Instant m_lastRefresh{};
    int m_eventsThisSecond = 0;
    int m_eventRate = 0;
};

/// True when the batch says that something of `kind` happened, or that events were lost.
bool mentions(const core::events::EventBatch& batch, std::initializer_list<core::events::EventKind> kinds);

} // namespace ui::models
