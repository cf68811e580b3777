#include "core/worker/Confinement.h"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <string>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

namespace core::worker {

using base::Error;
using base::ErrorCode;
using base::Result;

namespace {

constexpr rlim_t kMaxDescriptors = 64;
constexpr rlim_t kMaxFileBytes = rlim_t(256) << 20;
constexpr int kNiceness = 5;
constexpr const char* kOomScore = "500";

// The sanitizers reserve terabytes of address space for their shadow.
#if defined(BEATWARDEN_ADDRESS_SANITIZER) || defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr rlim_t kMaxAddressSpace = RLIM_INFINITY;
#else
constexpr rlim_t kMaxAddressSpace = rlim_t(2) << 30;
#endif

/// Lowers a limit; one that is lower already stays.
bool lower(__rlimit_resource resource, rlim_t value) {
    rlimit limit{};
    if (::getrlimit(resource, &limit) != 0)
        return false;
    limit.rlim_max = std::min(limit.rlim_max, value);
    limit.rlim_cur = std::min(limit.rlim_cur, limit.rlim_max);
    return ::setrlimit(resource, &limit) == 0;
}

/// Best effort: a kernel or container may refuse, and the worker is right to run all the same.
void yieldToConsole() {
    [[maybe_unused]] const int refused = ::setpriority(PRIO_PROCESS, 0, kNiceness);
    if (const int file = ::open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC); file >= 0) {
        [[maybe_unused]] const ssize_t written = ::write(file, kOomScore, std::strlen(kOomScore));
        ::close(file);
    }
}

/// Descriptors are given out lowest first: the next one tells how many are taken.
bool descriptorsAreShort() {
    const int next = ::fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0);
    if (next < 0)
        return errno == EMFILE;
    ::close(next);
    return rlim_t(next) > kMaxDescriptors / 2;
}

} // namespace

Result<void> confineWorker(int socket) {
    if (::prctl(PR_SET_PDEATHSIG, SIGKILL) != 0)
        return Error{ErrorCode::Io, std::string("cannot follow the engine's death: ") + std::strerror(errno), {}, {}};
    // The engine may have died before the line above; then nothing kills us. Who made the socket pair is our parent.
    ucred maker{};
    socklen_t size = sizeof maker;
    if (::getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &maker, &size) != 0 || maker.pid != ::getppid())
        return Error{ErrorCode::Unavailable, "there is no engine at descriptor " + std::to_string(socket),
                     "This program is started by beatwarden, not by hand", {}};
    if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
        return Error{ErrorCode::Io, std::string("cannot give up privileges: ") + std::strerror(errno), {}, {}};
    if (!lower(RLIMIT_CORE, 0) || !lower(RLIMIT_NOFILE, kMaxDescriptors) || !lower(RLIMIT_FSIZE, kMaxFileBytes) ||
        !lower(RLIMIT_AS, kMaxAddressSpace))
        return Error{ErrorCode::Io, std::string("cannot set a limit: ") + std::strerror(errno), {}, {}};
    ::signal(SIGXFSZ, SIG_IGN); // a write beyond the limit fails with EFBIG instead
    ::signal(SIGPIPE, SIG_IGN);
    yieldToConsole();
    return {};
}

void allowProcessorTime(base::milliseconds hardLimit) {
    rusage used{};
    rlimit limit{};
    if (::getrusage(RUSAGE_SELF, &used) != 0 || ::getrlimit(RLIMIT_CPU, &limit) != 0)
        return;
    const auto spent = rlim_t(used.ru_utime.tv_sec + used.ru_stime.tv_sec + 1);
    const auto granted = rlim_t(2 * std::chrono::ceil<base::seconds>(hardLimit).count() + 5);
    limit.rlim_cur = std::min(limit.rlim_max, spent + granted);
    [[maybe_unused]] const int refused = ::setrlimit(RLIMIT_CPU, &limit);
}

MemoryUse memoryUse() {
    const int file = ::open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return {};
    char text[128];
    const ssize_t length = ::read(file, text, sizeof text - 1);
    ::close(file);
    if (length <= 0)
        return {};
    text[length] = '\0';
    long long total = 0, resident = 0;
    if (std::sscanf(text, "%lld %lld", &total, &resident) != 2)
        return {};
    const int64_t page = ::sysconf(_SC_PAGESIZE);
    return {int64_t(resident) * page, int64_t(total) * page};
}

bool isWorn(const MemoryUse& memory) {
    return descriptorsAreShort() ||
           (kMaxAddressSpace != RLIM_INFINITY && rlim_t(memory.addressSpace) > kMaxAddressSpace / 2);
}

} // namespace core::worker
