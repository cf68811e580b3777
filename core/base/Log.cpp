#include "core/base/Log.h"

#include "core/base/Clock.h"

#include <cstdlib>
#include <string>
#include <unistd.h>

namespace core::base {

const char* toText(LogLevel level) {
    switch (level) {
    case LogLevel::Debug: return "debug";
    case LogLevel::Info: return "info";
    case LogLevel::Warning: return "warning";
    case LogLevel::Error: return "error";
    }
    return "error";
}

void log(LogLevel level, std::string_view room, std::string_view text) {
    const char* wanted = std::getenv("BEATWARDEN_LOG");
    const bool verbose = wanted && std::string_view(wanted) == "debug";
    if (level == LogLevel::Debug && !verbose)
        return;
    std::string line = formatInstant(RealClock().now()) + " " + toText(level) + " " + std::string(room) + ": ";
    for (const char c : text) {
        if (c == '\n')
            line += "\\n";
        else
            line += static_cast<unsigned char>(c) < 0x20 ? '?' : c;
    }
    line += '\n';
    // One write(2) a line, so that lines of several threads and processes do not mix.
    [[maybe_unused]] const ssize_t written = ::write(STDERR_FILENO, line.data(), line.size());
}

} // namespace core::base
