#pragma once

#include "core/engine/Services.h"

#include <string>
#include <vector>

namespace core::engine {

/// Tasks and what they wait for, put together step by step. A step becomes due when all that it waits for have
/// succeeded; its handler finds their results in `TaskContext::upstream`. When one of them ends otherwise, the step is
/// revoked, and so are those that wait for it.
class Workflow {
  public:
    struct Step {
        Submission task;
        std::vector<size_t> after; ///< positions of earlier steps
    };
    using Positions = std::vector<size_t>;

    /// One task; its position. `after` are positions of steps that were added before.
    size_t add(Submission task, Positions after = {});
    /// One after the other; the position of the last one.
    Positions chain(std::vector<Submission> tasks, Positions after = {});
    /// Side by side; the positions of all.
    Positions group(std::vector<Submission> tasks, Positions after = {});
    /// `body` when all of `header` are done; the position of the body.
    Positions chord(std::vector<Submission> header, Submission body, Positions after = {});

    const std::vector<Step>& steps() const { return m_steps; }
    static constexpr size_t kMostSteps = 10'000;

  private:
    std::vector<Step> m_steps;
};

/// A task of a tree and the tasks that it waits, or waited, for.
struct TreeNode {
    task::Task task; ///< without bodies
    std::vector<task::TaskId> upstream;
};

/// Whole trees of tasks: a workflow, or a task, together with the follow-ups of every one of them.
/// Thread: any but gui (calls wait for the disk).
class WorkflowService {
  public:
    virtual ~WorkflowService() = default;
    /// All or nothing, one commit; answers with the tasks in the order of the steps. InvalidParams names the first wrong step.
    virtual base::Result<std::vector<task::Task>> submit(const Workflow& workflow, const Actor& actor) = 0;
    /// The tree that a task belongs to, in the order of submission. NotFound.
    virtual base::Result<std::vector<TreeNode>> tree(const task::TaskId& member) const = 0;
    /// Cancels all of the tree that has not ended; how many. Conflict when all have. What runs is told to stop, and starts
    /// no follow-ups any more.
    virtual base::Result<int> cancelTree(const task::TaskId& member, const Actor& actor) = 0;
    /// New tasks like those of the tree that failed or were revoked, waiting for one another as they did; what succeeded
    /// stays, and its results are given on. Conflict when there is none, or when all were retried before.
    virtual base::Result<std::vector<task::Task>> retryTree(const task::TaskId& member, const Actor& actor) = 0;
};

} // namespace core::engine
