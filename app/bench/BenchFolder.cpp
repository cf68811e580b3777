#include "app/bench/BenchFolder.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <linux/magic.h>
#include <sys/vfs.h>

namespace app::bench {

core::base::Result<BenchFolder> BenchFolder::make(const std::filesystem::path& parent) {
    std::error_code ignored; // mkdtemp says what is wrong
    std::filesystem::create_directories(parent, ignored);
    std::string pattern = (parent / "beatwarden-bench-XXXXXX").string();
    if (!::mkdtemp(pattern.data()))
        return {core::base::ErrorCode::Io, "cannot make a folder in " + parent.string() + ": " + std::strerror(errno),
                "Name a data directory on a disk that can be written with --data-dir"};
    return BenchFolder(pattern);
}

BenchFolder::~BenchFolder() {
    std::error_code ignored;
    if (!m_path.empty())
        std::filesystem::remove_all(m_path, ignored);
}

bool BenchFolder::onDisk() const {
    struct statfs about {};
    return ::statfs(m_path.c_str(), &about) == 0 && about.f_type != TMPFS_MAGIC && about.f_type != RAMFS_MAGIC;
}

} // namespace app::bench
