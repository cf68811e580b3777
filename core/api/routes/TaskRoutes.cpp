#include "core/api/Documents.h"
#include "core/api/TaskReport.h"
#include "core/api/TaskSelection.h"
#include "core/api/routes/Routes.h"
#include "core/engine/Engine.h"

namespace core::api {

using base::Error;
using base::ErrorCode;
using base::Json;
using base::Result;

namespace {

constexpr int kDefaultPageSize = 50;
constexpr int kLargestPage = 500;
constexpr double kLongestWaitSeconds = 60;
/// How soon a waiting request notices that the server stops.
constexpr base::milliseconds kWaitSlice{250};

task::Parameter waitField() {
    return numberField("wait", "Seconds to wait for the end of the task; ask again for more", 0, kLongestWaitSeconds);
}

std::vector<task::Parameter> selectionFields() {
    return {textField("state", "One or several states, separated by commas"), textField("queue", "A queue"),
            textField("type", "A task type"),
            textField("search", "Words that must occur in id, type, worker, error, tags or params"),
            textField("from", "Submitted at or after this ISO-8601 time"),
            textField("to", "Submitted before this ISO-8601 time")};
}

Result<store::TaskFilter> selectionOf(const Call& call) {
    auto filter = selectTasks({call.queryText("state"), call.queryText("queue"), call.queryText("type"),
                               call.queryText("search"), call.queryText("from"), call.queryText("to")});
    if (filter && !filter->type.empty()) {
        const auto type = call.engine.registry().require(filter->type);
        if (!type)
            return type.error();
        filter->type = (*type)->id;
    }
    return filter;
}

task::TaskId idOf(const Call& call) {
    return {call.path.at("id")};
}

Result<Json> listTasks(const Call& call) {
    const auto filter = selectionOf(call);
    if (!filter)
        return filter.error();
    const int limit = call.query.value("limit", kDefaultPageSize);
    int64_t beforeKey = 0;
    if (const std::string after = call.queryText("after"); !after.empty()) {
        const auto last = call.engine.tasks().find({after});
        if (!last)
            return last.error();
        beforeKey = last->key;
    }
    auto tasks = call.engine.tasks().page(*filter, beforeKey, limit + 1);
    if (!tasks)
        return tasks.error();
    const bool more = int(tasks->size()) > limit;
    if (more)
        tasks->resize(size_t(limit));
    Json documents = Json::array();
    for (const task::Task& task : *tasks)
        documents.push_back(task::toDocument(task));
    Json page = Json::object();
    page["tasks"] = std::move(documents);
    page["next_after"] = more ? Json(tasks->back().id.text) : Json();
    return page;
}

/// The task when it is terminal, or as it stands after the query's `wait`.
Result<task::Task> awaited(const Call& call) {
    auto left = base::milliseconds(int64_t(call.query.value("wait", 0.0) * 1000));
    if (left.count() == 0)
        return call.engine.tasks().find(idOf(call));
    for (;;) {
        const auto slice = std::min(left, kWaitSlice);
        auto task = call.engine.tasks().wait(idOf(call), slice);
        left -= slice;
        if (!task || task::isTerminal(task->state) || left.count() <= 0)
            return task;
        if (call.request.stop.stop_requested())
            return Error{ErrorCode::Unavailable, "the engine is stopping",
                         "The task stays where it is; ask again when the engine runs", {}};
    }
}

/// Adds attempts, history, log and related tasks to a task document.
Result<Json> withDetail(const Call& call) {
    const auto detail = call.engine.tasks().detail(idOf(call));
    if (!detail)
        return detail.error();
    Json document = task::toDocument(detail->task);
    Json attempts = Json::array(), history = Json::array(), log = Json::array(), related = Json::array();
    for (const task::Attempt& attempt : detail->attempts)
        attempts.push_back(toDocument(attempt));
    for (const task::Transition& transition : detail->history)
        history.push_back(toDocument(transition));
    for (const engine::TaskLogLine& line : detail->log)
        log.push_back(toDocument(line));
    for (const task::Task& task : detail->related)
        related.push_back({{"id", task.id.text}, {"type", task.type}, {"state", task::toText(task.state)}});
    document["attempts"] = std::move(attempts);
    document["history"] = std::move(history);
    document["log"] = std::move(log);
    document["related"] = std::move(related);
    return document;
}

Result<Json> showTask(const Call& call) {
    const auto task = awaited(call);
    if (!task)
        return task.error();
    if (call.query.value("detail", false))
        return withDetail(call);
    return task::toDocument(*task);
}

Result<Json> taskResult(const Call& call) {
    const auto task = awaited(call);
    if (!task)
        return task.error();
    if (!task::isTerminal(task->state))
        return Error{ErrorCode::Conflict,
                     "task " + task->id.text + " has no result yet: it is " + task::toText(task->state),
                     "Wait for its end", {}};
    const Json document = task::toDocument(*task);
    Json result = Json::object();
    for (const char* name : {"id", "type", "state", "reason", "result", "error", "finished_at"})
        result[name] = document[name];
    return result;
}

Result<Json> taskLog(const Call& call) {
    const auto detail = call.engine.tasks().detail(idOf(call));
    if (!detail)
        return detail.error();
    Json lines = Json::array();
    for (const engine::TaskLogLine& line : detail->log)
        lines.push_back(toDocument(line));
    Json document{{"id", detail->task.id.text}};
    document["lines"] = std::move(lines);
    return document;
}

Result<Json> taskReport(const Call& call) {
    const auto filter = selectionOf(call);
    if (!filter)
        return filter.error();
    return reportTasks(call.engine.tasks(), *filter, call.engine.clock().now());
}

} // namespace

std::vector<Route> taskRoutes() {
    using task::ParameterSchema;
    std::vector<task::Parameter> listFields = selectionFields();
    listFields.push_back(textField("after", "The id of the last task of the page before"));
    listFields.push_back(integerField("limit", "Tasks a page; 50 when absent", 1, kLargestPage));
    std::vector<Route> routes;
    routes.push_back({.method = Method::Get, .pattern = "/api/v1/tasks", .summary = "Tasks, newest first",
                      .query = ParameterSchema(listFields), .body = {}, .handle = listTasks});
    routes.push_back({.method = Method::Get, .pattern = "/api/v1/tasks/report",
                      .summary = "Counts, success rates and run times of a period, by task type",
                      .query = ParameterSchema(selectionFields()), .body = {}, .handle = taskReport});
    routes.push_back({.method = Method::Get, .pattern = "/api/v1/tasks/{id}", .summary = "One task",
                      .query = ParameterSchema({waitField(), flagField("detail", "With attempts, history and log")}),
                      .body = {}, .handle = showTask});
    routes.push_back({.method = Method::Get, .pattern = "/api/v1/tasks/{id}/result",
                      .summary = "Result or error of a task that has ended",
                      .query = ParameterSchema({waitField()}), .body = {}, .handle = taskResult});
    routes.push_back({.method = Method::Get, .pattern = "/api/v1/tasks/{id}/log", .summary = "Log lines of a task",
                      .query = {}, .body = {}, .handle = taskLog});
    return routes;
}

} // namespace core::api
