#pragma once

#include "core/task/TaskRegistry.h"
#include "core/worker/AttemptContext.h"
#include "core/worker/Confinement.h"

#include <chrono>
#include <string>

namespace core::worker {

/// Runs one attempt as named steps: find the type, check the parameters again, run the handler, encode what came of it
/// and read that back as the engine will. The one place that catches what a handler throws. Between handler and encoding
/// the handler's clean-up runs; its errors are logged beside the attempt's own and never replace it.
/// Thread: task.
class Executor {
  public:
    explicit Executor(const task::TaskRegistry& registry) : m_registry(registry) {}

    /// The outcome frame of the attempt, ready for the socket. Whatever happens inside, there is one: an exception
    /// becomes a failure, an outcome that the engine would refuse a permanent failure that says why.
    std::string execute(AttemptContext& context);

  private:
    task::Outcome attempt(AttemptContext& context) const;

    const MemoryUse& memoryAfter(std::chrono::microseconds ran);

    const task::TaskRegistry& m_registry;
    MemoryUse m_memory; ///< when it was looked at last
    int m_shortRuns = 0;         ///< since then
};

} // namespace core::worker
