#pragma once

#include "ui/models/SmallTable.h"
#include "ui/window/Page.h"

namespace ui::delegates {
class Table;
}

namespace ui::pages::queues {

/// Thread: gui. The eight queues: what waits, runs and ended, how old the oldest is, whether they are paused.
class QueuesPage : public window::Page {
    Q_OBJECT
  public:
    QueuesPage(window::ConsoleContext& context, QWidget* parent);
    void refresh() override;
    delegates::Table* table() const { return m_table; }

  protected:
    void eventsArrived(const core::events::EventBatch& batch) override;
    void secondPassed(core::base::Instant now) override;

  private:
    void publishSelection();
    models::SmallTable<core::engine::QueueStatus>* m_model;
    delegates::Table* m_table;
};

} // namespace ui::pages::queues
