#pragma once

#include "core/store/Connection.h"
#include "core/store/TaskFilter.h"
#include "core/task/Task.h"

#include <vector>

namespace core::store {

/// Whether the large columns (params, metadata, result, traceback) are read.
enum class Bodies { Without, With };

/// What only the broker needs of a task besides the document.
struct TaskLedger {
    task::Task task;
    int interruptions = 0; ///< attempts that ended with the engine's shutdown: they do not count
    int deaths = 0;        ///< worker processes that died under it
    int64_t epoch = 0;     ///< owner epoch of the running attempt

    /// Attempts that count against maxAttempts.
    int spentAttempts() const { return task.attempt - interruptions; }
};

/// Inserts a task in state scheduled or pending with its first history row; sets `key`. Thread: writer.
void insertTask(Connection& db, task::Task& task, int64_t epoch, const std::string& note);
/// Adds one history row. Thread: writer.
void insertTransition(Connection& db, int64_t key, std::optional<task::TaskState> from, task::TaskState to, int attempt,
                      int64_t epoch, base::Instant at, const std::string& note);

std::optional<TaskLedger> readLedger(Connection& db, const task::TaskId& id);
std::optional<task::Task> readTask(Connection& db, const task::TaskId& id);
/// Newest first, keys below `beforeKey` (0: all).
std::vector<task::Task> readPage(Connection& db, const TaskFilter& filter, int64_t beforeKey, int limit);
std::vector<int64_t> readKeys(Connection& db, const TaskFilter& filter, const TaskOrder& order);
/// Rows of these keys in their order; vanished ones are left out.
std::vector<task::Task> readRows(Connection& db, const std::vector<int64_t>& keys);
std::vector<task::Attempt> readAttempts(Connection& db, int64_t key);
std::vector<task::Transition> readHistory(Connection& db, int64_t key);
/// Parent, children, original and retries of a task, oldest first, without bodies.
std::vector<task::Task> readRelated(Connection& db, const task::Task& task);

/// One cell of the count of tasks by queue and state.
struct TaskCount {
    std::string queue;
    task::TaskState state;
    int64_t count;
};
std::vector<TaskCount> countTasks(Connection& db);

} // namespace core::store
