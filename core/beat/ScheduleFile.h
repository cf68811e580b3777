#pragma once

#include "core/base/ZoneDatabase.h"
#include "core/task/Schedule.h"

#include <string_view>
#include <vector>

namespace core::beat {

/// Reads a file of schedules: an object with the array `schedules`. Checked whole: nothing is returned when one is
/// wrong. InvalidParams names the entry, the key and what to write instead; names that come twice are refused.
base::Result<std::vector<task::Schedule>> readScheduleFile(std::string_view text, const base::ZoneDatabase& zones);

/// The schedule that comes with the program: `resources/schedule.json`, compiled in.
base::Result<std::vector<task::Schedule>> defaultSchedule(const base::ZoneDatabase& zones);

} // namespace core::beat
