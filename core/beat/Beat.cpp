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
        // One broken entry does not hold up the others.
        if (auto looked = lookAt(entry, now); !looked)
            worst = looked.error().in("schedule '" + entry.name + "'");
    }
    return worst;
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
    auto moves = m_database.write([&](store::Connection& db) -> Result<broker::Broker::Moves> {
        const auto row = store::readSchedule(db, entry.name);
        if (!row || !row->enabled)
            return broker::Broker::Moves{};
        const auto lastState = task::stateFromText(row->lastState);
        const bool stillRunning = lastState && !task::isTerminal(*lastState);
        const auto taskId = stillRunning ? std::nullopt : std::optional(task->id.text);
        if (!store::insertFire(db, entry.name, due->instant, taskId, now))
            return broker::Broker::Moves{};
        store::recordFire(db, entry.name, due->instant, taskId, due->next);
        if (stillRunning)
            return broker::Broker::Moves{};
        std::vector<task::Task> tasks{*task};
        return broker::SqliteBroker::enqueueIn(db, tasks);
    });
    if (!moves)
        return moves.error();
    entry.lastFire = due->instant;
    entry.nextFire = due->next;
    m_stale = true;
    m_sink(*moves);
    m_changed(entry.name, moves->empty() ? "passed over" : "fired");
    return {};
}

} // namespace core::beat
