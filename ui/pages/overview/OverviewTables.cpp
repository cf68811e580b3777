#include "ui/pages/overview/OverviewTables.h"

#include "ui/style/Format.h"
#include "ui/style/Words.h"

#include <QCoreApplication>
#include <QLocale>

namespace ui::pages::overview {

using core::engine::ScheduleEntry;
using core::task::Task;
using models::Align;
using style::toQString;

namespace {
struct TableText {
    Q_DECLARE_TR_FUNCTIONS(ui::pages::overview::Tables)
};
} // namespace

RunningTable* makeRunningTable(const core::task::TaskRegistry& registry, const core::base::Clock& clock,
                               QObject* parent) {
    using C = models::Column<Task>;
    std::vector<C> columns{
        C{"type", TableText::tr("Task"), 190, Align::Left,
          [&registry](const Task& t) { return style::titleOf(registry.find(t.type), t.type); }, {},
          [](const Task& t, int role) {
              if (role == models::LinkRole)
                  return QVariant(true);
              return role == Qt::ToolTipRole ? QVariant(toQString(t.id.text)) : QVariant();
          }},
        C{"progress", TableText::tr("Progress"), 150, Align::Left,
          [](const Task& t) {
              return t.progress ? TableText::tr("%1 %").arg(QLocale().toString(*t.progress, 'f', 0)) : style::dash();
          },
          [](const Task& t) { return QVariant(t.progress.value_or(-1)); },
          [](const Task& t, int role) {
              if (role == models::ProgressRole)
                  return QVariant(t.progress.value_or(0));
              return role == Qt::ToolTipRole ? QVariant(toQString(t.progressText)) : QVariant();
          }},
        C{"text", TableText::tr("Step"), 160, Align::Left, [](const Task& t) { return toQString(t.progressText); }, {},
          [](const Task&, int role) { return role == models::MutedRole ? QVariant(true) : QVariant(); }},
        C{"since", TableText::tr("Running"), 76, Align::Right,
          [&clock](const Task& t) {
              return t.startedAt ? style::duration(clock.now() - *t.startedAt) : style::dash();
          },
          [](const Task& t) { return QVariant(qlonglong(t.startedAt ? t.startedAt->time_since_epoch().count() : 0)); }, {}},
        C{"eta", TableText::tr("Left"), 70, Align::Right,
          [](const Task& t) { return t.etaSeconds ? style::duration(*t.etaSeconds) : style::dash(); }, {},
          [](const Task& t, int role) {
              return role == Qt::ToolTipRole && !t.etaSeconds ? QVariant(TableText::tr("No estimate yet")) : QVariant();
          }},
    };
    return new RunningTable(std::move(columns), [](const Task& t) { return toQString(t.id.text); }, parent);
}

FiringTable* makeFiringTable(const core::task::TaskRegistry& registry, const core::base::Clock& clock,
                             QObject* parent) {
    using C = models::Column<ScheduleEntry>;
    std::vector<C> columns{
        C{"name", TableText::tr("Schedule"), 200, Align::Left, [](const ScheduleEntry& e) { return toQString(e.name); }, {},
          [&registry](const ScheduleEntry& e, int role) {
              if (role == models::LinkRole)
                  return QVariant(true);
              return role == Qt::ToolTipRole ? QVariant(style::titleOf(registry.find(e.type), e.type)) : QVariant();
          }},
        C{"when", TableText::tr("Fires"), 100, Align::Right,
          [&clock](const ScheduleEntry& e) { return style::ahead(*e.nextFire, clock.now()); },
          [](const ScheduleEntry& e) { return QVariant(qlonglong(e.nextFire->time_since_epoch().count())); },
          [](const ScheduleEntry& e, int role) {
              return role == Qt::ToolTipRole ? QVariant(style::exactTime(*e.nextFire)) : QVariant();
          }},
        C{"at", TableText::tr("At"), 130, Align::Right,
          [&clock](const ScheduleEntry& e) { return style::localTime(*e.nextFire, clock.now()); }, {},
          [](const ScheduleEntry& e, int role) {
              if (role == models::MutedRole)
                  return QVariant(true);
              return role == Qt::ToolTipRole ? QVariant(style::exactTime(*e.nextFire)) : QVariant();
          }},
    };
    return new FiringTable(std::move(columns), [](const ScheduleEntry& e) { return toQString(e.name); }, parent);
}

std::vector<ScheduleEntry> nextFirings(std::vector<ScheduleEntry> entries, size_t limit) {
    std::erase_if(entries, [](const ScheduleEntry& e) { return !e.enabled || !e.nextFire; });
    std::stable_sort(entries.begin(), entries.end(),
                     [](const ScheduleEntry& a, const ScheduleEntry& b) { return *a.nextFire < *b.nextFire; });
    if (entries.size() > limit)
        entries.resize(limit);
    return entries;
}

} // namespace ui::pages::overview
