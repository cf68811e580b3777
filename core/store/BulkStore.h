#pragma once

#include "core/store/Database.h"
#include "core/store/TaskFilter.h"
#include "core/task/Task.h"

#include <optional>
#include <string>
#include <vector>

namespace core::store {

enum class BulkKind { Cancel, Retry, Reschedule };
enum class BulkState { Held, Running, Done, Undone };

const char* toText(BulkKind kind);
std::optional<BulkKind> bulkKindFromText(std::string_view text);
const char* toText(BulkState state);

/// An act on many tasks, as stored.
struct BulkAct {
    int64_t key = 0;
    std::string id;
    BulkKind kind = BulkKind::Cancel;
    BulkState state = BulkState::Held;
    int64_t total = 0;    ///< tasks in the frozen set
    int64_t position = 0; ///< tasks looked at so far
    int64_t changed = 0;  ///< of them, done to; the others had moved on
    base::Instant createdAt{}, dueAt{};
    std::optional<base::Instant> eta;
    std::string actor, actorType;
};

std::vector<Migration> bulkMigrations();
/// Adds the act with the tasks of these keys; sets key and total. Thread: writer, as all that change.
void insertBulk(Connection& db, BulkAct& act, const std::vector<int64_t>& tasks);
/// Keys of the tasks with these ids; unknown ones are left out.
std::vector<int64_t> keysOf(Connection& db, const std::vector<task::TaskId>& ids);
std::optional<BulkAct> readBulk(Connection& db, const std::string& id);
std::vector<BulkAct> readBulks(Connection& db, int limit);
/// The oldest act whose hold is over and that is not done.
std::optional<BulkAct> readDueBulk(Connection& db, base::Instant now);
/// The tasks of an act from its position on.
std::vector<task::TaskId> readBulkTasks(Connection& db, const BulkAct& act, int limit);
/// Writes state, position and changed; the list of tasks goes when the act is over.
void updateBulk(Connection& db, const BulkAct& act);

} // namespace core::store
