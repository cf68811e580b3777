#include "ui/pages/schedules/SchedulesPage.h"

#include "ui/delegates/Table.h"
#include "ui/dialogs/Dialog.h"
#include "ui/pages/PageParts.h"
#include "ui/pages/schedules/ComingPane.h"
#include "ui/pages/schedules/ScheduleDetail.h"
#include "ui/style/Card.h"
#include "ui/style/Format.h"
#include "ui/style/Words.h"

#include <QApplication>
#include <QHeaderView>
#include <QLabel>
#include <QSplitter>
#include <QTabWidget>
#include <QTimer>
#include <QVBoxLayout>

namespace ui::pages::schedules {

using core::base::Result;
using core::engine::ScheduleEntry;
using style::toQString;

namespace {

const QStringList kButtons{QStringLiteral("schedule.run"), QStringLiteral("schedule.enable"), QStringLiteral("schedule.disable"),
                           QStringLiteral("schedule.edit"), QStringLiteral("schedule.new")};
const QString kTableName = QStringLiteral("schedules");
constexpr int kAfterMenuMs = 300;

} // namespace

/// What is asked of the engine for the table.
struct SchedulesPage::Reading {
    Result<std::vector<ScheduleEntry>> entries;
    Result<std::vector<core::task::Schedule>> waiting;
    Result<core::engine::RecentFires> recent;
};

SchedulesPage::SchedulesPage(window::ConsoleContext& context, QWidget* parent)
    : Page(context, parent),
      m_model(new models::SmallTable<ScheduleLine>(scheduleColumns(context.engine.registry(), context.engine.clock()),
                                                   [](const ScheduleLine& l) { return toQString(l.entry.name); }, this)),
      m_table(new delegates::Table(tr("Schedules"), delegates::Sorting::Off)), m_detail(new ScheduleDetail(context)),
      m_coming(new ComingPane(context)), m_tabs(new QTabWidget), m_splitter(new QSplitter(Qt::Vertical)),
      m_waiting(dialogs::plainLabel({}, "muted")) {
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(16, 12, 16, 12);
    column->setSpacing(6);
    column->addWidget(pageHeader(tr("Schedules"),
                                 tr("The beat fires each entry once per instant. Double-click opens its last task."),
                                 context.actions, kButtons));
    m_tabs->setDocumentMode(true);
    m_tabs->setAccessibleName(tr("Parts of the page"));
    m_tabs->addTab(buildEntries(), tr("Entries"));
    m_tabs->addTab(m_coming, tr("Coming seven days"));
    column->addWidget(m_tabs, 1);
    connect(m_coming, &ComingPane::entryOpened, this, &SchedulesPage::showEntry);
    restoreLayout();
}

SchedulesPage::~SchedulesPage() {
    rememberLayout();
}

QWidget* SchedulesPage::buildEntries() {
    auto* box = new QWidget;
    auto* column = new QVBoxLayout(box);
    column->setContentsMargins(0, 8, 0, 0);
    column->setSpacing(8);
    m_waiting->setWordWrap(true);
    m_waiting->setObjectName(QStringLiteral("waiting"));
    m_waiting->hide();
    column->addWidget(m_waiting);
    m_splitter->addWidget(buildTable());
    m_splitter->addWidget(m_detail);
    m_splitter->setHandleWidth(10);
    m_splitter->setChildrenCollapsible(false);
    m_splitter->setStretchFactor(0, 3);
    m_splitter->setStretchFactor(1, 2);
    column->addWidget(m_splitter, 1);
    return box;
}

QWidget* SchedulesPage::buildTable() {
    auto* card = new style::Card({});
    card->useFullWidth();
    card->body()->addWidget(m_table);
    m_table->setModel(m_model);
    m_table->applyColumns(m_model->columns(), kWhenColumn);
    m_table->setEmptyText(tr("Reading the schedules…"));
    m_table->horizontalHeader()->setSectionsClickable(true);
    m_table->horizontalHeader()->setSortIndicator(kNextColumn, Qt::AscendingOrder);
    m_table->setSortingEnabled(true);
    addContextMenu(m_table, context().actions, window::Menu::Schedule);
    connect(m_table->selectionModel(), &QItemSelectionModel::currentRowChanged, this, &SchedulesPage::rowMarked);
    connect(m_table, &QTableView::activated, this, [this](const QModelIndex& index) {
        const ScheduleLine* line = m_model->rowAt(index);
        if (line && !line->entry.lastTask.empty())
            context().navigator.showTask(core::task::TaskId{line->entry.lastTask});
    });
    return card;
}

void SchedulesPage::restoreLayout() {
    window::Settings& settings = context().settings;
    m_table->horizontalHeader()->restoreState(settings.get(window::keys::tableColumns, kTableName));
    if (!m_splitter->restoreState(settings.get(window::keys::schedulesSplitter)))
        m_splitter->setSizes({300, 260});
    m_detail->splitter()->restoreState(settings.get(window::keys::scheduleDetailSplitter));
    m_tabs->setCurrentIndex(settings.get(window::keys::schedulesTab));
}

void SchedulesPage::rememberLayout() {
    window::Settings& settings = context().settings;
    settings.set(window::keys::tableColumns, m_table->horizontalHeader()->saveState(), kTableName);
    settings.set(window::keys::schedulesSplitter, m_splitter->saveState());
    settings.set(window::keys::scheduleDetailSplitter, m_detail->splitter()->saveState());
    settings.set(window::keys::schedulesTab, m_tabs->currentIndex());
}

void SchedulesPage::hideEvent(QHideEvent* event) {
    rememberLayout();
    Page::hideEvent(event);
}

bool SchedulesPage::isSettled() const {
    return m_read && (m_tabs->currentIndex() == Coming ? m_coming->isSettled() : m_detail->isSettled());
}

void SchedulesPage::refresh() {
    if (m_reading) {
        m_readAgain = true;
        return;
    }
    m_reading = true;
    context().calls.call(
        this,
        [](core::engine::Engine& engine) {
            core::engine::ScheduleService& schedules = engine.schedules();
            return Reading{schedules.list(), schedules.waiting(), schedules.recentFires(kRecentFires)};
        },
        [this](Reading reading) {
            m_reading = false;
            if (QApplication::activePopupWidget()) { // nothing moves under an open menu
                QTimer::singleShot(kAfterMenuMs, this, &SchedulesPage::refresh);
                return;
            }
            m_read = true;
            take(std::move(reading));
            if (std::exchange(m_readAgain, false))
                refresh();
        });
}

void SchedulesPage::take(Reading reading) {
    if (!reading.entries) {
        m_table->setEmptyText(style::errorText(reading.entries.error()));
        return;
    }
    std::vector<ScheduleLine> lines;
    for (ScheduleEntry& entry : *reading.entries) {
        ScheduleLine line{std::move(entry), {}, ScheduleLine::Kind::Installed};
        if (reading.recent)
            if (const auto fires = reading.recent->find(line.entry.name); fires != reading.recent->end())
                line.recent = std::move(fires->second);
        lines.push_back(std::move(line));
    }
    const size_t installed = lines.size();
    for (const core::task::Schedule& schedule : reading.waiting.value_or({})) {
        ScheduleLine line;
        static_cast<core::task::Schedule&>(line.entry) = schedule;
        line.kind = ScheduleLine::Kind::Waiting;
        lines.push_back(std::move(line));
    }
    const size_t waiting = lines.size() - installed;
    m_waiting->setVisible(waiting > 0);
    m_waiting->setText(tr("%1 entries that come with the program wait for their task types to be installed. They are in the "
                          "list as Waits and fire by themselves from then on.")
                           .arg(style::count(int64_t(waiting))));
    m_table->setEmptyText(tr("There are no schedules. Schedule › New schedule… adds one."));
    m_model->setRows(std::move(lines));
    markWanted();
}

/// The entry that was asked for, or the first one when none is marked.
void SchedulesPage::markWanted() {
    const int wanted = m_wanted.isEmpty() ? -1 : m_model->rowOf(m_wanted);
    m_wanted.clear();
    if (wanted >= 0) {
        m_table->selectRow(wanted);
        m_table->scrollTo(m_model->index(wanted, 0));
    } else if (!m_table->currentIndex().isValid() && m_model->rowCount() > 0) {
        m_table->selectRow(0);
    }
    rowMarked();
}

void SchedulesPage::showEntry(const QString& name) {
    m_tabs->setCurrentIndex(Entries);
    m_wanted = name;
    if (m_model->rowOf(name) >= 0)
        markWanted();
    else
        refresh();
}

void SchedulesPage::rowMarked() {
    const ScheduleLine* line = m_model->rowAt(m_table->currentIndex());
    const bool there = line && line->kind == ScheduleLine::Kind::Installed;
    context().selection.setSchedule(there ? std::optional(line->entry) : std::nullopt);
    if (line)
        m_detail->showLine(*line);
    else
        m_detail->clear();
}

void SchedulesPage::eventsArrived(const core::events::EventBatch& batch) {
    using K = core::events::EventKind;
    bool mine = models::mentions(batch, {K::ScheduleChanged}), otherwise = batch.dropped > 0;
    for (const auto& event : batch.events) {
        mine = mine || (event->kind == K::TaskChanged && event->task &&
                        event->task->triggeredBy.starts_with(core::task::kBySchedule));
        otherwise = otherwise || (event->kind == K::ScheduleChanged && event->detail != "fired" && event->detail != "passed over");
    }
    if (otherwise)
        m_coming->outdated();
    if (mine)
        refresh();
}

void SchedulesPage::secondPassed(core::base::Instant now) {
    if (m_tabs->currentIndex() == Coming) {
        m_coming->secondPassed(now);
        return;
    }
    if (!m_model->rows().empty())
        m_model->setRows(m_model->rows());
    m_detail->secondPassed();
}

} // namespace ui::pages::schedules
