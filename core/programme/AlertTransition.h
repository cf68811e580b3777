#pragma once

#include "core/base/Time.h"

#include <optional>
#include <string>

namespace core::programme {

/// What was said about a subject so far. Ranks: 0 is fine, above it the worse the higher.
struct PastAlert {
    std::optional<base::Instant> at; ///< of the last `entering` or `worsening`; absent: there was none
    int rank = 0;                    ///< of what it spoke of, > 0
    bool recovered = false;          ///< a `recovery` was said since
};

/// An alert is not repeated within this time unless it is about something worse.
inline constexpr std::chrono::minutes kAlertWindow{240};

/// Whether the present rank is worth an alert: `entering` (from fine, or from what was not said), `worsening`,
/// `recovery` (once), or empty. Transitions are said, not states: `previous` is the rank of the check before, absent
/// when there was none. Within `kAlertWindow` of an alert nothing is said that is not worse than it; what is still bad
/// afterwards and was never said is said then. The recovery from what was not said is not said.
std::string alertTransition(std::optional<int> previous, int rank, const PastAlert& past, base::Instant now);

} // namespace core::programme
