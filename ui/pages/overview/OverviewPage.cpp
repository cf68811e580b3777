#include "ui/pages/overview/OverviewPage.h"

#include "ui/delegates/Table.h"
#include "ui/dialogs/Dialog.h"
#include "ui/style/Format.h"
#include "ui/style/Icons.h"
#include "ui/style/Words.h"

#include <QButtonGroup>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QScrollArea>
#include <QToolButton>
#include <QVBoxLayout>

namespace ui::pages::overview {

using core::task::TaskState;

namespace {

constexpr size_t kFirings = 5;
constexpr int kGap = 12;

/// Tasks per minute over the last minute, from a series of tasks per second.
std::optional<double> perMinute(const core::metrics::SeriesStore& series, const std::string& name,
                                core::base::Instant now) {
    double sum = 0;
    int known = 0;
    for (const auto& point : series.read(name, core::metrics::Resolution::Second, now - std::chrono::seconds(60), now))
        if (point.value) {
            sum += *point.value;
            ++known;
        }
    if (known == 0)
        return std::nullopt;
    return sum / known * 60;
}

/// Widgets side by side, as wide as their shares say and not as their contents would like.
void addRow(QVBoxLayout* column, int stretch, std::initializer_list<std::pair<QWidget*, int>> widgets) {
    auto* row = new QHBoxLayout;
    row->setSpacing(kGap);
    for (const auto& [widget, share] : widgets) {
        widget->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
        row->addWidget(widget, share);
    }
    column->addLayout(row, stretch);
}

} // namespace

OverviewPage::OverviewPage(window::ConsoleContext& context, QWidget* parent) : Page(context, parent) {
    m_charts = new OverviewCharts(context, this);
    auto* outer = new QVBoxLayout(this);
    outer->setContentsMargins(0, 0, 0, 0);
    auto* scroll = new QScrollArea;
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setFocusPolicy(Qt::NoFocus);
    outer->addWidget(scroll);
    auto* content = new QWidget;
    scroll->setWidget(content);
    auto* column = new QVBoxLayout(content);
    column->setContentsMargins(16, 12, 16, 12);
    column->setSpacing(kGap);
    column->addWidget(buildLifecycle());
    addRow(column, 10, {{m_charts->depth(), 1}, {m_charts->throughput(), 1}, {m_charts->latency(), 1}});
    // Shares that put the edge below the first gap of the row above.
    addRow(column, 9, {{m_charts->trend(), 329}, {buildRunning(), 671}});
    addRow(column, 8, {{buildActions(), 1}, {buildFirings(), 1}});
    connect(&context.programme, &models::ProgrammeWatch::changed, this, [this] {
        if (isVisible())
            refreshProgramme();
    });
    m_charts->setSpan(context.settings.get(window::keys::chartSpan));
}

QWidget* OverviewPage::buildLifecycle() {
    auto* card = new style::Card(tr("Task lifecycle"));
    card->header()->addWidget(dialogs::plainLabel(tr("All tasks that are kept, and rates"), "muted"));
    card->header()->addSpacing(16);
    card->header()->addWidget(buildSpanChoice());
    m_lifecycle = new LifecyclePanel(card);
    card->body()->addWidget(m_lifecycle);
    connect(m_lifecycle, &LifecyclePanel::chosen, this,
            [this](TaskState state) { context().navigator.showTasks({{state}, {}, {}, {}}); });
    return card;
}

QWidget* OverviewPage::buildSpanChoice() {
    auto* box = new QWidget;
    auto* row = new QHBoxLayout(box);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(4);
    auto* group = new QButtonGroup(box);
    const int chosen = context().settings.get(window::keys::chartSpan);
    for (const auto& [seconds, text] : {std::pair{300, tr("5 min")}, {900, tr("15 min")}, {86'400, tr("24 h")},
                                        {7 * 86'400, tr("7 d")}, {90 * 86'400, tr("90 d")}}) {
        auto* button = new QToolButton;
        button->setText(text);
        button->setCheckable(true);
        button->setChecked(seconds == chosen);
        button->setProperty("role", "segment");
        button->setFocusPolicy(Qt::StrongFocus);
        button->setAccessibleName(tr("Charts show the last %1").arg(text));
        group->addButton(button);
        row->addWidget(button);
        connect(button, &QToolButton::clicked, this, [this, seconds = seconds] {
            context().settings.set(window::keys::chartSpan, seconds);
            m_charts->setSpan(seconds);
            m_charts->update(context().engine.clock().now());
        });
    }
    return box;
}

QWidget* OverviewPage::buildRunning() {
    auto* card = new style::Card(tr("Running tasks"));
    card->useFullWidth();
    m_running = makeRunningTable(context().engine.registry(), context().engine.clock(), this);
    auto* table = new delegates::Table(tr("Running tasks"), delegates::Sorting::Off);
    table->setModel(m_running);
    table->applyColumns(m_running->columns(), 2);
    table->setEmptyText(tr("Nothing runs right now. Ctrl+N launches a task; schedules fire by themselves."));
    table->setMinimumHeight(96);
    card->body()->addWidget(table);
    connect(table, &QTableView::activated, this, [this](const QModelIndex& index) {
        if (const auto* task = m_running->rowAt(index))
            context().navigator.showTask(task->id);
    });
    connect(table, &QTableView::clicked, this, [this](const QModelIndex& index) {
        if (const auto* task = m_running->rowAt(index); task && index.column() == 0)
            context().navigator.showTask(task->id);
    });
    return card;
}

QWidget* OverviewPage::buildFirings() {
    auto* card = new style::Card(tr("Next firings"));
    card->useFullWidth();
    m_firings = makeFiringTable(context().engine.registry(), context().engine.clock(), this);
    m_firingView = new delegates::Table(tr("Next firings of schedules"), delegates::Sorting::Off);
    m_firingView->setModel(m_firings);
    m_firingView->applyColumns(m_firings->columns(), 0);
    m_firingView->setEmptyText(tr("Reading the schedules…"));
    m_firingView->horizontalHeader()->hide();
    m_firingView->setMinimumHeight(96);
    m_firingView->verticalHeader()->setDefaultSectionSize(m_firingView->fontMetrics().height() + 8);
    card->body()->addWidget(m_firingView);
    connect(m_firingView, &QTableView::clicked, this,
            [this] { context().navigator.showPage(QStringLiteral("schedules")); });
    connect(m_firingView, &QTableView::activated, this,
            [this] { context().navigator.showPage(QStringLiteral("schedules")); });
    return card;
}

QWidget* OverviewPage::buildActions() {
    auto* card = new style::Card(tr("Immediate actions"));
    auto* scroll = new QScrollArea;
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setMinimumHeight(96);
    scroll->setFocusPolicy(Qt::NoFocus);
    // One label for all lines: it knows its height for a width, so that the list scrolls instead of shrinking.
    m_actions = dialogs::plainLabel({});
    m_actions->setWordWrap(true);
    m_actions->setAlignment(Qt::AlignTop | Qt::AlignLeft);
    m_actions->setTextInteractionFlags(Qt::TextSelectableByMouse);
    scroll->setWidget(m_actions);
    card->body()->addWidget(scroll);
    return card;
}

void OverviewPage::refresh() {
    refreshCounts();
    refreshRunning();
    refreshFirings();
    refreshProgramme();
    m_charts->update(context().engine.clock().now());
}

bool OverviewPage::isSettled() const {
    return m_firingsRead && context().programme.stats().has_value();
}

void OverviewPage::eventsArrived(const core::events::EventBatch& batch) {
    using K = core::events::EventKind;
    if (models::mentions(batch, {K::TaskChanged, K::QueueChanged}))
        refreshCounts();
    if (models::mentions(batch, {K::TaskChanged, K::TaskProgress}))
        refreshRunning();
    if (models::mentions(batch, {K::ScheduleChanged}))
        refreshFirings();
}

void OverviewPage::secondPassed(core::base::Instant now) {
    m_charts->update(now);
    refreshCounts();
    refreshRunning();
    if (!m_firings->rows().empty())
        m_firings->setRows(m_firings->rows());
}

void OverviewPage::refreshCounts() {
    std::array<int64_t, core::task::kAllStates.size()> counts{};
    for (const auto& queue : context().engine.queueSnapshot())
        for (const TaskState state : core::task::kAllStates)
            counts[size_t(state)] += queue.of(state);
    const core::base::Instant now = context().engine.clock().now();
    static const std::map<TaskState, std::string> kRates{{TaskState::Pending, "rate.submitted"},
                                                         {TaskState::Started, "rate.started"},
                                                         {TaskState::Success, "rate.success"},
                                                         {TaskState::Retry, "rate.retry"},
                                                         {TaskState::Failure, "rate.failure"},
                                                         {TaskState::Revoked, "rate.revoked"}};
    for (const TaskState state : core::task::kAllStates) {
        const auto rate = kRates.find(state);
        m_lifecycle->set(state, counts[size_t(state)],
                         rate == kRates.end() ? std::nullopt : perMinute(context().engine.series(), rate->second, now));
    }
}

void OverviewPage::refreshRunning() {
    std::vector<core::task::Task> running = context().engine.runningSnapshot();
    if (running.empty() && m_running->rows().empty())
        return;
    std::stable_sort(running.begin(), running.end(),
                     [](const auto& a, const auto& b) { return a.startedAt < b.startedAt; });
    m_running->setRows(std::move(running));
}

void OverviewPage::refreshFirings() {
    context().calls.call(
        this, [](core::engine::Engine& engine) { return engine.schedules().list(); },
        [this](core::base::Result<std::vector<core::engine::ScheduleEntry>> entries) {
            m_firingsRead = true;
            m_firingView->setEmptyText(entries ? tr("No schedule is enabled.") : style::errorText(entries.error()));
            if (entries)
                m_firings->setRows(nextFirings(std::move(*entries), kFirings));
        });
}

void OverviewPage::refreshProgramme() {
    const models::ProgrammeWatch& programme = context().programme;
    m_charts->updateTrend(programme.trend(), context().engine.clock().now());
    QStringList actions;
    for (const std::string& action : programme.pulse().immediateActions)
        actions << QStringLiteral("•  ") + style::sentence(action);
    const bool known = !programme.pulse().status.empty();
    if (actions.isEmpty())
        actions << (known ? tr("Nothing needs you right now.")
                          : tr("Not known yet: no health check has run. Tools → Run health check now."));
    m_actions->setText(actions.join(QLatin1Char('\n')));
}

} // namespace ui::pages::overview
