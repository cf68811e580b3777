#pragma once

#include "core/task/Outcome.h"
#include "core/task/ProgressScope.h"

#include <functional>
#include <string>
#include <vector>

namespace core::task {

/// What a batch with failed items comes to.
enum class FailedItems {
    Reported, ///< a success that names them, as long as one item succeeded
    Fatal     ///< a failure, after all items were tried
};

/// How a batch is told about.
struct BatchOptions {
    std::string noun = "item"; ///< `Processing item 3 of 10`
    FailedItems failedItems = FailedItems::Reported;
};

/// The single-item function: a handler, or a part of one, called in this process with a context of its own.
using BatchItem = std::function<Outcome(const base::Json& item, TaskContext& context)>;

/// Runs one function for every item, in order, and aggregates: progress with `current` and `total` among its fields (the
/// item's own progress moves within its share), and one outcome with {total, succeeded, failed, results, failures} as
/// result and the changes, follow-ups and messages of all items that succeeded. An item that fails, or throws, is
/// collected and the next one is tried. A cancel or the soft limit ends the batch between or within items; what was done
/// by then is kept as the partial result. A batch whose failures may all pass fails transiently.
Outcome runBatch(TaskContext& context, const std::vector<base::Json>& items, const BatchItem& each,
                 const BatchOptions& options = {});

} // namespace core::task
