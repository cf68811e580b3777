#pragma once

#include "core/base/Result.h"

#include <filesystem>
#include <string>
#include <utility>

namespace core::worker {

/// Thread: one at a time. A file descriptor that is closed with the object; -1 is none.
class Descriptor {
  public:
    Descriptor() = default;
    explicit Descriptor(int fd) : m_fd(fd) {}
    Descriptor(Descriptor&& other) noexcept : m_fd(std::exchange(other.m_fd, -1)) {}
    Descriptor& operator=(Descriptor&& other) noexcept {
        if (this != &other) {
            reset();
            m_fd = std::exchange(other.m_fd, -1);
        }
        return *this;
    }
    ~Descriptor() { reset(); }

    int get() const { return m_fd; }
    bool valid() const { return m_fd >= 0; }
    void reset();

  private:
    int m_fd = -1;
};

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
