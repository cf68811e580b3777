#pragma once

#include "core/base/Clock.h"
#include "core/engine/Services.h"
#include "core/task/TaskRegistry.h"
#include "ui/models/SmallTable.h"

namespace ui::pages::schedules {

/// A row of the page: an entry with its last firings, or one that comes with the program and waits for its task type.
struct ScheduleLine {
    enum class Kind { Installed, Waiting };
    core::engine::ScheduleEntry entry;
    std::vector<core::store::FireRow> recent; ///< newest first
    Kind kind = Kind::Installed;
};

/// What the sparkline shows at most.
inline constexpr int kRecentFires = 12;
/// The columns by which the page sorts and stretches at first.
inline constexpr int kWhenColumn = 3, kNextColumn = 4;

std::vector<models::Column<ScheduleLine>> scheduleColumns(const core::task::TaskRegistry& registry,
                                                          const core::base::Clock& clock);
/// The firings of one entry, newest first.
models::SmallTable<core::store::FireRow>* makeFireTable(const core::base::Clock& clock, QObject* parent);

} // namespace ui::pages::schedules
