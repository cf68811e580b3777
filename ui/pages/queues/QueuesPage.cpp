#include "ui/pages/queues/QueuesPage.h"

#include "ui/delegates/Table.h"
#include "ui/pages/PageParts.h"
#include "ui/style/Card.h"
#include "ui/style/Format.h"
#include "ui/style/Words.h"

#include <QVBoxLayout>

namespace ui::pages::queues {

using core::engine::QueueStatus;
using core::task::TaskState;
using models::Align;
using style::toQString;

namespace {

models::Column<QueueStatus> stateColumn(TaskState state) {
    return {QString::fromLatin1(core::task::toText(state)), style::word(state), 92, Align::Right,
            [state](const QueueStatus& q) { return style::count(q.of(state)); },
            [state](const QueueStatus& q) { return QVariant(qlonglong(q.of(state))); },
            [state](const QueueStatus& q, int role) {
                if (role == models::MutedRole)
                    return QVariant(q.of(state) == 0);
                return role == Qt::ToolTipRole ? QVariant(style::meaning(state)) : QVariant();
            }};
}

QVariant runningDetail(const QueueStatus& q, int role) {
    switch (role) {
    case models::ToneRole: return int(q.paused ? style::Tone::Caution : style::Tone::Good);
    case models::IconRole: return q.paused ? QStringLiteral("pause") : QStringLiteral("play");
    case Qt::ToolTipRole:
        return q.paused ? QueuesPage::tr("Paused: waiting tasks stay, running ones go on")
                        : QueuesPage::tr("Waiting tasks start when a slot is free");
    default: return {};
    }
}

std::vector<models::Column<QueueStatus>> queueColumns(const core::base::Clock& clock) {
    using C = models::Column<QueueStatus>;
    std::vector<C> columns{
        C{"name", QueuesPage::tr("Queue"), 160, Align::Left, [](const QueueStatus& q) { return toQString(q.name); }, {},
          [](const QueueStatus& q, int role) {
              return role == models::QueueRole ? QVariant(toQString(q.name)) : QVariant();
          }},
        C{"paused", QueuesPage::tr("Mode"), 110, Align::Left,
          [](const QueueStatus& q) { return q.paused ? QueuesPage::tr("Paused") : QueuesPage::tr("Running"); }, {},
          runningDetail},
        C{"slots", QueuesPage::tr("Slots used"), 90, Align::Right,
          [](const QueueStatus& q) { return QueuesPage::tr("%1 of %2").arg(q.of(TaskState::Started)).arg(q.slots); },
          [](const QueueStatus& q) { return QVariant(qlonglong(q.of(TaskState::Started))); }, {}},
        C{"oldest", QueuesPage::tr("Oldest waiting"), 116, Align::Right,
          [&clock](const QueueStatus& q) {
              return q.oldestWaiting ? style::duration(clock.now() - *q.oldestWaiting) : style::dash();
          },
          [](const QueueStatus& q) {
              return QVariant(qlonglong(q.oldestWaiting ? -q.oldestWaiting->time_since_epoch().count() : INT64_MIN));
          },
          [](const QueueStatus& q, int role) {
              if (role != Qt::ToolTipRole)
                  return QVariant();
              return QVariant(q.oldestWaiting ? style::exactTime(*q.oldestWaiting) : QueuesPage::tr("Nothing waits"));
          }},
    };
    for (const TaskState state : core::task::kAllStates)
        columns.push_back(stateColumn(state));
    return columns;
}

const QStringList kQueueActions{QStringLiteral("queue.pause"), QStringLiteral("queue.resume"),
                                QStringLiteral("queue.purge")};

} // namespace

QueuesPage::QueuesPage(window::ConsoleContext& context, QWidget* parent)
    : Page(context, parent),
      m_model(new models::SmallTable<QueueStatus>(
          queueColumns(context.engine.clock()), [](const QueueStatus& q) { return toQString(q.name); }, this)),
      m_table(new delegates::Table(tr("Queues"), delegates::Sorting::Off)) {
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(16, 12, 16, 12);
    column->setSpacing(12);
    column->addWidget(pageHeader(tr("Queues"),
                                 tr("Tasks by state, all that are kept. Double-click lists the "
                                    "tasks of a queue."),
                                 context.actions, kQueueActions));
    auto* card = new style::Card({});
    card->useFullWidth();
    card->body()->addWidget(m_table);
    column->addWidget(card, 1);
    m_table->setModel(m_model);
    m_table->applyColumns(m_model->columns(), 0);
    addContextMenu(m_table, context.actions, kQueueActions);
    connect(m_table->selectionModel(), &QItemSelectionModel::currentRowChanged, this, &QueuesPage::publishSelection);
    connect(m_table, &QTableView::activated, this, [this](const QModelIndex& index) {
        if (const QueueStatus* queue = m_model->rowAt(index))
            this->context().navigator.showTasks({{}, queue->name, {}, {}});
    });
}

void QueuesPage::refresh() {
    m_model->setRows(context().engine.queueSnapshot());
    publishSelection();
}

void QueuesPage::publishSelection() {
    const QueueStatus* queue = m_model->rowAt(m_table->currentIndex());
    context().selection.setQueue(queue ? std::optional(*queue) : std::nullopt);
}

void QueuesPage::eventsArrived(const core::events::EventBatch& batch) {
    using K = core::events::EventKind;
    if (models::mentions(batch, {K::TaskChanged, K::QueueChanged}))
        refresh();
}

void QueuesPage::secondPassed(core::base::Instant) {
    m_model->setRows(context().engine.queueSnapshot());
}

} // namespace ui::pages::queues
