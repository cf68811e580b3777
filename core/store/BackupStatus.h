#pragma once

#include "core/base/Time.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

namespace core::store {

/// What is known of the copies of the database, for people and for the health view.
struct BackupStatus {
    std::optional<base::Instant> lastAt; ///< when the newest copy was taken; absent: there is none
    std::filesystem::path lastFile;
    int64_t lastBytes = 0;
    int copies = 0;        ///< in the folder
    bool running = false;  ///< one is being made
    bool changed = false;  ///< the database has changed since the last copy of this engine
    uint64_t failures = 0; ///< since the engine started
    std::string lastError; ///< of the last try; empty: it succeeded
};

} // namespace core::store
