#include "app/Composition.h"

#include "core/api/ApiFile.h"
#include "core/api/HttpServer.h"
#include "core/api/Router.h"
#include "core/packs/Packs.h"
#include "core/packs/Triggers.h"

#include <cstdlib>
#include <pwd.h>
#include <unistd.h>

namespace app {

using core::base::Error;
using core::base::ErrorCode;
using core::base::Result;

namespace {

constexpr const char* kWorkerName = "beatwarden-worker";
/// A no-op task costs less than a hundredth of a new process; the peers of the comparison replace none at all.
constexpr int kBenchRecycle = 100'000;

/// Whether BEATWARDEN_EAGER asks for eager mode.
Result<bool> isEager() {
    const char* value = std::getenv("BEATWARDEN_EAGER");
    const std::string word = value ? value : "";
    if (word == "1" || word == "true")
        return true;
    if (word.empty() || word == "0" || word == "false")
        return false;
    return Error{ErrorCode::InvalidParams, "BEATWARDEN_EAGER is '" + word + "'",
                 "Set it to 1 to run tasks in this process when they are submitted, or to 0", {}};
}

const passwd* userRecord() {
    return ::getpwuid(::geteuid());
}

} // namespace

std::filesystem::path defaultDataDirectory() {
    if (const char* data = std::getenv("XDG_DATA_HOME"); data && data[0] == '/')
        return std::filesystem::path(data) / "beatwarden";
    const char* home = std::getenv("HOME");
    if (!home || home[0] != '/')
        home = userRecord() ? userRecord()->pw_dir : "/";
    return std::filesystem::path(home) / ".local/share/beatwarden";
}

std::string loginName() {
    const passwd* user = userRecord();
    return user ? user->pw_name : "uid-" + std::to_string(::geteuid());
}

Result<std::filesystem::path> findWorkerProgram() {
    std::error_code failed;
    const std::filesystem::path self = std::filesystem::read_symlink("/proc/self/exe", failed);
    if (failed)
        return Error{ErrorCode::Io, "cannot find out where this program is: " + failed.message(), {}, {}};
    const std::filesystem::path folder = self.parent_path();
    for (const auto& candidate : {folder / kWorkerName, folder / "../libexec/beatwarden" / kWorkerName,
                                  folder / "../libexec" / kWorkerName, folder / "../lib/beatwarden" / kWorkerName})
        if (::access(candidate.c_str(), X_OK) == 0)
            return candidate.lexically_normal();
    return Error{ErrorCode::Unavailable, std::string(kWorkerName) + " is not beside " + self.string(),
                 "Build or install the whole package", {}};
}

Result<std::unique_ptr<core::engine::Engine>> startEngine(const EngineChoice& choice, const core::base::Clock& clock) {
    const auto eager = isEager();
    if (!eager)
        return eager.error();
    core::task::TaskRegistry registry;
    core::engine::EngineOptions options;
    options.eager = *eager && choice.types == TaskTypes::Product;
    if (!options.eager) {
        const auto worker = findWorkerProgram();
        if (!worker)
            return worker.error();
        options.workerProgram = *worker;
    }
    if (choice.types == TaskTypes::Bench) {
        core::packs::registerBench(registry);
        options.slotsPerQueue = choice.workers;
        options.recycleAfterTasks = kBenchRecycle;
    } else {
        core::packs::registerAll(registry);
        options.triggers = core::packs::triggers();
    }
    options.dataDirectory = choice.dataDirectory;
    options.workers = choice.workers;
    options.stopGrace = choice.stopGrace;
    options.beat = choice.beat == Beat::On;
    return core::engine::startEngine(std::move(options), std::move(registry), clock);
}

Result<std::unique_ptr<LocalApi>> LocalApi::open(core::engine::Engine& engine, unsigned short port) {
    std::unique_ptr<LocalApi> api(new LocalApi);
    api->m_dataDirectory = engine.dataDirectory();
    api->m_token = core::api::newToken();
    api->m_router = std::make_unique<core::api::Router>(engine);
    core::api::HttpServerOptions options;
    options.port = port;
    options.token = api->m_token;
    auto server = core::api::HttpServer::start(*api->m_router, options);
    if (!server)
        return server.error();
    api->m_server = std::move(*server);
    const core::api::ApiFile file{api->m_server->port(), api->m_token, int(::getpid()), engine.clock().now()};
    if (const auto written = core::api::writeApiFile(api->m_dataDirectory, file); !written)
        return written.error();
    return api;
}

LocalApi::~LocalApi() {
    core::api::removeApiFile(m_dataDirectory, m_token);
}

unsigned short LocalApi::port() const {
    return m_server->port();
}

} // namespace app
