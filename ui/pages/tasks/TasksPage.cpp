#include "ui/pages/tasks/TasksPage.h"

#include "ui/delegates/Table.h"
#include "ui/dialogs/Dialog.h"
#include "ui/pages/PageParts.h"
#include "ui/pages/tasks/TaskDetailPane.h"
#include "ui/pages/tasks/TaskFilterBar.h"
#include "ui/style/Card.h"
#include "ui/style/Format.h"
#include "ui/style/Words.h"
#include "ui/window/Commands.h"

#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QPushButton>
#include <QScrollBar>
#include <QSplitter>
#include <QTabWidget>
#include <QVBoxLayout>

namespace ui::pages::tasks {

using core::task::Task;

namespace {
const QString kTableName = QStringLiteral("tasks");
}

TasksPage::TasksPage(window::ConsoleContext& context, QWidget* parent)
    : Page(context, parent),
      m_model(new TaskTableModel(context.calls, context.engine.registry(), context.engine.clock(), this)),
      m_filter(new TaskFilterBar(context, this)), m_table(new delegates::Table(tr("Tasks"), delegates::Sorting::Off)),
      m_detail(new TaskDetailPane(context, this)), m_splitter(new QSplitter(Qt::Horizontal)),
      m_newBar(new QPushButton) {
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(16, 12, 16, 12);
    column->setSpacing(8);
    column->addWidget(buildHeader());
    m_splitter->addWidget(buildTable());
    auto* card = new style::Card({});
    card->useFullWidth();
    card->body()->addWidget(m_detail);
    m_splitter->addWidget(card);
    m_splitter->setHandleWidth(12);
    m_splitter->setChildrenCollapsible(false);
    m_splitter->setStretchFactor(0, 3);
    m_splitter->setStretchFactor(1, 2);
    column->addWidget(m_splitter, 1);
    connect(m_filter, &TaskFilterBar::changed, this, &TasksPage::filterChanged);
    connect(m_detail, &TaskDetailPane::opened, this, &TasksPage::openTask);
    connect(&context.commands, &window::Commands::launched, this, [this](const Task& task) {
        if (isVisible())
            openTask(task.id);
    });
    restoreLayout();
    m_model->setQuery(m_filter->filter(), {});
}

TasksPage::~TasksPage() {
    rememberLayout();
}

QWidget* TasksPage::buildHeader() {
    auto* box = new QWidget;
    auto* row = new QHBoxLayout(box);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(12);
    row->addWidget(m_filter, 1);
    auto* launch = new QPushButton(tr("New task…"));
    launch->setProperty("role", "primary");
    launch->setObjectName(QStringLiteral("newTask"));
    launch->setToolTip(tr("Launch a task (Ctrl+N)"));
    QAction* action = context().actions.find(QStringLiteral("task.new"));
    connect(launch, &QPushButton::clicked, action, &QAction::trigger);
    // One above the other: side by side they would push the filter's chips into a third line.
    auto* verbs = new QVBoxLayout;
    verbs->setSpacing(6);
    verbs->addWidget(launch);
    verbs->addWidget(buildManyButton());
    verbs->addStretch();
    row->addLayout(verbs);
    return box;
}

/// What can be done to everything that the filter shows.
QWidget* TasksPage::buildManyButton() {
    auto* button = new QPushButton(tr("All shown"));
    button->setObjectName(QStringLiteral("allShown"));
    button->setToolTip(tr("Cancel or retry all tasks that the filter shows, with ten seconds to undo"));
    auto* menu = new QMenu(button);
    const auto add = [&](const QString& text, core::store::BulkKind kind) {
        connect(menu->addAction(text), &QAction::triggered, this, [this, kind] {
            std::vector<int64_t> keys; // of this moment: what comes later is not meant
            for (int row = 0; row < m_model->rowCount(); ++row)
                keys.push_back(m_model->keyAt(row));
            context().commands.doToMany(kind, std::move(keys));
        });
    };
    add(tr("Cancel all shown…"), core::store::BulkKind::Cancel);
    add(tr("Retry all shown…"), core::store::BulkKind::Retry);
    button->setMenu(menu);
    return button;
}

QWidget* TasksPage::buildTable() {
    auto* card = new style::Card({});
    card->useFullWidth();
    m_newBar->setProperty("role", "flat");
    m_newBar->hide();
    card->body()->addWidget(m_newBar);
    card->body()->addWidget(m_table, 1);
    m_table->setModel(m_model);
    m_table->applyColumns(m_model->columns(), -1);
    m_table->setEmptyText(tr("Reading the tasks…"));
    QHeaderView* header = m_table->horizontalHeader();
    header->setSectionsClickable(true);
    header->setSortIndicator(3, Qt::DescendingOrder);
    m_table->setSortingEnabled(true);
    connect(m_newBar, &QPushButton::clicked, this, [this] {
        m_table->clearSelection();
        m_table->scrollToTop();
        m_model->showWaiting();
    });
    connect(m_model, &TaskTableModel::waitingChanged, this, [this](int count) {
        m_newBar->setVisible(count > 0);
        m_newBar->setText(tr("New tasks: %1. Show them").arg(style::count(count)));
    });
    connect(m_model, &TaskTableModel::loaded, this, &TasksPage::markWanted);
    connect(m_model, &TaskTableModel::failed, this, [this](const core::base::Error& error) {
        m_table->setEmptyText(style::errorText(error));
        context().navigator.notice(window::NoticeKind::Problem, style::errorText(error));
    });
    connect(m_table->selectionModel(), &QItemSelectionModel::currentRowChanged, this, &TasksPage::rowMarked);
    connect(m_table->verticalScrollBar(), &QScrollBar::valueChanged, this, &TasksPage::updateFollowing);
    addContextMenu(m_table, context().actions, window::Menu::Task);
    buildColumnMenu();
    return card;
}

void TasksPage::buildColumnMenu() {
    QHeaderView* header = m_table->horizontalHeader();
    header->setContextMenuPolicy(Qt::CustomContextMenu);
    connect(header, &QWidget::customContextMenuRequested, this, [this, header](const QPoint& position) {
        auto* menu = new QMenu(header);
        menu->setAttribute(Qt::WA_DeleteOnClose);
        for (int i = 0; i < int(m_model->columns().size()); ++i) {
            QAction* action = menu->addAction(m_model->columns()[size_t(i)].title);
            action->setCheckable(true);
            action->setChecked(!header->isSectionHidden(i));
            action->setEnabled(i != 0);
            connect(action, &QAction::toggled, header, [header, i](bool shown) { header->setSectionHidden(i, !shown); });
        }
        menu->popup(header->mapToGlobal(position));
    });
}

void TasksPage::restoreLayout() {
    window::Settings& settings = context().settings;
    if (!m_table->horizontalHeader()->restoreState(settings.get(window::keys::tableColumns, kTableName)))
        for (size_t i = 0; i < m_model->columns().size(); ++i)
            m_table->setColumnHidden(int(i), !m_model->columns()[i].shownAtFirst);
    if (!m_splitter->restoreState(settings.get(window::keys::tasksSplitter)))
        m_splitter->setSizes({606, 486});
    m_detail->tabs()->setCurrentIndex(settings.get(window::keys::tasksDetailTab));
}

void TasksPage::rememberLayout() {
    window::Settings& settings = context().settings;
    settings.set(window::keys::tableColumns, m_table->horizontalHeader()->saveState(), kTableName);
    settings.set(window::keys::tasksSplitter, m_splitter->saveState());
    settings.set(window::keys::tasksDetailTab, m_detail->tabs()->currentIndex());
}

void TasksPage::hideEvent(QHideEvent* event) {
    rememberLayout();
    Page::hideEvent(event);
}

QWidget* TasksPage::searchField() {
    return m_filter->searchField();
}

bool TasksPage::isSettled() const {
    return m_model->isLoaded() && m_detail->isSettled() &&
           (m_model->rowCount() == 0 || m_model->taskAt(std::max(0, m_table->rowAt(4))) != nullptr);
}

void TasksPage::refresh() {
    m_filter->recount();
    m_model->reload();
}

void TasksPage::setQuery(const window::TaskQuery& query) {
    m_filter->setQuery(query);
}

void TasksPage::filterChanged() {
    m_table->setEmptyText(tr("Reading the tasks…"));
    m_model->setQuery(m_filter->filter(), m_model->order());
    m_table->scrollToTop();
}

void TasksPage::openTask(const core::task::TaskId& id) {
    m_detail->showTask(id);
    context().calls.call(
        this, [id](core::engine::Engine& engine) { return engine.tasks().find(id); },
        [this](const core::base::Result<Task>& task) {
            if (!task) {
                context().navigator.notice(window::NoticeKind::Problem, style::errorText(task.error()));
                return;
            }
            m_markedKey = task->key;
            m_scrollToMarked = true;
            if (m_model->rowOfKey(m_markedKey) >= 0)
                markWanted();
            else if (m_filter->isEmpty())
                m_model->reload();
            else
                setQuery({});
        });
}

/// After a load: the task that was marked stays marked, wherever it is now.
void TasksPage::markWanted() {
    m_table->setEmptyText(m_filter->isEmpty()
                              ? tr("No task has run yet. New task… launches one; schedules fire by themselves.")
                              : tr("No task matches this filter."));
    const int row = m_markedKey > 0 ? m_model->rowOfKey(m_markedKey) : -1;
    if (row >= 0 && m_table->currentIndex().row() != row)
        m_table->selectRow(row);
    if (row >= 0 && std::exchange(m_scrollToMarked, false))
        m_table->scrollTo(m_model->index(row, 0));
    updateFollowing();
}

void TasksPage::rowMarked() {
    const QModelIndex current = m_table->currentIndex();
    if (!current.isValid() || current.row() >= m_model->rowCount())
        return;
    m_markedKey = m_model->keyAt(current.row());
    if (const Task* task = m_model->taskAt(current.row())) {
        context().selection.setTask(*task);
        m_detail->showTask(task->id);
    }
    updateFollowing();
}

void TasksPage::updateFollowing() {
    const bool atTop = m_table->verticalScrollBar()->value() == 0;
    const bool reading = m_table->selectionModel()->hasSelection() && m_table->currentIndex().row() > 0;
    m_model->setFollowing(atTop && !reading ? Following::On : Following::Off);
}

void TasksPage::eventsArrived(const core::events::EventBatch& batch) {
    using K = core::events::EventKind;
    if (!models::mentions(batch, {K::TaskChanged, K::TaskProgress}))
        return;
    m_model->apply(batch);
    m_filter->apply(batch);
    m_detail->apply(batch);
    const auto& marked = context().selection.task();
    for (const auto& event : batch.events)
        if (event->kind == K::TaskChanged && event->task && marked && event->task->id == marked->id)
            context().selection.setTask(*event->task);
}

void TasksPage::secondPassed(core::base::Instant) {
    m_detail->secondPassed();
}

} // namespace ui::pages::tasks
