#include "tests/support/CrashTriggers.h"

#include <nlohmann/json.hpp>

namespace tests {

using namespace core;

std::vector<task::Trigger> crashTriggers() {
    using Asked = std::optional<task::Consequence>;
    task::Trigger ended, kept;
    ended.name = "effect-ended";
    ended.about = "an effect was made";
    ended.listensTo = task::TaskEnds{{"test_effect"}};
    ended.judge = [](const task::Cause&) { return Asked(task::Consequence()); };
    kept.name = "effect-kept";
    kept.about = "the row of an effect was kept";
    kept.listensTo = task::RowChanges{{"health_check"}};
    kept.judge = [](const task::Cause& cause) { return Asked({{{"text", cause.row->after.at("task_id")}}, 5}); };
    kept.debounce = task::Debounce{std::chrono::hours(1), std::chrono::hours(2)};
    ended.makes = kept.makes = "test_echo";
    return {ended, kept};
}

} // namespace tests
