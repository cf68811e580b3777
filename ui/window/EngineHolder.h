#pragma once

#include "core/engine/Engine.h"
#include "core/engine/Restoring.h"
#include "ui/window/Console.h"

#include <QObject>
#include <QThreadPool>

namespace ui::window {

/// Why the engine did not start, and what could help.
struct StartFailure {
    core::base::Error error;
    std::optional<core::engine::RestoreOffer> offer; ///< the newest good copy of a damaged database
};

/// Thread: gui. Owns the engine and what lives with it. Starting runs on a thread of its own and comes back as a
/// signal; the destructor waits for a start under way, lets the companions go and stops the engine.
class EngineHolder : public QObject {
    Q_OBJECT
  public:
    EngineHolder(EngineStarter starter, const ConsoleOptions& options);
    ~EngineHolder() override;

    void start();
    /// Puts the copy in the place of the database, then starts.
    void restore(const std::filesystem::path& copy);
    const core::engine::Actor& actor() const { return m_actor; }

  Q_SIGNALS:
    void started(core::engine::Engine& engine);
    void failed(const ui::window::StartFailure& failure);

  private:
    struct Running {
        std::unique_ptr<core::engine::Engine> engine;
        std::shared_ptr<void> companions; ///< declared last: it goes first
    };
    void startHere();
    void fail(const core::base::Error& error);
    void take(std::shared_ptr<Running> running);

    EngineStarter m_starter;
    const ConsoleOptions m_options;
    core::engine::Actor m_actor;
    std::shared_ptr<Running> m_running;
    QThreadPool m_pool;
};

} // namespace ui::window
