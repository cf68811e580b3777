#include "ui/window/Workspace.h"

#include "ui/dialogs/Dialog.h"
#include "ui/pages/tasks/TasksPage.h"
#include "ui/style/Format.h"
#include "ui/window/CrisisBanner.h"
#include "ui/window/FirstRunBar.h"
#include "ui/window/NavigationRail.h"
#include "ui/window/NoticeBar.h"
#include "ui/window/StatusStrip.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QLocale>
#include <QStackedWidget>
#include <QVBoxLayout>

namespace ui::window {

namespace {
}

Workspace::Workspace(core::engine::Engine& engine, Settings& settings, ActionRegistry& actions,
                     core::engine::Actor actor, QWidget* parent)
    : QWidget(parent), m_settings(settings), m_calls(engine), m_feed(engine), m_programme(m_calls, m_feed),
      m_commands(m_context, parent),
      m_context{engine,   m_calls, m_feed, m_programme, m_selection, settings, actions,
                *this, m_commands, std::move(actor)},
      m_entries(pageEntries()), m_rail(new NavigationRail), m_notice(new NoticeBar), m_stack(new QStackedWidget) {
    registerWorkspaceActions(m_context);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(new StatusStrip(m_context, this));
    column->addWidget(new CrisisBanner(m_context, this));
    auto* row = new QHBoxLayout;
    row->setSpacing(0);
    row->addWidget(m_rail);
    auto* right = new QVBoxLayout;
    right->setSpacing(0);
    right->addWidget(m_notice);
    m_firstRun = new FirstRunBar(m_context, this);
    right->addWidget(m_firstRun);
    right->addWidget(m_stack, 1);
    row->addLayout(right, 1);
    column->addLayout(row, 1);
    buildRail();
    connect(&m_selection, &models::Selection::changed, &actions, &ActionRegistry::refresh);
    connect(&m_programme, &models::ProgrammeWatch::changed, &actions, &ActionRegistry::refresh);
    actions.refresh();
    if (const std::string lost = engine.status().startNotice; !lost.empty())
        m_notice->show(NoticeKind::Problem, QString::fromStdString(lost));
}

Workspace::~Workspace() {
    // Pages go first: they still name the members below them.
    for (const auto& [id, page] : m_pages)
        delete page;
}

void Workspace::buildRail() {
    int number = 1;
    for (const PageEntry& entry : m_entries)
        m_rail->addPage(entry.id, entry.title, entry.icon, number++);
    connect(m_rail, &NavigationRail::chosen, this, &Workspace::showPage);
}

Page* Workspace::page(const QString& id) {
    if (const auto found = m_pages.find(id); found != m_pages.end())
        return found->second;
    for (const PageEntry& entry : m_entries) {
        if (entry.id != id)
            continue;
        Page* page = entry.make(m_context, m_stack);
        m_stack->addWidget(page);
        m_pages[id] = page;
        return page;
    }
    return nullptr;
}

Page* Workspace::currentPage() const {
    const auto found = m_pages.find(m_current);
    return found == m_pages.end() ? nullptr : found->second;
}

void Workspace::showPage(const QString& id) {
    Page* wanted = page(id);
    if (!wanted)
        return;
    m_current = id;
    m_stack->setCurrentWidget(wanted);
    m_rail->setCurrent(id);
    m_settings.set(keys::lastPage, id);
    Q_EMIT pageShown(id);
}

void Workspace::showTasks(const TaskQuery& query) {
    showPage(QStringLiteral("tasks"));
    if (auto* tasks = qobject_cast<pages::tasks::TasksPage*>(currentPage()))
        tasks->setQuery(query);
}

void Workspace::showTask(const core::task::TaskId& id) {
    showPage(QStringLiteral("tasks"));
    if (auto* tasks = qobject_cast<pages::tasks::TasksPage*>(currentPage()))
        tasks->openTask(id);
}

void Workspace::offer(const QString& text, const Offer& offer) {
    m_notice->offer(text, offer);
}

void Workspace::notice(NoticeKind kind, const QString& text) {
    m_notice->show(kind, text);
}

QString Workspace::activityText() const {
    return tr("Refreshed %1 · %2 events/s")
        .arg(style::localTime(m_feed.lastRefresh(), m_feed.lastRefresh()))
        .arg(m_feed.eventRate());
}

QString Workspace::costText() {
    const auto cost = m_cost.read(m_context.engine.clock().sinceBoot().count());
    if (!cost)
        return {};
    return tr("Console: %1 % CPU · %2 memory")
        .arg(QLocale().toString(cost->cpuPercent, 'f', 1), style::bytes(cost->rssBytes));
}

} // namespace ui::window
