#pragma once

#include "ui/window/Commands.h"
#include "ui/window/ConsoleContext.h"
#include "ui/window/OwnCost.h"
#include "ui/window/PageRegistry.h"

#include <QWidget>

class QLabel;
class QStackedWidget;

namespace ui::window {

class NavigationRail;
class NoticeBar;

/// Thread: gui. Everything that needs a running engine: strip, banner, rail, pages, and what they share. Made when the
/// engine has started, gone before it stops. Pages are built when they are first shown.
class Workspace : public QWidget, public Navigator {
    Q_OBJECT
  public:
    Workspace(core::engine::Engine& engine, Settings& settings, ActionRegistry& actions, core::engine::Actor actor,
              QWidget* parent);
    ~Workspace() override;

    void showPage(const QString& id) override;
    void showTasks(const TaskQuery& query) override;
    void showTask(const core::task::TaskId& id) override;
    void notice(NoticeKind kind, const QString& text) override;
    void offer(const QString& text, const Offer& offer) override;

    ConsoleContext& context() { return m_context; }
    Page* currentPage() const;
    /// Builds the page if it was never shown.
    Page* page(const QString& id);
    QString currentPageId() const { return m_current; }
    /// `Refreshed 14:03:22 · 12 events/s` and `1.2 % CPU · 84 MiB`.
    QString activityText() const;
    QString costText();

  Q_SIGNALS:
    void pageShown(const QString& id);

  private:
    void buildRail();

    Settings& m_settings;
    models::EngineCalls m_calls;
    models::EngineFeed m_feed;
    models::ProgrammeWatch m_programme;
    models::Selection m_selection;
    Commands m_commands;
    ConsoleContext m_context;
    std::vector<PageEntry> m_entries;
    std::map<QString, Page*> m_pages;
    QString m_current;
    NavigationRail* m_rail;
    NoticeBar* m_notice;
    QStackedWidget* m_stack;
    QWidget* m_firstRun;
    OwnCost m_cost;
};

} // namespace ui::window
