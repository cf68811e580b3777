#include "ui/pages/tasks/TaskColumns.h"

#include "ui/style/Format.h"
#include "ui/style/Theme.h"
#include "ui/style/Words.h"

#include <QCoreApplication>
#include <QLocale>

namespace ui::pages::tasks {

using core::base::Instant;
using core::store::TaskSort;
using core::task::Task;
using models::Align;
using style::toQString;

namespace {

struct ColumnText {
    Q_DECLARE_TR_FUNCTIONS(ui::pages::tasks::Columns)
};

QVariant stateDetail(const Task& task, int role) {
    switch (role) {
    case models::ToneRole: return int(task.cancelRequested ? style::Tone::Caution : style::toneOf(task.state));
    case models::IconRole: return style::iconName(task.state);
    case Qt::ToolTipRole:
        return task.errorMessage.empty() ? style::meaning(task.state)
                                         : style::meaning(task.state) + QLatin1Char('\n') + toQString(task.errorMessage);
    default: return {};
    }
}

QString stateText(const Task& task) {
    if (task.cancelRequested && task.state == core::task::TaskState::Started)
        return ColumnText::tr("Stopping");
    if (task.state == core::task::TaskState::Started && task.progress)
        return ColumnText::tr("Started %1 %").arg(QLocale().toString(*task.progress, 'f', 0));
    return style::word(task.state);
}

TaskColumn text(const char* id, const QString& title, int width, std::function<QString(const Task&)> value,
                std::optional<TaskSort> order = {}) {
    TaskColumn column;
    column.id = QString::fromLatin1(id);
    column.title = title;
    column.width = width;
    column.text = std::move(value);
    column.order = order;
    return column;
}

TaskColumn time(const char* id, const QString& title, const core::base::Clock& clock,
                std::function<std::optional<Instant>(const Task&)> value, const QString& whyNot,
                std::optional<TaskSort> order = {}) {
    TaskColumn column = text(
        id, title, 120,
        [value, &clock](const Task& t) {
            const auto at = value(t);
            return at ? style::localTime(*at, clock.now()) : style::dash();
        },
        order);
    column.align = Align::Right;
    column.detail = [value, whyNot](const Task& t, int role) {
        if (role != Qt::ToolTipRole)
            return QVariant();
        const auto at = value(t);
        return QVariant(at ? style::exactTime(*at) : whyNot);
    };
    return column;
}

TaskColumn number(TaskColumn column) {
    column.align = Align::Right;
    return column;
}

TaskColumn hiddenAtFirst(TaskColumn column) {
    column.shownAtFirst = false;
    return column;
}

QString runtimeText(const Task& t, const core::base::Clock& clock) {
    if (!t.startedAt)
        return style::dash();
    return style::duration((t.finishedAt ? *t.finishedAt : clock.now()) - *t.startedAt);
}

} // namespace

std::vector<TaskColumn> taskColumns(const core::task::TaskRegistry& registry, const core::base::Clock& clock) {
    std::vector<TaskColumn> columns;
    columns.push_back(text("state", ColumnText::tr("State"), 118, stateText, TaskSort::State));
    columns.back().detail = stateDetail;
    columns.push_back(text(
        "type", ColumnText::tr("Task"), 178,
        [&registry](const Task& t) { return style::titleOf(registry.find(t.type), t.type); }, TaskSort::Type));
    columns.back().detail = [](const Task& t, int role) {
        return role == Qt::ToolTipRole ? QVariant(toQString(t.type)) : QVariant();
    };
    columns.push_back(text("queue", ColumnText::tr("Queue"), 90, [](const Task& t) { return toQString(t.queue); },
                           TaskSort::Queue));
    columns.push_back(time("created", ColumnText::tr("Created"), clock,
                           [](const Task& t) { return std::optional(t.createdAt); }, {}, TaskSort::Created));
    columns.push_back(number(text("runtime", ColumnText::tr("Run time"), 84,
                                  [&clock](const Task& t) { return runtimeText(t, clock); }, TaskSort::Runtime)));
    columns.push_back(number(text("attempt", ColumnText::tr("Attempt"), 78, [](const Task& t) {
        return QStringLiteral("%1/%2").arg(t.attempt).arg(t.maxAttempts);
    })));
    columns.push_back(number(text("priority", ColumnText::tr("Priority"), 80,
                                  [](const Task& t) { return QString::number(t.priority); }, TaskSort::Priority)));
    columns.push_back(text("by", ColumnText::tr("Asked by"), 130, [](const Task& t) { return toQString(t.triggeredBy); }));
    columns.push_back(hiddenAtFirst(time("scheduled", ColumnText::tr("Not before"), clock,
                                         [](const Task& t) { return t.scheduledFor; }, ColumnText::tr("At once"))));
    columns.push_back(time("started", ColumnText::tr("Started"), clock, [](const Task& t) { return t.startedAt; },
                           ColumnText::tr("Not started yet"), TaskSort::Started));
    columns.push_back(time("finished", ColumnText::tr("Finished"), clock, [](const Task& t) { return t.finishedAt; },
                           ColumnText::tr("Not over yet"), TaskSort::Finished));
    columns.push_back(text("worker", ColumnText::tr("Worker"), 150, [](const Task& t) {
        return t.worker.empty() ? style::dash() : toQString(t.worker);
    }));
    columns.push_back(text("id", ColumnText::tr("Id"), 150, [](const Task& t) { return style::shortId(t.id.text); }));
    columns.back().detail = [](const Task& t, int role) {
        if (role == models::MonospaceRole || role == models::MutedRole)
            return QVariant(true);
        return role == Qt::ToolTipRole ? QVariant(toQString(t.id.text)) : QVariant();
    };
    return columns;
}

} // namespace ui::pages::tasks
