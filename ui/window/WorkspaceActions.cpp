#include "ui/window/Commands.h"
#include "ui/window/PageRegistry.h"

#include <QCoreApplication>

namespace ui::window {

using core::engine::ScheduleEntry;
using core::task::Task;

namespace {

struct ActionText {
    Q_DECLARE_TR_FUNCTIONS(ui::window::Actions)
};

QKeySequence keysOf(const char* text) {
    return QKeySequence(QString::fromLatin1(text));
}

/// Adds an action on the marked task: `allowed` decides when it is offered, `act` gets the task captured at press.
void addTaskAction(ConsoleContext& c, ActionSpec spec, bool (*allowed)(const Task&), void (Commands::*act)(const Task&)) {
    spec.enabledWhen = [&c, allowed] { return c.selection.task() && allowed(*c.selection.task()); };
    spec.run = [&c, act] {
        if (const auto task = c.selection.task())
            (c.commands.*act)(*task);
    };
    c.actions.add(std::move(spec));
}

bool always(const Task&) {
    return true;
}
bool isOver(const Task& task) {
    return core::task::isTerminal(task.state);
}
bool isUnderWay(const Task& task) {
    return !core::task::isTerminal(task.state) && !task.cancelRequested;
}

void addTaskActions(ConsoleContext& c) {
    c.actions.add({QStringLiteral("task.new"), Menu::Task, ActionText::tr("New task…"), QKeySequence::New,
                   QStringLiteral("plus"), Danger::None, [&c] { c.commands.launch(); }, {}, {}, 0, {}});
    addTaskAction(c, {QStringLiteral("task.cancel"), Menu::Task, ActionText::tr("Cancel task"), keysOf("Ctrl+Del"),
                      QStringLiteral("stop"), Danger::Confirm, {}, {}, {}, 1, ActionText::tr("Cancel")},
                  isUnderWay, &Commands::cancel);
    addTaskAction(c, {QStringLiteral("task.retry"), Menu::Task, ActionText::tr("Retry task"), keysOf("Ctrl+R"),
                      QStringLiteral("retry"), Danger::None, {}, {}, {}, 1, ActionText::tr("Retry")},
                  isOver, &Commands::retry);
    addTaskAction(c, {QStringLiteral("task.retryWithChanges"), Menu::Task, ActionText::tr("Retry with changes…"),
                      keysOf("Ctrl+Shift+R"), QStringLiteral("pencil"), Danger::None, {}, {}, {}, 1, {}},
                  isOver, &Commands::retryWithChanges);
    addTaskAction(c, {QStringLiteral("task.copyJson"), Menu::Task, ActionText::tr("Copy as JSON"),
                      keysOf("Ctrl+Shift+J"), QStringLiteral("copy"), Danger::None, {}, {}, {}, 2, {}},
                  always, &Commands::copyAsJson);
    addTaskAction(c, {QStringLiteral("task.copyCommand"), Menu::Task, ActionText::tr("Copy as CLI command"),
                      keysOf("Ctrl+Shift+C"), QStringLiteral("copy"), Danger::None, {}, {}, {}, 2,
                      ActionText::tr("Copy command")},
                  always, &Commands::copyAsCommand);
    addTaskAction(c, {QStringLiteral("task.copyId"), Menu::Task, ActionText::tr("Copy task id"), {},
                      QStringLiteral("copy"), Danger::None, {}, {}, {}, 2, {}},
                  always, &Commands::copyId);
}

void addQueueActions(ConsoleContext& c) {
    const auto marked = [&c](bool paused) {
        return [&c, paused] { return c.selection.queue() && c.selection.queue()->paused == paused; };
    };
    c.actions.add({QStringLiteral("queue.pause"), Menu::Queue, ActionText::tr("Pause queue"), {}, QStringLiteral("pause"),
                   Danger::None, [&c] { c.commands.pauseQueue(c.selection.queue()->name); }, marked(false), {}, 0, {}});
    c.actions.add({QStringLiteral("queue.resume"), Menu::Queue, ActionText::tr("Resume queue"), {}, QStringLiteral("play"),
                   Danger::None, [&c] { c.commands.resumeQueue(c.selection.queue()->name); }, marked(true), {}, 0, {}});
    c.actions.add({QStringLiteral("queue.purge"), Menu::Queue, ActionText::tr("Purge queue…"), {}, QStringLiteral("trash"),
                   Danger::Typed, [&c] { c.commands.purgeQueue(*c.selection.queue()); },
                   [&c] {
                       using S = core::task::TaskState;
                       const auto& q = c.selection.queue();
                       return q && q->of(S::Pending) + q->of(S::Scheduled) + q->of(S::Retry) > 0;
                   },
                   {}, 1, {}});
}

/// Adds an action on the marked schedule: `allowed` decides when it is offered, `act` gets the entry captured at press.
void addScheduleAction(ConsoleContext& c, ActionSpec spec, bool (*allowed)(const ScheduleEntry&),
                       void (*act)(Commands&, const ScheduleEntry&)) {
    spec.enabledWhen = [&c, allowed] { return c.selection.schedule() && allowed(*c.selection.schedule()); };
    spec.run = [&c, act] {
        if (const auto entry = c.selection.schedule())
            act(c.commands, *entry);
    };
    c.actions.add(std::move(spec));
}

bool isSound(const ScheduleEntry& entry) {
    return entry.sound;
}
bool isOff(const ScheduleEntry& entry) {
    return entry.sound && !entry.enabled;
}
bool isOn(const ScheduleEntry& entry) {
    return entry.enabled;
}
bool isChanged(const ScheduleEntry& entry) {
    return entry.builtIn && !entry.changes.empty();
}
bool isOwn(const ScheduleEntry& entry) {
    return !entry.builtIn;
}

/// Groups: 0 run, 1 switch, 2 edit, 3 what undoes, 4 copies.
void addScheduleActions(ConsoleContext& c) {
    using Switch = Commands::Switch;
    const auto menu = Menu::Schedule;
    addScheduleAction(c, {QStringLiteral("schedule.run"), menu, ActionText::tr("Run schedule now"), {},
                          QStringLiteral("play"), Danger::None, {}, {}, {}, 0, ActionText::tr("Run now")},
                      isSound, [](Commands& to, const ScheduleEntry& entry) { to.runSchedule(entry); });
    addScheduleAction(c, {QStringLiteral("schedule.backfill"), menu, ActionText::tr("Backfill…"), {},
                          QStringLiteral("refresh"), Danger::Confirm, {}, {}, {}, 0, {}},
                      isSound, [](Commands& to, const ScheduleEntry& entry) { to.backfill(entry); });
    addScheduleAction(c, {QStringLiteral("schedule.enable"), menu, ActionText::tr("Enable schedule"), {},
                          QStringLiteral("check"), Danger::None, {}, {}, {}, 1, ActionText::tr("Enable")},
                      isOff, [](Commands& to, const ScheduleEntry& entry) { to.switchSchedule(entry, Switch::On); });
    addScheduleAction(c, {QStringLiteral("schedule.disable"), menu, ActionText::tr("Disable schedule"), {},
                          QStringLiteral("pause"), Danger::None, {}, {}, {}, 1, ActionText::tr("Disable")},
                      isOn, [](Commands& to, const ScheduleEntry& entry) { to.switchSchedule(entry, Switch::Off); });
    c.actions.add({QStringLiteral("schedule.new"), menu, ActionText::tr("New schedule…"), keysOf("Ctrl+Shift+N"),
                   QStringLiteral("plus"), Danger::None, [&c] { c.commands.newSchedule(); }, {}, {}, 2,
                   ActionText::tr("New…")});
    addScheduleAction(c, {QStringLiteral("schedule.edit"), menu, ActionText::tr("Edit schedule…"), keysOf("Ctrl+E"),
                          QStringLiteral("pencil"), Danger::None, {}, {}, {}, 2, ActionText::tr("Edit…")},
                      isSound, [](Commands& to, const ScheduleEntry& entry) { to.editSchedule(entry); });
    addScheduleAction(c, {QStringLiteral("schedule.reset"), menu, ActionText::tr("Reset schedule…"), {},
                          QStringLiteral("retry"), Danger::Confirm, {}, {}, {}, 3, {}},
                      isChanged, [](Commands& to, const ScheduleEntry& entry) { to.resetSchedule(entry); });
    addScheduleAction(c, {QStringLiteral("schedule.remove"), menu, ActionText::tr("Remove schedule…"), {},
                          QStringLiteral("trash"), Danger::Confirm, {}, {}, {}, 3, {}},
                      isOwn, [](Commands& to, const ScheduleEntry& entry) { to.removeSchedule(entry); });
    addScheduleAction(c, {QStringLiteral("schedule.copyCommand"), menu, ActionText::tr("Copy schedule as CLI command"), {},
                          QStringLiteral("copy"), Danger::None, {}, {}, {}, 4, ActionText::tr("Copy command")},
                      isSound, [](Commands& to, const ScheduleEntry& entry) { to.copyScheduleCommand(entry); });
}

void addCrisisActions(ConsoleContext& c) {
    const auto active = [&c] { return c.programme.crisis().active; };
    const auto possible = [&c] { return c.programme.pulse().programmePresent && !c.programme.crisis().active; };
    const auto present = [&c] { return c.programme.pulse().programmePresent; };
    c.actions.add({QStringLiteral("crisis.activate"), Menu::Crisis, ActionText::tr("Activate crisis response…"),
                   keysOf("Ctrl+Shift+A"), QStringLiteral("siren"), Danger::Typed, [&c] { c.commands.activateCrisis(); },
                   possible, {}, 0, {}});
    c.actions.add({QStringLiteral("crisis.preview"), Menu::Crisis, ActionText::tr("Preview load shedding…"), {},
                   QStringLiteral("info"), Danger::None, [&c] { c.commands.previewShedding(); }, present, {}, 0, {}});
    c.actions.add({QStringLiteral("crisis.deactivate"), Menu::Crisis, ActionText::tr("Deactivate crisis response…"),
                   keysOf("Ctrl+Shift+D"), QStringLiteral("check"), Danger::Confirm,
                   [&c] { c.commands.deactivateCrisis(); }, active, {}, 1, {}});
    c.actions.add({QStringLiteral("crisis.recovery"), Menu::Crisis, ActionText::tr("Recovery plan…"), {},
                   QStringLiteral("retry"), Danger::None, [&c] { c.commands.recoveryPlan(); }, active, {}, 1, {}});
    c.actions.add({QStringLiteral("crisis.log"), Menu::Crisis, ActionText::tr("Crisis log…"), {}, QStringLiteral("tasks"),
                   Danger::None, [&c] { c.commands.crisisLog(); }, {}, {}, 2, {}});
}

void addPageActions(ConsoleContext& c) {
    int number = 1;
    for (const PageEntry& page : pageEntries()) {
        c.actions.add({QStringLiteral("view.") + page.id, Menu::View, page.title,
                       number < 10 ? QKeySequence(QStringLiteral("Ctrl+%1").arg(number)) : QKeySequence(), page.icon,
                       Danger::None, [&c, id = page.id] { c.navigator.showPage(id); }, {}, {}, 0, {}});
        ++number;
    }
}

void addToolActions(ConsoleContext& c) {
    const auto present = [&c] { return c.programme.pulse().programmePresent; };
    const auto run = [&](const char* id, const QString& text, const char* type) {
        c.actions.add({QString::fromLatin1(id), Menu::Tools, text, {}, QStringLiteral("play"), Danger::None,
                       [&c, type = std::string(type)] { c.commands.runNow(type); },
                       [&c, present, type = std::string(type)] { return present() && c.engine.registry().find(type); },
                       {}, 0, {}});
    };
    run("tools.healthCheck", ActionText::tr("Run health check now"), "resilience_health_check");
    run("tools.contingency", ActionText::tr("Run contingency analysis now"), "resilience_contingency");
    run("tools.forecast", ActionText::tr("Run utilization forecast now"), "resilience_utilization_forecast");
    run("tools.metrics", ActionText::tr("Compute metrics now"), "metrics_computation");
    c.actions.add({QStringLiteral("tools.engine"), Menu::Tools, ActionText::tr("Engine status…"), {},
                   QStringLiteral("info"), Danger::None, [&c] { c.commands.engineStatus(); }, {}, {}, 1, {}});
    c.actions.add({QStringLiteral("file.sample"), Menu::File, ActionText::tr("Open the sample programme"), {},
                   QStringLiteral("programme"), Danger::None, [&c] { c.commands.createSample(); },
                   [&c, present] { return c.programme.stats() && !present(); }, {}, 0, {}});
    c.actions.add({QStringLiteral("file.import"), Menu::File, ActionText::tr("Import from CSV…"), keysOf("Ctrl+I"),
                   QStringLiteral("import"), Danger::None, [&c] { c.commands.importProgramme(); }, {}, {}, 0, {}});
    c.actions.add({QStringLiteral("file.folder"), Menu::File, ActionText::tr("Open data directory"), {},
                   QStringLiteral("folder"), Danger::None, [&c] { c.commands.openDataFolder(); }, {}, {}, 1, {}});
    c.actions.add({QStringLiteral("help.shortcuts"), Menu::Help, ActionText::tr("Keyboard shortcuts…"), keysOf("F1"), {},
                   Danger::None, [&c] { c.commands.shortcuts(); }, {}, {}, 0, {}});
    c.actions.add({QStringLiteral("help.about"), Menu::Help, ActionText::tr("About Beatwarden…"), {}, {}, Danger::None,
                   [&c] { c.commands.about(); }, {}, {}, 1, {}});
}

} // namespace

void registerWorkspaceActions(ConsoleContext& context) {
    addTaskActions(context);
    addQueueActions(context);
    addScheduleActions(context);
    addCrisisActions(context);
    addPageActions(context);
    addToolActions(context);
}

} // namespace ui::window
