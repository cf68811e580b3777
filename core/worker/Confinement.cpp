#include "core/worker/Confinement.h"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstddef>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <string>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
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

#if defined(__x86_64__)
constexpr uint32_t kArchitecture = AUDIT_ARCH_X86_64;
#elif defined(__aarch64__)
constexpr uint32_t kArchitecture = AUDIT_ARCH_AARCH64;
#endif

/// Nobody leaves the process group: not this process, nor whatever a handler starts. Otherwise a child of a child could
/// outlive the worker, whose death takes the group along. Best effort, as above.
void stayInGroup() {
    constexpr auto kRefuse = uint32_t(SECCOMP_RET_ERRNO | EPERM);
    const sock_filter program[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, uint32_t(offsetof(seccomp_data, arch))),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, kArchitecture, 0, 5), // calls of another architecture have other numbers
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, uint32_t(offsetof(seccomp_data, nr))),
        BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, 0x40000000u, 3, 0), // … and so have x32's
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, __NR_setsid, 2, 0),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, __NR_setpgid, 1, 0),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
        BPF_STMT(BPF_RET | BPF_K, kRefuse),
    };
    const sock_fprog filter{uint16_t(std::size(program)), const_cast<sock_filter*>(program)};
    [[maybe_unused]] const long refused =
        ::syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_SPEC_ALLOW, &filter);
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
    stayInGroup();
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
