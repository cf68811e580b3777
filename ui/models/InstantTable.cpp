#include "ui/models/InstantTable.h"

#include "ui/style/Format.h"
#include "ui/style/Theme.h"

#include <QCoreApplication>

namespace ui::models {

using core::base::Instant;
using core::base::Zone;

namespace {

struct InstantText {
    Q_DECLARE_TR_FUNCTIONS(ui::models::Instants)
};

std::vector<Column<InstantRow>> instantColumns(std::shared_ptr<Zone> zone, const Zone& beside, const QString& title,
                                               const core::base::Clock& clock) {
    using C = Column<InstantRow>;
    const auto exact = [](const InstantRow& row, int role) {
        return role == Qt::ToolTipRole ? QVariant(style::exactTime(row.at)) : QVariant();
    };
    return {
        C{"zone", InstantText::tr("In its zone"), 178, Align::Left,
          [zone](const InstantRow& row) {
              return InstantText::tr("%1 %2").arg(style::zonedTime(row.at, *zone), style::zonedOffset(row.at, *zone));
          },
          {}, exact},
        C{"beside", title, 132, Align::Left, [beside](const InstantRow& row) { return style::zonedTime(row.at, beside); }, {},
          [exact](const InstantRow& row, int role) { return role == MutedRole ? QVariant(true) : exact(row, role); }},
        C{"ahead", InstantText::tr("In"), 60, Align::Left,
          [&clock](const InstantRow& row) { return style::ahead(row.at, clock.now()); }, {}, exact},
        C{"note", InstantText::tr("Clock"), 120, Align::Left,
          [](const InstantRow& row) { return row.note; }, {},
          [](const InstantRow& row, int role) {
              if (row.note.isEmpty())
                  return QVariant();
              if (role == ToneRole)
                  return QVariant(int(style::Tone::Caution));
              return role == IconRole ? QVariant(QStringLiteral("clock"))
                                      : role == Qt::ToolTipRole ? QVariant(row.note) : QVariant();
          }},
    };
}

QString spanText(core::base::seconds by) {
    const auto minutes = std::abs(by.count()) / 60;
    return minutes % 60 == 0 ? InstantText::tr("%1 h").arg(minutes / 60) : InstantText::tr("%1 min").arg(minutes);
}

} // namespace

QString clockNote(Instant before, Instant at, const Zone& zone) {
    for (const Zone::Change& change : zone.changes(at, at + std::chrono::hours(24)))
        if (change.by().count() < 0 && at >= change.at + change.by())
            return InstantText::tr("first pass of a repeated hour");
    const auto changes = zone.changes(before, at);
    if (changes.empty())
        return {};
    const Zone::Change& last = changes.back();
    if (last.by().count() < 0)
        return at < last.at - last.by() ? InstantText::tr("second pass of a repeated hour")
                                        : InstantText::tr("clock was put back %1").arg(spanText(last.by()));
    return at == last.at ? InstantText::tr("at the end of a skipped hour")
                         : InstantText::tr("clock was put forward %1").arg(spanText(last.by()));
}

InstantTable::InstantTable(const core::base::Clock& clock, Beside beside, QObject* parent)
    : InstantTable(std::make_shared<Zone>(Zone::utc()), beside == Beside::Utc ? Zone::utc() : style::localZone(),
                   beside == Beside::Utc ? InstantText::tr("UTC") : InstantText::tr("Local time"), clock, parent) {}

InstantTable::InstantTable(std::shared_ptr<Zone> zone, Zone beside, const QString& title, const core::base::Clock& clock,
                           QObject* parent)
    : SmallTable(instantColumns(zone, beside, title, clock),
                 [](const InstantRow& row) { return QString::number(row.at.time_since_epoch().count()); }, parent),
      m_zone(std::move(zone)), m_beside(std::move(beside)) {}

bool InstantTable::hasNotes() const {
    return std::any_of(rows().begin(), rows().end(), [](const InstantRow& row) { return !row.note.isEmpty(); });
}

void InstantTable::show(const std::vector<Instant>& instants, const std::string& zone, Instant now) {
    *m_zone = Zone::find(zone).value_or(Zone::utc());
    std::vector<InstantRow> rows;
    for (const Instant at : instants) {
        rows.push_back({at, clockNote(now, at, *m_zone)});
        now = at;
    }
    setRows(std::move(rows));
}

} // namespace ui::models
