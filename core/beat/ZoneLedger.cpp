#include "core/beat/ZoneLedger.h"

#include <algorithm>

namespace core::beat {

using base::Instant;
using store::ZoneRow;

namespace {

const std::string kUtc = base::Zone::utc().name();

} // namespace

ZoneLedger::ZoneLedger(const std::vector<ZoneRow>& kept, std::string version)
    : m_before(kept), m_version(std::move(version)) {
    std::ranges::sort(m_before, {}, &ZoneRow::zone);
    // It has no rules that could change; its row says by which database everything was found.
    m_used[kUtc] = {kUtc, m_version, {}};
    for (const ZoneRow& row : kept) {
        auto rules = base::ZoneRules::read(row.content);
        m_kept[row.zone] = {row.version, row.content,
                            rules ? std::optional(base::Zone(row.zone, std::move(*rules))) : std::nullopt};
    }
}

std::optional<Instant> ZoneLedger::carriedOver(const Timetable& table, Instant next) {
    const base::Zone* zone = table.zone();
    if (!zone || zone->rules().content().empty())
        return next; // no clock that people set
    m_used[zone->name()] = {zone->name(), m_version, zone->rules().content()};
    const auto kept = m_kept.find(zone->name());
    if (kept == m_kept.end() || kept->second.content == zone->rules().content() || !kept->second.zone)
        return next;
    m_changed.insert(zone->name());
    const auto carried = table.carriedOver(next, *kept->second.zone);
    m_moved += carried == next ? 0 : 1;
    return carried;
}

void ZoneLedger::keep(const std::string& zone) {
    if (const auto kept = m_kept.find(zone); kept != m_kept.end())
        m_used[zone] = {zone, kept->second.version, kept->second.content};
}

std::vector<ZoneRow> ZoneLedger::rows() const {
    std::vector<ZoneRow> rows;
    for (const auto& [name, row] : m_used)
        rows.push_back(row);
    return rows;
}

std::string ZoneLedger::versionBefore() const {
    for (const auto& [name, row] : m_used)
        if (const auto kept = m_kept.find(name); kept != m_kept.end() && row.version == m_version && kept->second.version != m_version)
            return kept->second.version;
    return m_version;
}

} // namespace core::beat
