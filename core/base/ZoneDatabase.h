#pragma once

#include "core/base/Zone.h"

#include <map>
#include <mutex>

namespace core::base {

/// Thread: any. A folder of time zones, each read once until the folder changes: the package may be upgraded while the
/// program runs. Zones that were handed out stay as they were.
class ZoneDatabase {
  public:
    explicit ZoneDatabase(std::filesystem::path folder = Zone::kSystemFolder);

    const std::filesystem::path& folder() const { return m_folder; }
    /// As Zone::find.
    Result<Zone> find(const std::string& name) const;
    /// `2026f`; of a database that does not say it, the day when it was last changed: `of 2026-10-29`.
    std::string version() const;
    /// Whether the database, or a zone that was read, has changed since the last call. Then they are read anew when
    /// they are next asked for. A few system calls.
    bool refresh();

  private:
    /// What tells a file that was replaced from the one before; zeros: there is none.
    struct Stamp {
        uint64_t device = 0, number = 0;
        int64_t size = 0, changed = 0;
        bool operator==(const Stamp&) const = default;
    };
    struct Read {
        Zone zone;
        Stamp stamp;
    };
    static Stamp stampOf(const std::filesystem::path& file);
    std::vector<Stamp> versionStamps() const;

    const std::filesystem::path m_folder;
    mutable std::mutex m_mutex; // guards the fields below
    mutable std::map<std::string, Read, std::less<>> m_zones;
    std::vector<Stamp> m_versionStamps;
};

} // namespace core::base
