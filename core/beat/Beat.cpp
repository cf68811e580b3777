#include "core/beat/Beat.h"

#include "core/base/Log.h"
#include "core/broker/SqliteBroker.h"
#include "core/store/AuditLog.h"
#include "core/store/TaskStore.h"

#include <future>

namespace core::beat {

using base::Error;
using base::Instant;
using base::Result;
using store::FireOutcome;
using store::FireRow;

namespace {

constexpr size_t kMostInOneTransaction = 256;
constexpr base::milliseconds kBetweenLooksAtWaiting{200};

FireRow missedRow(const store::ScheduleRow& row, const Timetable::Due& due, Instant now) {
    FireRow fire{row.name, *due.passedTo, FireOutcome::Missed, {}, now, now - *due.passedTo, {}, {}, {}};
    fire.note = due.passedOver == 1 ? "passed over: nobody was there in time"
                                    : std::to_string(due.passedOver) + " instants from " +
                                          base::formatInstant(*due.passedFrom) + " on were passed over";
    return fire;
}

} // namespace

/// Entries whose times come from a clock that was wrong find their next instant anew.
void Beat::startEntry(store::ScheduleRow row, Instant now) {
    const std::string name = row.name;
    auto table = Timetable::of(row);
    Entry& entry = m_entries.insert_or_assign(name, Entry{std::move(row), table ? std::move(*table) : Timetable::never(), {}, {}})
                       .first->second;
    if (!table)
        return rest(entry, table.error());
    const auto soonest = entry.table.next(now + kCorrection, std::nullopt);
    const bool fromTheFuture = (entry.row.nextFire && soonest && *entry.row.nextFire > *soonest) ||
                               (entry.row.lastFire && *entry.row.lastFire > now + kCorrection);
    if (fromTheFuture) {
        entry.row.lastFire.reset();
        entry.row.nextFire.reset();
    }
    if (!entry.row.nextFire)
        entry.row.nextFire = entry.table.next(now, entry.row.lastFire);
    queue(entry, now);
}

Result<void> Beat::readEntries(Instant now) {
    auto rows = m_parts.database.read([](store::Connection& db) -> Result<std::vector<store::ScheduleRow>> {
        return store::readSchedules(db);
    });
    if (!rows)
        return rows.error();
    m_entries.clear();
    m_queue.clear();
    std::vector<std::pair<std::string, std::optional<Instant>>> found;
    for (store::ScheduleRow& row : *rows) {
        if (!row.enabled)
            continue;
        const std::string name = row.name;
        const auto before = row.nextFire;
        startEntry(std::move(row), now);
        const auto entry = m_entries.find(name);
        if (entry != m_entries.end() && entry->second.row.nextFire != before)
            found.emplace_back(name, entry->second.row.nextFire);
    }
    if (found.empty())
        return {};
    return m_parts.database.write([&](store::Connection& db) -> Result<void> {
        for (const auto& [name, next] : found)
            store::setNextFire(db, name, next);
        return {};
    });
}

/// Intervals go on by elapsed time. After a correction all others find their next instant from the time that is shown
/// now; after a smaller jump nothing that fired fires again, and what was leapt over was missed.
Result<void> Beat::clockWasSet(const base::ClockJump& jump) {
    const bool correction = jump.by() >= kCorrection || jump.by() <= -kCorrection;
    for (auto& [name, entry] : m_entries) {
        if (!entry.row.nextFire)
            continue;
        if (entry.row.every.count() > 0) {
            *entry.row.nextFire += jump.by();
            if (entry.row.lastFire)
                *entry.row.lastFire += jump.by();
        } else if (correction && !entry.row.once) {
            entry.row.nextFire = entry.table.next(jump.to, std::nullopt);
        }
        queue(entry, jump.to);
    }
    return m_parts.database.write([&](store::Connection& db) -> Result<void> {
        for (const auto& [name, entry] : m_entries)
            if (entry.row.every.count() > 0 || correction)
                store::setTimes(db, name, entry.row.lastFire, entry.row.nextFire);
        if (correction)
            store::appendAudit(db,
                               {"clock_corrected", "beat", "system", "schedule", "all", nullptr,
                                {{"from", base::formatInstant(jump.from)}, {"to", base::formatInstant(jump.to)}},
                                {}},
                               jump.to);
        return {};
    });
}

void Beat::requeue(Entry& entry, Instant at) {
    m_queue.erase({entry.lookAt, entry.row.name});
    entry.lookAt = at;
    m_queue.insert({at, entry.row.name});
}

void Beat::queue(Entry& entry, Instant now) {
    m_queue.erase({entry.lookAt, entry.row.name});
    std::optional<Instant> at;
    if (entry.row.nextFire)
        at = entry.table.dueAt(*entry.row.nextFire);
    if (entry.row.waiting)
        at = std::min(at.value_or(Instant::max()), now + kBetweenLooksAtWaiting);
    if (at)
        requeue(entry, *at);
}

/// An entry that cannot be understood rests until the schedule is read again; the others go on.
void Beat::rest(Entry& entry, const Error& why) {
    m_queue.erase({entry.lookAt, entry.row.name});
    base::log(base::LogLevel::Error, "beat", "the schedule '" + entry.row.name + "' cannot fire: " + why.text());
    m_parts.changed(entry.row.name, "cannot fire: " + why.message);
}

/// None when there is nothing to do yet.
std::optional<Beat::Step> Beat::stepOf(Entry& entry, Instant now) {
    Timetable::Due due;
    if (entry.row.nextFire)
        due = entry.table.due(*entry.row.nextFire, entry.row.lastFire, now);
    const auto missed = std::count_if(due.firings.begin(), due.firings.end(), [](const auto& f) { return f.missed; });
    if (missed > 0) {
        const base::milliseconds sinceBoot = m_parts.clock.sinceBoot();
        if (sinceBoot < m_nextCatchUp) {
            requeue(entry, now + (m_nextCatchUp - sinceBoot));
            return std::nullopt;
        }
        m_nextCatchUp = std::max(m_nextCatchUp, sinceBoot) + kBetweenCatchUps * missed;
    }
    if (entry.row.waiting)
        due.firings.insert(due.firings.begin(), Timetable::Firing{*entry.row.waiting, false});
    Step step;
    step.entry = &entry;
    step.next = due.next;
    if (due.passedOver > 0)
        step.missed = missedRow(entry.row, due, now);
    for (const Timetable::Firing& firing : due.firings) {
        auto task = m_parts.makeTask(entry.row, firing.instant);
        if (!task) {
            rest(entry, task.error());
            return std::nullopt;
        }
        step.firings.emplace_back(firing, std::move(*task));
    }
    return step;
}

Result<void> Beat::look(Instant now) {
    const auto jump = m_jumps.look(now, m_parts.clock.sinceBoot());
    if (m_stale.exchange(false)) {
        if (auto read = readEntries(now); !read) {
            m_stale = true;
            return read;
        }
    }
    if (jump)
        if (auto done = clockWasSet(*jump); !done) {
            m_stale = true;
            return done;
        }
    while (!m_queue.empty() && m_queue.begin()->first <= now) {
        Steps steps;
        while (!m_queue.empty() && m_queue.begin()->first <= now && steps.size() < kMostInOneTransaction) {
            Entry& entry = m_entries.find(m_queue.begin()->second)->second;
            if (auto step = stepOf(entry, now)) {
                m_queue.erase({entry.lookAt, entry.row.name});
                steps.push_back(std::move(*step));
            }
        }
        if (steps.empty())
            break;
        if (auto done = commit(steps, now); !done) {
            m_stale = true;
            return done;
        }
        for (Step& step : steps)
            finish(step, now);
    }
    return {};
}

/// One transaction for many entries. The sink hears of it in the order of the commits.
Result<void> Beat::commit(Steps& steps, Instant now) {
    auto moves = std::make_shared<broker::Broker::Moves>();
    std::promise<Result<void>> promise;
    auto work = [&steps, now, moves](store::Connection& db) -> Result<void> {
        moves->clear();
        for (Step& step : steps) {
            auto made = apply(db, step, now);
            if (!made)
                return made.error();
            std::move(made->begin(), made->end(), std::back_inserter(*moves));
        }
        return {};
    };
    m_parts.database.post(std::move(work), [this, moves, &promise](Result<void> committed) {
        if (committed)
            m_parts.sink(*moves);
        promise.set_value(std::move(committed));
    });
    return promise.get_future().get();
}

Result<broker::Broker::Moves> Beat::apply(store::Connection& db, Step& step, Instant now) {
    broker::Broker::Moves moves;
    step.gone = step.cancelFirst = false;
    step.fired = step.passedOver = 0;
    auto row = store::readSchedule(db, step.entry->row.name);
    if (!row || !row->enabled) {
        step.gone = true;
        return moves;
    }
    step.after = std::move(*row);
    const auto lastState = task::stateFromText(step.after.lastState);
    const bool running = lastState && !task::isTerminal(*lastState);
    if (running && step.after.overlap == task::Overlap::CancelOld && !step.firings.empty() &&
        step.entry->cancelledTask != step.after.lastTask) {
        step.cancelFirst = true;
        return moves;
    }
    if (step.missed && store::insertFire(db, *step.missed))
        ++step.passedOver;
    step.after.waiting.reset();
    for (auto& [firing, task] : step.firings)
        if (auto fired = fire(db, step, firing, task, now, moves); !fired)
            return fired.error();
    if (step.after.waiting != step.entry->row.waiting)
        store::setWaiting(db, step.after.name, step.after.waiting);
    store::setNextFire(db, step.after.name, step.next);
    step.after.nextFire = step.next;
    return moves;
}

Result<void> Beat::fire(store::Connection& db, Step& step, const Timetable::Firing& firing, task::Task& task, Instant now,
                        broker::Broker::Moves& moves) {
    store::ScheduleRow& row = step.after;
    FireRow fire{row.name, firing.instant, FireOutcome::Fired, task.id.text, now,
                 std::max(base::milliseconds(0), now - step.entry->table.dueAt(firing.instant)), {}, {}, {}};
    const auto lastState = task::stateFromText(row.lastState);
    // The instants of one catch-up are no overlap of one another.
    const bool running = lastState && !task::isTerminal(*lastState) && !(firing.missed && step.fired > 0);
    if (running && row.overlap == task::Overlap::QueueOne) {
        if (row.waiting) {
            FireRow older = fire;
            older.instant = *row.waiting;
            older.outcome = FireOutcome::Overlapped;
            older.task.reset();
            older.note = "a later instant took its place in the queue";
            step.passedOver += store::insertFire(db, older) ? 1 : 0;
        }
        row.waiting = firing.instant;
        return {};
    }
    if (running && row.overlap == task::Overlap::Skip) {
        fire.outcome = FireOutcome::Overlapped;
        fire.task.reset();
        fire.note = "task " + row.lastTask + " had not ended";
    }
    if (!store::insertFire(db, fire))
        return {}; // it fired already
    store::recordFire(db, fire, step.next);
    row.lastFire = firing.instant;
    if (!fire.task) {
        ++step.passedOver;
        return {};
    }
    auto inserted = broker::SqliteBroker::enqueueIn(db, {task});
    if (!inserted)
        return inserted.error();
    ++step.fired;
    row.lastTask = task.id.text;
    row.lastState = task::toText(inserted->front().task.state);
    std::move(inserted->begin(), inserted->end(), std::back_inserter(moves));
    return {};
}

void Beat::finish(Step& step, Instant now) {
    Entry& entry = *step.entry;
    if (step.gone) {
        m_stale = true; // it was removed or disabled meanwhile
        return;
    }
    if (step.cancelFirst) {
        entry.cancelledTask = step.after.lastTask;
        m_parts.cancel(task::TaskId{step.after.lastTask});
        requeue(entry, now);
        return;
    }
    entry.row.lastFire = step.after.lastFire;
    entry.row.nextFire = step.after.nextFire;
    entry.row.waiting = step.after.waiting;
    entry.row.lastTask = step.after.lastTask;
    queue(entry, now);
    if (step.fired > 0)
        m_parts.changed(entry.row.name, "fired");
    else if (step.passedOver > 0)
        m_parts.changed(entry.row.name, "passed over");
}

} // namespace core::beat
