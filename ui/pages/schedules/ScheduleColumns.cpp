#include "ui/pages/schedules/ScheduleColumns.h"

#include "ui/dialogs/ScheduleTexts.h"
#include "ui/pages/schedules/FireLook.h"
#include "ui/style/Format.h"
#include "ui/style/Words.h"

#include <QCoreApplication>

#include <limits>

namespace ui::pages::schedules {

using core::base::Instant;
using core::store::FireOutcome;
using core::store::FireRow;
using models::Align;
using style::toQString;
using C = models::Column<ScheduleLine>;

namespace {

struct ColumnText {
    Q_DECLARE_TR_FUNCTIONS(ui::pages::schedules::Columns)
};

qlonglong sortable(const std::optional<Instant>& at) {
    return at ? at->time_since_epoch().count() : std::numeric_limits<qlonglong>::max();
}

bool waits(const ScheduleLine& line) {
    return line.kind == ScheduleLine::Kind::Waiting;
}

QString stateWord(const ScheduleLine& line) {
    if (waits(line))
        return ColumnText::tr("Waits");
    if (!line.entry.sound)
        return ColumnText::tr("Damaged");
    return line.entry.enabled ? ColumnText::tr("Enabled") : ColumnText::tr("Disabled");
}

QVariant stateDetail(const ScheduleLine& line, int role) {
    const bool damaged = !waits(line) && !line.entry.sound;
    switch (role) {
    case models::ToneRole:
        return int(damaged ? style::Tone::Bad : line.entry.enabled && !waits(line) ? style::Tone::Good : style::Tone::Neutral);
    case models::IconRole:
        return damaged ? QStringLiteral("warning") : waits(line) ? QStringLiteral("hourglass")
                                                   : line.entry.enabled ? QStringLiteral("check") : QStringLiteral("pause");
    case Qt::ToolTipRole:
        if (waits(line))
            return ColumnText::tr("It fires when the task type %1 is installed").arg(toQString(line.entry.type));
        return damaged ? ColumnText::tr("What is stored of it is damaged: remove it and add it again") : QVariant();
    default: return {};
    }
}

bool isChanged(const ScheduleLine& line) {
    return line.entry.builtIn && !line.entry.changes.empty();
}

QString originText(const ScheduleLine& line) {
    if (isChanged(line))
        return ColumnText::tr("Changed from what came with the program:\n%1")
            .arg(dialogs::differenceLines(line.entry.shipped, core::task::toJson(line.entry)).join(QLatin1Char('\n')));
    return line.entry.builtIn || waits(line) ? ColumnText::tr("As it came with the program") : ColumnText::tr("Added here");
}

/// A pencil marks what differs from the built-in definition, a plus what was added here.
QVariant nameDetail(const ScheduleLine& line, int role) {
    switch (role) {
    case models::MutedRole: return waits(line);
    case Qt::ToolTipRole: return originText(line);
    case Qt::AccessibleDescriptionRole: return originText(line);
    case models::IconRole:
        if (isChanged(line))
            return QStringLiteral("pencil");
        return line.entry.builtIn || waits(line) ? QVariant() : QVariant(QStringLiteral("plus"));
    default: return {};
    }
}

QString marksText(const ScheduleLine& line) {
    if (line.recent.empty())
        return style::dash();
    std::vector<std::pair<QString, int>> counts;
    for (const FireRow& fire : line.recent) {
        const QString word = lookOf(fire).word;
        const auto found = std::find_if(counts.begin(), counts.end(), [&](const auto& each) { return each.first == word; });
        if (found == counts.end())
            counts.emplace_back(word, 1);
        else
            ++found->second;
    }
    QStringList parts;
    for (const auto& [word, count] : counts)
        parts << QStringLiteral("%1 %2").arg(count).arg(word);
    return parts.join(QStringLiteral(", "));
}

QVariant marksDetail(const ScheduleLine& line, int role, Instant now) {
    if (line.recent.empty())
        return role == Qt::ToolTipRole ? QVariant(ColumnText::tr("It has not fired yet")) : QVariant();
    if (role == models::MarksRole) {
        delegates::Marks marks;
        for (auto fire = line.recent.rbegin(); fire != line.recent.rend(); ++fire)
            marks << lookOf(*fire).mark;
        return QVariant::fromValue(marks);
    }
    if (role != Qt::ToolTipRole)
        return {};
    QStringList lines{ColumnText::tr("Its last firings, the newest first (on the right of the row):")};
    for (const FireRow& fire : line.recent)
        lines << fireText(fire, now);
    return lines.join(QLatin1Char('\n'));
}

/// The newest instant of which something is known.
const FireRow* lastFire(const ScheduleLine& line) {
    return line.recent.empty() ? nullptr : &line.recent.front();
}

QVariant lastDetail(const ScheduleLine& line, int role) {
    const FireRow* last = lastFire(line);
    if (!last)
        return role == Qt::ToolTipRole ? QVariant(ColumnText::tr("It has not fired yet")) : QVariant();
    const FireLook look = lookOf(*last);
    switch (role) {
    case models::ToneRole: return int(look.mark.tone);
    case models::IconRole: return look.icon;
    case Qt::ToolTipRole:
        return last->note.empty() ? look.meaning
                                  : look.meaning + QLatin1Char('\n') + style::capitalised(toQString(last->note));
    default: return {};
    }
}

QVariant nextDetail(const ScheduleLine& line, int role, Instant now) {
    const core::engine::ScheduleEntry& e = line.entry;
    if (role != Qt::ToolTipRole)
        return {};
    if (waits(line))
        return ColumnText::tr("Its task type is not installed");
    if (!e.enabled)
        return ColumnText::tr("Disabled: it does not fire");
    if (!e.nextFire)
        return ColumnText::tr("It never fires again");
    const Instant at = *e.nextFire + e.shift;
    return style::ahead(at, now) + QLatin1Char('\n') + style::exactTime(at);
}

/// Its last firing that made a task: what was passed over has no lateness.
const FireRow* lastFired(const ScheduleLine& line) {
    for (const FireRow& fire : line.recent)
        if (fire.outcome == FireOutcome::Fired)
            return &fire;
    return nullptr;
}

std::vector<C> whatColumns(const core::task::TaskRegistry& registry) {
    return {
        C{"enabled", ColumnText::tr("State"), 104, Align::Left, stateWord, {}, stateDetail},
        C{"name", ColumnText::tr("Schedule"), 216, Align::Left, [](const ScheduleLine& l) { return toQString(l.entry.name); },
          {}, nameDetail},
        C{"type", ColumnText::tr("Task"), 138, Align::Left,
          [&registry](const ScheduleLine& l) { return style::titleOf(registry.find(l.entry.type), l.entry.type); }, {},
          [](const ScheduleLine& l, int role) {
              if (role == models::MutedRole)
                  return QVariant(waits(l));
              return role == Qt::ToolTipRole ? QVariant(toQString(l.entry.type)) : QVariant();
          }},
        C{"when", ColumnText::tr("Fires"), 180, Align::Left,
          [](const ScheduleLine& l) { return l.entry.sound ? style::scheduleWords(l.entry) : style::dash(); }, {},
          [](const ScheduleLine& l, int role) {
              if (role == models::MutedRole)
                  return QVariant(waits(l));
              if (role != Qt::ToolTipRole)
                  return QVariant();
              const QString words = style::scheduleWords(l.entry);
              return QVariant(l.entry.cron.empty() ? words : QStringLiteral("%1\n%2 %3").arg(words, toQString(l.entry.cron), toQString(l.entry.zone)));
          }},
    };
}

std::vector<C> timeColumns(const core::base::Clock& clock) {
    const auto time = [&clock](const std::optional<Instant>& at) {
        return at ? style::shortLocalTime(*at, clock.now()) : style::dash();
    };
    const auto next = [](const ScheduleLine& l) { return l.entry.enabled && !waits(l) ? l.entry.nextFire : std::nullopt; };
    return {
        C{"next", ColumnText::tr("Next"), 88, Align::Right, [=](const ScheduleLine& l) { return time(next(l)); },
          [=](const ScheduleLine& l) { return QVariant(sortable(next(l))); },
          [&clock](const ScheduleLine& l, int role) { return nextDetail(l, role, clock.now()); }},
        C{"last", ColumnText::tr("Last"), 88, Align::Right, [=](const ScheduleLine& l) { return time(l.entry.lastFire); },
          [](const ScheduleLine& l) { return QVariant(sortable(l.entry.lastFire)); },
          [](const ScheduleLine& l, int role) {
              if (role != Qt::ToolTipRole)
                  return QVariant();
              return QVariant(l.entry.lastFire ? style::exactTime(*l.entry.lastFire) : ColumnText::tr("It has not fired yet"));
          }},
        C{"late", ColumnText::tr("Late"), 62, Align::Right,
          [](const ScheduleLine& l) {
              const FireRow* fire = lastFired(l);
              return fire ? style::duration(fire->late) : style::dash();
          },
          [](const ScheduleLine& l) {
              const FireRow* fire = lastFired(l);
              return QVariant(qlonglong(fire ? fire->late.count() : -1));
          },
          [](const ScheduleLine& l, int role) {
              if (role != Qt::ToolTipRole)
                  return QVariant();
              return QVariant(lastFired(l) ? ColumnText::tr("So much after its last firing was due was its task made")
                                           : ColumnText::tr("No firing is kept that made a task"));
          }},
    };
}

std::vector<C> resultColumns(const core::base::Clock& clock) {
    return {
        C{"recent", ColumnText::tr("Last %1").arg(kRecentFires), 138, Align::Left, marksText, {},
          [&clock](const ScheduleLine& l, int role) { return marksDetail(l, role, clock.now()); }},
        C{"result", ColumnText::tr("Last result"), 108, Align::Left,
          [](const ScheduleLine& l) {
              const FireRow* last = lastFire(l);
              return last ? lookOf(*last).word : style::dash();
          },
          {}, lastDetail},
    };
}

} // namespace

std::vector<C> scheduleColumns(const core::task::TaskRegistry& registry, const core::base::Clock& clock) {
    std::vector<C> columns = whatColumns(registry);
    for (auto&& more : {timeColumns(clock), resultColumns(clock)})
        columns.insert(columns.end(), more.begin(), more.end());
    return columns;
}

models::SmallTable<FireRow>* makeFireTable(const core::base::Clock& clock, QObject* parent) {
    using F = models::Column<FireRow>;
    std::vector<F> columns{
        F{"instant", ColumnText::tr("Instant"), 118, Align::Left,
          [&clock](const FireRow& f) { return style::localTime(f.instant, clock.now()); }, {},
          [](const FireRow& f, int role) { return role == Qt::ToolTipRole ? QVariant(style::exactTime(f.instant)) : QVariant(); }},
        F{"outcome", ColumnText::tr("Outcome"), 126, Align::Left, [](const FireRow& f) { return lookOf(f).word; }, {},
          [](const FireRow& f, int role) {
              const FireLook look = lookOf(f);
              switch (role) {
              case models::ToneRole: return QVariant(int(look.mark.tone));
              case models::IconRole: return QVariant(look.icon);
              case Qt::ToolTipRole: return QVariant(look.meaning);
              default: return QVariant();
              }
          }},
        F{"late", ColumnText::tr("Late"), 62, Align::Right, [](const FireRow& f) { return style::duration(f.late); }, {},
          [](const FireRow& f, int role) {
              return role == Qt::ToolTipRole
                         ? QVariant(ColumnText::tr("Decided so long after it was due, at %1").arg(style::exactTime(f.at)))
                         : QVariant();
          }},
        F{"ran", ColumnText::tr("Ran"), 62, Align::Right,
          [](const FireRow& f) { return f.runTime ? style::duration(*f.runTime) : style::dash(); }, {},
          [](const FireRow& f, int role) {
              if (role != Qt::ToolTipRole || f.runTime)
                  return QVariant();
              return QVariant(f.task ? ColumnText::tr("It has not run to an end, or its task is not kept any more")
                                     : ColumnText::tr("No task was made"));
          }},
        F{"task", ColumnText::tr("Task, or why none"), 120, Align::Left,
          [](const FireRow& f) { return f.task ? style::shortId(*f.task) : style::capitalised(toQString(f.note)); }, {},
          [](const FireRow& f, int role) {
              if (role == models::LinkRole || role == models::MutedRole)
                  return QVariant(f.task.has_value() == (role == models::LinkRole));
              if (role != Qt::ToolTipRole)
                  return QVariant();
              return QVariant(f.task ? ColumnText::tr("%1\nDouble-click opens it").arg(toQString(*f.task))
                                     : style::capitalised(toQString(f.note)));
          }},
    };
    return new models::SmallTable<FireRow>(
        std::move(columns), [](const FireRow& f) { return QString::number(f.instant.time_since_epoch().count()); }, parent);
}

} // namespace ui::pages::schedules
