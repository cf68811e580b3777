#include "ui/pages/tasks/DetailTables.h"

#include "core/task/Trigger.h"
#include "ui/style/Format.h"
#include "ui/style/Theme.h"
#include "ui/style/Words.h"

#include <QCoreApplication>
#include <QDateTime>

namespace ui::pages::tasks {

using core::task::Task;
using models::Align;
using style::toQString;

namespace {

struct DetailText {
    Q_DECLARE_TR_FUNCTIONS(ui::pages::tasks::Detail)
};

QString levelWord(core::base::LogLevel level) {
    using L = core::base::LogLevel;
    switch (level) {
    case L::Debug: return QStringLiteral("debug");
    case L::Info: return QStringLiteral("info ");
    case L::Warning: return QStringLiteral("warn ");
    case L::Error: return QStringLiteral("error");
    }
    return {};
}

} // namespace

models::SmallTable<std::pair<int, core::task::Transition>>* makeHistoryTable(const core::base::Clock& clock,
                                                                             QObject* parent) {
    using Row = std::pair<int, core::task::Transition>;
    using C = models::Column<Row>;
    std::vector<C> columns{
        C{"at", DetailText::tr("At"), 110, Align::Left,
          [&clock](const Row& r) { return style::localTime(r.second.at, clock.now()); }, {},
          [](const Row& r, int role) {
              return role == Qt::ToolTipRole ? QVariant(style::exactTime(r.second.at)) : QVariant();
          }},
        C{"to", DetailText::tr("State"), 112, Align::Left, [](const Row& r) { return style::word(r.second.to); }, {},
          [](const Row& r, int role) {
              if (role == models::ToneRole)
                  return QVariant(int(style::toneOf(r.second.to)));
              return role == models::IconRole ? QVariant(style::iconName(r.second.to)) : QVariant();
          }},
        C{"attempt", DetailText::tr("Attempt"), 70, Align::Right,
          [](const Row& r) { return r.second.attempt > 0 ? QString::number(r.second.attempt) : style::dash(); }, {}, {}},
        C{"note", DetailText::tr("Who or why"), 160, Align::Left, [](const Row& r) { return toQString(r.second.note); }, {},
          [](const Row& r, int role) {
              return role == Qt::ToolTipRole ? QVariant(toQString(r.second.note)) : QVariant();
          }},
    };
    return new models::SmallTable<Row>(std::move(columns), [](const Row& r) { return QString::number(r.first); }, parent);
}

models::SmallTable<Task>* makeRelatedTable(const core::task::TaskRegistry& registry, const core::base::Clock& clock,
                                           QObject* parent) {
    using C = models::Column<Task>;
    std::vector<C> columns{
        C{"state", DetailText::tr("State"), 112, Align::Left, [](const Task& t) { return style::word(t.state); }, {},
          [](const Task& t, int role) {
              if (role == models::ToneRole)
                  return QVariant(int(style::toneOf(t.state)));
              return role == models::IconRole ? QVariant(style::iconName(t.state)) : QVariant();
          }},
        C{"type", DetailText::tr("Task"), 180, Align::Left,
          [&registry](const Task& t) { return style::titleOf(registry.find(t.type), t.type); }, {},
          [](const Task& t, int role) {
              if (role == models::LinkRole)
                  return QVariant(true);
              return role == Qt::ToolTipRole ? QVariant(toQString(t.id.text)) : QVariant();
          }},
        C{"created", DetailText::tr("Created"), 110, Align::Right,
          [&clock](const Task& t) { return style::localTime(t.createdAt, clock.now()); }, {},
          [](const Task& t, int role) {
              return role == Qt::ToolTipRole ? QVariant(style::exactTime(t.createdAt)) : QVariant();
          }},
    };
    return new models::SmallTable<Task>(std::move(columns), [](const Task& t) { return toQString(t.id.text); }, parent);
}

QStringList factsOf(const Task& task, core::base::Instant now) {
    QStringList facts;
    const auto add = [&](const QString& name, const QString& value, const QString& toolTip = {}) {
        if (!value.isEmpty())
            facts << name << value << toolTip;
    };
    const auto addTime = [&](const QString& name, const std::optional<core::base::Instant>& at) {
        if (at)
            add(name, DetailText::tr("%1 (%2)").arg(style::localTime(*at, now),
                                                    *at > now ? style::ahead(*at, now) : style::ago(*at, now)),
                style::exactTime(*at));
    };
    add(DetailText::tr("Type"), toQString(task.type));
    if (task.reason != core::task::FailureReason::None)
        add(DetailText::tr("Failed because"), style::sentence(style::word(task.reason).toStdString()));
    add(DetailText::tr("Error"), toQString(task.errorMessage));
    add(DetailText::tr("Queue"), toQString(task.queue));
    add(DetailText::tr("Priority"), DetailText::tr("%1 of 9").arg(task.priority));
    add(DetailText::tr("Attempts"), DetailText::tr("%1 of at most %2").arg(task.attempt).arg(task.maxAttempts));
    addTime(DetailText::tr("Created"), task.createdAt);
    addTime(DetailText::tr("Not before"), task.scheduledFor);
    addTime(DetailText::tr("Started"), task.startedAt);
    addTime(DetailText::tr("Finished"), task.finishedAt);
    if (task.startedAt)
        add(DetailText::tr("Run time"), style::duration(task.finishedAt.value_or(now) - *task.startedAt));
    addTime(DetailText::tr("Expires"), task.expiresAt);
    add(DetailText::tr("Worker"), toQString(task.worker));
    add(DetailText::tr("Asked by"), toQString(task.triggeredBy));
    add(DetailText::tr("Because"), toQString(core::task::triggerMarkOf(task.metadata).cause));
    QStringList tags;
    for (const std::string& tag : task.tags)
        tags << toQString(tag);
    add(DetailText::tr("Tags"), tags.join(QStringLiteral(", ")));
    add(DetailText::tr("Started by task"), toQString(task.parentId));
    add(DetailText::tr("Retry of"), toQString(task.retryOf));
    add(DetailText::tr("Idempotency key"), toQString(task.idempotencyKey));
    return facts;
}

QString logText(const core::engine::TaskLogLine& line) {
    const QString time =
        QDateTime::fromMSecsSinceEpoch(line.at.time_since_epoch().count()).toString(QStringLiteral("HH:mm:ss.zzz"));
    return QStringLiteral("%1  %2  [%3]  %4").arg(time, levelWord(line.level)).arg(line.attempt).arg(toQString(line.text));
}

} // namespace ui::pages::tasks
