#pragma once

#include "core/store/Connection.h"

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

namespace core::store {

/// One entry of the beat schedule as stored.
struct ScheduleRow {
    std::string name, type, cron;
    base::seconds every{0};
    std::string zone = "UTC";
    base::Json params = base::Json::object();
    bool enabled = true;
    bool builtIn = false;
    std::optional<base::Instant> nextFire, lastFire;
    std::string lastTask;
    std::string lastState; ///< state of the last task, read along
    bool sound = true;     ///< it matches its checksum; otherwise it is not enabled, and has no parameters
};

std::vector<ScheduleRow> readSchedules(Connection& db);
std::optional<ScheduleRow> readSchedule(Connection& db, const std::string& name);
/// Conflict when the name is taken. Thread: writer.
base::Result<void> insertSchedule(Connection& db, const ScheduleRow& row);
/// Adds a built-in entry, or brings its type, cron and parameters up to date while it is built in. Thread: writer.
void upsertBuiltIn(Connection& db, const ScheduleRow& row);
void setNextFire(Connection& db, const std::string& name, std::optional<base::Instant> next);
/// Claims (schedule, instant): false when it has fired already. Thread: writer, in the transaction of its task.
bool insertFire(Connection& db, const std::string& name, base::Instant instant, const std::optional<std::string>& taskId,
                base::Instant now);
void recordFire(Connection& db, const std::string& name, base::Instant instant, const std::optional<std::string>& taskId,
                std::optional<base::Instant> next);

} // namespace core::store
