#pragma once

#include "core/base/Descriptor.h"
#include "core/base/Result.h"

#include <filesystem>
#include <string>

namespace core::worker {

using base::Descriptor;

/// A worker process just born, in a process group of its own.
struct SpawnedProcess {
    int pid = 0;
    Descriptor pidfd;  ///< none when the kernel has no pidfd_open: then the death is polled for
    Descriptor socket; ///< our end, non-blocking; the child's is its descriptor 3
};

/// Starts `program --worker database notes` with posix_spawn: input from /dev/null, output to our standard error, nothing
/// inherited above descriptor 3. Io says what failed. Thread: one that lives as long as the child may, because the
/// child is killed when the spawning thread ends (PR_SET_PDEATHSIG).
base::Result<SpawnedProcess> spawnWorker(const std::filesystem::path& program, const std::filesystem::path& database,
                                         const std::filesystem::path& notes);

/// How a process ended, from waitpid's status: `exited with status 3`, `was killed by signal 9 (Killed)`.
std::string describeExit(int waitStatus);

} // namespace core::worker
