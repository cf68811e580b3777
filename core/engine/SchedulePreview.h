#pragma once

#include "core/beat/Timetable.h"
#include "core/engine/Services.h"

namespace core::engine {

/// The first `count` instants (1 to 100) after `now` of an entry that last fired at `lastFire`, the definition in plain
/// words, and what may surprise: very many firings, changes of the clock within the next 400 days that move, drop or
/// double one, instants that it shares with others of `entries` (its own name is left out), none at all. Pure.
SchedulePreview previewOf(const beat::Timetable& table, std::optional<base::Instant> lastFire,
                          const std::vector<ScheduleEntry>& entries, const base::ZoneDatabase& zones, base::Instant now,
                          int count);

} // namespace core::engine
