#pragma once

#include "core/task/Schedule.h"
#include "core/task/TaskState.h"

#include <optional>
#include <string>
#include <vector>

namespace core::store {

/// One entry of the beat schedule: its definition in force, and where it stands.
struct ScheduleRow : task::Schedule {
    bool builtIn = false;                      ///< comes with the program
    base::Json shipped = nullptr;              ///< of a built-in entry: its definition as it came, as a document
    base::Json changes = base::Json::object(); ///< of a built-in entry: what people set otherwise, by key
    std::optional<base::Instant> nextFire;     ///< an instant (before the shift of the spread)
    std::optional<base::Instant> lastFire;     ///< the same
    std::optional<base::Instant> waiting;      ///< an instant that fires when the last task has ended
    base::seconds shift{0};                    ///< by how much its firings come after their instants; the engine says
    std::string lastTask;
    std::string lastState; ///< state of the last task, read along
    bool sound = true;     ///< it can be trusted; otherwise it is not enabled, and only its name is known
    int64_t sum = 0;       ///< its checksum: as long as the stored one is this, nobody has changed the row
};

/// What became of an instant.
enum class FireOutcome {
    Fired,      ///< a task was made
    Overlapped, ///< passed over: the task before had not ended
    Missed,     ///< passed over: nobody was there in time, or too late
    Backfilled  ///< a task was made afterwards, since a person asked for it
};
std::string_view toText(FireOutcome outcome);

/// One instant of a schedule and what became of it. There is never a second row for it.
struct FireRow {
    std::string schedule;
    base::Instant instant{};
    FireOutcome outcome = FireOutcome::Fired;
    std::optional<std::string> task; ///< the id
    base::Instant at{};              ///< when that was decided
    base::milliseconds late{0};      ///< after it was due; says how punctual the beat is only of what it fired
    std::string note;
    std::optional<task::TaskState> state;     ///< of the task, read along
    std::optional<base::milliseconds> runTime; ///< of the task, read along when it has ended
    int attempts = 0;  ///< of the task, begun so far; read along
    bool sound = true; ///< it can be trusted; read along
};

} // namespace core::store
