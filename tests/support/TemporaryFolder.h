#pragma once

#include <filesystem>

namespace tests {

/// A fresh folder that goes with the object.
class TemporaryFolder {
  public:
    enum class Storage {
        Disk,
        Memory ///< where syncs cost nothing: a killed process leaves the same behind
    };
    explicit TemporaryFolder(Storage storage = Storage::Disk);
    ~TemporaryFolder();
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;

    const std::filesystem::path& path() const { return m_path; }
    std::filesystem::path operator/(const std::string& name) const { return m_path / name; }

  private:
    std::filesystem::path m_path;
};

} // namespace tests
