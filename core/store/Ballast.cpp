#include "core/store/Ballast.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace core::store {

using base::Error;
using base::ErrorCode;
using base::Result;

namespace {

/// 0, or the number of what went wrong. Blocks are really allocated; what is beyond `kBytes` is given back at once.
int allocate(const std::filesystem::path& file) {
    const int descriptor = ::open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (descriptor < 0)
        return errno;
    int failure = ::posix_fallocate(descriptor, 0, Ballast::kBytes + Ballast::kMargin);
    if (!failure && ::ftruncate(descriptor, Ballast::kBytes) != 0)
        failure = errno;
    if (::close(descriptor) != 0 && !failure)
        failure = errno;
    return failure;
}

} // namespace

bool Ballast::isThere() const {
    struct stat status {};
    return ::lstat(m_file.c_str(), &status) == 0 && S_ISREG(status.st_mode) && status.st_size >= kBytes &&
           int64_t(status.st_blocks) * 512 >= kBytes;
}

Result<void> Ballast::place() {
    if (m_file.empty() || isThere())
        return {};
    const std::filesystem::path fresh = m_file.string() + ".new";
    int failure = allocate(fresh);
    if (!failure && ::rename(fresh.c_str(), m_file.c_str()) != 0)
        failure = errno;
    if (!failure)
        return {};
    ::unlink(fresh.c_str());
    return Error{ErrorCode::Io, m_file.string() + ": " + std::strerror(failure),
                 "Free at least " + std::to_string((kBytes + kMargin) >> 20) + " MB on that disk", {}};
}

bool Ballast::release() {
    return !m_file.empty() && ::unlink(m_file.c_str()) == 0;
}

} // namespace core::store
