#pragma once

#include "core/store/Connection.h"
#include "core/store/ScheduleRow.h"

namespace core::store {

/// The step of the schema that gives entries and firings their present form.
const char* scheduleSchema();

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

void setNextFire(Connection& db, const std::string& name, std::optional<base::Instant> next);
/// After the clock was set.
void setTimes(Connection& db, const std::string& name, std::optional<base::Instant> last,
              std::optional<base::Instant> next);
void setWaiting(Connection& db, const std::string& name, std::optional<base::Instant> waiting);
/// Claims (schedule, instant): false when something became of it already. Thread: writer, in the transaction of its task.
bool insertFire(Connection& db, const FireRow& fire);
/// The entry's times after a firing. Thread: as insertFire.
void recordFire(Connection& db, const FireRow& fire, std::optional<base::Instant> next);
/// The newest of one entry, newest first.
std::vector<FireRow> readFires(Connection& db, const std::string& name, int limit);

} // namespace core::store
