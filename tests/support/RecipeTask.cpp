#include "core/task/TaskType.h"

#include <iterator>
#include <sstream>

namespace core::packs::example {

task::TaskType wordCountTask() {
    task::Parameter text;
    text.name = "text";
    text.presence = task::Presence::Required;
    text.maxLength = 1000;

    task::TaskType type;
    type.id = "example_word_count";
    type.celeryName = "app.example.tasks.count_words";
    type.queue = "default";
    type.title = "Count words";
    type.description = "Counts the words of a text";
    type.parameters = task::ParameterSchema({text});
    type.retry = task::RetryPolicy::fixed(2, base::seconds(60));
    type.run = [](const base::Json& params, task::TaskContext& context) {
        std::istringstream words(params["text"].get<std::string>());
        const auto count = std::distance(std::istream_iterator<std::string>(words), {});
        context.checkCancelled();
        context.progress(90, "Counted", {{"words", count}});
        return task::Outcome::success({{"words", count}});
    };
    return type;
}

} // namespace core::packs::example
