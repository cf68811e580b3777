#pragma once

#include "core/base/Result.h"

#include <QString>

#include <filesystem>
#include <functional>
#include <memory>

namespace core::engine {
class Engine;
}

namespace ui::window {

/// Opens the data directory and starts the engine. Runs on a thread of the console's own, after the first paint; it
/// is called again when a person presses Retry.
using EngineStarter = std::function<core::base::Result<std::unique_ptr<core::engine::Engine>>()>;

struct ConsoleOptions {
    std::filesystem::path dataDirectory; ///< window settings live here, in console.ini
    QString actor;                       ///< recorded as the asker of every command; empty: the login name
    /// What lives as long as the engine (the local API): made right after the start on the starter's thread, released
    /// before the engine goes. May be empty.
    std::function<std::shared_ptr<void>(core::engine::Engine&)> companions;
    /// Puts a copy in the place of a damaged database. Runs where the starter runs. Empty: no copy is offered.
    std::function<core::base::Result<void>(const std::filesystem::path& copy)> restore;
};

/// Thread: gui. The whole console: one window over one embedded engine. `show` returns at once; the engine starts
/// after the first paint, and a failed start becomes a page with Retry, Quit and, for a damaged database, its newest copy. The destructor stops the engine, so
/// let the console go after QApplication::exec has returned.
class Console {
  public:
    Console(EngineStarter starter, ConsoleOptions options);
    ~Console();
    Console(const Console&) = delete;
    Console& operator=(const Console&) = delete;

    void show();

  private:
    class Implementation;
    std::unique_ptr<Implementation> m_implementation;
};

} // namespace ui::window
