#pragma once

#include "core/base/Result.h"

#include <cstdint>
#include <filesystem>

namespace core::store {

/// A file that only takes up space, to be given away when the disk is full. Thread: one at a time.
class Ballast {
  public:
    static constexpr int64_t kBytes = 16 << 20;
    /// Must be free beside the ballast when it is put in place, so that a disk with room for it alone is still full.
    static constexpr int64_t kMargin = 4 << 20;

    /// An empty path: no ballast, nothing is ever placed or released.
    explicit Ballast(std::filesystem::path file) : m_file(std::move(file)) {}

    /// Allocates the file (0600) unless it is there in full. Io when there is no room for it and the margin.
    base::Result<void> place();
    /// Gives its space back; false when it held none.
    bool release();

  private:
    bool isThere() const;
    std::filesystem::path m_file;
};

} // namespace core::store
