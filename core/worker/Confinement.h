#pragma once

#include "core/base/Result.h"
#include "core/base/Time.h"

namespace core::worker {

/// Called first thing in a worker process, on its main thread: dies with the engine (PR_SET_PDEATHSIG), gains no
/// privileges, leaves no core file, has at most 64 descriptors, 2 GiB of address space and 256 MiB a file, yields the
/// processor to the console and is the kernel's first choice when memory runs out.
/// `socket` is the descriptor that leads to the engine. Unavailable when the engine is gone already; Io when a limit
/// cannot be set.
base::Result<void> confineWorker(int socket);

/// The backstop that works even when the engine hangs: from now on the process may use twice `hardLimit` and 5 s of
/// processor time before the kernel kills it. Thread: any of the worker's.
void allowProcessorTime(base::milliseconds hardLimit);

/// In bytes; 0 when the kernel does not say.
struct MemoryUse {
    int64_t resident = 0; ///< in RAM
    int64_t addressSpace = 0;
};
/// Thread: any.
MemoryUse memoryUse();

/// Whether handlers left more than half of the descriptors or of the address space taken: the next one might not have
/// enough. Thread: any.
bool isWorn(const MemoryUse& memory);

} // namespace core::worker
