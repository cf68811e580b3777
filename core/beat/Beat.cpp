#include "core/beat/Beat.h"

#include "core/base/Log.h"
#include "core/broker/SqliteBroker.h"
#include "core/store/AuditLog.h"
#include "core/store/TaskStore.h"

#include <algorithm>
#include <future>

namespace core::beat {

using base::Error;
using base::Instant;
using base::Result;
using store::FireOutcome;
using store::FireRow;

namespace {

constexpr size_t kMostInOneTransaction = 256;
/// For an entry that waits for the end of its task, and of which it was not told.
constexpr base::seconds kBetweenLooksAtWaiting{60};
constexpr base::seconds kBetweenLooksAtZones{60};

base::milliseconds lateness(const Timetable& table, Instant instant, Instant now) {
    return std::max(base::milliseconds(0), now - table.dueAt(instant));
}

FireRow missedRow(const Timetable& table, const Timetable::Due& due, Instant now) {
    FireRow fire{table.schedule().name, *due.passedTo, FireOutcome::Missed, {}, now, lateness(table, *due.passedTo, now), {}, {}, {}};
    fire.note = due.passedOver == 1 ? "passed over: nobody was there in time"
                                    : std::to_string(due.passedOver) + " instants from " +
                                          base::formatInstant(*due.passedFrom) + " on were passed over";
    return fire;
}

bool isRunning(const store::ScheduleRow& row) {
    const auto state = task::stateFromText(row.lastState);
    return state && !task::isTerminal(*state);
}

} // namespace

/// Entries whose times come from a clock that was wrong find their next instant anew.
void Beat::startEntry(store::ScheduleRow row, Reading& reading, Instant now) {
    const std::string name = row.name;
    auto table = Timetable::of(row, m_parts.zones);
    Entry& entry = m_entries.insert_or_assign(name, Entry{std::move(row), table ? std::move(*table) : Timetable::never(), {}, {}, false})
                       .first->second;
    if (!table)
        return restWithout(entry, table.error(), reading.ledger);
    const auto stored = entry.row.nextFire;
    if (entry.row.nextFire)
        entry.row.nextFire = reading.ledger.carriedOver(entry.table, *entry.row.nextFire);
    const auto soonest = entry.table.next(now + kCorrection, std::nullopt);
    const bool fromTheFuture = (entry.row.nextFire && soonest && *entry.row.nextFire > *soonest) ||
                               (entry.row.lastFire && *entry.row.lastFire > now + kCorrection);
    if (fromTheFuture) {
        entry.row.lastFire.reset();
        entry.row.nextFire.reset();
    }
    if (!entry.row.nextFire)
        entry.row.nextFire = entry.table.next(now, entry.row.lastFire);
    if (fromTheFuture || entry.row.nextFire != stored)
        reading.found.push_back(&entry);
    queue(entry, now);
    lookIfWaiting(entry, now); // its task may have ended while nobody was there
}

Result<void> Beat::readEntries(Instant now) {
    std::vector<store::ScheduleRow> rows;
    std::vector<store::ZoneRow> zones;
    auto done = m_parts.database.read([&](store::Connection& db) -> Result<void> {
        rows = store::readSchedules(db);
        zones = store::readZones(db);
        return {};
    });
    if (!done)
        return done;
    m_entries.clear();
    m_queue.clear();
    m_missingZones.clear();
    Reading reading{ZoneLedger(zones, m_parts.zones.version()), {}};
    for (store::ScheduleRow& row : rows)
        if (row.enabled)
            startEntry(std::move(row), reading, now);
    if (auto kept = keep(reading, now); !kept)
        return kept;
    tellOfZones(reading.ledger);
    return {};
}

Result<void> Beat::keep(const Reading& reading, Instant now) {
    const ZoneLedger& ledger = reading.ledger;
    if (reading.found.empty() && !ledger.isOther())
        return {};
    return m_parts.database.write([&](store::Connection& db) -> Result<void> {
        for (Entry* entry : reading.found)
            if (!store::storeStanding(db, entry->row))
                m_stale = true; // somebody changed it meanwhile
        if (ledger.isOther())
            store::replaceZones(db, ledger.rows());
        if (ledger.hasNews())
            store::appendAudit(db,
                               {"time_zones_changed", "beat", "system", "schedule", "all",
                                {{"version", ledger.versionBefore()}},
                                {{"version", ledger.version()}, {"zones", ledger.changedZones()}, {"moved", ledger.moved()}},
                                {}},
                               now);
        return {};
    });
}

void Beat::tellOfZones(const ZoneLedger& ledger) {
    if (!ledger.hasNews())
        return;
    std::string zones;
    for (const std::string& zone : ledger.changedZones())
        zones += (zones.empty() ? " " : ", ") + zone;
    base::log(base::LogLevel::Warning, "beat",
              "the time zones changed from version " + ledger.versionBefore() + " to " + ledger.version() +
                  ": other rules for" + (zones.empty() ? " no zone in use" : zones) + ", " +
                  std::to_string(ledger.moved()) + " schedules fire at other instants");
}

/// The package may be upgraded while the program runs, and a zone that was missing may be there again.
void Beat::lookAtZones() {
    const base::milliseconds sinceBoot = m_parts.clock.sinceBoot();
    if (sinceBoot < m_nextZoneLook)
        return;
    m_nextZoneLook = sinceBoot + kBetweenLooksAtZones;
    const bool back = std::any_of(m_missingZones.begin(), m_missingZones.end(),
                                  [&](const std::string& zone) { return m_parts.zones.find(zone).has_value(); });
    if (m_parts.zones.refresh() || back)
        m_stale = true;
}

/// Intervals go on by elapsed time. After a correction all others find their next instant from the time that is shown
/// now; after a smaller jump nothing that fired fires again, and what was leapt over was missed.
void Beat::moveTimes(Entry& entry, const base::ClockJump& jump, Correction correction) {
    store::ScheduleRow& row = entry.row;
    if (row.every.count() > 0) {
        // Set back, the clock shows times again at which the entry has fired. It fires all the same: under other names.
        const base::milliseconds by = jump.by() + base::milliseconds(jump.by().count() < 0 ? 1 : 0);
        for (std::optional<Instant>* time : {&row.nextFire, &row.lastFire})
            if (*time)
                **time += by;
        if (row.nextFire && !entry.table.isWithin(*row.nextFire))
            row.nextFire = entry.table.next(jump.to, row.lastFire); // start and end are of the clock
    } else if (correction == Correction::Yes && !row.once && !entry.rests) {
        row.nextFire = entry.table.next(jump.to, std::nullopt);
        if (row.lastFire && *row.lastFire > jump.to)
            row.lastFire.reset(); // nothing has fired later than now
    }
    queue(entry, jump.to);
    lookIfWaiting(entry, jump.to);
}

Result<void> Beat::clockWasSet(const base::ClockJump& jump) {
    const Correction correction = std::chrono::abs(jump.by()) >= kCorrection ? Correction::Yes : Correction::No;
    std::vector<store::ScheduleRow*> moved;
    for (auto& [name, entry] : m_entries) {
        const auto next = entry.row.nextFire, last = entry.row.lastFire;
        moveTimes(entry, jump, correction);
        if (entry.row.nextFire != next || entry.row.lastFire != last)
            moved.push_back(&entry.row);
    }
    return m_parts.database.write([&](store::Connection& db) -> Result<void> {
        for (store::ScheduleRow* row : moved)
            if (!store::storeStanding(db, *row))
                m_stale = true; // somebody changed it meanwhile
        if (correction == Correction::Yes)
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
    if (entry.rests)
        return;
    std::optional<Instant> at;
    if (entry.row.nextFire)
        at = entry.table.dueAt(*entry.row.nextFire);
    if (entry.row.waiting)
        at = std::min(at.value_or(Instant::max()), now + kBetweenLooksAtWaiting);
    if (at)
        requeue(entry, *at);
}

void Beat::lookIfWaiting(Entry& entry, Instant now) {
    if (entry.row.waiting && !entry.rests)
        requeue(entry, now);
}

/// What waited for the end of a task is looked at now.
Result<void> Beat::lookAtEnded(Instant now) {
    std::vector<std::string> ended;
    {
        const std::lock_guard lock(m_mutex);
        ended.swap(m_ended);
    }
    for (const std::string& name : ended)
        if (const auto entry = m_entries.find(name); entry != m_entries.end())
            lookIfWaiting(entry->second, now);
    return {};
}

void Beat::follow(const broker::Broker::Moves& moves) {
    bool any = false;
    for (const broker::Move& move : moves) {
        const std::string& by = move.task.triggeredBy;
        if (!task::isTerminal(move.task.state) || !by.starts_with(task::kBySchedule))
            continue;
        const std::lock_guard lock(m_mutex);
        m_ended.push_back(by.substr(task::kBySchedule.size()));
        any = true;
    }
    if (any)
        wake();
}

/// An entry that cannot be understood rests until the schedule is read again; the others go on.
void Beat::rest(Entry& entry, const Error& why) {
    m_queue.erase({entry.lookAt, entry.row.name});
    entry.rests = true;
    base::log(base::LogLevel::Error, "beat", "the schedule '" + entry.row.name + "' cannot fire: " + why.text());
    m_parts.changed(entry.row.name, "cannot fire: " + why.message);
}

/// As `rest`; when it is for want of its zone, until that is there again.
void Beat::restWithout(Entry& entry, const Error& why, ZoneLedger& ledger) {
    const std::string& zone = entry.row.zone;
    if (m_parts.zones.find(zone))
        return rest(entry, why);
    ledger.keep(zone);
    m_missingZones.insert(zone);
    if (!ledger.knew(zone))
        return rest(entry, why);
    rest(entry, {why.code, "its time zone '" + zone + "' is no longer in the time zone database (" + ledger.version() + ")",
                 "Install the time zones again (apt install --reinstall tzdata), or give it another zone", {}});
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
            const Instant turn = now + (m_nextCatchUp - sinceBoot);
            requeue(entry, due.next ? std::min(turn, entry.table.dueAt(*due.next)) : turn); // that one may be on time
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
        step.missed = missedRow(entry.table, due, now);
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

Result<upkeep::NextLook> Beat::look(Instant now) {
    lookAtZones();
    for (const auto step : {&Beat::prepare, &Beat::lookAtEnded, &Beat::fireDue})
        if (auto done = (this->*step)(now); !done) {
            m_stale = true;
            return done.error();
        }
    if (m_stale)
        return upkeep::NextLook{}; // somebody changed an entry meanwhile
    return upkeep::NextLook{kBetweenLooksAtZones, m_queue.empty() ? std::nullopt : std::optional(m_queue.begin()->first)};
}

/// What is stored is of the clock as it was: it is read before the news of one that was set.
Result<void> Beat::prepare(Instant now) {
    if (const auto jump = m_jumps.look(m_parts.clock.moment()))
        m_jumpedBy = m_jumpedBy.value_or(base::milliseconds(0)) + jump->by();
    const base::ClockJump jump{now - m_jumpedBy.value_or(base::milliseconds(0)), now};
    if (m_stale.exchange(false))
        if (auto read = readEntries(jump.from); !read)
            return read;
    if (!m_jumpedBy)
        return {};
    if (auto done = clockWasSet(jump); !done)
        return done;
    m_jumpedBy.reset();
    return {};
}

Result<void> Beat::fireDue(Instant now) {
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
        if (auto done = commit(steps, now); !done)
            return done;
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
    step.after = step.entry->row;
    step.gone = step.cancelFirst = false;
    step.fired = step.passedOver = 0;
    const auto lastState = store::readLastState(db, step.after);
    if (!lastState) {
        step.gone = true;
        return moves;
    }
    step.after.lastState = *lastState;
    if (isRunning(step.after) && step.after.overlap == task::Overlap::CancelOld && !step.firings.empty() &&
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
    step.after.nextFire = step.next;
    const store::ScheduleRow& before = step.entry->row;
    const bool moved = step.after.nextFire != before.nextFire || step.after.waiting != before.waiting ||
                       step.after.lastFire != before.lastFire || step.after.lastTask != before.lastTask;
    step.gone = moved && !store::storeStanding(db, step.after);
    return moves;
}

Result<void> Beat::fire(store::Connection& db, Step& step, const Timetable::Firing& firing, task::Task& task, Instant now,
                        broker::Broker::Moves& moves) {
    store::ScheduleRow& row = step.after;
    FireRow fire{row.name, firing.instant, FireOutcome::Fired, task.id.text, now,
                 lateness(step.entry->table, firing.instant, now), {}, {}, {}};
    // The instants of one catch-up are no overlap of one another.
    const bool running = isRunning(row) && !(firing.missed && step.fired > 0);
    if (running && row.overlap == task::Overlap::QueueOne) {
        if (row.waiting) {
            FireRow older = fire;
            older.instant = *row.waiting;
            older.outcome = FireOutcome::Overlapped;
            older.task.reset();
            older.late = lateness(step.entry->table, older.instant, now);
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
    entry.row = std::move(step.after);
    queue(entry, now);
    if (step.fired > 0)
        m_parts.changed(entry.row.name, "fired");
    else if (step.passedOver > 0)
        m_parts.changed(entry.row.name, "passed over");
}

} // namespace core::beat
