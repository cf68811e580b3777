#pragma once

#include "core/base/Result.h"

#include <filesystem>
#include <optional>

namespace core::engine {

/// The exclusive right to a data directory: an open-file-description lock on `core.lock`, gone with the process.
/// Thread: any.
class OwnerLock {
  public:
    /// Creates the directory (0700) when it is missing. Conflict when another process owns it; ReadOnly, Io or
    /// Unauthorized when the directory cannot be used.
    static base::Result<OwnerLock> acquire(const std::filesystem::path& directory);
    /// The process that owns the directory; none when nobody does. Takes nothing.
    static std::optional<std::string> holder(const std::filesystem::path& directory);
    OwnerLock(OwnerLock&& other) noexcept;
    OwnerLock& operator=(OwnerLock&&) = delete;
    ~OwnerLock();

  private:
    explicit OwnerLock(int descriptor) : m_descriptor(descriptor) {}
    int m_descriptor;
};

} // namespace core::engine
