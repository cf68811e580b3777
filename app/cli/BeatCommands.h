#pragma once

#include "app/cli/TaskCommands.h"

namespace app::cli {

struct BeatAdd {
    std::string name, cron, zone, type, params;
    std::optional<int64_t> everySeconds;
};

struct BeatNext {
    std::string expression, zone = "UTC", from;
    int count = 1;
};

Outcome listSchedules(Session& session);
Outcome runScheduleNow(Session& session, const std::string& name);
Outcome enableSchedule(Session& session, const std::string& name);
Outcome disableSchedule(Session& session, const std::string& name);
Outcome addSchedule(Session& session, const BeatAdd& entry);
Outcome removeSchedule(Session& session, const std::string& name);
/// Pure calculation, no engine: one instant with offset a line.
Outcome printNextFirings(Session& session, const BeatNext& what);

} // namespace app::cli
