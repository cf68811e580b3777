#pragma once

#include "ui/models/SmallTable.h"
#include "ui/window/Page.h"

class QLabel;

namespace ui::delegates {
class Table;
}

namespace ui::pages::workers {

/// Thread: gui. The worker processes: what each does, how much memory it holds, when it was last heard.
class WorkersPage : public window::Page {
    Q_OBJECT
  public:
    WorkersPage(window::ConsoleContext& context, QWidget* parent);
    void refresh() override;

  protected:
    void eventsArrived(const core::events::EventBatch& batch) override;
    void secondPassed(core::base::Instant now) override;

  private:
    struct Row {
        core::worker::WorkerStatus worker;
        std::string type; ///< of the task it runs
        std::optional<double> progress;
    };
    std::vector<models::Column<Row>> columns() const;
    models::SmallTable<Row>* m_model;
    delegates::Table* m_table;
};

} // namespace ui::pages::workers
