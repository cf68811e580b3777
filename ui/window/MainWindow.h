#pragma once

#include "ui/style/Appearance.h"
#include "ui/window/ActionRegistry.h"
#include "ui/window/Settings.h"
#include "ui/window/StartView.h"
#include "ui/window/Workspace.h"

#include <QMainWindow>
#include <QTimer>

class QLabel;

namespace ui::window {

/// Thread: gui. The window: menus, status bar, and in the middle the start view or the workspace. It can be shown
/// before there is an engine and outlives it.
class MainWindow : public QMainWindow {
    Q_OBJECT
  public:
    MainWindow(Settings& settings, style::Appearance& appearance, const QString& dataDirectory);
    ~MainWindow() override;

    StartView* startView() const { return m_start; }
    /// nullptr before the engine runs.
    Workspace* workspace() const { return m_workspace; }
    ActionRegistry& actions() { return m_actions; }
    void openWorkspace(core::engine::Engine& engine, const core::engine::Actor& actor);
    /// Drops everything that names the engine; call it before the engine stops.
    void closeWorkspace();
    void showStartFailure(const StartFailure& failure);
    void showStarting();

  protected:
    void closeEvent(QCloseEvent* event) override;
    void changeEvent(QEvent* event) override;

  private:
    void addWindowActions();
    void addThemeAction(const char* id, const QString& text, style::ThemeChoice choice);
    void rebuildMenus();
    void refreshStatusBar();
    void showPalette();
    void rememberGeometry();
    void toggleFullScreen();

    Settings& m_settings;
    style::Appearance& m_appearance;
    const QString m_dataDirectory;
    ActionRegistry m_actions;
    StartView* m_start = nullptr;
    Workspace* m_workspace = nullptr;
    QLabel *m_activity, *m_cost;
    QTimer m_statusTimer;
    bool m_closeConfirmed = false;
};

} // namespace ui::window
