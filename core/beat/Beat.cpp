#include "core/beat/Beat.h"

#include "core/base/Log.h"
#include "core/broker/SqliteBroker.h"
#include "core/store/TaskStore.h"

namespace core::beat {

using base::Result;

Result<void> Beat::readEntries() {
    auto entries = m_database.read([](store::Connection& db) -> Result<std::vector<store::ScheduleRow>> {
        return store::readSchedules(db);
    });
    if (!entries)
        return entries.error();
    m_entries = std::move(*entries);
    return {};
}

Result<void> Beat::look(base::Instant now) {
    if (m_stale.exchange(false))
        if (auto read = readEntries(); !read) {
            m_stale = true;
            return read;
        }
    Result<void> worst;
    for (store::ScheduleRow& entry : m_entries) {
        if (!entry.enabled || (entry.nextFire && *entry.nextFire > now))
            continue;
        const auto looked = lookAt(entry, now);
        if (looked)
            continue;
        worst = looked.error().in("schedule '" + entry.name + "'");
        // An entry that cannot be understood rests until the schedule is read again; the others go on.
        const auto code = looked.error().code;
        if (code == base::ErrorCode::InvalidParams || code == base::ErrorCode::NotFound)
            entry.enabled = false;
    }
    return worst;
}

/// One transaction: the firing row, the entry's new times, the task. The sink hears of it in the order of the commits.
Result<broker::Broker::Moves> Beat::fire(const store::ScheduleRow& entry, const Due& due, task::Task task,
                                         base::Instant now) {
    auto moves = std::make_shared<broker::Broker::Moves>();
    std::promise<Result<void>> promise;
    auto work = [&, moves](store::Connection& db) -> Result<void> {
        const auto row = store::readSchedule(db, entry.name);
        if (!row || !row->enabled)
            return {};
        const auto lastState = task::stateFromText(row->lastState);
        const bool stillRunning = lastState && !task::isTerminal(*lastState);
        const auto taskId = stillRunning ? std::nullopt : std::optional(task.id.text);
        if (!store::insertFire(db, entry.name, due.instant, taskId, now))
            return {};
        store::recordFire(db, entry.name, due.instant, taskId, due.next);
        if (stillRunning)
            return {};
        auto inserted = broker::SqliteBroker::enqueueIn(db, {task});
        if (!inserted)
            return inserted.error();
        *moves = std::move(*inserted);
        return {};
    };
    m_database.post(std::move(work), [&, moves](Result<void> committed) {
        if (committed)
            m_sink(*moves);
        promise.set_value(std::move(committed));
    });
    const Result<void> committed = promise.get_future().get();
    if (!committed)
        return committed.error();
    return *moves;
}

Result<void> Beat::lookAt(store::ScheduleRow& entry, base::Instant now) {
    const auto due = whatIsDue(entry, now);
    if (!due)
        return due.error();
    if (!due->fire) {
        entry.nextFire = due->next;
        return m_database.write([name = entry.name, next = due->next](store::Connection& db) -> Result<void> {
            store::setNextFire(db, name, next);
            return {};
        });
    }
    auto task = m_makeTask(entry, now);
    if (!task)
        return task.error();
    auto moves = fire(entry, *due, std::move(*task), now);
    if (!moves)
        return moves.error();
    entry.lastFire = due->instant;
    entry.nextFire = due->next;
    m_stale = true;
    m_changed(entry.name, moves->empty() ? "passed over" : "fired");
    return {};
}

} // namespace core::beat
