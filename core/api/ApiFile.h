#pragma once

#include "core/base/Time.h"

#include <filesystem>
#include <optional>
#include <string>

namespace core::api {

/// Where the API of a data directory's owner is, and the key to it: `api.json`, readable by its user alone.
struct ApiFile {
    unsigned short port = 0;
    std::string token; ///< 256 bits as hex
    int pid = 0;
    base::Instant startedAt{};

    static constexpr const char* kName = "api.json";
};

/// 256 random bits as hex.
std::string newToken();
/// Writes api.json (0600) so that a reader sees either the old or the new one.
base::Result<void> writeApiFile(const std::filesystem::path& dataDirectory, const ApiFile& file);
/// nullopt: there is none. Unauthorized when it is a link, belongs to somebody else or is open to others; Corrupt when
/// it cannot be understood.
base::Result<std::optional<ApiFile>> readApiFile(const std::filesystem::path& dataDirectory);
/// Removes api.json if it still holds `token`.
void removeApiFile(const std::filesystem::path& dataDirectory, const std::string& token);

} // namespace core::api
