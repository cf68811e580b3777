#include "ui/pages/tasks/TaskFilterBar.h"

#include "ui/style/FlowLayout.h"
#include "ui/style/Format.h"
#include "ui/style/Icons.h"
#include "ui/style/Words.h"

#include <QAction>
#include <QComboBox>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QTimer>
#include <QToolButton>
#include <QVBoxLayout>

namespace ui::pages::tasks {

using core::task::kAllStates;
using core::task::TaskState;

namespace {
constexpr int kSearchPauseMs = 250;
}

TaskFilterBar::TaskFilterBar(window::ConsoleContext& context, QWidget* parent) : QWidget(parent), m_context(context) {
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(8);
    auto* chips = new QWidget;
    auto* fields = new QWidget;
    buildChips(chips);
    buildFields(fields);
    column->addWidget(fields);
    column->addWidget(chips);
}

void TaskFilterBar::buildChips(QWidget* row) {
    auto* flow = new style::FlowLayout(row, 6, 4);
    flow->setContentsMargins(0, 0, 0, 0);
    const auto chip = [&](const QString& text) {
        auto* button = new QToolButton;
        button->setText(text);
        button->setCheckable(true);
        button->setProperty("role", "segment");
        button->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
        button->setFocusPolicy(Qt::StrongFocus);
        flow->addWidget(button);
        return button;
    };
    m_all = chip(tr("All"));
    m_all->setChecked(true);
    connect(m_all, &QToolButton::clicked, this, [this] {
        for (QToolButton* other : m_chips)
            other->setChecked(false);
        m_all->setChecked(true);
        Q_EMIT changed();
    });
    for (const TaskState state : kAllStates) {
        m_chips[size_t(state)] = chip(style::word(state));
        m_chips[size_t(state)]->setToolTip(style::meaning(state));
        connect(m_chips[size_t(state)], &QToolButton::clicked, this, [this, state] { stateToggled(size_t(state)); });
    }
}

void TaskFilterBar::buildFields(QWidget* row) {
    auto* fields = new QHBoxLayout(row);
    fields->setContentsMargins(0, 0, 0, 0);
    fields->setSpacing(8);
    m_search = new QLineEdit;
    m_search->setClearButtonEnabled(true);
    m_search->setPlaceholderText(tr("Search id, type, worker, error, tags, parameters"));
    m_search->setAccessibleName(tr("Search tasks"));
    m_search->setObjectName(QStringLiteral("taskSearch"));
    fields->addWidget(m_search, 1);
    m_queue = new QComboBox;
    m_queue->setAccessibleName(tr("Queue"));
    m_queue->addItem(tr("All queues"), QString());
    for (const auto& queue : core::task::kQueues)
        m_queue->addItem(style::toQString(std::string(queue.name)), style::toQString(std::string(queue.name)));
    m_type = new QComboBox;
    m_type->setAccessibleName(tr("Task type"));
    m_type->addItem(tr("All task types"), QString());
    const core::task::TaskRegistry& registry = m_context.engine.registry();
    for (const std::string& id : registry.ids())
        m_type->addItem(style::titleOf(registry.find(id), id), style::toQString(id));
    fields->addWidget(m_queue);
    fields->addWidget(m_type);
    auto* pause = new QTimer(this);
    pause->setSingleShot(true);
    pause->setInterval(kSearchPauseMs);
    connect(m_search, &QLineEdit::textChanged, pause, qOverload<>(&QTimer::start));
    const auto emitChanged = [this] {
        if (!m_quiet)
            Q_EMIT changed();
    };
    connect(pause, &QTimer::timeout, this, emitChanged);
    connect(m_queue, &QComboBox::currentIndexChanged, this, emitChanged);
    connect(m_type, &QComboBox::currentIndexChanged, this, emitChanged);
}

void TaskFilterBar::stateToggled(size_t) {
    bool any = false;
    for (const QToolButton* chip : m_chips)
        any = any || chip->isChecked();
    m_all->setChecked(!any);
    Q_EMIT changed();
}

core::store::TaskFilter TaskFilterBar::filter() const {
    core::store::TaskFilter filter;
    for (const TaskState state : kAllStates)
        if (m_chips[size_t(state)]->isChecked())
            filter.states.push_back(state);
    filter.queue = m_queue->currentData().toString().toStdString();
    filter.type = m_type->currentData().toString().toStdString();
    filter.search = m_search->text().trimmed().toStdString();
    return filter;
}

bool TaskFilterBar::isEmpty() const {
    const core::store::TaskFilter f = filter();
    return f.states.empty() && f.queue.empty() && f.type.empty() && f.search.empty();
}

void TaskFilterBar::setQuery(const window::TaskQuery& query) {
    m_quiet = true;
    for (const TaskState state : kAllStates)
        m_chips[size_t(state)]->setChecked(std::find(query.states.begin(), query.states.end(), state) !=
                                           query.states.end());
    m_all->setChecked(query.states.empty());
    m_queue->setCurrentIndex(std::max(0, m_queue->findData(style::toQString(query.queue))));
    m_type->setCurrentIndex(std::max(0, m_type->findData(style::toQString(query.type))));
    m_search->setText(query.search);
    m_quiet = false;
    Q_EMIT changed();
}

int64_t TaskFilterBar::liveCount(TaskState state) const {
    int64_t sum = 0;
    for (const auto& queue : m_context.engine.queueSnapshot())
        sum += queue.of(state);
    return sum;
}

void TaskFilterBar::recount() {
    if (m_counting) {
        m_countAgain = true;
        return;
    }
    m_counting = true;
    using Counts = std::array<std::optional<int64_t>, kAllStates.size()>;
    m_context.calls.call(
        this,
        [](core::engine::Engine& engine) {
            Counts counts;
            for (const TaskState state : kAllStates)
                if (core::task::isTerminal(state)) {
                    core::store::TaskFilter filter;
                    filter.states = {state};
                    if (const auto keys = engine.tasks().keys(filter, {}))
                        counts[size_t(state)] = int64_t(keys->size());
                }
            return counts;
        },
        [this](const Counts& counts) {
            m_counting = false;
            m_counts = counts;
            showCounts();
            if (std::exchange(m_countAgain, false))
                recount();
        });
}

void TaskFilterBar::apply(const core::events::EventBatch& batch) {
    if (batch.dropped > 0) {
        recount();
        return;
    }
    for (const auto& event : batch.events) {
        const bool ended = event->kind == core::events::EventKind::TaskChanged && event->task &&
                           core::task::isTerminal(event->task->state);
        if (ended && m_counting)
            m_countAgain = true;
        else if (ended && m_counts[size_t(event->task->state)])
            ++*m_counts[size_t(event->task->state)];
    }
    showCounts();
}

void TaskFilterBar::showCounts() {
    const style::Theme& theme = style::themeOf(this);
    for (const TaskState state : kAllStates) {
        QToolButton* chip = m_chips[size_t(state)];
        const std::optional<int64_t> count =
            core::task::isTerminal(state) ? m_counts[size_t(state)] : std::optional(liveCount(state));
        const QString text =
            QStringLiteral("%1  %2").arg(style::word(state), count ? style::count(*count) : style::dash());
        if (chip->text() != text)
            chip->setText(text);
        chip->setIcon(style::icon(style::iconName(state), theme.state(state)));
    }
}

} // namespace ui::pages::tasks
