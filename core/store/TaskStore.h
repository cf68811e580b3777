#pragma once

#include "core/store/Connection.h"
#include "core/store/TaskFilter.h"
#include "core/task/Task.h"

#include <vector>

namespace core::store {

/// Whether the large columns (params, metadata, result, traceback) are read.
enum class Bodies { Without, With };

/// The whole row of a task: the document and what only the broker needs.
struct TaskRow {
    task::Task task;
    int interruptions = 0; ///< attempts that do not count: ended by a shutdown, or never begun
    int deaths = 0;        ///< worker processes that died under it
    int64_t epoch = 0;     ///< owner epoch of the running attempt
    int64_t rank = 0;      ///< order of starting (policy::rankOf)
    int upstreams = 0;     ///< tasks that it waited for
    int dependents = 0;    ///< tasks that wait, or waited, for it

    /// Attempts that count against maxAttempts.
    int spentAttempts() const { return task.attempt - interruptions; }
};

/// A task whose row does not match its checksums. It must not be run: nobody knows what it said.
class DamagedRow : public SqlError {
  public:
    DamagedRow(int64_t key, const std::string& id);
    int64_t key() const { return m_key; }

  private:
    int64_t m_key;
};

/// Inserts a task in state scheduled or pending with its first history row; sets key and version. Thread: writer.
void insertTask(Connection& db, TaskRow& row, int64_t epoch, const std::string& note);
/// Where a row stood when it was read: a move happens only from there.
struct Fence {
    task::TaskState state;
    int attempt;
    int64_t epoch;
    int version;
};
Fence fenceOf(const TaskRow& row);
/// Moves the task to `row.task.state` and writes all else that the row says of its progress, with one history row.
/// False, and nothing written, when it no longer stands at `fence`: somebody was faster. Sets version.
/// Thread: writer.
bool moveTask(Connection& db, TaskRow& row, const Fence& fence, base::Instant at, const std::string& note);
/// As moveTask, for a change that is no move (a cancel asked for, another time, one task less to wait for).
bool updateTask(Connection& db, const TaskRow& row, const Fence& fence);
/// Takes the result, and of a failure the traceback, from a finished task. Thread: writer.
void clearBodies(Connection& db, int64_t key);
/// Adds the row of an attempt that has ended. Thread: writer.
void insertAttempt(Connection& db, int64_t key, const task::Attempt& attempt);
/// Adds one history row. Thread: writer.
void insertTransition(Connection& db, const TaskRow& row, std::optional<task::TaskState> from, base::Instant at,
                      const std::string& note);

/// The row as it is; DamagedRow when its checksums do not match.
std::optional<TaskRow> readTaskRow(Connection& db, const task::TaskId& id);
std::optional<TaskRow> readTaskRow(Connection& db, int64_t key);
/// Types that have pending tasks in a queue, in alphabetical order.
std::vector<std::string> readPendingTypes(Connection& db, const std::string& queue);
/// Pending tasks of one queue and type in the order of starting, and those among them whose rows are damaged.
struct PendingRows {
    std::vector<TaskRow> rows;
    std::vector<int64_t> damaged;
};
PendingRows readPending(Connection& db, const std::string& queue, const std::string& type, int limit);
/// Ends a task whose row is damaged as failure `rejected`, so that it stands in nobody's way. Thread: writer.
void quarantine(Connection& db, int64_t key, base::Instant at);
/// The task for people: a damaged row is shown with an error that says so.
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

} // namespace core::store
