#include "core/engine/OwnerLock.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace core::engine {

using base::Error;
using base::ErrorCode;
using base::Result;

namespace {

Error systemError(const std::filesystem::path& path, int number) {
    const std::string why = path.string() + ": " + std::strerror(number);
    if (number == EROFS || number == EACCES || number == EPERM)
        return {ErrorCode::ReadOnly, why, "Choose a data directory that you may write, with --data-dir", {}};
    return {ErrorCode::Io, why, "Choose another data directory with --data-dir", {}};
}

Result<void> prepareDirectory(const std::filesystem::path& directory) {
    std::error_code failure;
    const mode_t before = ::umask(077);
    std::filesystem::create_directories(directory, failure);
    ::umask(before);
    if (failure)
        return systemError(directory, failure.value());
    struct stat status {};
    if (::stat(directory.c_str(), &status) != 0)
        return systemError(directory, errno);
    if (!S_ISDIR(status.st_mode))
        return Error{ErrorCode::Io, directory.string() + " is not a directory", "Choose another with --data-dir", {}};
    if (status.st_mode & (S_IWGRP | S_IWOTH))
        return Error{ErrorCode::Unauthorized, directory.string() + " can be written by other users",
                     "Take that right away: chmod 700 " + directory.string(), {}};
    return {};
}

/// The process id that the owner wrote into the lock file; empty when unreadable.
std::string ownerOf(int descriptor) {
    char buffer[32] = {};
    const ssize_t size = ::pread(descriptor, buffer, sizeof buffer - 1, 0);
    return size > 0 ? std::string(buffer, size_t(size)) : std::string();
}

} // namespace

Result<OwnerLock> OwnerLock::acquire(const std::filesystem::path& directory) {
    if (auto ready = prepareDirectory(directory); !ready)
        return ready.error();
    const auto file = directory / "core.lock";
    const int descriptor = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (descriptor < 0)
        return systemError(file, errno);
    struct flock lock {};
    lock.l_type = F_WRLCK;
    lock.l_whence = SEEK_SET;
    if (::fcntl(descriptor, F_OFD_SETLK, &lock) != 0) {
        const std::string pid = ownerOf(descriptor);
        ::close(descriptor);
        return Error{ErrorCode::Conflict,
                     directory.string() + " is in use by another Beatwarden" +
                         (pid.empty() ? std::string() : " (process " + pid + ")"),
                     "Use that one, or choose another directory with --data-dir", {}};
    }
    const std::string pid = std::to_string(::getpid());
    if (::ftruncate(descriptor, 0) != 0 || ::pwrite(descriptor, pid.data(), pid.size(), 0) != ssize_t(pid.size())) {
        const Error error = systemError(file, errno);
        ::close(descriptor);
        return error;
    }
    return OwnerLock(descriptor);
}

std::optional<std::string> OwnerLock::holder(const std::filesystem::path& directory) {
    const int descriptor = ::open((directory / "core.lock").c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (descriptor < 0)
        return std::nullopt;
    struct flock lock {};
    lock.l_type = F_WRLCK;
    lock.l_whence = SEEK_SET;
    std::optional<std::string> pid;
    if (::fcntl(descriptor, F_OFD_GETLK, &lock) == 0 && lock.l_type != F_UNLCK)
        pid = ownerOf(descriptor);
    ::close(descriptor);
    return pid;
}

OwnerLock::OwnerLock(OwnerLock&& other) noexcept : m_descriptor(std::exchange(other.m_descriptor, -1)) {}

OwnerLock::~OwnerLock() {
    if (m_descriptor >= 0)
        ::close(m_descriptor);
}

} // namespace core::engine
