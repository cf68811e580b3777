#pragma once

#include "core/base/Result.h"

#include <filesystem>
#include <string_view>

namespace core::base {

/// Writes a file (0600) in one step: whoever reads `path` sees the old content or the whole new one, and after a power
/// cut too. ReadOnly or Io.
Result<void> replaceFile(const std::filesystem::path& path, std::string_view content);

} // namespace core::base
