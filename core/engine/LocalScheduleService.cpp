#include "core/base/Zone.h"
#include "core/beat/CronExpression.h"
#include "core/engine/LocalServices.h"
#include "core/engine/SchedulePreview.h"
#include "core/store/AuditLog.h"

namespace core::engine {

using base::Error;
using base::ErrorCode;
using base::Result;

namespace {

constexpr int kMostHistory = 1000;

/// As people see it: with its next instant also when nobody has fired it yet.
ScheduleEntry entryOf(store::ScheduleRow row, base::Instant now) {
    const auto table = beat::Timetable::of(row);
    if (!row.enabled || !table) {
        row.nextFire.reset();
        return row;
    }
    if (!row.nextFire)
        row.nextFire = table->next(now, row.lastFire);
    row.shift = table->shift();
    return row;
}

Error noSuchSchedule(const std::string& name) {
    return {ErrorCode::NotFound, "there is no schedule '" + name + "'", "List them with: beatwarden beat list", {}};
}

/// Nobody knows what a damaged entry was to do: a person says it anew.
Result<void> mustBeSound(const store::ScheduleRow& row) {
    if (row.sound)
        return {};
    return Error{ErrorCode::Corrupt, "the stored schedule '" + row.name + "' is damaged",
                 "Remove it and add it again: beatwarden beat remove " + row.name, {}};
}

bool isGoodName(const std::string& name) {
    const auto good = [](unsigned char c) { return std::isalnum(c) || c == '-' || c == '_' || c == '.'; };
    return !name.empty() && name.size() <= 80 && std::all_of(name.begin(), name.end(), good);
}

} // namespace

Result<std::vector<ScheduleEntry>> LocalScheduleService::list() const {
    const base::Instant now = m_parts.clock.now();
    return m_parts.database.read([now](store::Connection& db) -> Result<std::vector<ScheduleEntry>> {
        std::vector<ScheduleEntry> entries;
        for (store::ScheduleRow& row : store::readSchedules(db))
            entries.push_back(entryOf(std::move(row), now));
        return entries;
    });
}

Result<ScheduleEntry> LocalScheduleService::find(const std::string& name) const {
    return m_parts.database.read([&](store::Connection& db) -> Result<ScheduleEntry> {
        auto row = store::readSchedule(db, name);
        if (!row)
            return noSuchSchedule(name);
        return entryOf(std::move(*row), m_parts.clock.now());
    });
}

/// Everything that can be wrong with a definition, before it is stored.
Result<beat::Timetable> LocalScheduleService::check(const task::Schedule& schedule, base::Instant now) const {
    if (!isGoodName(schedule.name))
        return Error{ErrorCode::InvalidParams, "'" + schedule.name + "' cannot be the name of a schedule",
                     "Use 1 to 80 letters, digits, '-', '_' and '.'", {}};
    auto table = beat::Timetable::of(schedule);
    if (!table)
        return table;
    if (const auto task = m_parts.factory.fromSchedule(schedule, now, now); !task)
        return task.error();
    return table;
}

Result<ScheduleEntry> LocalScheduleService::add(const task::Schedule& schedule, const Actor& actor) {
    const base::Instant now = m_parts.clock.now();
    const auto table = check(schedule, now);
    if (!table)
        return table.error();
    store::ScheduleRow row;
    static_cast<task::Schedule&>(row) = schedule;
    row.type = m_parts.registry.find(schedule.type)->id;
    row.nextFire = table->next(now, std::nullopt);
    auto stored = m_parts.database.write([&](store::Connection& db) -> Result<void> {
        if (auto inserted = store::insertSchedule(db, row); !inserted)
            return inserted;
        store::appendAudit(
            db, {"schedule_created", actor.name, actor.type, "schedule", row.name, nullptr, task::toJson(row), {}}, now);
        return {};
    });
    if (!stored)
        return stored.error();
    m_parts.scheduleChanged();
    m_parts.bus.publish({0, now, events::EventKind::ScheduleChanged, row.name, "added", nullptr});
    return entryOf(std::move(row), now);
}

Result<void> LocalScheduleService::act(const std::string& name, const std::string& action, const Actor& actor,
                                       std::function<Result<void>(store::Connection&, store::ScheduleRow&)> work) {
    const base::Instant now = m_parts.clock.now();
    auto changed = m_parts.database.write([&](store::Connection& db) -> Result<void> {
        auto row = store::readSchedule(db, name);
        if (!row)
            return noSuchSchedule(name);
        const base::Json before = task::toJson(*row);
        if (auto done = work(db, *row); !done)
            return done;
        const auto after = store::readSchedule(db, name);
        store::appendAudit(db,
                           {"schedule_" + action, actor.name, actor.type, "schedule", name, before,
                            after ? task::toJson(*after) : base::Json(), {}},
                           now);
        return {};
    });
    if (!changed)
        return changed;
    m_parts.scheduleChanged();
    m_parts.bus.publish({0, now, events::EventKind::ScheduleChanged, name, action, nullptr});
    return {};
}

Result<ScheduleEntry> LocalScheduleService::change(const task::Schedule& schedule, const Actor& actor) {
    const base::Instant now = m_parts.clock.now();
    const auto table = check(schedule, now);
    if (!table)
        return table.error();
    auto done = act(schedule.name, "changed", actor,
                    [&](store::Connection& db, store::ScheduleRow& row) -> Result<void> {
                        if (auto sound = mustBeSound(row); !sound)
                            return sound;
                        store::changeSchedule(db, row, schedule, table->next(now, row.lastFire));
                        return {};
                    });
    if (!done)
        return done.error();
    return find(schedule.name);
}

Result<ScheduleEntry> LocalScheduleService::reset(const std::string& name, const Actor& actor) {
    auto done = act(name, "reset", actor, [](store::Connection& db, store::ScheduleRow& row) -> Result<void> {
        if (!row.builtIn)
            return Error{ErrorCode::Conflict, "'" + row.name + "' did not come with the program: there is nothing to go back to",
                         "Change it instead", {}};
        store::resetSchedule(db, row.name);
        return {};
    });
    if (!done)
        return done.error();
    return find(name);
}

Result<void> LocalScheduleService::remove(const std::string& name, const Actor& actor) {
    return act(name, "removed", actor, [](store::Connection& db, store::ScheduleRow& row) -> Result<void> {
        if (row.builtIn)
            return Error{ErrorCode::Conflict, "'" + row.name + "' comes with the program and cannot be removed",
                         "Disable it instead: beatwarden beat disable " + row.name, {}};
        store::removeSchedule(db, row.name);
        return {};
    });
}

Result<void> LocalScheduleService::setEnabled(const std::string& name, bool enabled, const Actor& actor) {
    const base::Instant now = m_parts.clock.now();
    return act(name, enabled ? "enabled" : "disabled", actor,
               [&](store::Connection& db, store::ScheduleRow& row) -> Result<void> {
                   if (auto sound = mustBeSound(row); !sound)
                       return sound;
                   task::Schedule changed = row;
                   changed.enabled = enabled;
                   const auto table = beat::Timetable::of(changed);
                   if (!table)
                       return table.error();
                   // What would have fired while it was disabled is not made up for.
                   store::changeSchedule(db, row, changed, enabled ? table->next(now, row.lastFire) : std::nullopt);
                   return {};
               });
}

Result<task::Task> LocalScheduleService::runNow(const std::string& name, const Actor& actor) {
    const auto entry = find(name);
    if (!entry)
        return entry.error();
    if (auto sound = mustBeSound(*entry); !sound)
        return sound.error();
    Submission submission;
    submission.type = entry->type;
    submission.params = entry->params;
    submission.priority = entry->priority;
    submission.metadata = {{"schedule", name}};
    return m_tasks.submit(submission, actor);
}

Result<std::vector<store::FireRow>> LocalScheduleService::history(const std::string& name, int limit) const {
    if (limit < 1 || limit > kMostHistory)
        return Error{ErrorCode::InvalidParams, "a history of " + std::to_string(limit) + " firings is not possible",
                     "Ask for 1 to 1,000", {}};
    return m_parts.database.read([&](store::Connection& db) -> Result<std::vector<store::FireRow>> {
        if (!store::readSchedule(db, name))
            return noSuchSchedule(name);
        return store::readFires(db, name, limit);
    });
}

Result<SchedulePreview> LocalScheduleService::preview(const task::Schedule& schedule, int count) const {
    const base::Instant now = m_parts.clock.now();
    const auto table = check(schedule, now);
    if (!table)
        return table.error();
    return previewOf(*table, now, count);
}

} // namespace core::engine
