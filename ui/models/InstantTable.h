#pragma once

#include "core/base/Clock.h"
#include "core/base/Zone.h"
#include "ui/models/SmallTable.h"

#include <memory>

namespace ui::models {

/// An instant to come, and what a change of the clock has to do with it.
struct InstantRow {
    core::base::Instant at{};
    QString note; ///< empty: nothing
};

/// Thread: gui. When an entry fires next: as the clocks of its zone show it, as others do, and how far ahead.
class InstantTable : public SmallTable<InstantRow> {
  public:
    /// The second clock.
    enum class Beside { LocalTime, Utc };
    InstantTable(const core::base::Clock& clock, Beside beside, QObject* parent);

    /// Instants after `now`, oldest first. A zone that is not known counts as UTC.
    void show(const std::vector<core::base::Instant>& instants, const std::string& zone, core::base::Instant now);
    /// Whether both clocks show the same: then the second column says nothing.
    bool clocksAgree() const { return m_zone->name() == m_beside.name(); }
    /// Whether a change of the clock concerns any of them: otherwise the last column says nothing.
    bool hasNotes() const;
    static constexpr int kBesideColumn = 1, kAheadColumn = 2, kNoteColumn = 3;

  private:
    InstantTable(std::shared_ptr<core::base::Zone> zone, core::base::Zone beside, const QString& title,
                 const core::base::Clock& clock, QObject* parent);
    std::shared_ptr<core::base::Zone> m_zone; ///< also of the first column
    core::base::Zone m_beside;
};

/// What a change of the clock in `zone` does to the time of `at`, when it fires next after `before`; empty: nothing.
QString clockNote(core::base::Instant before, core::base::Instant at, const core::base::Zone& zone);

} // namespace ui::models
