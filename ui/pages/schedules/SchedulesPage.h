#pragma once

#include "ui/pages/schedules/ScheduleColumns.h"
#include "ui/window/Page.h"

class QLabel;
class QSplitter;
class QTabWidget;

namespace ui::delegates {
class Table;
}

namespace ui::pages::schedules {

class ComingPane;
class ScheduleDetail;

/// Thread: gui. Every entry of the beat: when it fires, when it did, what came of it, and the load that is coming.
class SchedulesPage : public window::Page {
    Q_OBJECT
  public:
    SchedulesPage(window::ConsoleContext& context, QWidget* parent);
    ~SchedulesPage() override;

    void refresh() override;
    bool isSettled() const override;
    /// Marks an entry and shows its detail; at once, or when it has been read.
    void showEntry(const QString& name);

    enum Tab { Entries, Coming };
    QTabWidget* tabs() const { return m_tabs; }
    delegates::Table* table() const { return m_table; }
    models::SmallTable<ScheduleLine>* model() const { return m_model; }
    ScheduleDetail* detail() const { return m_detail; }
    ComingPane* coming() const { return m_coming; }
    QLabel* waitingLine() const { return m_waiting; }

  protected:
    void eventsArrived(const core::events::EventBatch& batch) override;
    void secondPassed(core::base::Instant now) override;
    void hideEvent(QHideEvent* event) override;

  private:
    struct Reading;
    QWidget* buildEntries();
    QWidget* buildTable();
    void take(Reading reading);
    void markWanted();
    void rowMarked();
    void restoreLayout();
    void rememberLayout();

    models::SmallTable<ScheduleLine>* m_model;
    delegates::Table* m_table;
    ScheduleDetail* m_detail;
    ComingPane* m_coming;
    QTabWidget* m_tabs;
    QSplitter* m_splitter;
    QLabel* m_waiting;
    QString m_wanted; ///< the entry to be marked after the next reading
    bool m_read = false, m_reading = false, m_readAgain = false;
};

} // namespace ui::pages::schedules
