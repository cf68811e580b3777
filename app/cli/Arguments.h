#pragma once

#include "app/cli/Session.h"

#include <functional>
#include <optional>
#include <ostream>
#include <string>
#include <variant>

namespace app::cli {

enum class TourThemeWord { Both, Light, Dark };

/// `--tour DIR` and what goes with it.
struct TourChoice {
    std::filesystem::path folder;
    int width = 1280, height = 800;
    TourThemeWord theme = TourThemeWord::Both;
    int scale = 1;
};

/// What the command line asks for: a verb, a tour, or (neither) the console.
struct Invocation {
    CommonOptions common;
    std::function<core::base::Result<ExitStatus>(Session&)> verb;
    std::optional<TourChoice> tour;
};

/// Thread: main. Reads the command line. An ExitStatus: everything has been said already (help, version, wrong usage).
std::variant<Invocation, ExitStatus> parseArguments(int argc, const char* const* argv, std::ostream& out,
                                                    std::ostream& err);

} // namespace app::cli
