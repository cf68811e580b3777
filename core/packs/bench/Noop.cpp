#include "core/packs/bench/Tasks.h"

namespace core::packs::bench {

task::TaskType noopTask() {
    task::Parameter text;
    text.name = "text";
    text.title = "Text";
    text.description = "Carried along and not read";
    task::TaskType type;
    type.id = "bench_noop";
    type.celeryName = "app.bench.tasks.noop";
    type.queue = "default";
    type.title = "No operation";
    type.description = "Does nothing, for measurements";
    type.parameters = task::ParameterSchema({text});
    type.run = [](const base::Json&, task::TaskContext&) { return task::Outcome::success(nullptr); };
    return type;
}

} // namespace core::packs::bench
