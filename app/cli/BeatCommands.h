#pragma once

#include "app/cli/TaskCommands.h"

namespace app::cli {

/// What is said about an entry; empty: nothing.
struct BeatEntry {
    std::string name, type, cron, once, zone, params, starts, ends, catchUp, overlap;
    std::optional<int64_t> every, maxLateness, expires, spread, priority;
    std::vector<std::string> defaults; ///< options of a change that go back to what they are when absent: `zone` …
};

struct BeatHistory {
    std::string name;
    int limit = 20;
};

struct BeatBackfill {
    std::string name, from, to;
    bool together = false, dryRun = false, confirmed = false;
};

struct BeatNext {
    std::string expression, zone = "UTC", from;
    int count = 1;
};

struct BeatComing {
    int days = 7;
};

Outcome listSchedules(Session& session);
/// What the schedule will start, by day and by entry.
Outcome showComingLoad(Session& session, const BeatComing& what);
Outcome runScheduleNow(Session& session, const std::string& name);
Outcome enableSchedule(Session& session, const std::string& name);
Outcome disableSchedule(Session& session, const std::string& name);
Outcome addSchedule(Session& session, const BeatEntry& entry);
Outcome changeSchedule(Session& session, const BeatEntry& entry);
Outcome resetSchedule(Session& session, const std::string& name);
Outcome showScheduleHistory(Session& session, const BeatHistory& what);
Outcome removeSchedule(Session& session, const std::string& name);
/// Shows what is missing in a window, asks on a terminal, and makes the tasks of what was shown.
Outcome backfillSchedule(Session& session, const BeatBackfill& what);
/// Pure calculation, no engine: one instant with offset a line.
Outcome printNextFirings(Session& session, const BeatNext& what);

} // namespace app::cli
