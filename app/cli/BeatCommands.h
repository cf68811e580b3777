#pragma once

#include "app/cli/TaskCommands.h"

namespace app::cli {

/// What is said about an entry; empty: nothing.
struct BeatEntry {
    std::string name, type, cron, once, zone, params, starts, ends, catchUp, overlap;
    std::optional<int64_t> every, maxLateness, expires, spread, priority;
};

struct BeatHistory {
    std::string name;
    int limit = 20;
};

struct BeatNext {
    std::string expression, zone = "UTC", from;
    int count = 1;
};

Outcome listSchedules(Session& session);
Outcome runScheduleNow(Session& session, const std::string& name);
Outcome enableSchedule(Session& session, const std::string& name);
Outcome disableSchedule(Session& session, const std::string& name);
Outcome addSchedule(Session& session, const BeatEntry& entry);
Outcome changeSchedule(Session& session, const BeatEntry& entry);
Outcome resetSchedule(Session& session, const std::string& name);
Outcome showScheduleHistory(Session& session, const BeatHistory& what);
Outcome removeSchedule(Session& session, const std::string& name);
/// Pure calculation, no engine: one instant with offset a line.
Outcome printNextFirings(Session& session, const BeatNext& what);

} // namespace app::cli
