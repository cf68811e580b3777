#pragma once

#include "core/base/Clock.h"
#include "core/engine/Engine.h"

#include <filesystem>
#include <memory>
#include <string>

namespace core::api {
class HttpServer;
class Router;
} // namespace core::api

namespace app {

/// $XDG_DATA_HOME/beatwarden, or ~/.local/share/beatwarden.
std::filesystem::path defaultDataDirectory();
/// The login name of the user who runs the program.
std::string loginName();

/// The worker program: beside this one, as built, or where a package keeps programs that are not for people.
core::base::Result<std::filesystem::path> findWorkerProgram();

enum class Beat { Off, On };
/// Which task types an engine knows: those of the product, or those of measurements with room for every worker.
enum class TaskTypes { Product, Bench };

/// How an engine of this program is started.
struct EngineChoice {
    std::filesystem::path dataDirectory;
    int workers = core::task::kDefaultWorkers; ///< 0: store and look up, run nothing
    Beat beat = Beat::On;
    TaskTypes types = TaskTypes::Product;
    core::base::milliseconds stopGrace{1000}; ///< running tasks may end within it when the engine stops
};

/// Thread: any but gui. The only place that names concrete classes: every task type, the real clock, the worker
/// program beside this one. With BEATWARDEN_EAGER=1 tasks of the product run in this process. `clock` outlives the engine.
core::base::Result<std::unique_ptr<core::engine::Engine>> startEngine(const EngineChoice& choice,
                                                                      const core::base::Clock& clock);

/// Thread: any but gui. The HTTP API of an engine, for as long as this lives: router, server and api.json.
class LocalApi {
  public:
    /// `port` 0: any free one. `engine` outlives the API.
    static core::base::Result<std::unique_ptr<LocalApi>> open(core::engine::Engine& engine, unsigned short port);
    ~LocalApi();

    unsigned short port() const;

  private:
    LocalApi() = default;

    std::filesystem::path m_dataDirectory;
    std::string m_token;
    std::unique_ptr<core::api::Router> m_router;
    std::unique_ptr<core::api::HttpServer> m_server; // after the router: it stops first
};

} // namespace app
