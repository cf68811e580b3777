#pragma once

#include "ui/models/SmallTable.h"
#include "ui/window/Page.h"

namespace ui::delegates {
class Table;
}

namespace ui::pages::schedules {

/// Thread: gui. Every entry of the beat: when it fires, when it did, what came of it.
class SchedulesPage : public window::Page {
    Q_OBJECT
  public:
    SchedulesPage(window::ConsoleContext& context, QWidget* parent);
    void refresh() override;
    bool isSettled() const override { return m_read; }
    delegates::Table* table() const { return m_table; }

  protected:
    void eventsArrived(const core::events::EventBatch& batch) override;
    void secondPassed(core::base::Instant now) override;

  private:
    std::vector<models::Column<core::engine::ScheduleEntry>> columns() const;
    void publishSelection();
    models::SmallTable<core::engine::ScheduleEntry>* m_model;
    delegates::Table* m_table;
    bool m_read = false;
    bool m_reading = false, m_readAgain = false;
};

/// `*/15 * * * *` → `every 15 minutes`; what has no plain words stays as it is.
QString plainWords(const core::engine::ScheduleEntry& entry);

} // namespace ui::pages::schedules
