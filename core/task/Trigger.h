#pragma once

#include "core/task/Cause.h"

#include <functional>
#include <map>
#include <variant>

namespace core::task {

class TaskRegistry;
struct TaskType;

enum class Ends { Success, Failure, Both };

/// Ends of tasks for good: success, or a failure that is not tried again. A cancel is neither.
struct TaskEnds {
    std::vector<std::string> types; ///< see taskNamed
    Ends ends = Ends::Success;
    /// More than 1: only the failure that is exactly the n-th in a row …
    int failuresInARow = 1;
    std::string sameParameter{}; ///< … of tasks that have the same value of this parameter
};

/// Rows of the programme's tables that an outcome or a person's command adds, changes or takes away.
struct RowChanges {
    std::vector<std::string> tables;
};

/// Causes that come while the task of an earlier one waits make no further task: they push it out, until there was
/// quiet for so long, and never longer than `longest` after the first of them.
struct Debounce {
    base::milliseconds quiet{0};
    base::milliseconds longest{0}; ///< at least `quiet`
};

/// What follows from a cause.
struct Consequence {
    base::Json params = base::Json::object();
    int priority = kDefaultPriority;
};

/// One rule: what is listened to, and which task follows. See core/packs/Triggers for the list of them all.
struct Trigger {
    std::string name;  ///< `absence-conflicts`, for people and the store
    std::string about; ///< one line: `an absence was approved, changed or cancelled`
    std::variant<TaskEnds, RowChanges> listensTo;
    std::string makes; ///< the type of the task; see taskNamed
    /// The consequence of a cause, none when it does not concern this trigger. Pure, quick, may throw. Runs inside the
    /// transaction of the cause.
    std::function<std::optional<Consequence>(const Cause&)> judge;
    std::optional<Debounce> debounce{}; ///< none: every cause makes a task of its own, at once
    /// Tasks with different values of this parameter wait apart. Empty: all causes share one task.
    std::string keyParameter{};
    /// When one transaction has more than kMostSingly keys, they go as lists in this parameter, kMostInList at a time.
    std::string listParameter{};
};

/// So many keys of one transaction have a task each.
inline constexpr size_t kMostSingly = 20;
inline constexpr size_t kMostInList = 500;
/// So many tasks may follow from one another by triggers; the next one is refused.
inline constexpr int kMostInAChain = 8;

/// What is wrong with a list of triggers, in words; empty: nothing. Names are unique; rows are debounced, because one
/// commit may change thousands; a debounced key of rows has a list for when it does.
std::string faultOf(const std::vector<Trigger>& triggers);

/// The type by its id, its Celery name, or the function that the Celery name ends with (`run_contingency_analysis`);
/// nullptr when there is none.
const TaskType* taskNamed(const TaskRegistry& types, const std::string& name);

/// What a task's metadata say of the trigger that made it: `trigger`, `trigger_depth`, `cause`, `causes`.
struct TriggerMark {
    std::string trigger; ///< empty: of a follow-up in a chain, or no trigger made it
    int depth = 0;            ///< 0: nothing before it was made by a trigger
    std::string cause;        ///< of the first cause, for people
    size_t causes = 1;        ///< in the transaction that made it
};
base::Json toJson(const TriggerMark& mark);
/// What is not there, or of another kind, has its default value.
TriggerMark triggerMarkOf(const base::Json& metadata);
/// Of a task that another one started: the same depth, in a chain that would otherwise begin anew.
void carryDepth(const base::Json& fromMetadata, base::Json& toMetadata);

/// What a trigger's tasks are launched by: `trigger:<name>`, and behind a `/` the key by which they wait apart.
std::string launcherOf(const Trigger& trigger, const std::string& key);

} // namespace core::task
