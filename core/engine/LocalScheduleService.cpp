#include "core/base/Zone.h"
#include "core/engine/LocalServices.h"
#include "core/store/AuditLog.h"

namespace core::engine {

using base::Error;
using base::ErrorCode;
using base::Result;

namespace {

ScheduleEntry entryOf(const store::ScheduleRow& row) {
    ScheduleEntry entry;
    entry.name = row.name;
    entry.type = row.type;
    entry.cron = row.cron;
    entry.every = row.every;
    entry.zone = row.zone;
    entry.params = row.params;
    entry.enabled = row.enabled;
    entry.builtIn = row.builtIn;
    entry.nextFire = row.enabled ? row.nextFire : std::nullopt;
    entry.lastFire = row.lastFire;
    entry.lastTask = row.lastTask;
    entry.lastState = row.lastState;
    return entry;
}

/// Nobody knows what a damaged entry was to do: a person says it anew.
Result<void> mustBeSound(const store::ScheduleRow& row) {
    if (row.sound)
        return {};
    return Error{ErrorCode::Corrupt, "the stored schedule '" + row.name + "' does not match its checksum",
                 "Remove it and add it again: beatwarden beat list", {}};
}

Error noSuchSchedule(const std::string& name) {
    return {ErrorCode::NotFound, "there is no schedule '" + name + "'", "List them with: beatwarden beat list", {}};
}

bool isGoodName(const std::string& name) {
    const auto good = [](unsigned char c) { return std::isalnum(c) || c == '-' || c == '_' || c == '.'; };
    return !name.empty() && name.size() <= 80 && std::all_of(name.begin(), name.end(), good);
}

} // namespace

Result<std::vector<ScheduleEntry>> LocalScheduleService::list() const {
    return m_parts.database.read([&](store::Connection& db) -> Result<std::vector<ScheduleEntry>> {
        std::vector<ScheduleEntry> entries;
        for (const auto& row : store::readSchedules(db))
            entries.push_back(entryOf(row));
        return entries;
    });
}

Result<ScheduleEntry> LocalScheduleService::add(const ScheduleEntry& entry, const Actor& actor) {
    if (!isGoodName(entry.name))
        return Error{ErrorCode::InvalidParams, "'" + entry.name + "' cannot be the name of a schedule",
                     "Use 1 to 80 letters, digits, '-', '_' and '.'", {}};
    if (entry.cron.empty() == (entry.every.count() <= 0))
        return Error{ErrorCode::InvalidParams, "give either a cron expression or an interval of at least 1 second", {}, {}};
    store::ScheduleRow row;
    row.name = entry.name;
    row.type = entry.type;
    row.cron = entry.cron;
    row.every = entry.every;
    row.zone = entry.zone.empty() ? "UTC" : entry.zone;
    row.params = entry.params;
    row.enabled = entry.enabled;
    const base::Instant now = m_parts.clock.now();
    const auto task = m_parts.factory.fromSchedule(row, now);
    if (!task)
        return task.error();
    row.type = task->type;
    const auto next = beat::nextFire(row, now);
    if (!next)
        return next.error();
    row.nextFire = *next;
    auto stored = m_parts.database.write([&](store::Connection& db) -> Result<void> {
        if (auto inserted = store::insertSchedule(db, row); !inserted)
            return inserted;
        store::appendAudit(db,
                           {"schedule_created", actor.name, actor.type, "schedule", row.name, nullptr,
                            {{"type", row.type}, {"cron", row.cron}, {"every_s", row.every.count()}, {"zone", row.zone}},
                            {}},
                           now);
        return {};
    });
    if (!stored)
        return stored.error();
    m_parts.scheduleChanged();
    m_parts.bus.publish({0, now, events::EventKind::ScheduleChanged, row.name, "added", nullptr});
    return entryOf(row);
}

Result<void> LocalScheduleService::change(const std::string& name, const std::string& action, const Actor& actor,
                                          std::function<Result<void>(store::Connection&, store::ScheduleRow&)> work) {
    const base::Instant now = m_parts.clock.now();
    auto changed = m_parts.database.write([&](store::Connection& db) -> Result<void> {
        auto row = store::readSchedule(db, name);
        if (!row)
            return noSuchSchedule(name);
        if (auto done = work(db, *row); !done)
            return done;
        store::appendAudit(db, {"schedule_" + action, actor.name, actor.type, "schedule", name, nullptr, nullptr, {}},
                           now);
        return {};
    });
    if (!changed)
        return changed;
    m_parts.scheduleChanged();
    m_parts.bus.publish({0, now, events::EventKind::ScheduleChanged, name, action, nullptr});
    return {};
}

Result<void> LocalScheduleService::remove(const std::string& name, const Actor& actor) {
    return change(name, "removed", actor, [](store::Connection& db, store::ScheduleRow& row) -> Result<void> {
        if (row.builtIn)
            return Error{ErrorCode::Conflict, "'" + row.name + "' belongs to a task type and cannot be removed",
                         "Disable it instead: beatwarden beat disable " + row.name, {}};
        db.run("DELETE FROM schedule WHERE name=?", row.name);
        return {};
    });
}

Result<void> LocalScheduleService::setEnabled(const std::string& name, bool enabled, const Actor& actor) {
    const base::Instant now = m_parts.clock.now();
    return change(name, enabled ? "enabled" : "disabled", actor,
                  [&](store::Connection& db, store::ScheduleRow& row) -> Result<void> {
                      if (auto sound = mustBeSound(row); !sound)
                          return sound;
                      std::optional<base::Instant> next;
                      if (enabled) {
                          // What would have fired while it was disabled is not made up for.
                          auto found = beat::nextFire(row, now);
                          if (!found)
                              return found.error();
                          next = *found;
                      }
                      db.run("UPDATE schedule SET enabled=?, next_fire=? WHERE name=?", enabled ? 1 : 0, next, row.name);
                      return {};
                  });
}

Result<task::Task> LocalScheduleService::runNow(const std::string& name, const Actor& actor) {
    auto row = m_parts.database.read([&](store::Connection& db) -> Result<store::ScheduleRow> {
        auto found = store::readSchedule(db, name);
        if (!found)
            return noSuchSchedule(name);
        if (auto sound = mustBeSound(*found); !sound)
            return sound.error();
        return std::move(*found);
    });
    if (!row)
        return row.error();
    Submission submission;
    submission.type = row->type;
    submission.params = row->params;
    submission.metadata = {{"schedule", name}};
    return m_tasks.submit(submission, actor);
}

} // namespace core::engine
