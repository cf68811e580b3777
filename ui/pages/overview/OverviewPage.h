#pragma once

#include "ui/pages/overview/LifecyclePanel.h"
#include "ui/pages/overview/OverviewCharts.h"
#include "ui/pages/overview/OverviewTables.h"
#include "ui/window/Page.h"

class QLabel;

namespace ui::delegates {
class Table;
}

namespace ui::pages::overview {

/// Thread: gui. The first page: is everything running, what waits, what is about to happen. All of it is a link.
class OverviewPage : public window::Page {
    Q_OBJECT
  public:
    OverviewPage(window::ConsoleContext& context, QWidget* parent);
    void refresh() override;
    bool isSettled() const override;

  protected:
    void eventsArrived(const core::events::EventBatch& batch) override;
    void secondPassed(core::base::Instant now) override;

  private:
    QWidget* buildLifecycle();
    QWidget* buildRunning();
    QWidget* buildFirings();
    QWidget* buildActions();
    QWidget* buildSpanChoice();
    void refreshCounts();
    void refreshRunning();
    void refreshFirings();
    void refreshProgramme();

    LifecyclePanel* m_lifecycle = nullptr;
    OverviewCharts* m_charts = nullptr;
    RunningTable* m_running = nullptr;
    FiringTable* m_firings = nullptr;
    delegates::Table* m_firingView = nullptr;
    QLabel* m_actions = nullptr;
    bool m_firingsRead = false;
};

} // namespace ui::pages::overview
