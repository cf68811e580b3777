#pragma once

#include "core/beat/Timetable.h"
#include "core/store/ZoneStore.h"

#include <map>
#include <set>

namespace core::beat {

/// Compares the rules by which the next instants of a schedule were found with those of the tz database of now, entry
/// by entry, and carries over what was found by others. Thread: one at a time.
class ZoneLedger {
  public:
    /// `kept`: the rules by which they were found.
    ZoneLedger(const std::vector<store::ZoneRow>& kept, std::string version);

    /// The next instant of an entry, by the rules of now.
    std::optional<base::Instant> carriedOver(const Timetable& table, base::Instant next);
    /// The entry's zone is not in the database: its rules are kept for when it comes back.
    void keep(const std::string& zone);
    bool knew(const std::string& zone) const { return m_kept.contains(zone); }

    /// What is to be kept from now on: the rules of all zones that were asked about.
    std::vector<store::ZoneRow> rows() const;
    /// Whether that differs from what is kept.
    bool isOther() const { return rows() != m_before; }
    /// Whether the database, or the rules of a zone in use, are others than those by which they were found.
    bool hasNews() const { return versionBefore() != m_version || !m_changed.empty(); }
    /// The version of the database by which they were found; that of now when they were found by it, or never.
    std::string versionBefore() const;
    const std::string& version() const { return m_version; }
    /// Zones whose rules have become others, and entries that fire at another instant than was found.
    const std::set<std::string>& changedZones() const { return m_changed; }
    int moved() const { return m_moved; }

  private:
    struct Kept {
        std::string version, content;
        std::optional<base::Zone> zone; ///< none: nobody understands the content
    };
    std::vector<store::ZoneRow> m_before;
    const std::string m_version;
    std::map<std::string, Kept> m_kept;
    std::map<std::string, store::ZoneRow> m_used;
    std::set<std::string> m_changed;
    int m_moved = 0;
};

} // namespace core::beat
