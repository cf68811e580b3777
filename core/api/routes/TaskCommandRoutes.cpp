#include "core/api/Documents.h"
#include "core/api/TaskSelection.h"
#include "core/api/routes/Routes.h"
#include "core/api/routes/Submissions.h"
#include "core/engine/Engine.h"

namespace core::api {

using base::Error;
using base::ErrorCode;
using base::Json;
using base::Result;

namespace {

constexpr size_t kMostBulk = 10'000;

Result<Json> startTask(const Call& call) {
    const auto submission = submissionOf(call.body);
    if (!submission)
        return submission.error();
    const auto task = call.engine.tasks().submit(*submission, call.actor());
    if (!task)
        return task.error();
    return task::toDocument(*task);
}

Result<Json> cancelTask(const Call& call) {
    const auto task = call.engine.tasks().cancel({call.path.at("id")}, call.actor());
    if (!task)
        return task.error();
    return task::toDocument(*task);
}

Result<Json> retryTask(const Call& call) {
    std::optional<Json> params;
    if (call.body.contains("params"))
        params = call.body["params"];
    const auto task = call.engine.tasks().retry({call.path.at("id")}, params, call.actor());
    if (!task)
        return task.error();
    return task::toDocument(*task);
}

Result<Json> rescheduleTask(const Call& call) {
    const auto eta = base::parseInstant(call.bodyText("eta"));
    if (!eta)
        return eta.error();
    const auto task = call.engine.tasks().reschedule({call.path.at("id")}, *eta, call.actor());
    if (!task)
        return task.error();
    return task::toDocument(*task);
}

/// The ids that a bulk request means: those it lists, or the unfinished tasks of its filter.
Result<std::vector<std::string>> bulkIds(const Call& call) {
    auto ids = call.body.value("ids", std::vector<std::string>());
    const std::string expression = call.bodyText("filter");
    if (ids.empty() == expression.empty())
        return Error{ErrorCode::InvalidParams, "exactly one of ids and filter is needed", {}, {}};
    if (!ids.empty())
        return ids;
    const auto words = parseSelection(expression);
    if (!words)
        return words.error();
    auto filter = selectTasks(*words);
    if (!filter)
        return filter.error();
    if (filter->states.empty())
        filter->states.assign(task::kAllStates.begin(), task::kAllStates.end());
    std::erase_if(filter->states, task::isTerminal);
    if (filter->states.empty())
        return Error{ErrorCode::InvalidParams, "the filter names only states in which nothing can be cancelled",
                     "Use scheduled, pending, started or retry", {{"filter", "terminal states only"}}};
    const auto keys = call.engine.tasks().keys(*filter, {});
    if (!keys)
        return keys.error();
    if (keys->size() > kMostBulk)
        return Error{ErrorCode::InvalidParams,
                     "the filter matches " + std::to_string(keys->size()) + " tasks, more than " +
                         std::to_string(kMostBulk) + " at once",
                     "Narrow it, or purge the queue", {{"filter", "too many tasks"}}};
    const auto tasks = call.engine.tasks().rows(*keys);
    if (!tasks)
        return tasks.error();
    for (const task::Task& task : *tasks)
        ids.push_back(task.id.text);
    return ids;
}

Result<Json> cancelMany(const Call& call) {
    const auto ids = bulkIds(call);
    if (!ids)
        return ids.error();
    Json document = Json::object();
    document["matched"] = ids->size();
    document["cancelled"] = Json::array();
    document["refused"] = Json::array();
    const bool dryRun = call.body.value("dry_run", false);
    document["dry_run"] = dryRun;
    if (dryRun)
        return document;
    for (const std::string& id : *ids) {
        const auto task = call.engine.tasks().cancel({id}, call.actor());
        if (task)
            document["cancelled"].push_back(id);
        else
            document["refused"].push_back(
                {{"id", id}, {"code", base::toText(task.error().code)}, {"message", task.error().message}});
    }
    return document;
}

} // namespace

std::vector<Route> taskCommandRoutes() {
    using task::ParameterSchema;
    std::vector<Route> routes;
    routes.push_back({.method = Method::Post, .pattern = "/api/v1/tasks", .summary = "Start a task", .query = {},
                      .body = submissionSchema(), .success = 201, .handle = startTask});
    routes.push_back({.method = Method::Post, .pattern = "/api/v1/tasks/bulk-cancel",
                      .summary = "Cancel the listed tasks, or the unfinished ones of a filter", .query = {},
                      .body = ParameterSchema({listField("ids", "Task ids"),
                                               textField("filter", "For example `state:pending queue:exports`"),
                                               flagField("dry_run", "Only count")}),
                      .handle = cancelMany});
    routes.push_back({.method = Method::Post, .pattern = "/api/v1/tasks/{id}/cancel",
                      .summary = "Cancel a waiting task, or stop a running one", .query = {}, .body = {},
                      .handle = cancelTask});
    routes.push_back({.method = Method::Post, .pattern = "/api/v1/tasks/{id}/retry",
                      .summary = "Start a new task like one that has ended", .query = {},
                      .body = ParameterSchema({objectField("params", "Instead of the original's parameters")}),
                      .success = 201, .handle = retryTask});
    routes.push_back({.method = Method::Post, .pattern = "/api/v1/tasks/{id}/reschedule",
                      .summary = "Move a waiting task to another time", .query = {},
                      .body = ParameterSchema({requiredText("eta", "ISO-8601 time")}), .handle = rescheduleTask});
    return routes;
}

} // namespace core::api
