#include "core/broker/Dependencies.h"

#include "core/base/Log.h"
#include "core/policy/Ageing.h"
#include "core/store/TaskColumns.h"

#include <nlohmann/json.hpp>

namespace core::broker {

using store::TaskRow;
using task::TaskState;

namespace {

std::vector<int64_t> waitingFor(store::Connection& db, int64_t key) {
    store::Query rows =
        db.query("SELECT task, sum=row_sum(task, upstream) FROM dependency WHERE upstream=? ORDER BY task", key);
    std::vector<int64_t> keys;
    while (rows.step()) {
        if (rows.intAt(1) != 0)
            keys.push_back(rows.integer(0));
        else
            base::log(base::LogLevel::Error, "broker",
                      "a row that says what task number " + std::to_string(rows.integer(0)) +
                          " waits for is damaged; the task goes on waiting");
    }
    return keys;
}

/// One task less to wait for.
void release(store::Connection& db, TaskRow& row, base::Instant now, Broker::Moves& moves) {
    const store::Fence fence = store::fenceOf(row);
    --row.task.waitsFor;
    const bool due = !row.task.scheduledFor || *row.task.scheduledFor <= now;
    if (row.task.waitsFor > 0 || !due) {
        if (store::updateTask(db, row, fence))
            moves.push_back({TaskState::Scheduled, row.task});
        return;
    }
    row.task.state = TaskState::Pending;
    row.rank = policy::rankOf(now, row.task.priority);
    if (store::moveTask(db, row, fence, now, "all that it waited for succeeded"))
        moves.push_back({TaskState::Scheduled, row.task});
}

bool revoke(store::Connection& db, TaskRow& row, const task::Task& upstream, base::Instant now, Broker::Moves& moves) {
    const store::Fence fence = store::fenceOf(row);
    row.task.state = TaskState::Revoked;
    row.task.finishedAt = now;
    if (!store::moveTask(db, row, fence, now,
                         "task " + upstream.id.text + ", for which it waited, ended as " + task::toText(upstream.state)))
        return false;
    moves.push_back({TaskState::Scheduled, row.task});
    return true;
}

} // namespace

void countDependencies(const std::vector<NewTask>& tasks, std::vector<TaskRow>& rows) {
    for (size_t i = 0; i < tasks.size(); ++i) {
        rows[i].task.waitsFor = int(tasks[i].after.size());
        rows[i].upstreams = int(tasks[i].after.size() + tasks[i].done.size());
        if (!tasks[i].after.empty())
            rows[i].task.state = TaskState::Scheduled;
        for (const size_t upstream : tasks[i].after)
            ++rows[upstream].dependents;
    }
}

void insertDependencies(store::Connection& db, const std::vector<NewTask>& tasks, const std::vector<TaskRow>& rows) {
    for (size_t i = 0; i < tasks.size(); ++i) {
        for (const int64_t upstream : tasks[i].done)
            db.run("INSERT INTO dependency(task, upstream) VALUES(?,?)", rows[i].task.key, upstream);
        for (const size_t upstream : tasks[i].after)
            db.run("INSERT INTO dependency(task, upstream) VALUES(?,?)", rows[i].task.key, rows[upstream].task.key);
    }
}

void settleDependents(store::Connection& db, const TaskRow& first, base::Instant now, Broker::Moves& moves) {
    std::vector<TaskRow> ended; // a list instead of recursion: a chain may be long
    const auto remember = [&](const TaskRow& row) {
        if (row.dependents > 0 && task::isTerminal(row.task.state))
            ended.push_back(row);
    };
    remember(first);
    while (!ended.empty()) {
        const TaskRow upstream = std::move(ended.back());
        ended.pop_back();
        for (const int64_t key : waitingFor(db, upstream.task.key)) {
            auto row = store::readTaskRow(db, key);
            if (!row || row->task.state != TaskState::Scheduled || row->task.waitsFor == 0)
                continue;
            if (upstream.task.state == TaskState::Success)
                release(db, *row, now, moves);
            else if (revoke(db, *row, upstream.task, now, moves))
                remember(*row);
        }
    }
}

std::optional<base::Json> upstreamResults(store::Connection& db, const TaskRow& row) {
    store::Query rows = db.query("SELECT u.id, u.type, u.result, d.sum=row_sum(d.task, d.upstream) AND " +
                                     store::soundTask() +
                                     " FROM dependency d JOIN task u ON u.key=d.upstream WHERE d.task=? ORDER BY u.key",
                                 row.task.key);
    base::Json results = base::Json::array();
    while (rows.step()) {
        if (rows.intAt(3) == 0)
            return std::nullopt;
        results.push_back({{"task", rows.text(0)}, {"type", rows.text(1)}, {"result", rows.json(2)}});
    }
    // A row whose key is damaged is not found by it.
    return int(results.size()) == row.upstreams ? std::optional(std::move(results)) : std::nullopt;
}

} // namespace core::broker
