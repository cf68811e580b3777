#include "core/base/ReplaceFile.h"

#include "core/base/Descriptor.h"
#include "core/base/Uuid.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>

namespace core::base {

namespace {

Error cannotWrite(const std::filesystem::path& path) {
    const int why = errno;
    return {why == EROFS || why == EACCES ? ErrorCode::ReadOnly : ErrorCode::Io,
            "cannot write " + path.string() + ": " + std::strerror(why), "Check the disk and the rights of the folder",
            {}};
}

bool writeAll(int descriptor, std::string_view content) {
    while (!content.empty()) {
        const ssize_t written = ::write(descriptor, content.data(), content.size());
        if (written < 0 && errno != EINTR)
            return false;
        content.remove_prefix(written < 0 ? 0 : size_t(written));
    }
    return ::fsync(descriptor) == 0;
}

} // namespace

Result<void> replaceFile(const std::filesystem::path& path, std::string_view content) {
    const std::filesystem::path fresh = path.string() + "." + randomHex(8);
    const Descriptor out(::open(fresh.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
    if (out.get() < 0)
        return cannotWrite(fresh);
    if (!writeAll(out.get(), content) || ::rename(fresh.c_str(), path.c_str()) != 0) {
        const Error error = cannotWrite(path);
        ::unlink(fresh.c_str());
        return error;
    }
    const Descriptor folder(::open(path.parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (folder.get() >= 0)
        ::fsync(folder.get());
    return {};
}

} // namespace core::base
