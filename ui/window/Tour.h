#pragma once

#include "ui/window/Console.h"

#include <QSize>

#include <optional>

class QApplication;

namespace ui::window {

enum class TourTheme { Light, Dark };

struct TourOptions {
    std::filesystem::path folder;   ///< PNGs and tour.json go here; created if missing
    QSize size{1280, 800};          ///< of the window, in device-independent pixels
    std::optional<TourTheme> theme; ///< absent: every page in both
};

/// Thread: gui. Opens the console on the engine that `starter` makes (it must hold a programme), runs a short
/// deterministic scenario, visits every page and dialog and writes one PNG each plus tour.json (page, file,
/// milliseconds to first paint). Runs the event loop of `application`; the exit status of the program: 0, or 1 with
/// the reason on stderr. For --scale set QT_SCALE_FACTOR before the QApplication is made.
int runTour(QApplication& application, EngineStarter starter, ConsoleOptions console, const TourOptions& options);

} // namespace ui::window
