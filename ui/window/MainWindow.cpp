#include "ui/window/MainWindow.h"

#include "ui/dialogs/ConfirmDialog.h"
#include "ui/style/Icons.h"
#include "ui/window/CommandPalette.h"

#include <QApplication>
#include <QCloseEvent>
#include <QLabel>
#include <QMenu>
#include <QMenuBar>
#include <QScreen>
#include <QStatusBar>

namespace ui::window {

namespace {
constexpr int kStatusEveryMs = 2'000;
}

MainWindow::MainWindow(Settings& settings, style::Appearance& appearance, const QString& dataDirectory)
    : m_settings(settings), m_appearance(appearance), m_dataDirectory(dataDirectory), m_activity(new QLabel),
      m_cost(new QLabel) {
    setWindowTitle(tr("Beatwarden"));
    setWindowIcon(style::icon(QStringLiteral("beatwarden"), appearance.theme().accent));
    setMinimumSize(1024, 640);
    appearance.setChoice(style::ThemeChoice(std::clamp(settings.get(keys::theme), 0, 2)));
    addWindowActions();
    rebuildMenus();
    for (QLabel* label : {m_activity, m_cost})
        label->setProperty("role", "muted");
    statusBar()->setSizeGripEnabled(false);
    statusBar()->addWidget(m_activity, 1);
    statusBar()->addPermanentWidget(m_cost);
    statusBar()->setContentsMargins(12, 0, 12, 0);
    connect(&m_statusTimer, &QTimer::timeout, this, &MainWindow::refreshStatusBar);
    m_statusTimer.start(kStatusEveryMs);
    if (!restoreGeometry(settings.get(keys::windowGeometry)))
        resize(1280, 800);
    showStarting();
}

MainWindow::~MainWindow() = default;

void MainWindow::showStarting() {
    if (!m_start) {
        m_start = new StartView;
        setCentralWidget(m_start);
        connect(m_start, &StartView::quit, this, &QWidget::close);
    }
    m_start->showStarting(m_dataDirectory);
}

void MainWindow::showStartFailure(const StartFailure& failure) {
    m_start->showFailure(failure, m_dataDirectory);
}

void MainWindow::openWorkspace(core::engine::Engine& engine, const core::engine::Actor& actor) {
    m_workspace = new Workspace(engine, m_settings, m_actions, actor, this);
    m_start = nullptr;
    setCentralWidget(m_workspace);
    rebuildMenus();
    m_workspace->showPage(m_settings.get(keys::lastPage));
    if (!m_workspace->currentPage())
        m_workspace->showPage(keys::lastPage.fallback);
    refreshStatusBar();
}

void MainWindow::closeWorkspace() {
    m_statusTimer.stop();
    delete m_workspace;
    m_workspace = nullptr;
}

void MainWindow::addThemeAction(const char* id, const QString& text, style::ThemeChoice choice) {
    m_actions.add({QString::fromLatin1(id), Menu::View, text, {}, {}, Danger::None,
                   [this, choice] {
                       m_appearance.setChoice(choice);
                       m_settings.set(keys::theme, int(choice));
                   },
                   {},
                   [this, choice] { return m_appearance.choice() == choice; },
                   2,
                   {}});
}

void MainWindow::addWindowActions() {
    const auto hasWorkspace = [this] { return m_workspace != nullptr; };
    m_actions.add({QStringLiteral("file.quit"), Menu::File, tr("Quit"), QKeySequence(QStringLiteral("Ctrl+Q")),
                   QStringLiteral("quit"), Danger::None, [this] { close(); }, {}, {}, 9, {}});
    m_actions.add({QStringLiteral("view.palette"), Menu::View, tr("Command palette…"),
                   QKeySequence(QStringLiteral("Ctrl+K")), QStringLiteral("palette"), Danger::None,
                   [this] { showPalette(); }, hasWorkspace, {}, 1, {}});
    m_actions.add({QStringLiteral("view.find"), Menu::View, tr("Find on this page"), QKeySequence::Find,
                   QStringLiteral("search"), Danger::None,
                   [this] {
                       if (QWidget* field = m_workspace->currentPage()->searchField())
                           field->setFocus(Qt::ShortcutFocusReason);
                   },
                   [this] {
                       return m_workspace && m_workspace->currentPage() && m_workspace->currentPage()->searchField();
                   },
                   {}, 1, {}});
    m_actions.add({QStringLiteral("view.refresh"), Menu::View, tr("Refresh"), QKeySequence(Qt::Key_F5),
                   QStringLiteral("refresh"), Danger::None,
                   [this] {
                       m_workspace->context().programme.refresh();
                       m_workspace->currentPage()->refresh();
                   },
                   hasWorkspace, {}, 1, {}});
    addThemeAction("view.themeSystem", tr("Theme of the system"), style::ThemeChoice::System);
    addThemeAction("view.themeLight", tr("Light theme"), style::ThemeChoice::Light);
    addThemeAction("view.themeDark", tr("Dark theme"), style::ThemeChoice::Dark);
    m_actions.add({QStringLiteral("view.fullScreen"), Menu::View, tr("Full screen"), QKeySequence(Qt::Key_F11), {},
                   Danger::None, [this] { toggleFullScreen(); }, {}, [this] { return isFullScreen(); }, 3, {}});
}

void MainWindow::toggleFullScreen() {
    setWindowState(windowState() ^ Qt::WindowFullScreen);
}

void MainWindow::rebuildMenus() {
    static const std::vector<std::pair<Menu, const char*>> kMenus{
        {Menu::File, QT_TR_NOOP("&File")},         {Menu::Task, QT_TR_NOOP("&Task")},
        {Menu::Queue, QT_TR_NOOP("&Queue")},       {Menu::Schedule, QT_TR_NOOP("&Schedule")},
        {Menu::Crisis, QT_TR_NOOP("&Crisis")},     {Menu::View, QT_TR_NOOP("&View")},
        {Menu::Tools, QT_TR_NOOP("T&ools")},       {Menu::Help, QT_TR_NOOP("&Help")}};
    menuBar()->clear();
    for (const auto& [id, title] : kMenus) {
        auto* menu = new QMenu(tr(title), menuBar());
        m_actions.fill(*menu, id);
        if (menu->isEmpty())
            delete menu;
        else
            menuBar()->addMenu(menu);
    }
    m_actions.paintIcons(palette());
    m_actions.refresh();
}

void MainWindow::refreshStatusBar() {
    if (!m_workspace || !isVisible())
        return;
    m_activity->setText(m_workspace->activityText());
    m_cost->setText(m_workspace->costText());
}

void MainWindow::showPalette() {
    (new CommandPalette(m_workspace->context(), this))->open();
}

void MainWindow::rememberGeometry() {
    m_settings.set(keys::windowGeometry, saveGeometry());
}

void MainWindow::closeEvent(QCloseEvent* event) {
    const int running = m_workspace ? int(m_workspace->context().engine.runningSnapshot().size()) : 0;
    if (running == 0 || m_closeConfirmed) {
        rememberGeometry();
        event->accept();
        return;
    }
    event->ignore();
    dialogs::ask(this,
                 {tr("Close Beatwarden"),
                  tr("The engine runs inside this window and stops with it. Nothing is lost: running tasks are "
                     "interrupted without spending an attempt and run again at the next start; schedules rest."),
                  {tr("Tasks running now: %1").arg(running)},
                  tr("Stop the engine and close"),
                  dialogs::VerbKind::Danger,
                  {}},
                 [this] {
                     m_closeConfirmed = true;
                     QTimer::singleShot(0, this, &QWidget::close);
                 });
}

void MainWindow::changeEvent(QEvent* event) {
    QMainWindow::changeEvent(event);
    if (event->type() == QEvent::PaletteChange)
        m_actions.paintIcons(palette());
}

} // namespace ui::window
