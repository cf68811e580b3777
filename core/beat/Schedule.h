#pragma once

#include "core/base/Time.h"
#include "core/store/ScheduleStore.h"

#include <optional>

namespace core::beat {

/// A firing that was missed by less than this is made up for, once; older ones are passed over.
inline constexpr std::chrono::hours kCatchUp{1};

/// When the entry fires next, strictly after `after`; none: never. InvalidParams for a cron expression, zone or
/// interval that cannot be read. Intervals are counted from the last firing, or from `after`.
base::Result<std::optional<base::Instant>> nextFire(const store::ScheduleRow& entry, base::Instant after);

/// What to do about an entry at `now`.
struct Due {
    bool fire = false;       ///< false: nothing yet, or what was missed is too old
    base::Instant instant{}; ///< the scheduled instant that fires, not the time of the look
    std::optional<base::Instant> next;
};

/// Decides: several missed instants fire once, for the latest of them.
base::Result<Due> whatIsDue(const store::ScheduleRow& entry, base::Instant now);

} // namespace core::beat
