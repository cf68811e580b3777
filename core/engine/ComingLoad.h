#pragma once

#include "core/base/Zone.h"
#include "core/beat/Timetable.h"
#include "core/store/RunTimes.h"
#include "core/store/ScheduleRow.h"
#include "core/task/TaskRegistry.h"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace core::engine {

/// Thread: any. What the schedule will start in a stretch of time, and how long that is expected to run: what was
/// measured, or not known; never a guess. A value.
struct ComingLoad {
    /// An enabled entry whose task type is installed.
    struct Entry {
        std::string name, type, queue;
        std::string zone;                       ///< of its cron expression; empty: it has none
        base::seconds shift{0};                 ///< its firings come so much after their instants
        std::optional<store::RunTime> runTime;  ///< none: its type never came to a success
        int64_t firings = 0;
    };
    /// One firing; or, of an entry with more than three instants in a quarter of an hour, all of that quarter.
    struct Firing {
        size_t entry = 0;        ///< in `entries`
        base::Instant instant{}; ///< by which it is called
        base::Instant at{};      ///< when it fires
        base::Instant last{};    ///< the last of several; `at` of a single one
        int64_t count = 1;
    };
    /// The clock is put forward or back in a zone by which entries fire.
    struct ClockChange {
        std::string zone;
        base::Zone::Change change;
    };
    /// A minute by which several entries are called. Firings that are told together are not counted.
    struct Collision {
        base::Instant minute{};
        int entries = 0;
    };
    /// More runs at once than may be, going by the run times that are known.
    struct Overload {
        base::Instant from{}, to{};
        std::string queue; ///< empty: all of them, against the number of workers
        int runs = 0;      ///< at most
        int slots = 0;
    };

    base::Instant from{}, to{};             ///< of what fires at `from` or later, and is called before `to`
    std::vector<Entry> entries;             ///< by name
    std::vector<Firing> firings;            ///< by `instant`
    std::vector<ClockChange> clockChanges;  ///< by time
    std::vector<Collision> collisions;      ///< by time
    std::vector<Overload> overloads;        ///< by `from`

    /// What is called by the instants of [begin, end). Exact at full quarters of an hour.
    struct Slice {
        int64_t firings = 0;
        base::milliseconds busy{0}; ///< run time of the firings for which it is known
        int64_t unknown = 0;        ///< firings whose run time is not known
        int mostAtOnce = 0;         ///< entries called by the same minute; 0: never several
        bool overloaded = false;
    };
    Slice between(base::Instant begin, base::Instant end) const;
};

/// What a forecast goes by.
struct LoadBasis {
    const task::TaskRegistry& types;
    const base::ZoneDatabase& zones;
    std::map<std::string, store::RunTime> runTimes; ///< by type
    std::map<std::string, int> slots;               ///< by queue
    int workers = 0;                                ///< 0: nobody says how many
};

/// Pure. The load of [from, to) from the entries as they stand. An entry whose runs may not overlap is counted as one
/// run at a time. Some microseconds for each firing.
ComingLoad comingLoad(const std::vector<store::ScheduleRow>& entries, const LoadBasis& basis, base::Instant from,
                      base::Instant to);

/// The instants of an entry in [from, to), at most `most`, oldest first: from where it stands, as the beat goes on.
std::vector<base::Instant> instantsWithin(const store::ScheduleRow& entry, const beat::Timetable& table,
                                          base::Instant from, base::Instant to, size_t most);
/// More firings than this in a quarter of an hour are told together, and collide with everybody: nobody is warned.
inline constexpr size_t kMostInAQuarter = 3;

} // namespace core::engine
