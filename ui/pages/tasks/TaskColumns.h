#pragma once

#include "core/engine/Services.h"
#include "core/task/TaskRegistry.h"
#include "ui/models/Columns.h"

#include <optional>
#include <vector>

namespace ui::pages::tasks {

struct TaskColumn : models::Column<core::task::Task> {
    std::optional<core::store::TaskSort> order; ///< what the store can sort by; absent: not sortable
    bool shownAtFirst = true;
};

/// The columns of the task table. References outlive the table.
std::vector<TaskColumn> taskColumns(const core::task::TaskRegistry& registry, const core::base::Clock& clock);

} // namespace ui::pages::tasks
