#include "ui/pages/workers/WorkersPage.h"

#include "ui/delegates/Table.h"
#include "ui/pages/PageParts.h"
#include "ui/style/Card.h"
#include "ui/style/Format.h"
#include "ui/style/Words.h"

#include <QLocale>
#include <QVBoxLayout>

namespace ui::pages::workers {

using core::worker::WorkerState;
using models::Align;
using style::toQString;

namespace {

style::Tone toneOfWorker(WorkerState state) {
    switch (state) {
    case WorkerState::Starting: return style::Tone::Caution;
    case WorkerState::Idle: return style::Tone::Neutral;
    case WorkerState::Busy: return style::Tone::Accent;
    case WorkerState::Stopping: return style::Tone::Warning;
    }
    return style::Tone::Neutral;
}

QString iconOfWorker(WorkerState state) {
    switch (state) {
    case WorkerState::Starting: return QStringLiteral("hourglass");
    case WorkerState::Idle: return QStringLiteral("pause");
    case WorkerState::Busy: return QStringLiteral("play");
    case WorkerState::Stopping: return QStringLiteral("stop");
    }
    return {};
}

} // namespace

WorkersPage::WorkersPage(window::ConsoleContext& context, QWidget* parent)
    : Page(context, parent),
      m_model(new models::SmallTable<Row>(columns(), [](const Row& r) { return toQString(r.worker.name); }, this)),
      m_table(new delegates::Table(tr("Workers"), delegates::Sorting::Off)) {
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(16, 12, 16, 12);
    column->setSpacing(12);
    column->addWidget(pageHeader(tr("Workers"),
                                 tr("Each task runs in a process of its own pool, never in this console. A process that "
                                    "dies is replaced; its task is retried. Double-click opens the task."),
                                 context.actions, {QStringLiteral("tools.engine")}));
    auto* card = new style::Card({});
    card->useFullWidth();
    card->body()->addWidget(m_table);
    column->addWidget(card, 1);
    m_table->setModel(m_model);
    m_table->applyColumns(m_model->columns(), 3);
    m_table->setEmptyText(tr("No worker process is alive. The engine starts them; Tools → Engine status shows why not."));
    connect(m_table, &QTableView::activated, this, [this](const QModelIndex& index) {
        const Row* row = m_model->rowAt(index);
        if (row && !row->worker.task.empty())
            this->context().navigator.showTask(row->worker.task);
    });
}

std::vector<models::Column<WorkersPage::Row>> WorkersPage::columns() const {
    using C = models::Column<Row>;
    const core::base::Clock& clock = context().engine.clock();
    const core::task::TaskRegistry& registry = context().engine.registry();
    return {
        C{"name", tr("Worker"), 120, Align::Left, [](const Row& r) { return toQString(r.worker.name); }, {}, {}},
        C{"pid", tr("Process"), 90, Align::Right, [](const Row& r) { return QString::number(r.worker.pid); },
          [](const Row& r) { return QVariant(r.worker.pid); }, {}},
        C{"state", tr("State"), 110, Align::Left, [](const Row& r) { return style::word(r.worker.state); }, {},
          [](const Row& r, int role) {
              if (role == models::ToneRole)
                  return QVariant(int(toneOfWorker(r.worker.state)));
              return role == models::IconRole ? QVariant(iconOfWorker(r.worker.state)) : QVariant();
          }},
        C{"task", tr("Task"), 240, Align::Left,
          [&registry](const Row& r) {
              return r.worker.task.empty() ? style::dash() : style::titleOf(registry.find(r.type), r.type);
          },
          {},
          [](const Row& r, int role) {
              if (role == models::LinkRole)
                  return QVariant(!r.worker.task.empty());
              return role == Qt::ToolTipRole ? QVariant(r.worker.task.empty() ? tr("Waits for a task")
                                                                              : toQString(r.worker.task.text))
                                             : QVariant();
          }},
        C{"progress", tr("Progress"), 150, Align::Left,
          [](const Row& r) { return r.progress ? tr("%1 %").arg(QLocale().toString(*r.progress, 'f', 0)) : style::dash(); }, {},
          [](const Row& r, int role) {
              return role == models::ProgressRole && r.progress ? QVariant(*r.progress) : QVariant();
          }},
        C{"rss", tr("Memory"), 100, Align::Right, [](const Row& r) { return style::bytes(r.worker.rssBytes); },
          [](const Row& r) { return QVariant(qlonglong(r.worker.rssBytes)); }, {}},
        C{"done", tr("Tasks done"), 100, Align::Right, [](const Row& r) { return style::count(r.worker.tasksDone); },
          [](const Row& r) { return QVariant(r.worker.tasksDone); }, {}},
        C{"alive", tr("Alive for"), 100, Align::Right,
          [&clock](const Row& r) { return style::duration(clock.now() - r.worker.startedAt); },
          [](const Row& r) { return QVariant(qlonglong(-r.worker.startedAt.time_since_epoch().count())); },
          [](const Row& r, int role) {
              return role == Qt::ToolTipRole ? QVariant(style::exactTime(r.worker.startedAt)) : QVariant();
          }},
        C{"heartbeat", tr("Last heartbeat"), 120, Align::Right,
          [&clock](const Row& r) { return style::ago(r.worker.lastHeartbeat, clock.now()); }, {},
          [](const Row& r, int role) {
              return role == Qt::ToolTipRole ? QVariant(style::exactTime(r.worker.lastHeartbeat)) : QVariant();
          }},
    };
}

void WorkersPage::refresh() {
    std::map<core::task::TaskId, core::task::Task> running;
    for (core::task::Task& task : context().engine.runningSnapshot())
        running.emplace(task.id, std::move(task));
    std::vector<Row> rows;
    for (const core::worker::WorkerStatus& worker : context().engine.status().workers) {
        const auto task = running.find(worker.task);
        rows.push_back({worker, task == running.end() ? std::string() : task->second.type,
                        task == running.end() ? std::nullopt : task->second.progress});
    }
    m_model->setRows(std::move(rows));
}

void WorkersPage::eventsArrived(const core::events::EventBatch& batch) {
    using K = core::events::EventKind;
    if (models::mentions(batch, {K::WorkerChanged, K::TaskProgress}))
        refresh();
}

void WorkersPage::secondPassed(core::base::Instant) {
    refresh();
}

} // namespace ui::pages::workers
