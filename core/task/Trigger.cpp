#include "core/task/Trigger.h"

#include "core/task/TaskRegistry.h"

#include <algorithm>
#include <set>

namespace core::task {

namespace {

constexpr int64_t kMostCount = 1'000'000'000;

std::string faultOf(const Trigger& trigger) {
    const bool rows = std::holds_alternative<RowChanges>(trigger.listensTo);
    if (trigger.name.empty() || trigger.about.empty() || trigger.makes.empty() || !trigger.judge)
        return "name, about, makes and judge must be there";
    if (rows && !trigger.debounce)
        return "rows must be debounced: one commit may change thousands";
    if (trigger.debounce && (trigger.debounce->quiet.count() < 0 || trigger.debounce->longest < trigger.debounce->quiet))
        return "the longest wait must be at least the quiet time";
    if (!trigger.debounce && !trigger.keyParameter.empty())
        return "a key is for what is debounced";
    if (rows && !trigger.keyParameter.empty() && trigger.listParameter.empty())
        return "keys of rows need a list parameter: one commit may have thousands";
    return {};
}

/// A count that metadata may hold; anything else there is 0.
int64_t countIn(const base::Json& metadata, const char* name) {
    const auto value = metadata.is_object() ? metadata.find(name) : metadata.end();
    return value != metadata.end() && value->is_number_integer() ? std::clamp<int64_t>(value->get<int64_t>(), 0, kMostCount)
                                                                 : 0;
}

std::string textIn(const base::Json& metadata, const char* name) {
    const auto value = metadata.is_object() ? metadata.find(name) : metadata.end();
    return value != metadata.end() && value->is_string() ? value->get<std::string>() : std::string();
}

} // namespace

std::string faultOf(const std::vector<Trigger>& triggers) {
    std::set<std::string> names;
    for (const Trigger& trigger : triggers) {
        if (const std::string fault = faultOf(trigger); !fault.empty())
            return trigger.name + ": " + fault;
        if (!names.insert(trigger.name).second)
            return trigger.name + ": two triggers have this name";
    }
    return {};
}

const TaskType* taskNamed(const TaskRegistry& types, const std::string& name) {
    if (const TaskType* type = types.find(name))
        return type;
    for (const std::string& id : types.ids())
        if (const TaskType* type = types.find(id); type->celeryName.ends_with("." + name))
            return type;
    return nullptr;
}

base::Json toJson(const TriggerMark& mark) {
    return {{"trigger", mark.trigger}, {"trigger_depth", mark.depth}, {"cause", mark.cause}, {"causes", mark.causes}};
}

TriggerMark triggerMarkOf(const base::Json& metadata) {
    TriggerMark mark;
    mark.trigger = textIn(metadata, "trigger");
    mark.depth = int(countIn(metadata, "trigger_depth"));
    mark.cause = textIn(metadata, "cause");
    mark.causes = size_t(countIn(metadata, "causes"));
    return mark;
}

void carryDepth(const base::Json& fromMetadata, base::Json& toMetadata) {
    if (const int64_t depth = countIn(fromMetadata, "trigger_depth"); depth > 0)
        toMetadata["trigger_depth"] = depth;
}

std::string launcherOf(const Trigger& trigger, const std::string& key) {
    return "trigger:" + trigger.name + (key.empty() ? "" : "/" + key);
}

} // namespace core::task
