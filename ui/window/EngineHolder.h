#pragma once

#include "core/engine/Engine.h"
#include "ui/window/Console.h"

#include <QObject>
#include <QThreadPool>

namespace ui::window {

/// Thread: gui. Owns the engine and what lives with it. Starting runs on a thread of its own and comes back as a
/// signal; the destructor waits for a start under way, lets the companions go and stops the engine.
class EngineHolder : public QObject {
    Q_OBJECT
  public:
    EngineHolder(EngineStarter starter, const ConsoleOptions& options);
    ~EngineHolder() override;

    void start();
    const core::engine::Actor& actor() const { return m_actor; }

  Q_SIGNALS:
    void started(core::engine::Engine& engine);
    void failed(const core::base::Error& error);

  private:
    struct Running {
        std::unique_ptr<core::engine::Engine> engine;
        std::shared_ptr<void> companions; ///< declared last: it goes first
    };
    void take(std::shared_ptr<Running> running);

    EngineStarter m_starter;
    std::function<std::shared_ptr<void>(core::engine::Engine&)> m_companions;
    core::engine::Actor m_actor;
    std::shared_ptr<Running> m_running;
    QThreadPool m_pool;
};

} // namespace ui::window
