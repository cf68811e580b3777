#pragma once

#include "core/engine/Services.h"
#include "core/task/TaskRegistry.h"
#include "ui/models/SmallTable.h"

namespace ui::pages::overview {

using RunningTable = models::SmallTable<core::task::Task>;
using FiringTable = models::SmallTable<core::engine::ScheduleEntry>;

RunningTable* makeRunningTable(const core::task::TaskRegistry& registry, const core::base::Clock& clock,
                               QObject* parent);
FiringTable* makeFiringTable(const core::task::TaskRegistry& registry, const core::base::Clock& clock,
                             QObject* parent);
/// The `limit` enabled entries that fire first.
std::vector<core::engine::ScheduleEntry> nextFirings(std::vector<core::engine::ScheduleEntry> entries, size_t limit);

} // namespace ui::pages::overview
