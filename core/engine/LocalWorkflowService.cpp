#include "core/engine/LocalWorkflowService.h"

#include "core/base/Uuid.h"
#include "core/store/WorkflowStore.h"

#include <algorithm>
#include <unordered_map>

namespace core::engine {

using base::Error;
using base::ErrorCode;
using base::Result;
using broker::Broker;
using broker::NewTask;

namespace {

Result<std::vector<store::TreeRow>> readTree(const store::Database& database, const task::TaskId& member,
                                             store::Bodies bodies) {
    return database.read([&](store::Connection& db) -> Result<std::vector<store::TreeRow>> {
        auto rows = store::readTree(db, member, bodies);
        if (rows.empty())
            return noSuchTask(member);
        return rows;
    });
}

bool isToBeRetried(const store::TreeRow& row) {
    return !row.retried && (row.task.state == task::TaskState::Failure || row.task.state == task::TaskState::Revoked);
}

} // namespace

size_t Workflow::add(Submission task, Positions after) {
    m_steps.push_back({std::move(task), std::move(after)});
    return m_steps.size() - 1;
}

Workflow::Positions Workflow::chain(std::vector<Submission> tasks, Positions after) {
    for (Submission& task : tasks)
        after = {add(std::move(task), std::move(after))};
    return after;
}

Workflow::Positions Workflow::group(std::vector<Submission> tasks, Positions after) {
    Positions all;
    for (Submission& task : tasks)
        all.push_back(add(std::move(task), after));
    return all;
}

Workflow::Positions Workflow::chord(std::vector<Submission> header, Submission body, Positions after) {
    return {add(std::move(body), group(std::move(header), std::move(after)))};
}

Result<std::vector<task::Task>> LocalWorkflowService::submit(const Workflow& workflow, const Actor& actor) {
    const auto& steps = workflow.steps();
    if (steps.empty() || steps.size() > Workflow::kMostSteps)
        return Error{ErrorCode::InvalidParams, "a workflow has between 1 and 10,000 steps", {}, {}};
    const base::Instant now = m_parts.clock.now();
    const std::string id = base::newUuidV7(now);
    std::vector<NewTask> tasks;
    for (size_t i = 0; i < steps.size(); ++i) {
        const std::string where = "step " + std::to_string(i + 1);
        if (!steps[i].task.idempotencyKey.empty())
            return Error{ErrorCode::InvalidParams, "a step of a workflow takes no idempotency key", {}, {}}.in(where);
        std::vector<size_t> after = steps[i].after;
        std::sort(after.begin(), after.end());
        if (!after.empty() && (after.back() >= i || std::adjacent_find(after.begin(), after.end()) != after.end()))
            return Error{ErrorCode::InvalidParams, "a step can only wait for steps before it, for each of them once",
                         {}, {}}.in(where);
        auto task = m_parts.factory.fromSubmission(steps[i].task, actor.name, now);
        if (!task)
            return task.error().in(where);
        task->workflow = id;
        tasks.emplace_back(std::move(*task), std::move(after));
    }
    return addTasks(m_parts, std::move(tasks));
}

Result<std::vector<TreeNode>> LocalWorkflowService::tree(const task::TaskId& member) const {
    auto rows = readTree(m_parts.database, member, store::Bodies::Without);
    if (!rows)
        return rows.error();
    std::unordered_map<int64_t, task::TaskId> ids;
    for (const store::TreeRow& row : *rows)
        ids[row.task.key] = row.task.id;
    std::vector<TreeNode> nodes;
    for (store::TreeRow& row : *rows) {
        TreeNode node;
        for (const int64_t key : row.upstream)
            if (const auto id = ids.find(key); id != ids.end())
                node.upstream.push_back(id->second);
        node.task = std::move(row.task);
        m_parts.live.decorate(node.task);
        nodes.push_back(std::move(node));
    }
    return nodes;
}

Result<int> LocalWorkflowService::cancelTree(const task::TaskId& member, const Actor& actor) {
    const auto rows = readTree(m_parts.database, member, store::Bodies::Without);
    if (!rows)
        return rows.error();
    std::vector<task::TaskId> ids;
    for (const store::TreeRow& row : *rows)
        if (!task::isTerminal(row.task.state))
            ids.push_back(row.task.id);
    if (ids.empty())
        return Error{ErrorCode::Conflict, "every task of the tree has ended", {}, {}};
    const auto moves = await<Broker::Moves>([&](Broker::Then<Broker::Moves> then) {
        m_parts.broker.cancelMany(ids, requesterOf(actor), m_parts.clock.now(),
                                  publishing(m_parts.dispatcher, stoppingRunning(m_parts.dispatcher, std::move(then))));
    });
    if (!moves)
        return moves.error();
    return int(moves->size());
}

Result<std::vector<task::Task>> LocalWorkflowService::retryTree(const task::TaskId& member, const Actor& actor) {
    const auto rows = readTree(m_parts.database, member, store::Bodies::With);
    if (!rows)
        return rows.error();
    const base::Instant now = m_parts.clock.now();
    std::unordered_map<int64_t, size_t> positions; ///< key of the old task → position of the new one
    std::vector<NewTask> tasks;
    for (const store::TreeRow& row : *rows) {
        if (!isToBeRetried(row))
            continue;
        auto task = m_parts.factory.again(row.task, std::nullopt, actor.name, now);
        if (!task)
            return task.error().in("task " + row.task.id.text);
        task->workflow = row.task.workflow;
        task->parentId = row.task.parentId;
        NewTask again(std::move(*task));
        for (const int64_t upstream : row.upstream) {
            if (const auto position = positions.find(upstream); position != positions.end())
                again.after.push_back(position->second);
            else
                again.done.push_back(upstream);
        }
        positions[row.task.key] = tasks.size();
        tasks.push_back(std::move(again));
    }
    if (tasks.empty())
        return Error{ErrorCode::Conflict, "no task of the tree failed or was revoked and waits to be retried", {}, {}};
    return addTasks(m_parts, std::move(tasks));
}

} // namespace core::engine
