#pragma once

#include "app/ExitStatus.h"
#include "core/api/ApiClient.h"
#include "core/base/Clock.h"

#include <nlohmann/json.hpp>

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <ostream>
#include <string>

namespace app {
class StopSignals;
}

namespace app::cli {

enum class Format { Human, Json };

/// What every command can be told.
struct CommonOptions {
    std::filesystem::path dataDirectory;
    Format format = Format::Human;
    int apiPort = 0; ///< of an engine that this program starts; 0: any
    int workers = 4; ///< of an engine that this program starts
    std::optional<core::base::seconds> stopGrace; ///< of an engine that this program starts; absent: as its kind has it
};

/// What an engine started for one command has to do.
enum class Need {
    Answers, ///< store and look up; tasks stay where they are
    Runs     ///< run tasks: with workers, and with an API for others
};

using Members = std::vector<std::pair<std::string, std::string>>;

/// Thread: main. One command's conversation with an engine, and the only writer of stdout. Finds the engine that owns
/// the data directory, or starts one for as long as this lives.
class Session {
  public:
    Session(CommonOptions options, std::ostream& out, std::ostream& err);
    ~Session();
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;

    const CommonOptions& options() const { return m_options; }
    core::base::Instant now() const { return m_clock.now(); }
    const core::base::Clock& clock() const { return m_clock; }

    /// Finds or starts the engine; the requests below do it with Need::Answers. When a found engine stops, the next
    /// request finds or starts another.
    core::base::Result<void> connect(Need need);
    /// The document of a successful answer, otherwise its error.
    core::base::Result<core::base::Json> get(const std::string& path, Members query = {});
    core::base::Result<core::base::Json> post(const std::string& path, core::base::Json body = core::base::Json::object());
    core::base::Result<core::base::Json> remove(const std::string& path);

    /// Waits for the end of a task, with a progress bar on a terminal: the task document as it is then or, after
    /// `limit`, as it stands.
    core::base::Result<core::base::Json> await(const std::string& taskId,
                                               std::optional<core::base::milliseconds> limit);

    /// Prints one document: a JSON line, or whatever `human` makes of it.
    void show(const core::base::Json& document,
              const std::function<void(std::ostream&, const core::base::Json&)>& human);
    /// Asks a question of yes and no on stderr, under what `explain` prints there. Nobody: stdin or stderr is no terminal,
    /// and nothing is printed.
    enum class Answer { Nobody, No, Yes };
    Answer ask(const std::function<void(std::ostream&)>& explain, const std::string& question);
    /// A remark for people, on stderr: `beatwarden: text`.
    void remark(const std::string& text);
    /// Says an error on stderr and, as JSON, on stdout; its exit status.
    ExitStatus fail(const core::base::Error& error);

  private:
    core::base::Result<core::base::Json> send(core::api::Request request);
    /// Sends once; true in `gone`: whoever answered until now has stopped, and asking another is harmless.
    core::base::Result<core::api::Response> sendOnce(const core::api::Request& request, bool& gone);
    core::base::Result<std::unique_ptr<core::api::ApiClient>> findEngine() const;
    core::base::Result<void> startOwn(Need need);
    core::base::Error ownedByOther() const;

    const CommonOptions m_options;
    std::ostream& m_out;
    std::ostream& m_err;
    core::base::RealClock m_clock;
    struct OwnEngine;
    Need m_need = Need::Answers;
    std::unique_ptr<OwnEngine> m_own;
    std::unique_ptr<core::api::ApiClient> m_client; // goes before the engine
};

/// Writes an error as this program does: `beatwarden: what is wrong. What to do.`, and `{"error":…}` when asked for.
ExitStatus reportError(const core::base::Error& error, Format format, std::ostream& out, std::ostream& err);

} // namespace app::cli
