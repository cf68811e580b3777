#include "core/api/TaskSelection.h"

#include "core/task/Queue.h"

#include <algorithm>
#include <sstream>

namespace core::api {

using base::Error;
using base::ErrorCode;
using base::Result;

namespace {

std::string stateWords() {
    std::string words;
    for (const task::TaskState state : task::kAllStates)
        words += (words.empty() ? "" : ", ") + std::string(task::toText(state));
    return words;
}

Result<std::vector<task::TaskState>> parseStates(const std::string& text) {
    std::vector<task::TaskState> states;
    std::istringstream words(text);
    for (std::string word; std::getline(words, word, ',');) {
        const auto state = word == "dead" ? task::TaskState::Failure : task::stateFromText(word);
        if (!state)
            return Error{ErrorCode::InvalidParams, "'" + word + "' is not a state of a task",
                         "Use one or several of " + stateWords() + ", separated by commas", {{"state", "unknown state"}}};
        states.push_back(*state);
    }
    return states;
}

} // namespace

Result<void> requireQueue(const std::string& name) {
    std::string known;
    for (const task::QueueLimit& queue : task::kQueues) {
        if (name == queue.name)
            return {};
        known += (known.empty() ? "" : ", ") + std::string(queue.name);
    }
    return Error{ErrorCode::NotFound, "there is no queue '" + name + "'", "Use one of " + known, {}};
}

Result<store::TaskFilter> selectTasks(const TaskWords& words) {
    store::TaskFilter filter;
    auto states = parseStates(words.state);
    if (!states)
        return states.error();
    filter.states = std::move(*states);
    if (!words.queue.empty())
        if (const auto known = requireQueue(words.queue); !known)
            return Error{ErrorCode::InvalidParams, known.error().message, known.error().remedy,
                         {{"queue", known.error().message}}};
    filter.queue = words.queue;
    filter.type = words.type;
    filter.search = words.search;
    for (const auto& [text, target] : {std::pair(&words.from, &filter.createdFrom), {&words.to, &filter.createdTo}}) {
        if (text->empty())
            continue;
        const auto instant = base::parseInstant(*text);
        if (!instant)
            return instant.error();
        *target = *instant;
    }
    if (filter.createdFrom && filter.createdTo && *filter.createdFrom >= *filter.createdTo)
        return Error{ErrorCode::InvalidParams, "'from' is not before 'to'", "Swap the two times", {}};
    return filter;
}

Result<TaskWords> parseSelection(const std::string& expression) {
    TaskWords words;
    std::istringstream stream(expression);
    bool anything = false;
    for (std::string word; stream >> word; anything = true) {
        const size_t colon = word.find(':');
        const std::string key = word.substr(0, colon == std::string::npos ? 0 : colon);
        const std::string value = colon == std::string::npos ? word : word.substr(colon + 1);
        if (key.empty())
            words.search += (words.search.empty() ? "" : " ") + value;
        else if (key == "state")
            words.state = value;
        else if (key == "queue")
            words.queue = value;
        else if (key == "type")
            words.type = value;
        else
            return Error{ErrorCode::InvalidParams, "'" + key + ":' cannot be used in a filter",
                         "Use state:, queue:, type: and words to search for", {{"filter", "unknown key " + key}}};
    }
    if (!anything)
        return Error{ErrorCode::InvalidParams, "the filter is empty",
                     "Say which tasks, for example 'state:pending queue:exports'", {{"filter", "is empty"}}};
    return words;
}

} // namespace core::api
