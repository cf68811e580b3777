#include "core/engine/LocalServices.h"

#include "core/store/TaskStore.h"

namespace core::engine {

using base::Error;
using base::ErrorCode;
using base::Result;
using broker::Broker;

namespace {

constexpr int kMaxPage = 1000;
constexpr int kLogLines = 2000;

} // namespace

Result<std::vector<task::Task>> addTasks(ServiceParts& parts, std::vector<broker::NewTask> tasks) {
    EagerRunner::Turn turn(parts.eager);
    auto moves = await<Broker::Moves>(
        [&](Broker::Then<Broker::Moves> then) { parts.dispatcher.enqueue(std::move(tasks), std::move(then)); });
    if (!moves)
        return moves.error();
    std::vector<task::Task> answer;
    for (broker::Move& move : *moves)
        if (!move.from || *move.from == move.task.state) // the others are those of a claim
            answer.push_back(std::move(move.task));
    if (!parts.eager)
        return answer;
    turn.runAll();
    const auto looked = parts.database.read([&](store::Connection& db) -> Result<void> {
        for (task::Task& task : answer)
            if (auto ended = store::readTask(db, task.id))
                task = std::move(*ended);
        return {};
    });
    if (!looked) // they are in the store all the same
        base::log(base::LogLevel::Warning, "engine", "how eager tasks ended cannot be read: " + looked.error().text());
    return answer;
}

Result<task::Task> LocalTaskService::submit(const Submission& submission, const Actor& actor) {
    auto tasks = submitAll({submission}, actor);
    if (!tasks)
        return tasks.error();
    return std::move(tasks->front());
}

Result<std::vector<task::Task>> LocalTaskService::submitAll(const std::vector<Submission>& submissions,
                                                            const Actor& actor) {
    std::vector<broker::NewTask> tasks;
    const base::Instant now = m_parts.clock.now();
    for (const Submission& submission : submissions) {
        auto task = m_parts.factory.fromSubmission(submission, actor.name, now);
        if (!task)
            return task.error();
        tasks.emplace_back(std::move(*task));
    }
    return addTasks(m_parts, std::move(tasks));
}

Result<task::Task> LocalTaskService::cancel(const task::TaskId& id, const Actor& actor) {
    auto moves = await<Broker::Moves>([&](Broker::Then<Broker::Moves> then) {
        m_parts.broker.cancel(id, requesterOf(actor), m_parts.clock.now(),
                              publishing(m_parts.dispatcher, stoppingRunning(m_parts.dispatcher, std::move(then))));
    });
    if (!moves)
        return moves.error();
    return moves->front().task;
}

Result<task::Task> LocalTaskService::retry(const task::TaskId& id, const std::optional<base::Json>& params,
                                           const Actor& actor) {
    const auto original = find(id);
    if (!original)
        return original.error();
    if (!task::isTerminal(original->state))
        return Error{ErrorCode::Conflict, std::string("task is still ") + task::toText(original->state),
                     "Wait for its end or cancel it first", {}};
    auto task = m_parts.factory.again(*original, params, actor.name, m_parts.clock.now());
    if (!task)
        return task.error();
    std::vector<broker::NewTask> one;
    one.emplace_back(std::move(*task));
    auto tasks = addTasks(m_parts, std::move(one));
    if (!tasks)
        return tasks.error();
    return std::move(tasks->front());
}

Result<task::Task> LocalTaskService::reschedule(const task::TaskId& id, base::Instant eta, const Actor& actor) {
    const base::Instant now = m_parts.clock.now();
    if (eta <= now)
        return Error{ErrorCode::InvalidParams, "the new time " + base::formatInstant(eta) + " is not in the future",
                     "Give a later time", {}};
    auto moves = await<Broker::Moves>([&](Broker::Then<Broker::Moves> then) {
        m_parts.broker.reschedule(id, eta, requesterOf(actor), now, publishing(m_parts.dispatcher, std::move(then)));
    });
    if (!moves)
        return moves.error();
    return moves->front().task;
}

Result<task::Task> LocalTaskService::find(const task::TaskId& id) const {
    auto found = m_parts.database.read([&](store::Connection& db) -> Result<task::Task> {
        auto task = store::readTask(db, id);
        if (!task)
            return noSuchTask(id);
        return std::move(*task);
    });
    if (found)
        m_parts.live.decorate(*found);
    return found;
}

Result<TaskDetail> LocalTaskService::detail(const task::TaskId& id) const {
    auto found = m_parts.database.read([&](store::Connection& db) -> Result<TaskDetail> {
        auto task = store::readTask(db, id);
        if (!task)
            return noSuchTask(id);
        TaskDetail detail;
        detail.attempts = store::readAttempts(db, task->key);
        detail.history = store::readHistory(db, task->key);
        detail.related = store::readRelated(db, *task);
        detail.task = std::move(*task);
        return detail;
    });
    if (!found)
        return found;
    m_parts.live.decorate(found->task);
    found->log = m_parts.log.read(id, kLogLines);
    return found;
}

Result<std::vector<task::Task>> LocalTaskService::page(const store::TaskFilter& filter, int64_t beforeKey,
                                                       int limit) const {
    if (limit < 1 || limit > kMaxPage)
        return Error{ErrorCode::InvalidParams, "limit must be between 1 and 1000", {}, {}};
    auto tasks = m_parts.database.read([&](store::Connection& db) -> Result<std::vector<task::Task>> {
        return store::readPage(db, filter, beforeKey, limit);
    });
    if (tasks)
        for (task::Task& task : *tasks)
            m_parts.live.decorate(task);
    return tasks;
}

Result<std::vector<int64_t>> LocalTaskService::keys(const store::TaskFilter& filter,
                                                    const store::TaskOrder& order) const {
    return m_parts.database.read([&](store::Connection& db) -> Result<std::vector<int64_t>> {
        return store::readKeys(db, filter, order);
    });
}

Result<std::vector<task::Task>> LocalTaskService::rows(const std::vector<int64_t>& keys) const {
    auto tasks = m_parts.database.read([&](store::Connection& db) -> Result<std::vector<task::Task>> {
        return store::readRows(db, keys);
    });
    if (tasks)
        for (task::Task& task : *tasks)
            m_parts.live.decorate(task);
    return tasks;
}

Result<task::Task> LocalTaskService::wait(const task::TaskId& id, base::milliseconds timeout) {
    const auto subscription = m_parts.bus.subscribe(events::Interest::inTask(id));
    const auto deadline = m_parts.clock.sinceBoot() + timeout;
    while (true) {
        auto task = find(id);
        if (!task || task::isTerminal(task->state))
            return task;
        bool moved = false;
        while (!moved) {
            const auto left = deadline - m_parts.clock.sinceBoot();
            if (left.count() <= 0)
                return task;
            const auto batch = subscription->waitAndDrain(std::min(left, base::milliseconds(1000)));
            moved = batch.dropped > 0 || batch.events.empty();
            for (const auto& event : batch.events)
                moved = moved || (event->kind == events::EventKind::TaskChanged && event->subject == id.text);
        }
    }
}

} // namespace core::engine
