#include "ui/pages/schedules/SchedulesPage.h"

#include "ui/delegates/Table.h"
#include "ui/pages/PageParts.h"
#include "ui/style/Card.h"
#include "ui/style/Format.h"
#include "ui/style/Words.h"

#include <QHeaderView>
#include <QVBoxLayout>

namespace ui::pages::schedules {

using core::engine::ScheduleEntry;
using models::Align;
using style::toQString;

namespace {

const QStringList kScheduleActions{QStringLiteral("schedule.run"), QStringLiteral("schedule.enable"),
                                   QStringLiteral("schedule.disable")};

qlonglong sortable(const std::optional<core::base::Instant>& at) {
    return at ? at->time_since_epoch().count() : std::numeric_limits<qlonglong>::max();
}

QVariant enabledDetail(const ScheduleEntry& e, int role) {
    switch (role) {
    case models::ToneRole: return int(e.enabled ? style::Tone::Good : style::Tone::Neutral);
    case models::IconRole: return e.enabled ? QStringLiteral("check") : QStringLiteral("pause");
    default: return {};
    }
}

QVariant lastResultDetail(const ScheduleEntry& e, int role) {
    const auto state = core::task::stateFromText(e.lastState);
    if (role == Qt::ToolTipRole)
        return e.lastTask.empty() ? SchedulesPage::tr("Has not fired yet") : toQString(e.lastTask);
    if (!state)
        return {};
    if (role == models::ToneRole)
        return int(style::toneOf(*state));
    return role == models::IconRole ? QVariant(style::iconName(*state)) : QVariant();
}

} // namespace

SchedulesPage::SchedulesPage(window::ConsoleContext& context, QWidget* parent)
    : Page(context, parent),
      m_model(new models::SmallTable<ScheduleEntry>(columns(), [](const ScheduleEntry& e) { return toQString(e.name); },
                                                    this)),
      m_table(new delegates::Table(tr("Schedules"), delegates::Sorting::Off)) {
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(16, 12, 16, 12);
    column->setSpacing(12);
    column->addWidget(pageHeader(tr("Schedules"),
                                 tr("The beat fires each entry once per due time. Double-click opens its last task."),
                                 context.actions, kScheduleActions));
    auto* card = new style::Card({});
    card->useFullWidth();
    card->body()->addWidget(m_table);
    column->addWidget(card, 1);
    m_table->setModel(m_model);
    m_table->applyColumns(m_model->columns(), 3);
    m_table->setEmptyText(tr("Reading the schedules…"));
    m_table->horizontalHeader()->setSectionsClickable(true);
    m_table->horizontalHeader()->setSortIndicator(4, Qt::AscendingOrder);
    m_table->setSortingEnabled(true);
    addContextMenu(m_table, context.actions, kScheduleActions);
    connect(m_table->selectionModel(), &QItemSelectionModel::currentRowChanged, this,
            &SchedulesPage::publishSelection);
    connect(m_table, &QTableView::activated, this, [this](const QModelIndex& index) {
        const ScheduleEntry* entry = m_model->rowAt(index);
        if (entry && !entry->lastTask.empty())
            this->context().navigator.showTask(core::task::TaskId{entry->lastTask});
    });
}

std::vector<models::Column<ScheduleEntry>> SchedulesPage::columns() const {
    using C = models::Column<ScheduleEntry>;
    const core::base::Clock& clock = context().engine.clock();
    const core::task::TaskRegistry& registry = context().engine.registry();
    const auto time = [&clock](const std::optional<core::base::Instant>& at) {
        return at ? style::localTime(*at, clock.now()) : style::dash();
    };
    return {
        C{"enabled", tr("State"), 106, Align::Left,
          [](const ScheduleEntry& e) { return e.enabled ? tr("Enabled") : tr("Disabled"); }, {}, enabledDetail},
        C{"name", tr("Schedule"), 215, Align::Left, [](const ScheduleEntry& e) { return toQString(e.name); }, {}, {}},
        C{"type", tr("Task"), 165, Align::Left,
          [&registry](const ScheduleEntry& e) { return style::titleOf(registry.find(e.type), e.type); }, {},
          [](const ScheduleEntry& e, int role) { return role == Qt::ToolTipRole ? QVariant(toQString(e.type)) : QVariant(); }},
        C{"when", tr("Fires"), 230, Align::Left, plainWords, {},
          [](const ScheduleEntry& e, int role) {
              return role == Qt::ToolTipRole ? QVariant(toQString(e.cron)) : QVariant();
          }},
        C{"next", tr("Next"), 130, Align::Right,
          [time](const ScheduleEntry& e) { return e.enabled ? time(e.nextFire) : style::dash(); },
          [](const ScheduleEntry& e) { return QVariant(sortable(e.enabled ? e.nextFire : std::nullopt)); },
          [&clock](const ScheduleEntry& e, int role) {
              if (role != Qt::ToolTipRole)
                  return QVariant();
              if (!e.nextFire || !e.enabled)
                  return QVariant(e.enabled ? tr("It never fires again") : tr("Disabled: it does not fire"));
              return QVariant(style::ahead(*e.nextFire + e.shift, clock.now()) + QLatin1Char('\n') +
                              style::exactTime(*e.nextFire + e.shift));
          }},
        C{"last", tr("Last"), 126, Align::Right, [time](const ScheduleEntry& e) { return time(e.lastFire); },
          [](const ScheduleEntry& e) { return QVariant(sortable(e.lastFire)); },
          [](const ScheduleEntry& e, int role) {
              if (role != Qt::ToolTipRole)
                  return QVariant();
              return QVariant(e.lastFire ? style::exactTime(*e.lastFire) : tr("Has not fired yet"));
          }},
        C{"result", tr("Last result"), 106, Align::Left,
          [](const ScheduleEntry& e) {
              const auto state = core::task::stateFromText(e.lastState);
              return state ? style::word(*state) : style::dash();
          },
          {}, lastResultDetail},
    };
}

void SchedulesPage::refresh() {
    if (m_reading) {
        m_readAgain = true;
        return;
    }
    m_reading = true;
    context().calls.call(
        this, [](core::engine::Engine& engine) { return engine.schedules().list(); },
        [this](core::base::Result<std::vector<ScheduleEntry>> entries) {
            m_reading = false;
            m_read = true;
            m_table->setEmptyText(entries ? tr("There are no schedules.") : style::errorText(entries.error()));
            if (entries)
                m_model->setRows(std::move(*entries));
            publishSelection();
            if (std::exchange(m_readAgain, false))
                refresh();
        });
}

void SchedulesPage::publishSelection() {
    const ScheduleEntry* entry = m_model->rowAt(m_table->currentIndex());
    context().selection.setSchedule(entry ? std::optional(*entry) : std::nullopt);
}

void SchedulesPage::eventsArrived(const core::events::EventBatch& batch) {
    using K = core::events::EventKind;
    bool mine = models::mentions(batch, {K::ScheduleChanged});
    for (const auto& event : batch.events)
        mine = mine || (event->kind == K::TaskChanged && event->task &&
                        event->task->triggeredBy.rfind("schedule:", 0) == 0);
    if (mine)
        refresh();
}

void SchedulesPage::secondPassed(core::base::Instant) {
    if (!m_model->rows().empty())
        m_model->setRows(m_model->rows());
}

} // namespace ui::pages::schedules
