#include "core/engine/LocalBulkService.h"

#include "core/base/Uuid.h"
#include "core/store/AuditLog.h"
#include "core/store/TaskStore.h"

#include <algorithm>

namespace core::engine {

using base::Error;
using base::ErrorCode;
using base::Result;
using broker::Broker;
using store::BulkAct;
using store::BulkKind;
using store::BulkState;
using task::TaskState;

namespace {

constexpr size_t kMostTasks = 100'000;
constexpr int kSlice = 200;
constexpr base::milliseconds kLongestHold = std::chrono::minutes(10);
/// One look of the runner takes about this long at most.
constexpr base::milliseconds kLook{100};

std::vector<TaskState> statesFor(BulkKind kind) {
    switch (kind) {
    case BulkKind::Cancel: return {TaskState::Scheduled, TaskState::Pending, TaskState::Started, TaskState::Retry};
    case BulkKind::Retry: return {TaskState::Failure, TaskState::Revoked};
    case BulkKind::Reschedule: return {TaskState::Scheduled, TaskState::Pending, TaskState::Retry};
    }
    return {};
}

/// The filter, narrowed to what the act can be done to.
store::TaskFilter narrowed(store::TaskFilter filter, BulkKind kind) {
    std::vector<TaskState> possible = statesFor(kind);
    if (!filter.states.empty())
        std::erase_if(possible, [&](TaskState state) {
            return std::find(filter.states.begin(), filter.states.end(), state) == filter.states.end();
        });
    filter.states = std::move(possible);
    return filter;
}

Result<void> check(const BulkRequest& request, base::Instant now) {
    const auto invalid = [](const std::string& why) { return Error{ErrorCode::InvalidParams, why, {}, {}}; };
    if (request.hold.count() < 0 || request.hold > kLongestHold)
        return invalid("the hold must be between 0 and 600 seconds");
    if ((request.kind == BulkKind::Reschedule) != request.eta.has_value())
        return invalid("rescheduling, and only that, needs a new time");
    if (request.eta && *request.eta <= now)
        return invalid("the new time " + base::formatInstant(*request.eta) + " is not in the future");
    return {};
}

void auditAct(store::Connection& db, const char* action, const BulkAct& act, const Actor& actor, base::Instant now) {
    store::appendAudit(db,
                       {action, actor.name, actor.type, "bulk_act", act.id, nullptr,
                        {{"kind", store::toText(act.kind)}, {"total", act.total}, {"changed", act.changed}}, {}},
                       now);
}

Error noSuchAct(const std::string& id) {
    return {ErrorCode::NotFound, "there is no bulk act " + id, {}, {}};
}

} // namespace

Result<BulkAct> LocalBulkService::begin(const BulkRequest& request, const Actor& actor) {
    const base::Instant now = m_parts.clock.now();
    if (auto fine = check(request, now); !fine)
        return fine.error();
    const store::TaskFilter filter = narrowed(request.filter, request.kind);
    BulkAct act;
    act.id = base::newUuidV7(now);
    act.kind = request.kind;
    act.createdAt = now;
    act.dueAt = now + request.hold;
    act.eta = request.eta;
    act.actor = actor.name;
    act.actorType = actor.type;
    return m_parts.database.write([&](store::Connection& db) -> Result<BulkAct> {
        const auto keys = !request.ids.empty()      ? store::keysOf(db, request.ids)
                          : !request.keys.empty()  ? request.keys
                          : !filter.states.empty() ? store::readKeys(db, filter, {})
                                                   : std::vector<int64_t>();
        if (keys.empty())
            return Error{ErrorCode::InvalidParams, std::string("no task matches to which '") + store::toText(act.kind) +
                         "' can be done", "Look at the filter", {}};
        if (keys.size() > kMostTasks)
            return Error{ErrorCode::InvalidParams, std::to_string(keys.size()) + " tasks match, more than 100,000 at once",
                         "Narrow the filter, or purge the queue", {}};
        store::insertBulk(db, act, keys);
        auditAct(db, "bulk_begun", act, actor, now);
        return act;
    });
}

Result<BulkAct> LocalBulkService::undo(const std::string& id, const Actor& actor) {
    const base::Instant now = m_parts.clock.now();
    return m_parts.database.write([&](store::Connection& db) -> Result<BulkAct> {
        auto act = store::readBulk(db, id);
        if (!act)
            return noSuchAct(id);
        if (act->state != BulkState::Held || act->dueAt <= now)
            return Error{ErrorCode::Conflict, std::string("it is too late to undo: the act is ") +
                         (act->state == BulkState::Held ? "about to begin" : store::toText(act->state)), {}, {}};
        act->state = BulkState::Undone;
        store::updateBulk(db, *act);
        auditAct(db, "bulk_undone", *act, actor, now);
        return *act;
    });
}

Result<BulkAct> LocalBulkService::find(const std::string& id) const {
    return m_parts.database.read([&](store::Connection& db) -> Result<BulkAct> {
        auto act = store::readBulk(db, id);
        if (!act)
            return noSuchAct(id);
        return *act;
    });
}

Result<std::vector<BulkAct>> LocalBulkService::recent(int limit) const {
    return m_parts.database.read(
        [&](store::Connection& db) -> Result<std::vector<BulkAct>> { return store::readBulks(db, limit); });
}

/// Each retry carries a key of its own, so that a slice that is done twice after a crash makes its tasks once.
Result<int64_t> BulkRunner::retry(const BulkAct& act, const std::vector<task::TaskId>& ids, base::Instant now) {
    auto originals = m_parts.database.read([&](store::Connection& db) -> Result<std::vector<task::Task>> {
        std::vector<task::Task> tasks;
        for (const task::TaskId& id : ids)
            if (auto task = store::readTask(db, id); task && task::isTerminal(task->state))
                tasks.push_back(std::move(*task));
        return tasks;
    });
    if (!originals)
        return originals.error();
    std::vector<broker::NewTask> again;
    for (const task::Task& original : *originals) {
        auto task = m_parts.factory.again(original, std::nullopt, act.actor, now);
        if (!task)
            continue; // its type is gone, or refuses the old parameters: nothing to be done to it
        task->idempotencyKey = "bulk:" + act.id + ":" + original.id.text;
        again.emplace_back(std::move(*task));
    }
    const auto count = int64_t(again.size());
    if (again.empty())
        return 0;
    const auto moves = await<Broker::Moves>(
        [&](Broker::Then<Broker::Moves> then) { m_parts.dispatcher.enqueue(std::move(again), std::move(then)); });
    return moves ? Result<int64_t>(count) : Result<int64_t>(moves.error());
}

Result<int64_t> BulkRunner::apply(const BulkAct& act, const std::vector<task::TaskId>& ids, base::Instant now) {
    const broker::Requester requester{act.actor, act.actorType};
    if (act.kind == BulkKind::Retry)
        return retry(act, ids, now);
    if (act.kind == BulkKind::Cancel) {
        const auto moves = await<Broker::Moves>([&](Broker::Then<Broker::Moves> then) {
            m_parts.broker.cancelMany(ids, requester, now,
                                      publishing(m_parts.dispatcher, stoppingRunning(m_parts.dispatcher, std::move(then))));
        });
        return moves ? Result<int64_t>(int64_t(moves->size())) : Result<int64_t>(moves.error());
    }
    int64_t changed = 0;
    for (const task::TaskId& id : ids) {
        const auto moves = await<Broker::Moves>([&](Broker::Then<Broker::Moves> then) {
            m_parts.broker.reschedule(id, *act.eta, requester, now, publishing(m_parts.dispatcher, std::move(then)));
        });
        if (!moves && moves.error().code != ErrorCode::Conflict && moves.error().code != ErrorCode::NotFound)
            return moves.error();
        changed += moves ? 1 : 0;
    }
    return changed;
}

Result<upkeep::NextLook> BulkRunner::look(base::Instant now) {
    const auto until = m_parts.clock.sinceBoot() + kLook;
    do {
        auto due = m_parts.database.read([now](store::Connection& db) -> Result<std::optional<BulkAct>> {
            return store::readDueBulk(db, now);
        });
        if (!due)
            return due.error();
        if (!*due)
            break;
        BulkAct act = **due;
        const auto ids = m_parts.database.read([&](store::Connection& db) -> Result<std::vector<task::TaskId>> {
            return store::readBulkTasks(db, act, kSlice);
        });
        if (!ids)
            return ids.error();
        const auto changed = apply(act, *ids, now);
        if (!changed)
            return changed.error();
        act.changed += *changed;
        act.position = std::min<int64_t>(act.position + kSlice, act.total);
        act.state = act.position >= act.total ? BulkState::Done : BulkState::Running;
        const auto noted = m_parts.database.write([&](store::Connection& db) -> Result<void> {
            store::updateBulk(db, act);
            if (act.state == BulkState::Done)
                auditAct(db, "bulk_done", act, {act.actor, act.actorType}, now);
            return {};
        });
        if (!noted)
            return noted.error();
    } while (m_parts.clock.sinceBoot() < until);
    return upkeep::NextLook{kPeriod};
}

} // namespace core::engine
