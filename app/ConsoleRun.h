#pragma once

#include "app/cli/Arguments.h"

namespace app {

/// Thread: main, which becomes the gui thread. Opens the console on the data directory; the engine and its API start
/// after the first paint and stop with it. Ends when the window is quit, or on SIGTERM.
int runConsole(const cli::Invocation& invocation, int& argc, char** argv);

/// Thread: main. The tour over a fresh sample in a temporary data directory, which goes with it.
int runTour(const cli::Invocation& invocation, int& argc, char** argv);

} // namespace app
