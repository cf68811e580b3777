#include "core/api/routes/Routes.h"
#include "core/api/routes/Submissions.h"
#include "core/engine/Engine.h"

namespace core::api {

using base::Error;
using base::ErrorCode;
using base::Json;
using base::Result;

namespace {

Error wrongStep(size_t number, const std::string& why) {
    return Error{ErrorCode::InvalidParams, "step " + std::to_string(number) + ": " + why, {}, {{"workflow", why}}};
}

Result<engine::Workflow> workflowOf(const Json& body) {
    const Json& workflow = body.at("workflow");
    if (workflow.size() != 1 || !workflow.contains("steps") || !workflow["steps"].is_array())
        return Error{ErrorCode::InvalidParams, "workflow must be {\"steps\": [...]}", {}, {{"workflow", "steps only"}}};
    engine::Workflow made;
    for (const Json& step : workflow["steps"]) {
        const size_t number = made.steps().size() + 1;
        if (!step.is_object())
            return wrongStep(number, "must be an object");
        Json request = step;
        engine::Workflow::Positions after;
        const Json positions = step.value("after", Json::array());
        if (!positions.is_array())
            return wrongStep(number, "after is a list of the numbers of earlier steps");
        for (const Json& each : positions) {
            const auto position = base::integerIn(each, 1, int64_t(number) - 1);
            if (!position)
                return wrongStep(number, "after names earlier steps by their numbers, 1 for the first");
            after.push_back(size_t(*position) - 1);
        }
        request.erase("after");
        const auto checked = submissionSchema().validate(request);
        if (!checked)
            return wrongStep(number, checked.error().message);
        auto submission = submissionOf(*checked);
        if (!submission)
            return wrongStep(number, submission.error().message);
        made.add(std::move(*submission), std::move(after));
    }
    return made;
}

Json documentsOf(const std::vector<task::Task>& tasks) {
    Json documents = Json::array();
    for (const task::Task& task : tasks)
        documents.push_back(task::toDocument(task));
    return {{"workflow", tasks.empty() ? Json() : Json(tasks.front().workflow)}, {"tasks", documents}};
}

Result<Json> startWorkflow(const Call& call) {
    const auto workflow = workflowOf(call.body);
    if (!workflow)
        return workflow.error();
    const auto tasks = call.engine.workflows().submit(*workflow, call.actor());
    if (!tasks)
        return tasks.error();
    return documentsOf(*tasks);
}

Result<Json> showTree(const Call& call) {
    const auto tree = call.engine.workflows().tree({call.path.at("id")});
    if (!tree)
        return tree.error();
    Json tasks = Json::array();
    for (const engine::TreeNode& node : *tree) {
        Json document = task::toDocument(node.task);
        document["after"] = Json::array();
        for (const task::TaskId& id : node.upstream)
            document["after"].push_back(id.text);
        tasks.push_back(std::move(document));
    }
    return Json{{"tasks", tasks}};
}

Result<Json> cancelTree(const Call& call) {
    const auto cancelled = call.engine.workflows().cancelTree({call.path.at("id")}, call.actor());
    if (!cancelled)
        return cancelled.error();
    return Json{{"cancelled", *cancelled}};
}

Result<Json> retryTree(const Call& call) {
    const auto tasks = call.engine.workflows().retryTree({call.path.at("id")}, call.actor());
    if (!tasks)
        return tasks.error();
    return documentsOf(*tasks);
}

} // namespace

std::vector<Route> workflowRoutes() {
    using task::ParameterSchema;
    task::Parameter steps = objectField("workflow", "{\"steps\": [...]}: each as for POST /tasks, and `after`: numbers of "
                                                    "earlier steps (1 = the first) that must succeed before");
    steps.presence = task::Presence::Required;
    std::vector<Route> routes;
    routes.push_back({.method = Method::Post, .pattern = "/api/v1/workflows",
                      .summary = "Start tasks that wait for one another", .query = {},
                      .body = ParameterSchema({steps}),
                      .success = 201, .handle = startWorkflow});
    routes.push_back({.method = Method::Get, .pattern = "/api/v1/tasks/{id}/tree",
                      .summary = "The tree that a task belongs to", .query = {}, .body = {}, .handle = showTree});
    routes.push_back({.method = Method::Post, .pattern = "/api/v1/tasks/{id}/cancel-tree",
                      .summary = "Cancel all of a tree that has not ended", .query = {}, .body = {},
                      .handle = cancelTree});
    routes.push_back({.method = Method::Post, .pattern = "/api/v1/tasks/{id}/retry-tree",
                      .summary = "Start again what failed or was revoked in a tree", .query = {}, .body = {},
                      .success = 201, .handle = retryTree});
    return routes;
}

} // namespace core::api
