#pragma once

#include <string_view>

namespace core::base {

enum class LogLevel { Debug, Info, Warning, Error };

/// `debug`, `info`, `warning`, `error`.
const char* toText(LogLevel level);

/// One line on standard error: `2026-11-20T08:15:30Z warning engine: text`. Control characters are escaped.
/// Debug lines appear only when BEATWARDEN_LOG=debug. Thread: any; lines never interleave.
void log(LogLevel level, std::string_view room, std::string_view text);

} // namespace core::base
