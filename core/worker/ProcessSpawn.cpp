#include "core/worker/ProcessSpawn.h"

#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

namespace core::worker {

using base::Error;
using base::ErrorCode;
using base::Result;

namespace {

constexpr int kChildSocket = 3;

/// Out of the way of descriptors 0 to 3, which the child's file actions rearrange. A program that was started with a
/// closed standard stream would otherwise get one of those numbers here.
Descriptor aboveStandard(int fd) {
    if (fd > kChildSocket)
        return Descriptor(fd);
    Descriptor low(fd);
    return Descriptor(::fcntl(low.get(), F_DUPFD_CLOEXEC, kChildSocket + 1));
}

Error systemError(const std::string& what, int code) {
    return {ErrorCode::Io, what + ": " + std::strerror(code), {}, {}};
}

/// posix_spawn's two parameter objects, freed with it.
class SpawnPlan {
  public:
    SpawnPlan() {
        posix_spawn_file_actions_init(&m_actions);
        posix_spawnattr_init(&m_attributes);
    }
    ~SpawnPlan() {
        posix_spawn_file_actions_destroy(&m_actions);
        posix_spawnattr_destroy(&m_attributes);
    }
    SpawnPlan(const SpawnPlan&) = delete;
    SpawnPlan& operator=(const SpawnPlan&) = delete;

    /// 0 or the errno of what could not be planned.
    int prepare(int childSocket) {
        sigset_t none, all;
        sigemptyset(&none);
        sigfillset(&all);
        // A program that was started without a standard error has none to pass on.
        const bool hasErrors = ::fcntl(STDERR_FILENO, F_GETFD) >= 0;
        for (const int code :
             {posix_spawn_file_actions_adddup2(&m_actions, childSocket, kChildSocket),
              posix_spawn_file_actions_addopen(&m_actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0),
              hasErrors ? 0 : posix_spawn_file_actions_addopen(&m_actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0),
              posix_spawn_file_actions_adddup2(&m_actions, STDERR_FILENO, STDOUT_FILENO),
              posix_spawn_file_actions_addclosefrom_np(&m_actions, kChildSocket + 1),
              posix_spawnattr_setsigmask(&m_attributes, &none), posix_spawnattr_setsigdefault(&m_attributes, &all),
              posix_spawnattr_setpgroup(&m_attributes, 0),
              posix_spawnattr_setflags(&m_attributes,
                                       POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF)})
            if (code != 0)
                return code;
        return 0;
    }

    const posix_spawn_file_actions_t* actions() const { return &m_actions; }
    const posix_spawnattr_t* attributes() const { return &m_attributes; }

  private:
    posix_spawn_file_actions_t m_actions;
    posix_spawnattr_t m_attributes;
};

} // namespace

Result<SpawnedProcess> spawnWorker(const std::filesystem::path& program, const std::filesystem::path& database,
                                   const std::filesystem::path& notes) {
    int ends[2] = {-1, -1};
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
        return systemError("no socket for a worker", errno);
    SpawnedProcess process;
    process.socket = aboveStandard(ends[0]);
    const Descriptor theirs = aboveStandard(ends[1]);
    if (!process.socket.valid() || !theirs.valid())
        return systemError("no socket for a worker", errno);
    ::fcntl(process.socket.get(), F_SETFL, O_NONBLOCK);

    SpawnPlan plan;
    if (const int code = plan.prepare(theirs.get()); code != 0)
        return systemError("cannot prepare a worker process", code);
    std::string name = program.string(), role = "--worker", file = database.string(), begun = notes.string();
    char* const arguments[] = {name.data(), role.data(), file.data(), begun.data(), nullptr};
    const int code =
        ::posix_spawn(&process.pid, name.c_str(), plan.actions(), plan.attributes(), arguments, environ);
    if (code != 0)
        return systemError("cannot start the worker program " + name, code);
    process.pidfd = Descriptor(int(::syscall(SYS_pidfd_open, process.pid, 0)));
    return process;
}

std::string describeExit(int waitStatus) {
    if (WIFEXITED(waitStatus))
        return "exited with status " + std::to_string(WEXITSTATUS(waitStatus));
    if (WIFSIGNALED(waitStatus)) {
        const int signal = WTERMSIG(waitStatus);
        const char* name = ::sigdescr_np(signal);
        return "was killed by signal " + std::to_string(signal) + (name ? " (" + std::string(name) + ")" : "");
    }
    return "ended in an unknown way";
}

} // namespace core::worker
