#pragma once

#include "core/base/Json.h"

namespace core::engine {
class Engine;
}

namespace core::api {

/// How the engine is: `status` healthy, degraded or unhealthy, `checks[{name, status, detail}]` that led to it, and
/// tasks, workers, queues, loops, storage and the programme's latest figures. Reads memory and stored rows only.
/// A queue is degraded when its oldest task has waited for more than five minutes.
base::Json healthDocument(engine::Engine& engine);

} // namespace core::api
