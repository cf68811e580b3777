#include "ui/pages/schedules/ComingPane.h"

#include "ui/delegates/Table.h"
#include "ui/dialogs/Dialog.h"
#include "ui/pages/schedules/LoadCalendar.h"
#include "ui/pages/schedules/LoadLegend.h"
#include "ui/style/Card.h"
#include "ui/style/Format.h"
#include "ui/style/Words.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QSignalBlocker>
#include <QVBoxLayout>

#include <algorithm>
#include <set>

namespace ui::pages::schedules {

using core::base::Instant;
using core::base::Result;
using core::base::Zone;
using core::engine::ComingLoad;
using models::Align;
using style::toQString;

namespace {

constexpr auto kReadEvery = std::chrono::minutes(1);
constexpr int kMostNotes = 4;

QString firingTime(const ComingRow& row, const Zone& zone) {
    const QString first = style::zonedClock(row.firing.instant, zone);
    return row.firing.count == 1 ? first
                                 : ComingPane::tr("%1–%2, %3 ×").arg(first, style::zonedClock(row.firing.last, zone),
                                                                     style::count(row.firing.count));
}

QString firingNote(const ComingRow& row) {
    QStringList notes;
    if (row.others > 0)
        notes << (row.others == 1 ? ComingPane::tr("with another one in this minute")
                                   : ComingPane::tr("with %1 others in this minute").arg(row.others));
    if (const auto shift = row.entry.shift.count(); shift != 0)
        notes << (shift > 0 ? ComingPane::tr("spread: %1 s later") : ComingPane::tr("spread: %1 s earlier")).arg(std::abs(shift));
    return notes.join(QStringLiteral(" · "));
}

std::vector<models::Column<ComingRow>> comingColumns(const core::task::TaskRegistry& registry, std::function<Zone()> zone) {
    using C = models::Column<ComingRow>;
    return {
        C{"at", ComingPane::tr("Instant"), 150, Align::Left, [zone](const ComingRow& r) { return firingTime(r, zone()); },
          [](const ComingRow& r) { return QVariant(r.number); },
          [](const ComingRow& r, int role) {
              return role == Qt::ToolTipRole ? QVariant(ComingPane::tr("Fires at %1").arg(style::exactTime(r.firing.at)))
                                             : QVariant();
          }},
        C{"name", ComingPane::tr("Schedule"), 240, Align::Left, [](const ComingRow& r) { return toQString(r.entry.name); }, {},
          [](const ComingRow&, int role) {
              if (role == models::LinkRole)
                  return QVariant(true);
              return role == Qt::ToolTipRole ? QVariant(ComingPane::tr("Double-click shows the entry")) : QVariant();
          }},
        C{"type", ComingPane::tr("Task"), 200, Align::Left,
          [&registry](const ComingRow& r) { return style::titleOf(registry.find(r.entry.type), r.entry.type); }, {},
          [](const ComingRow& r, int role) { return role == Qt::ToolTipRole ? QVariant(toQString(r.entry.type)) : QVariant(); }},
        C{"queue", ComingPane::tr("Queue"), 120, Align::Left, [](const ComingRow& r) { return toQString(r.entry.queue); }, {},
          [](const ComingRow& r, int role) { return role == models::QueueRole ? QVariant(toQString(r.entry.queue)) : QVariant(); }},
        C{"run", ComingPane::tr("Expected run"), 110, Align::Right,
          [](const ComingRow& r) {
              return r.entry.runTime ? style::duration(r.entry.runTime->median) : ComingPane::tr("not known");
          },
          [](const ComingRow& r) { return QVariant(qlonglong(r.entry.runTime ? r.entry.runTime->median.count() : -1)); },
          [](const ComingRow& r, int role) {
              if (role == models::MutedRole)
                  return QVariant(!r.entry.runTime);
              if (role != Qt::ToolTipRole)
                  return QVariant();
              return QVariant(r.entry.runTime ? ComingPane::tr("Median of its type's last %1 successes").arg(r.entry.runTime->runs)
                                              : ComingPane::tr("No task of this type has ended well yet"));
          }},
        C{"note", ComingPane::tr("Note"), 200, Align::Left, firingNote, {},
          [](const ComingRow& r, int role) {
              if (role == models::MutedRole)
                  return QVariant(true);
              return role == Qt::ToolTipRole && !firingNote(r).isEmpty() ? QVariant(firingNote(r)) : QVariant();
          }},
    };
}

} // namespace

ComingPane::ComingPane(window::ConsoleContext& context, QWidget* parent)
    : QWidget(parent), m_context(context), m_summary(dialogs::plainLabel({}, "muted")),
      m_hourTitle(dialogs::plainLabel({}, "title")), m_zone(new QComboBox), m_calendar(new LoadCalendar),
      m_legend(new LoadLegend),
      m_notes(new QVBoxLayout),
      m_firings(new models::SmallTable<ComingRow>(comingColumns(context.engine.registry(), [this] { return shownZone(); }),
                                                  [](const ComingRow& r) { return QString::number(r.number); }, this)),
      m_table(new delegates::Table(tr("Firings of the marked hour"), delegates::Sorting::Off)) {
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 8, 0, 0);
    column->setSpacing(8);
    column->addWidget(buildHead());
    column->addWidget(buildCalendar(), 3);
    column->addWidget(buildList(), 2);
    connect(m_calendar, &LoadCalendar::hourMarked, this, &ComingPane::showHour);
    connect(m_calendar, &LoadCalendar::hourOpened, m_table, [this] { m_table->setFocus(Qt::OtherFocusReason); });
    connect(m_table, &QTableView::activated, this, [this](const QModelIndex& index) {
        if (const ComingRow* row = m_firings->rowAt(index))
            Q_EMIT entryOpened(toQString(row->entry.name));
    });
}

ComingPane::~ComingPane() = default;

QWidget* ComingPane::buildHead() {
    auto* box = new QWidget;
    auto* row = new QHBoxLayout(box);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(8);
    m_summary->setWordWrap(true);
    row->addWidget(m_summary, 1);
    row->addWidget(dialogs::plainLabel(tr("Clocks of"), "muted"));
    m_zone->setAccessibleName(tr("Time zone of the calendar"));
    m_zone->setObjectName(QStringLiteral("calendarZone"));
    m_zone->setSizeAdjustPolicy(QComboBox::AdjustToContents);
    offerZones();
    const int remembered = m_zone->findData(m_context.settings.get(window::keys::calendarZone));
    m_zone->setCurrentIndex(std::max(0, remembered));
    row->addWidget(m_zone);
    connect(m_zone, &QComboBox::currentIndexChanged, this, [this] {
        m_context.settings.set(window::keys::calendarZone, m_zone->currentData().toString());
        refresh();
    });
    return box;
}

QWidget* ComingPane::buildCalendar() {
    auto* card = new style::Card({});
    card->body()->setSpacing(8);
    card->body()->addWidget(m_calendar, 1);
    card->body()->addWidget(m_legend);
    m_notes->setSpacing(0);
    card->body()->addLayout(m_notes);
    return card;
}

QWidget* ComingPane::buildList() {
    auto* card = new style::Card({});
    card->useFullWidth();
    m_hourTitle->setContentsMargins(11, 0, 11, 0);
    m_hourTitle->setWordWrap(true);
    card->body()->addWidget(m_hourTitle);
    card->body()->addWidget(m_table, 1);
    m_table->setModel(m_firings);
    m_table->applyColumns(m_firings->columns(), int(m_firings->columns().size()) - 1);
    m_table->setEmptyText(tr("Choose an hour of the calendar to see what fires in it."));
    m_table->setMinimumHeight(96);
    return card;
}

/// This computer's zone, UTC, and those by which entries fire.
void ComingPane::offerZones() {
    const Zone local = style::localZone();
    const QString chosen = m_zone->currentData().toString();
    const QSignalBlocker quiet(m_zone);
    m_zone->clear();
    m_zone->addItem(tr("this computer (%1)").arg(toQString(local.name())), toQString(local.name()));
    std::set<std::string> zones{"UTC"};
    if (m_calendar->grid())
        for (const ComingLoad::Entry& entry : m_calendar->grid()->load().entries)
            if (!entry.zone.empty())
                zones.insert(entry.zone);
    if (!chosen.isEmpty())
        zones.insert(chosen.toStdString());
    else if (const QString remembered = m_context.settings.get(window::keys::calendarZone); !remembered.isEmpty())
        zones.insert(remembered.toStdString());
    zones.erase(local.name());
    for (const std::string& zone : zones)
        m_zone->addItem(toQString(zone), toQString(zone));
    m_zone->setCurrentIndex(std::max(0, m_zone->findData(chosen)));
}

Zone ComingPane::shownZone() const {
    return Zone::find(m_zone->currentData().toString().toStdString()).value_or(style::localZone());
}

void ComingPane::showEvent(QShowEvent* event) {
    QWidget::showEvent(event);
    if (!m_read)
        refresh();
}

void ComingPane::outdated() {
    m_read = false;
    if (isVisible())
        refresh();
}

void ComingPane::secondPassed(Instant now) {
    m_calendar->setNow(now);
    if (now - m_readAt > kReadEvery)
        refresh();
}

void ComingPane::refresh() {
    if (m_reading) {
        m_readAgain = true;
        return;
    }
    m_reading = true;
    m_readAt = m_context.engine.clock().now();
    const Zone zone = shownZone();
    const core::base::Date firstDay = zone.localDate(m_readAt);
    m_context.calls.call(
        this,
        [from = m_readAt, to = LoadGrid::end(zone, firstDay)](core::engine::Engine& engine) {
            return engine.schedules().coming(from, to);
        },
        [this, zone, firstDay](const Result<ComingLoad>& load) { take(load, zone, firstDay); });
}

void ComingPane::take(const Result<ComingLoad>& load, const Zone& zone, core::base::Date firstDay) {
    m_reading = false;
    m_read = true;
    if (!load) {
        m_summary->setText(style::errorText(load.error()));
    } else {
        m_calendar->setGrid(LoadGrid(*load, zone, firstDay));
        m_calendar->setNow(m_context.engine.clock().now());
        m_legend->setBusiest(m_calendar->grid()->busiest());
        offerZones();
        showSummary();
        showNotes();
        // At first the hour that comes next is marked; later what the person marked stays.
        const auto next = load->firings.empty() ? std::nullopt : m_calendar->grid()->placeOf(load->firings.front().instant);
        showHour(m_calendar->marked().value_or(next.value_or(HourOfWeek{})));
        if (!m_calendar->marked() && next)
            m_calendar->mark(*next);
    }
    if (std::exchange(m_readAgain, false))
        refresh();
}

void ComingPane::showSummary() {
    const ComingLoad& load = m_calendar->grid()->load();
    const ComingLoad::Slice all = load.between(LoadGrid::begin(m_calendar->grid()->zone(), m_calendar->grid()->day(0)), load.to);
    QString text = tr("%1 firings of %2 entries until %3.")
                       .arg(style::count(all.firings), style::count(int64_t(load.entries.size())),
                            style::date(m_calendar->grid()->day(LoadGrid::kDays - 1)));
    if (all.firings > all.unknown)
        text += QLatin1Char(' ') + tr("Expected run time %1, by what each task type took lately.").arg(style::duration(all.busy));
    QStringList unknown;
    for (const ComingLoad::Entry& entry : load.entries)
        if (!entry.runTime && entry.firings > 0)
            unknown << toQString(entry.name);
    if (!unknown.isEmpty())
        text += QLatin1Char(' ') + tr("Not known for %1, whose tasks have not ended well yet.").arg(style::count(unknown.size()));
    m_summary->setText(text);
    m_summary->setToolTip(unknown.join(QLatin1Char('\n')));
}

void ComingPane::addNote(const QString& text, Instant at) {
    auto* note = new QPushButton(text);
    note->setProperty("role", "flat");
    note->setAccessibleName(text);
    note->setToolTip(tr("Shows the hour"));
    connect(note, &QPushButton::clicked, this, [this, at] {
        for (int day = 0; day < LoadGrid::kDays; ++day)
            for (int hour = 0; hour < LoadGrid::kHours; ++hour)
                if (const LoadGrid::Cell& cell = m_calendar->grid()->at({day, hour});
                    cell.isSkipped() ? cell.from == at : cell.from <= at && at < cell.to)
                    return m_calendar->mark({day, hour});
    });
    m_notes->addWidget(note, 0, Qt::AlignLeft);
}

/// Changes of the clock, and where too much runs at once.
void ComingPane::showNotes() {
    while (QLayoutItem* item = m_notes->takeAt(0)) {
        delete item->widget();
        delete item;
    }
    const LoadGrid& grid = *m_calendar->grid();
    int told = 0;
    for (const ComingLoad::ClockChange& change : grid.load().clockChanges)
        if (told++ < kMostNotes)
            addNote(tr("%1  %2").arg(style::zonedTime(change.change.at, grid.zone()), clockChangeText(change)), change.change.at);
    for (const ComingLoad::Overload& overload : grid.load().overloads)
        if (told++ < kMostNotes)
            addNote(tr("%1  %2").arg(style::zonedTime(overload.from, grid.zone()), overloadText(overload, grid.zone())), overload.from);
    if (told > kMostNotes)
        m_notes->addWidget(dialogs::plainLabel(tr("… and %1 more, marked in the calendar").arg(told - kMostNotes), "muted"));
}

void ComingPane::showHour(const HourOfWeek& place) {
    const LoadGrid& grid = *m_calendar->grid();
    std::vector<ComingRow> rows;
    for (const ComingLoad::Firing& firing : grid.firingsOf(place)) {
        ComingRow row{int(rows.size()), firing, grid.load().entries[firing.entry], 0};
        const Instant minute = std::chrono::floor<std::chrono::minutes>(firing.instant);
        for (const ComingLoad::Collision& collision : grid.load().collisions)
            if (collision.minute == minute && firing.count == 1)
                row.others = collision.entries - 1;
        rows.push_back(std::move(row));
    }
    m_firings->setRows(std::move(rows));
    m_hourTitle->setText(m_calendar->describe(place).replace(QLatin1Char('\n'), QStringLiteral(" · ")));
    m_table->setEmptyText(tr("Nothing fires in this hour."));
}

} // namespace ui::pages::schedules
