#pragma once

#include "ui/models/SmallTable.h"
#include "ui/window/ConsoleContext.h"

#include <QWidget>

class QGridLayout;
class QLabel;
class QPlainTextEdit;
class QProgressBar;
class QStackedWidget;
class QTabWidget;

namespace ui::delegates {
class Badge;
class Table;
}
namespace ui::models {
class JsonTree;
}

namespace ui::pages::tasks {

class AttemptTimeline;
class JsonPane;

/// Thread: gui. Everything about one task. Read again when an event names the task, and once a second while it runs
/// (for its log), only while it is shown.
class TaskDetailPane : public QWidget {
    Q_OBJECT
  public:
    TaskDetailPane(window::ConsoleContext& context, QWidget* parent);

    void showTask(const core::task::TaskId& id);
    void clear();
    const core::task::TaskId& shownId() const { return m_id; }
    /// True when the pane shows what it was asked for.
    bool isSettled() const { return m_id.empty() || m_detail.has_value(); }
    QTabWidget* tabs() const { return m_tabs; }
    void apply(const core::events::EventBatch& batch);
    void secondPassed();

  Q_SIGNALS:
    void opened(const core::task::TaskId& id);

  private:
    QWidget* buildHead();
    QWidget* buildButtons();
    QWidget* buildSummary();
    QWidget* buildError();
    QWidget* buildLog();
    QWidget* buildHistory();
    QWidget* buildRelated();
    QWidget* buildEmpty();
    void read();
    void take(core::base::Result<core::engine::TaskDetail> answer);
    void show(const core::engine::TaskDetail& detail);
    void showHead(const core::task::Task& task);
    void showFacts(const core::task::Task& task);
    void showError(const core::task::Task& task);
    void showLog(const std::vector<core::engine::TaskLogLine>& log);

    window::ConsoleContext& m_context;
    core::task::TaskId m_id;
    std::optional<core::engine::TaskDetail> m_detail;
    bool m_reading = false;
    QStackedWidget* m_stack;
    QLabel *m_title, *m_idLabel, *m_errorHead, *m_emptyText, *m_progressText;
    delegates::Badge* m_badge;
    QProgressBar* m_progress;
    QTabWidget* m_tabs;
    QGridLayout* m_facts;
    AttemptTimeline* m_timeline;
    JsonPane *m_params, *m_result;
    QPlainTextEdit *m_trace, *m_log;
    models::SmallTable<std::pair<int, core::task::Transition>>* m_history;
    models::SmallTable<core::task::Task>* m_related;
    QStringList m_shownFacts;
};

} // namespace ui::pages::tasks
