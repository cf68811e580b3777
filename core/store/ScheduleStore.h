#pragma once

#include "core/store/Connection.h"
#include "core/store/ScheduleRow.h"

namespace core::store {

/// The step of the schema that gives entries and firings their present form.
const char* scheduleSchema();
/// The step that gives instants which were made up for a word of their own.
const char* backfillSchema();

/// Entries that are damaged are not sound; why is in the log.
std::vector<ScheduleRow> readSchedules(Connection& db);
std::optional<ScheduleRow> readSchedule(Connection& db, const std::string& name);
/// Conflict when the name is taken. Thread: writer.
base::Result<void> insertSchedule(Connection& db, const ScheduleRow& row);
/// Adds a built-in entry, or brings it up to date; what people changed in it stays in force. When it fires otherwise
/// than before, its next instant is to be found again. Thread: writer.
void installBuiltIn(Connection& db, const task::Schedule& definition);
/// Replaces the definition in force; of a built-in entry the differences are kept apart. Thread: writer.
void changeSchedule(Connection& db, const ScheduleRow& row, const task::Schedule& changed,
                    std::optional<base::Instant> next);
/// Forgets what people changed in a built-in entry. Thread: writer.
void resetSchedule(Connection& db, const std::string& name);
void removeSchedule(Connection& db, const std::string& name);

/// The state of an entry's last task, empty when there is none; absent when the stored entry is no longer the one that was
/// read: changed, removed or damaged.
std::optional<std::string> readLastState(Connection& db, const ScheduleRow& row);
/// Stores where the entry stands: next and last firing, what waits, the last task. False when it is no longer the one that
/// was read. Thread: writer, in the transaction of what it tells of.
bool storeStanding(Connection& db, ScheduleRow& row);
/// Claims (schedule, instant): false when something became of it already. Thread: writer, in the transaction of its task.
bool insertFire(Connection& db, const FireRow& fire);
/// Puts `fire` in the place of what was recorded for its instant, or adds it. Thread: as insertFire, after a look in the same
/// transaction at what was recorded.
void replaceFire(Connection& db, const FireRow& fire);
/// The newest of one entry, newest first. Of a damaged one only the instant is to be believed.
std::vector<FireRow> readFires(Connection& db, const std::string& name, int limit);
/// The newest `perEntry` of every entry, by name and then newest first.
std::vector<FireRow> readRecentFires(Connection& db, int perEntry);
/// Those of the instants from `from` to `to`, oldest first.
std::vector<FireRow> readFires(Connection& db, const std::string& name, base::Instant from, base::Instant to);
std::optional<FireRow> readFire(Connection& db, const std::string& name, base::Instant instant);

} // namespace core::store
