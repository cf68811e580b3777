#include "tests/support/DiligentTasks.h"

#include "core/task/Batch.h"

#include <chrono>
#include <stdexcept>
#include <thread>

namespace core::packs::example {
core::task::TaskType wordCountTask(); // RecipeTask.cpp, as core/packs/RECIPE.md shows it
} // namespace core::packs::example

namespace tests {

using core::base::Json;
using core::base::LogLevel;
using core::task::Outcome;
using core::task::Parameter;
using core::task::ParameterKind;
using core::task::TaskContext;
using core::task::TaskType;

namespace {

void sleepObediently(std::chrono::milliseconds time, TaskContext& context) {
    const auto end = std::chrono::steady_clock::now() + time;
    while (std::chrono::steady_clock::now() < end) {
        context.checkCancelled();
        std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
}

Outcome runOne(const Json& item, TaskContext& context) {
    if (item.contains("fail"))
        return Outcome::transientFailure("Busy", item["fail"]);
    if (item.contains("refuse"))
        return Outcome::permanentFailure("Refused", item["refuse"]);
    if (item.contains("throw"))
        throw std::runtime_error(item["throw"].get<std::string>());
    if (item.contains("ms")) {
        context.progress(50, "half of it", {{"half", true}});
        sleepObediently(std::chrono::milliseconds(item["ms"].get<int>()), context);
    }
    return Outcome::success(item);
}

Outcome runMany(const Json& params, TaskContext& context) {
    core::task::BatchOptions options;
    options.failedItems =
        params["fatal"] == true ? core::task::FailedItems::Fatal : core::task::FailedItems::Reported;
    return core::task::runBatch(context, params["items"]["list"].get<std::vector<Json>>(), runOne, options);
}

Outcome keepAndCleanUp(const Json& params, TaskContext& context) {
    const bool trouble = params["trouble"] == true;
    context.atEnd([&context, trouble] {
        context.log(LogLevel::Info, "cleaned up");
        if (trouble)
            throw std::runtime_error("the broom is broken");
    });
    context.progress(30, "three of ten", {{"done", 3}, {"of", 10}});
    context.partialResult({{"done", 3}});
    sleepObediently(std::chrono::milliseconds(params["ms"].get<int>()), context);
    return Outcome::success("done");
}

Outcome failUntidily(const Json&, TaskContext& context) {
    context.atEnd([] { throw std::logic_error("the clean-up's own error"); });
    context.partialResult({{"read", 7}});
    throw std::runtime_error("the primary error");
}

Outcome tellFields(const Json& params, TaskContext& context) {
    context.progress(10, "with fields", {{"text", std::string(params["bytes"].get<size_t>(), 'f')}});
    return Outcome::success(nullptr);
}

Outcome failAtFirst(const Json& params, TaskContext& context) {
    if (context.attempt() <= params["times"].get<int>())
        return Outcome::transientFailure("Io", "No space left on device");
    return Outcome::success({{"rows", 12}});
}

Outcome runTracked(const Json& params, TaskContext& context) {
    context.progress(1, "tracked");
    sleepObediently(std::chrono::milliseconds(params["ms"].get<int>()), context);
    return params["fail"] == true ? Outcome::permanentFailure("Refused", "failed as told") : Outcome::success(nullptr);
}

Parameter parameter(const char* name, ParameterKind kind, Json defaultValue) {
    Parameter p;
    p.name = name;
    p.kind = kind;
    p.defaultValue = std::move(defaultValue);
    return p;
}

TaskType diligent(const char* id, core::task::Handler run, std::vector<Parameter> parameters = {}) {
    TaskType type;
    type.id = id;
    type.celeryName = std::string("app.diligent.") + id;
    type.queue = "default";
    type.title = id;
    type.description = "A task for tests";
    type.parameters = core::task::ParameterSchema(std::move(parameters));
    type.run = std::move(run);
    return type;
}

void addNotified(core::task::TaskRegistry& registry) {
    using core::task::NoticeOn;
    TaskType notified = diligent("test_notified", failAtFirst, {parameter("times", ParameterKind::Integer, 0)});
    notified.retry = core::task::RetryPolicy::fixed(1, core::base::seconds(0));
    notified.notify.push_back({NoticeOn::Success, "in_app", "", [](const core::task::EndFacts& facts) {
                                   return Json{{"rows", facts.result["rows"]}};
                               }});
    notified.notify.push_back({NoticeOn::Failure, "email", "chief@hospital.example", nullptr});
    registry.add(std::move(notified));

    TaskType bad = diligent("test_bad_notice", failAtFirst, {parameter("times", ParameterKind::Integer, 9)});
    bad.notify.push_back({NoticeOn::Failure, "in_app", "", [](const core::task::EndFacts&) -> Json {
                              throw std::runtime_error("the template is missing");
                          }});
    bad.notify.push_back({NoticeOn::Failure, "in_app", "",
                          [](const core::task::EndFacts&) { return Json(std::string(100'000, 'x')); }});
    bad.notify.push_back({NoticeOn::Failure, "in_app", "", nullptr});
    registry.add(std::move(bad));
}

void addTracked(core::task::TaskRegistry& registry) {
    TaskType tracked = diligent("test_tracked", runTracked,
                                {parameter("row", ParameterKind::Text, ""), parameter("ms", ParameterKind::Integer, 0),
                                 parameter("fail", ParameterKind::Boolean, false)});
    tracked.tracks = core::task::Tracking{"resilience_alert", "kind", "row", "status", "running", "completed", "failed",
                                          "cancelled", "task_id"};
    registry.add(std::move(tracked));
}

} // namespace

void addDiligentTasks(core::task::TaskRegistry& registry) {
    registry.add(diligent("test_batch", runMany,
                          {parameter("items", ParameterKind::Object, Json::object()),
                           parameter("fatal", ParameterKind::Boolean, false)}));
    registry.add(diligent("test_keeper", keepAndCleanUp,
                          {parameter("ms", ParameterKind::Integer, 60'000),
                           parameter("trouble", ParameterKind::Boolean, false)}));
    registry.add(diligent("test_fail_untidily", failUntidily));
    registry.add(core::packs::example::wordCountTask());
    addNotified(registry);
    addTracked(registry);
    registry.add(diligent("test_fields", tellFields, {parameter("bytes", ParameterKind::Integer, 100)}));
}

} // namespace tests
