#pragma once

#include "core/store/TaskStore.h"

#include <vector>

namespace core::store {

/// A task of a tree, and the keys of those that it waits, or waited, for.
struct TreeRow {
    task::Task task;
    std::vector<int64_t> upstream;
    bool retried = false; ///< a later task of the tree is its retry
};

/// The tree of a task: its workflow, or itself, and all descendants, in the order of their keys; empty when there is no
/// such task.
std::vector<TreeRow> readTree(Connection& db, const task::TaskId& member, Bodies bodies);

} // namespace core::store
