#include "app/ConsoleRun.h"

#include "app/Composition.h"
#include "app/StopSignals.h"
#include "core/base/Log.h"
#include "core/engine/Restoring.h"
#include "ui/window/Console.h"
#include "ui/window/Tour.h"

#include <QApplication>
#include <QSocketNotifier>

#include <cerrno>
#include <cstdlib>
#include <cstring>

namespace app {

using core::base::Error;
using core::base::ErrorCode;
using core::base::Result;
using core::engine::Engine;

namespace {

/// Pictures and remote shells have no display: draw into memory then.
void chooseDisplay() {
    if (!std::getenv("DISPLAY") && !std::getenv("WAYLAND_DISPLAY") && !std::getenv("QT_QPA_PLATFORM"))
        qputenv("QT_QPA_PLATFORM", "offscreen");
}

/// Qt's own messages as lines of the one log, but for the one that the offscreen platform repeats for every window.
void logQtMessage(QtMsgType type, const QMessageLogContext&, const QString& text) {
    if (text.contains("propagateSizeHints"))
        return;
    using core::base::LogLevel;
    const LogLevel level = type == QtDebugMsg  ? LogLevel::Debug
                           : type == QtInfoMsg ? LogLevel::Info
                           : type == QtWarningMsg
                               ? LogLevel::Warning
                               : LogLevel::Error;
    core::base::log(level, "qt", text.toStdString());
}

void prepareApplication() {
    qInstallMessageHandler(logQtMessage);
    QApplication::setApplicationName("beatwarden");
    QApplication::setApplicationDisplayName("Beatwarden");
    QApplication::setApplicationVersion(BEATWARDEN_VERSION);
    QApplication::setDesktopFileName("org.beatwarden.Beatwarden");
}

/// The API of the console's engine. A console without it still works; why it has none is logged.
std::shared_ptr<void> openApi(Engine& engine, int port) {
    auto api = LocalApi::open(engine, static_cast<unsigned short>(port));
    if (!api) {
        core::base::log(core::base::LogLevel::Error, "api", "no local API: " + api.error().text());
        return nullptr;
    }
    return std::shared_ptr<LocalApi>(std::move(*api));
}

ui::window::ConsoleOptions consoleOptions(const std::filesystem::path& dataDirectory, int apiPort,
                                          const core::base::Clock& clock) {
    ui::window::ConsoleOptions options;
    options.dataDirectory = dataDirectory;
    options.actor = QString::fromStdString(loginName());
    options.companions = [apiPort](Engine& engine) { return openApi(engine, apiPort); };
    options.restore = [dataDirectory, &clock](const std::filesystem::path& copy) -> Result<void> {
        const auto restored = core::engine::restoreCopy(dataDirectory, copy, loginName(), clock);
        return restored ? Result<void>() : Result<void>(restored.error());
    };
    return options;
}

/// A data directory that goes with the object.
class TemporaryDataDirectory {
  public:
    TemporaryDataDirectory() {
        std::error_code failed;
        std::filesystem::path folder = std::filesystem::temp_directory_path(failed);
        std::string pattern = ((failed ? "/tmp" : folder) / "beatwarden-tour-XXXXXX").string();
        if (::mkdtemp(pattern.data()))
            m_path = pattern;
    }
    ~TemporaryDataDirectory() {
        std::error_code ignored;
        if (!m_path.empty())
            std::filesystem::remove_all(m_path, ignored);
    }
    TemporaryDataDirectory(const TemporaryDataDirectory&) = delete;
    TemporaryDataDirectory& operator=(const TemporaryDataDirectory&) = delete;

    /// Empty: it could not be made.
    const std::filesystem::path& path() const { return m_path; }

  private:
    std::filesystem::path m_path;
};

Result<std::unique_ptr<Engine>> startOnSample(const EngineChoice& choice, const core::base::Clock& clock) {
    auto engine = startEngine(choice, clock);
    if (!engine)
        return engine.error();
    const auto sample = (*engine)->programme().createSample({}, {loginName(), "human"});
    if (!sample)
        return sample.error();
    return engine;
}

} // namespace

int runConsole(const cli::Invocation& invocation, int& argc, char** argv) {
    const core::base::RealClock clock;
    StopSignals signals; // before any thread
    chooseDisplay();
    prepareApplication();
    QApplication application(argc, argv);
    QSocketNotifier stop(signals.descriptor(), QSocketNotifier::Read);
    QObject::connect(&stop, &QSocketNotifier::activated, &application, [&stop] {
        stop.setEnabled(false);
        // Not quit(): that asks the windows first, and nobody may be there to answer.
        QApplication::exit(0);
    });
    const cli::CommonOptions& common = invocation.common;
    EngineChoice choice{common.dataDirectory, common.workers, Beat::On};
    choice.stopGrace = common.stopGrace.value_or(core::base::seconds(1));
    ui::window::Console console([choice, &clock] { return startEngine(choice, clock); },
                                consoleOptions(common.dataDirectory, common.apiPort, clock));
    console.show();
    const int status = QApplication::exec();
    signals.onSignal([] { std::_Exit(int(ExitStatus::Failed)); }); // whoever asks again waits for no task
    return status;
}

int runTour(const cli::Invocation& invocation, int& argc, char** argv) {
    const core::base::RealClock clock;
    const cli::TourChoice& tour = *invocation.tour;
    const TemporaryDataDirectory folder;
    if (folder.path().empty()) {
        core::base::log(core::base::LogLevel::Error, "tour",
                        std::string("cannot make a temporary folder: ") + std::strerror(errno));
        return int(ExitStatus::Failed);
    }
    chooseDisplay();
    qputenv("QT_SCALE_FACTOR", QByteArray::number(tour.scale));
    prepareApplication();
    QApplication application(argc, argv);
    ui::window::TourOptions options;
    options.folder = tour.folder;
    options.size = QSize(tour.width, tour.height);
    if (tour.theme != cli::TourThemeWord::Both)
        options.theme = tour.theme == cli::TourThemeWord::Dark ? ui::window::TourTheme::Dark
                                                               : ui::window::TourTheme::Light;
    const EngineChoice choice{folder.path(), invocation.common.workers, Beat::On};
    return ui::window::runTour(application, [choice, &clock] { return startOnSample(choice, clock); },
                               consoleOptions(folder.path(), invocation.common.apiPort, clock), options);
}

} // namespace app
