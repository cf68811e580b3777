#pragma once

#include "tests/support/TemporaryFolder.h"

#include <string>
#include <utility>
#include <vector>

namespace tests {

/// A tz database of a test's own, which can be upgraded while something reads it.
class ZoneFolder {
  public:
    explicit ZoneFolder(const std::string& version = "2026a") { setVersion(version); }

    const std::filesystem::path& path() const { return m_folder.path(); }
    void setVersion(const std::string& version);
    /// A zone that follows a `TZ` rule at all times: `EST5EDT,M3.2.0,M11.1.0`. Replaces the one of that name.
    void put(const std::string& zone, const std::string& rule);
    /// A zone that is so many seconds ahead of UTC from each moment on (seconds since the epoch), before the first of
    /// them `before`; after the last it stays.
    void put(const std::string& zone, int before, const std::vector<std::pair<int64_t, int>>& changes);
    void putContent(const std::string& zone, const std::string& content);
    void remove(const std::string& zone);
    /// The file of a zone as the C library's `TZ` names it.
    std::string fileOf(const std::string& zone) const { return (path() / zone).string(); }

    /// The content of such files (TZif, version 2).
    static std::string contentOf(const std::string& rule);
    static std::string contentOf(int before, const std::vector<std::pair<int64_t, int>>& changes, const std::string& rule);

  private:
    TemporaryFolder m_folder{TemporaryFolder::Storage::Memory};
};

} // namespace tests
