#pragma once

#include "core/beat/Timetable.h"
#include "core/engine/Services.h"

namespace core::engine {

/// The first `count` instants (1 to 100) after `now`, the definition in plain words, and what may surprise: very many
/// firings, times that a change of the clocks skips within the next 400 days, none at all. Pure.
SchedulePreview previewOf(const beat::Timetable& table, base::Instant now, int count);

} // namespace core::engine
