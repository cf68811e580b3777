#pragma once

#include "core/broker/Broker.h"
#include "core/worker/WorkerPool.h"

namespace core::engine {

/// Fills in who is told if this ending is the last one: its broker knows, and commits them with it. One line for each
/// notice that could not be made. Thread: any.
std::vector<std::string> addNotices(broker::Ending& ending, const task::TaskType& type, const worker::Job& job);

} // namespace core::engine
