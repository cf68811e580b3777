#include "app/cli/Session.h"

#include "app/Composition.h"
#include "app/StopSignals.h"
#include "app/cli/ProgressBar.h"
#include "app/cli/Text.h"
#include "core/api/ApiFile.h"
#include "core/api/HttpClient.h"
#include "core/api/LocalClient.h"
#include "core/api/Problem.h"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <iostream>
#include <stop_token>
#include <thread>
#include <unistd.h>

namespace app::cli {

using core::api::Method;
using core::api::Request;
using core::base::Error;
using core::base::ErrorCode;
using core::base::Json;
using core::base::milliseconds;
using core::base::Result;

namespace {

/// How long a command tries when an owner is there but does not answer yet (it may be starting or stopping).
constexpr milliseconds kOwnerPatience{3'000};
constexpr milliseconds kOwnerPause{50};
constexpr milliseconds kProbePatience{2'000};
/// How often a request looks for another engine after the one that it had is gone.
constexpr int kMostTries = 5;
constexpr milliseconds kLongWait{30'000};
constexpr milliseconds kBarStep{500};

bool isAlive(int pid) {
    return ::kill(pid, 0) == 0 || errno == EPERM;
}

std::string sentence(std::string text) {
    if (!text.empty() && text.back() != '.' && text.back() != '!' && text.back() != '?')
        text += '.';
    return text;
}

std::string secondsText(milliseconds time) {
    char text[32];
    std::snprintf(text, sizeof text, "%.3f", double(time.count()) / 1000.0);
    return text;
}

} // namespace

ExitStatus reportError(const Error& error, Format format, std::ostream& out, std::ostream& err) {
    err << "beatwarden: " << plain(sentence(error.message));
    if (!error.remedy.empty())
        err << ' ' << plain(sentence(error.remedy));
    err << '\n';
    for (const auto& field : error.fields)
        if (field.message != error.message)
            err << "  " << plain(field.field) << ": " << plain(field.message) << '\n';
    if (format == Format::Json) {
        Json details = Json::object();
        details["remedy"] = error.remedy.empty() ? Json() : Json(error.remedy);
        details["errors"] = Json::array();
        for (const auto& field : error.fields)
            details["errors"].push_back({{"field", field.field}, {"message", field.message}});
        Json document = Json::object();
        document["error"] = {{"code", core::base::toText(error.code)}, {"message", error.message}};
        document["error"]["details"] = std::move(details);
        out << core::base::dumpJson(document) << std::endl;
    }
    return exitStatusOf(error.code);
}

/// An engine that lives as long as one command.
struct Session::OwnEngine {
    StopSignals signals; // first: the engine's threads inherit what it blocks
    std::stop_source stop;
    std::unique_ptr<core::engine::Engine> engine;
    std::unique_ptr<LocalApi> api;
};

Session::Session(CommonOptions options, std::ostream& out, std::ostream& err)
    : m_options(std::move(options)), m_out(out), m_err(err) {}

Session::~Session() = default;

Result<std::unique_ptr<core::api::ApiClient>> Session::findEngine() const {
    const auto file = core::api::readApiFile(m_options.dataDirectory);
    if (!file)
        return file.error();
    if (!*file || !isAlive((*file)->pid))
        return std::unique_ptr<core::api::ApiClient>();
    core::api::HttpClient probe((*file)->port, {}, kProbePatience);
    Request request;
    request.path = "/healthz";
    const auto answer = probe.send(request);
    if (!answer || !answer->succeeded())
        return std::unique_ptr<core::api::ApiClient>();
    return std::unique_ptr<core::api::ApiClient>(
        std::make_unique<core::api::HttpClient>((*file)->port, (*file)->token));
}

Error Session::ownedByOther() const {
    const auto file = core::api::readApiFile(m_options.dataDirectory);
    const std::string who = file && *file && isAlive((*file)->pid) ? " (process " + std::to_string((*file)->pid) + ")" : "";
    return {ErrorCode::Unavailable,
            "another engine" + who + " owns " + m_options.dataDirectory.string() + " and its API does not answer",
            "Wait until it has started, or stop it and try again", {}};
}

Result<void> Session::startOwn(Need need) {
    auto own = std::make_unique<OwnEngine>();
    EngineChoice choice{m_options.dataDirectory, need == Need::Runs ? m_options.workers : 0, Beat::Off};
    choice.stopGrace = m_options.stopGrace.value_or(core::base::seconds(1));
    auto engine = startEngine(choice, m_clock);
    if (!engine)
        return engine.error();
    own->engine = std::move(*engine);
    if (own->engine->status().eager)
        remark("eager mode: tasks run in this process when they are submitted, one at a time and without limits");
    own->signals.onSignal([stop = &own->stop] { stop->request_stop(); });
    if (need == Need::Runs) {
        auto api = LocalApi::open(*own->engine, static_cast<unsigned short>(m_options.apiPort));
        if (!api)
            return api.error();
        own->api = std::move(*api);
    }
    m_client = std::make_unique<core::api::LocalClient>(*own->engine);
    m_own = std::move(own);
    remark("no engine was running on " + m_options.dataDirectory.string() + ": started one for this command");
    if (const std::string lost = m_own->engine->status().startNotice; !lost.empty())
        remark(lost);
    return {};
}

Result<void> Session::connect(Need need) {
    if (m_client)
        return {};
    m_need = need;
    const auto deadline = m_clock.sinceBoot() + kOwnerPatience;
    for (;;) {
        auto client = findEngine();
        if (!client)
            return client.error();
        if (*client) {
            m_client = std::move(*client);
            return {};
        }
        const auto started = startOwn(need);
        if (started || started.error().code != ErrorCode::Conflict)
            return started;
        if (m_clock.sinceBoot() >= deadline)
            return ownedByOther();
        std::this_thread::sleep_for(kOwnerPause);
    }
}

Result<core::api::Response> Session::sendOnce(const Request& request, bool& gone) {
    auto response = m_client->send(request);
    const bool refused = response ? response->status == core::api::statusOf(ErrorCode::Unavailable)
                                  : response.error().code == ErrorCode::Unavailable;
    // A question may be asked twice; a command only when nobody took it.
    gone = !m_own && (refused || (!response && request.method == Method::Get));
    return response;
}

Result<Json> Session::send(Request request) {
    request.actor = loginName();
    for (int tries = 1;; ++tries) {
        if (const auto connected = connect(m_need); !connected)
            return connected.error();
        if (m_own)
            request.stop = m_own->stop.get_token();
        bool gone = false;
        auto response = sendOnce(request, gone);
        if (gone && tries < kMostTries) {
            m_client.reset();
            continue;
        }
        if (!response)
            return response.error();
        if (!response->succeeded())
            return core::api::errorOf(*response);
        return std::move(response->document);
    }
}

Result<Json> Session::get(const std::string& path, Members query) {
    Request request;
    request.path = path;
    std::erase_if(query, [](const auto& member) { return member.second.empty(); });
    request.query = std::move(query);
    return send(std::move(request));
}

Result<Json> Session::post(const std::string& path, Json body) {
    Request request;
    request.method = Method::Post;
    request.path = path;
    request.body = std::move(body);
    return send(std::move(request));
}

Result<Json> Session::remove(const std::string& path) {
    Request request;
    request.method = Method::Delete;
    request.path = path;
    return send(std::move(request));
}

Result<Json> Session::await(const std::string& taskId, std::optional<milliseconds> limit) {
    ProgressBar bar(m_err);
    const auto deadline = limit ? std::optional(m_clock.sinceBoot() + *limit) : std::nullopt;
    for (;;) {
        auto slice = bar.visible() ? kBarStep : kLongWait;
        if (deadline)
            slice = std::clamp(*deadline - m_clock.sinceBoot(), milliseconds(0), slice);
        auto task = get("/api/v1/tasks/" + core::api::percentEncode(taskId), {{"wait", secondsText(slice)}});
        if (!task)
            return task;
        const auto state = core::task::stateFromText(task->value("state", ""));
        if ((state && core::task::isTerminal(*state)) || (deadline && m_clock.sinceBoot() >= *deadline))
            return task;
        bar.draw(*task);
    }
}

void Session::show(const Json& document, const std::function<void(std::ostream&, const Json&)>& human) {
    if (m_options.format == Format::Json)
        m_out << core::base::dumpJson(document) << '\n';
    else
        human(m_out, document);
    m_out.flush();
}

Session::Answer Session::ask(const std::function<void(std::ostream&)>& explain, const std::string& question) {
    if (::isatty(STDIN_FILENO) != 1 || ::isatty(STDERR_FILENO) != 1)
        return Answer::Nobody;
    explain(m_err);
    m_err << question << " [y/N] " << std::flush;
    std::string answer;
    std::getline(std::cin, answer);
    return answer == "y" || answer == "Y" || answer == "yes" ? Answer::Yes : Answer::No;
}

void Session::remark(const std::string& text) {
    m_err << "beatwarden: " << plain(sentence(text)) << std::endl;
}

ExitStatus Session::fail(const Error& error) {
    return reportError(error, m_options.format, m_out, m_err);
}

} // namespace app::cli
