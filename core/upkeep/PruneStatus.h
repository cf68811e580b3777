#pragma once

#include "core/base/Time.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>

namespace core::upkeep {

/// What retention took away since the engine started.
struct PruneStatus {
    std::optional<base::Instant> lastPassAt; ///< when the last walk over everything ended
    std::map<std::string, int64_t> removed;  ///< by Broom::name
    uint64_t slices = 0;                     ///< pieces of work that the writers were given
};

} // namespace core::upkeep
