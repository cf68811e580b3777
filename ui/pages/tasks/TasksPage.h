#pragma once

#include "ui/pages/tasks/TaskTableModel.h"
#include "ui/window/Page.h"

class QPushButton;
class QSplitter;

namespace ui::delegates {
class Table;
}

namespace ui::pages::tasks {

class TaskDetailPane;
class TaskFilterBar;

/// Thread: gui. All tasks of the history: filter, table, detail of the one that is marked.
class TasksPage : public window::Page {
    Q_OBJECT
  public:
    TasksPage(window::ConsoleContext& context, QWidget* parent);
    ~TasksPage() override;

    void setQuery(const window::TaskQuery& query);
    /// Shows and marks the task, dropping the filter if it hides it.
    void openTask(const core::task::TaskId& id);
    QWidget* searchField() override;
    bool isSettled() const override;
    void refresh() override;

    TaskTableModel* model() const { return m_model; }
    delegates::Table* table() const { return m_table; }
    TaskDetailPane* detail() const { return m_detail; }

  protected:
    void eventsArrived(const core::events::EventBatch& batch) override;
    void secondPassed(core::base::Instant now) override;
    void hideEvent(QHideEvent* event) override;

  private:
    QWidget* buildHeader();
    QWidget* buildManyButton();
    QWidget* buildTable();
    void buildColumnMenu();
    void restoreLayout();
    void rememberLayout();
    void filterChanged();
    void rowMarked();
    void updateFollowing();
    void markWanted();

    TaskTableModel* m_model;
    TaskFilterBar* m_filter;
    delegates::Table* m_table;
    TaskDetailPane* m_detail;
    QSplitter* m_splitter;
    QPushButton* m_newBar;
    int64_t m_markedKey = 0;  ///< stays marked through resets
    bool m_scrollToMarked = false;
};

} // namespace ui::pages::tasks
