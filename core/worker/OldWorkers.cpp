#include "core/worker/OldWorkers.h"

#include "core/base/Log.h"
#include "core/worker/BegunNotes.h"
#include "core/worker/ProcessSpawn.h"

#include <chrono>
#include <csignal>
#include <poll.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace core::worker {

namespace {

using Steady = std::chrono::steady_clock;

/// True when the process is gone by `deadline`. Another one that has its number now is left alone.
bool end(int pid, int64_t startedAt, Steady::time_point deadline) {
    const Descriptor process(int(::syscall(SYS_pidfd_open, pid, 0)));
    // Asked after the descriptor was opened: it is this process that the descriptor stands for.
    if (!process.valid() || processStart(pid) != startedAt)
        return true;
    ::syscall(SYS_pidfd_send_signal, process.get(), SIGKILL, nullptr, 0);
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Steady::now());
    pollfd death{process.get(), POLLIN, 0};
    return ::poll(&death, 1, int(std::max<int64_t>(left.count(), 0))) == 1;
}

} // namespace

bool endOldWorkers(const std::filesystem::path& dataDirectory, base::milliseconds patience) {
    const auto deadline = Steady::now() + patience;
    bool gone = true;
    std::error_code none;
    for (const auto& entry : std::filesystem::directory_iterator(dataDirectory / "notes", none)) {
        const auto content = BegunNotes::read(entry.path());
        if (!content || content->pid <= 0 || content->pid == ::getpid() ||
            end(content->pid, content->startedAt, deadline))
            continue;
        gone = false;
        base::log(base::LogLevel::Error, "worker",
                  "process " + std::to_string(content->pid) + ", a worker of an earlier engine, does not die");
    }
    return gone;
}

} // namespace core::worker
