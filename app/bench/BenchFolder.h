#pragma once

#include "core/base/Result.h"

#include <filesystem>
#include <utility>

namespace app::bench {

/// Thread: one at a time. A fresh data directory on the disk of another one; gone with the object.
class BenchFolder {
  public:
    /// Makes `beatwarden-bench-XXXXXX` in `parent`, which is made if need be.
    static core::base::Result<BenchFolder> make(const std::filesystem::path& parent);
    BenchFolder(BenchFolder&& other) noexcept : m_path(std::exchange(other.m_path, {})) {}
    BenchFolder& operator=(BenchFolder&&) = delete;
    ~BenchFolder();

    const std::filesystem::path& path() const { return m_path; }
    /// Whether what is written there outlives the power: false on tmpfs and ramfs.
    bool onDisk() const;

  private:
    explicit BenchFolder(std::filesystem::path path) : m_path(std::move(path)) {}

    std::filesystem::path m_path;
};

} // namespace app::bench
