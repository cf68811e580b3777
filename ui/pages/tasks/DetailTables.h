#pragma once

#include "core/engine/Services.h"
#include "core/task/TaskRegistry.h"
#include "ui/models/SmallTable.h"

#include <QStringList>

namespace ui::pages::tasks {

/// The moves of a task with their number, oldest first.
models::SmallTable<std::pair<int, core::task::Transition>>* makeHistoryTable(const core::base::Clock& clock,
                                                                             QObject* parent);
models::SmallTable<core::task::Task>* makeRelatedTable(const core::task::TaskRegistry& registry,
                                                       const core::base::Clock& clock, QObject* parent);
/// Name, value and tooltip in turn, for the summary of a task.
QStringList factsOf(const core::task::Task& task, core::base::Instant now);
QString logText(const core::engine::TaskLogLine& line);

} // namespace ui::pages::tasks
