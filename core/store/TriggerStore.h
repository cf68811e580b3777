#pragma once

#include "core/store/Connection.h"
#include "core/task/Task.h"

#include <string>
#include <vector>

namespace core::store {

/// What is remembered of a trigger by its name.
struct TriggerRow {
    std::string name;
    bool enabled = true;
    int64_t made = 0;     ///< tasks
    int64_t merged = 0;   ///< causes that found a task waiting
    int64_t problems = 0; ///< causes from which nothing followed although it should have
    std::optional<base::Instant> lastAt; ///< a task was made or pushed out
    std::string lastTask;
    std::optional<base::Instant> lastProblemAt;
    std::string lastProblem;
    bool sound = true; ///< it can be trusted; otherwise it has the defaults
};

/// The step of the schema with what triggers need.
const char* triggerSchema();

/// Of a trigger that nothing is known of: the defaults.
TriggerRow readTrigger(Connection& db, const std::string& name);
/// Thread: writer, as all below.
void setTriggerEnabled(Connection& db, const std::string& name, bool enabled);
struct TriggerGain {
    int64_t made = 0, merged = 0;
    std::string lastTask;
};
void noteTriggered(Connection& db, const std::string& name, const TriggerGain& gain, base::Instant at);
void noteTriggerProblem(Connection& db, const std::string& name, const std::string& problem, int64_t causes,
                        base::Instant at);

/// The row key of the newest task that a trigger launched so (see task::launcherOf); none: there is none.
std::optional<int64_t> newestTriggered(Connection& db, const std::string& launcher);
/// How many of the tasks of this type, from this failed one back in the order of submission, failed in a row; only those
/// with the same value of `parameter` count (empty: all), and cancelled ones do not. At most `most`, looking no
/// further back than some thousand tasks.
int failuresInARow(Connection& db, const task::Task& failed, const std::string& parameter, int most);

} // namespace core::store
