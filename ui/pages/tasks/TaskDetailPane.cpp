#include "ui/pages/tasks/TaskDetailPane.h"

#include "ui/delegates/Badge.h"
#include "ui/delegates/Table.h"
#include "ui/dialogs/Dialog.h"
#include "ui/pages/tasks/AttemptTimeline.h"
#include "ui/pages/tasks/DetailTables.h"
#include "ui/pages/tasks/JsonPane.h"
#include "ui/style/Appearance.h"
#include "ui/style/FlowLayout.h"
#include "ui/style/Format.h"
#include "ui/style/Words.h"

#include <QGridLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QLocale>
#include <QPlainTextEdit>
#include <QProgressBar>
#include <QPushButton>
#include <QScrollArea>
#include <QScrollBar>
#include <QStackedWidget>
#include <QStyle>
#include <QTabWidget>
#include <QVBoxLayout>

namespace ui::pages::tasks {

using core::engine::TaskDetail;
using core::task::Task;
using dialogs::plainLabel;
using style::toQString;

namespace {

QPlainTextEdit* readOnlyText(const QString& name, const QString& emptyText) {
    auto* edit = new QPlainTextEdit;
    edit->setReadOnly(true);
    edit->setAccessibleName(name);
    edit->setPlaceholderText(emptyText);
    edit->setFrameShape(QFrame::NoFrame);
    edit->setLineWrapMode(QPlainTextEdit::NoWrap);
    edit->setFont(style::monospaceFont(edit->font()));
    edit->setStyleSheet(QStringLiteral("QPlainTextEdit { border: 0; }"));
    return edit;
}

} // namespace

TaskDetailPane::TaskDetailPane(window::ConsoleContext& context, QWidget* parent)
    : QWidget(parent), m_context(context), m_stack(new QStackedWidget), m_title(plainLabel({})),
      m_idLabel(plainLabel({}, "muted")), m_errorHead(plainLabel({})), m_emptyText(plainLabel({}, "muted")),
      m_progressText(plainLabel({}, "muted")), m_badge(new delegates::Badge), m_progress(new QProgressBar),
      m_tabs(new QTabWidget), m_facts(new QGridLayout), m_timeline(new AttemptTimeline) {
    auto* outer = new QVBoxLayout(this);
    outer->setContentsMargins(0, 0, 0, 0);
    outer->addWidget(m_stack);
    m_stack->addWidget(buildEmpty());
    auto* content = new QWidget;
    auto* column = new QVBoxLayout(content);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(6);
    column->addWidget(buildHead());
    column->addWidget(buildButtons());
    m_params = new JsonPane(tr("Parameters"), tr("This task was started without parameters."), this);
    m_result = new JsonPane(tr("Result"), tr("No result yet: there is one when the task has ended."), this);
    m_tabs->addTab(buildSummary(), tr("Summary"));
    m_tabs->addTab(m_params, tr("Parameters"));
    m_tabs->addTab(m_result, tr("Result"));
    m_tabs->addTab(buildError(), tr("Error"));
    m_tabs->addTab(buildLog(), tr("Log"));
    m_tabs->addTab(buildHistory(), tr("History"));
    m_tabs->addTab(buildRelated(), tr("Related"));
    m_tabs->setDocumentMode(true);
    m_tabs->setUsesScrollButtons(true);
    m_tabs->setAccessibleName(tr("Parts of the task"));
    column->addWidget(m_tabs, 1);
    m_stack->addWidget(content);
    clear();
}

QWidget* TaskDetailPane::buildEmpty() {
    auto* box = new QWidget;
    auto* column = new QVBoxLayout(box);
    column->setContentsMargins(24, 24, 24, 24);
    m_emptyText->setWordWrap(true);
    m_emptyText->setAlignment(Qt::AlignCenter);
    column->addWidget(m_emptyText);
    return box;
}

QWidget* TaskDetailPane::buildHead() {
    auto* box = new QWidget;
    auto* column = new QVBoxLayout(box);
    column->setContentsMargins(14, 10, 14, 0);
    column->setSpacing(2);
    auto* row = new QHBoxLayout;
    QFont font = this->font();
    font.setPointSizeF(12);
    font.setWeight(QFont::DemiBold);
    m_title->setFont(font);
    m_title->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    row->addWidget(m_title, 1);
    row->addWidget(m_badge);
    column->addLayout(row);
    m_idLabel->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_idLabel->setFont(style::monospaceFont(m_idLabel->font()));
    column->addWidget(m_idLabel);
    m_progress->setRange(0, 100);
    m_progress->setTextVisible(false);
    m_progress->setAccessibleName(tr("Progress"));
    column->addWidget(m_progressText);
    column->addWidget(m_progress);
    return box;
}

QWidget* TaskDetailPane::buildButtons() {
    auto* box = new QWidget;
    auto* row = new style::FlowLayout(box, 6, 6);
    row->setContentsMargins(14, 4, 14, 2);
    for (const char* id : {"task.cancel", "task.retry", "task.retryWithChanges", "task.copyCommand"}) {
        QAction* action = m_context.actions.find(QString::fromLatin1(id));
        auto* button = new QPushButton(action->iconText());
        button->setObjectName(QString::fromLatin1(id));
        button->setToolTip(action->text());
        button->setAccessibleName(action->text());
        button->setAutoDefault(false);
        button->setEnabled(action->isEnabled());
        connect(button, &QPushButton::clicked, action, &QAction::trigger);
        connect(action, &QAction::changed, button, [button, action] { button->setEnabled(action->isEnabled()); });
        row->addWidget(button);
    }
    return box;
}

QWidget* TaskDetailPane::buildSummary() {
    auto* scroll = new QScrollArea;
    scroll->setAccessibleName(tr("Summary"));
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    auto* content = new QWidget;
    auto* column = new QVBoxLayout(content);
    column->setContentsMargins(14, 10, 14, 10);
    column->setSpacing(12);
    column->addWidget(m_timeline);
    m_facts->setHorizontalSpacing(16);
    m_facts->setVerticalSpacing(4);
    m_facts->setColumnStretch(1, 1);
    column->addLayout(m_facts);
    column->addStretch(1);
    scroll->setWidget(content);
    return scroll;
}

QWidget* TaskDetailPane::buildError() {
    auto* box = new QWidget;
    auto* column = new QVBoxLayout(box);
    column->setContentsMargins(0, 8, 0, 0);
    m_errorHead->setWordWrap(true);
    m_errorHead->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_errorHead->setContentsMargins(14, 4, 14, 4);
    m_errorHead->setAlignment(Qt::AlignTop | Qt::AlignLeft);
    column->addWidget(m_errorHead);
    m_trace = readOnlyText(tr("Traceback"), {});
    column->addWidget(m_trace, 1);
    return box;
}

QWidget* TaskDetailPane::buildLog() {
    m_log = readOnlyText(tr("Log lines"), tr("This task has written no log lines."));
    return m_log;
}

QWidget* TaskDetailPane::buildHistory() {
    m_history = makeHistoryTable(m_context.engine.clock(), this);
    auto* table = new delegates::Table(tr("History"), delegates::Sorting::Off);
    table->setModel(m_history);
    table->applyColumns(m_history->columns(), int(m_history->columns().size()) - 1);
    return table;
}

QWidget* TaskDetailPane::buildRelated() {
    m_related = makeRelatedTable(m_context.engine.registry(), m_context.engine.clock(), this);
    auto* table = new delegates::Table(tr("Related tasks"), delegates::Sorting::Off);
    table->setModel(m_related);
    table->applyColumns(m_related->columns(), 1);
    table->setEmptyText(tr("No parent, follow-up or retry."));
    connect(table, &QTableView::activated, this, [this](const QModelIndex& index) {
        if (const Task* task = m_related->rowAt(index))
            Q_EMIT opened(task->id);
    });
    return table;
}

void TaskDetailPane::clear() {
    m_id = {};
    m_detail.reset();
    m_emptyText->setText(tr("Choose a task to see its attempts, parameters, result and log."));
    m_stack->setCurrentIndex(0);
}

void TaskDetailPane::showTask(const core::task::TaskId& id) {
    if (id == m_id)
        return;
    m_id = id;
    m_detail.reset();
    m_reading = false;
    read();
}

void TaskDetailPane::read() {
    if (m_reading || m_id.empty())
        return;
    m_reading = true;
    m_context.calls.call(
        this, [id = m_id](core::engine::Engine& engine) { return engine.tasks().detail(id); },
        [this, id = m_id](core::base::Result<TaskDetail> answer) {
            if (id != m_id)
                return;
            m_reading = false;
            take(std::move(answer));
        });
}

void TaskDetailPane::take(core::base::Result<TaskDetail> answer) {
    if (!answer) {
        m_detail.reset();
        m_emptyText->setText(style::errorText(answer.error()));
        m_stack->setCurrentIndex(0);
        return;
    }
    m_detail = std::move(*answer);
    show(*m_detail);
    m_stack->setCurrentIndex(1);
    // The menus act on the task as it is shown here.
    m_context.selection.setTask(m_detail->task);
}

void TaskDetailPane::show(const TaskDetail& detail) {
    showHead(detail.task);
    showFacts(detail.task);
    m_timeline->set(detail.task, detail.attempts, m_context.engine.clock().now());
    m_params->set(detail.task.params);
    m_result->set(detail.task.result);
    showError(detail.task);
    showLog(detail.log);
    std::vector<std::pair<int, core::task::Transition>> history;
    for (const core::task::Transition& move : detail.history)
        history.emplace_back(int(history.size()), move);
    m_history->setRows(std::move(history));
    m_related->setRows(detail.related);
    const auto titled = [](const QString& title, size_t count) {
        return count == 0 ? title : QStringLiteral("%1 %2").arg(title).arg(count);
    };
    m_tabs->setTabText(4, titled(tr("Log"), detail.log.size()));
    m_tabs->setTabText(6, titled(tr("Related"), detail.related.size()));
    m_tabs->setTabVisible(3, !detail.task.errorMessage.empty() || !detail.task.errorType.empty());
    m_tabs->setTabVisible(6, !detail.related.empty());
}

void TaskDetailPane::showHead(const Task& task) {
    m_title->setText(style::titleOf(m_context.engine.registry().find(task.type), task.type));
    m_title->setToolTip(toQString(task.type));
    m_idLabel->setText(toQString(task.id.text));
    m_badge->set(task.cancelRequested && task.state == core::task::TaskState::Started ? tr("Stopping")
                                                                                     : style::word(task.state),
                 style::iconName(task.state), style::toneOf(task.state));
    const bool running = task.state == core::task::TaskState::Started;
    m_progress->setVisible(running);
    m_progressText->setVisible(running);
    m_progress->setValue(int(task.progress.value_or(0)));
    QString words = task.progress ? tr("%1 %").arg(QLocale().toString(*task.progress, 'f', 0)) : tr("Running");
    if (!task.progressText.empty())
        words += QStringLiteral(" · ") + toQString(task.progressText);
    if (task.etaSeconds)
        words += QStringLiteral(" · ") + tr("%1 left").arg(style::duration(*task.etaSeconds));
    m_progressText->setText(words);
}

void TaskDetailPane::showFacts(const Task& task) {
    QStringList facts = factsOf(task, m_context.engine.clock().now());
    if (facts == m_shownFacts)
        return;
    m_shownFacts = facts;
    while (QLayoutItem* item = m_facts->takeAt(0)) {
        delete item->widget();
        delete item;
    }
    for (int row = 0; row + 2 < facts.size() + 1; row += 3) {
        QLabel* value = plainLabel(facts[row + 1]);
        value->setWordWrap(true);
        value->setTextInteractionFlags(Qt::TextSelectableByMouse);
        value->setToolTip(facts[row + 2]);
        m_facts->addWidget(plainLabel(facts[row], "muted"), row / 3, 0, Qt::AlignTop);
        m_facts->addWidget(value, row / 3, 1);
    }
}

void TaskDetailPane::showError(const Task& task) {
    const bool any = !task.errorMessage.empty() || !task.errorType.empty();
    m_errorHead->setText(any ? tr("%1: %2").arg(toQString(task.errorType), toQString(task.errorMessage))
                             : tr("No error."));
    m_errorHead->setProperty("role", any ? "error" : "muted");
    m_errorHead->style()->unpolish(m_errorHead);
    m_errorHead->style()->polish(m_errorHead);
    m_trace->setPlainText(toQString(task.traceback));
    m_trace->setVisible(!task.traceback.empty());
}

void TaskDetailPane::showLog(const std::vector<core::engine::TaskLogLine>& log) {
    QStringList lines;
    for (const auto& line : log)
        lines << logText(line);
    const QString text = lines.join(QLatin1Char('\n'));
    if (text == m_log->toPlainText())
        return;
    m_log->setPlainText(text);
    m_log->verticalScrollBar()->setValue(m_log->verticalScrollBar()->maximum());
}

void TaskDetailPane::apply(const core::events::EventBatch& batch) {
    if (m_id.empty())
        return;
    bool again = batch.dropped > 0;
    for (const auto& event : batch.events) {
        if (!event->task || event->task->id != m_id)
            continue;
        if (event->kind != core::events::EventKind::TaskProgress) {
            again = true;
        } else if (m_detail) {
            m_detail->task.progress = event->task->progress;
            m_detail->task.progressText = event->task->progressText;
            m_detail->task.etaSeconds = event->task->etaSeconds;
            showHead(m_detail->task);
        }
    }
    if (again)
        read();
}

void TaskDetailPane::secondPassed() {
    if (m_detail && m_detail->task.state == core::task::TaskState::Started)
        read();
}

} // namespace ui::pages::tasks
