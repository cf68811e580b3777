#include "app/cli/Serve.h"

#include "app/Composition.h"
#include "app/StopSignals.h"
#include "core/api/ApiFile.h"

#include <unistd.h>

namespace app::cli {

using core::base::Error;
using core::base::ErrorCode;
using core::base::Json;

namespace {

/// A service is stopped by a machine, which can wait.
constexpr core::base::seconds kServeGrace{20};

} // namespace

Outcome serve(Session& session) {
    const CommonOptions& options = session.options();
    StopSignals signals; // before the engine's threads
    EngineChoice choice{options.dataDirectory, options.workers, Beat::On};
    choice.stopGrace = options.stopGrace.value_or(kServeGrace);
    auto engine = startEngine(choice, session.clock());
    if (!engine && engine.error().code == ErrorCode::Conflict)
        return Error{ErrorCode::Unavailable, engine.error().message, engine.error().remedy, {}};
    if (!engine)
        return engine.error();
    auto api = LocalApi::open(**engine, static_cast<unsigned short>(options.apiPort));
    if (!api)
        return Error{ErrorCode::Unavailable, api.error().message, api.error().remedy, api.error().fields};
    const std::string folder = options.dataDirectory.string();
    const bool eager = (*engine)->status().eager;
    if (eager)
        session.remark("eager mode: tasks run in this process when they are submitted, one at a time and without limits");
    session.show(Json{{"port", (*api)->port()}, {"pid", int(::getpid())}, {"data_directory", folder}, {"eager", eager}},
                 [](std::ostream& out, const Json& document) {
                     out << "Serving " << document["data_directory"].get<std::string>() << " on http://127.0.0.1:"
                         << document["port"] << " (process " << document["pid"] << "). The token is in "
                         << core::api::ApiFile::kName << " there.\n";
                 });
    if (const std::string lost = (*engine)->status().startNotice; !lost.empty())
        session.remark(lost);
    signals.wait();
    session.remark("stopping: running tasks have " + std::to_string(choice.stopGrace.count() / 1000) +
                   " s to end, a second signal stops at once");
    signals.onSignal([&engine] { (*engine)->stopAtOnce(); });
    (*engine)->stop();
    signals.endWatch();
    return ExitStatus::Done;
}

} // namespace app::cli
