#include "ui/window/Commands.h"

#include "ui/dialogs/BackfillDialog.h"
#include "ui/dialogs/ConfirmDialog.h"
#include "ui/dialogs/ScheduleEditor.h"
#include "ui/dialogs/ScheduleTexts.h"
#include "ui/style/Format.h"
#include "ui/style/Words.h"

#include <QClipboard>
#include <QGuiApplication>

// The commands of the Schedule menu.

namespace ui::window {

using core::base::Json;
using core::base::Result;
using core::engine::Engine;
using core::engine::ScheduleEntry;
using core::task::Schedule;
using style::toQString;

void Commands::newSchedule() {
    auto* editor = new dialogs::ScheduleEditor(m_context, m_window);
    connect(editor, &dialogs::ScheduleEditor::saved, this,
            [this](const ScheduleEntry& entry) { done(tr("Schedule %1 was added.").arg(toQString(entry.name))); });
    editor->open();
}

void Commands::editSchedule(const ScheduleEntry& entry) {
    auto* editor = new dialogs::ScheduleEditor(m_context, entry, m_window);
    connect(editor, &dialogs::ScheduleEditor::saved, this,
            [this](const ScheduleEntry& saved) { done(tr("Schedule %1 was changed.").arg(toQString(saved.name))); });
    editor->open();
}

void Commands::runSchedule(const ScheduleEntry& entry) {
    m_context.calls.call(
        this,
        [name = entry.name, actor = m_context.actor](Engine& engine) { return engine.schedules().runNow(name, actor); },
        [this](const Result<core::task::Task>& task) {
            if (task)
                taskStarted(*task);
            else
                failed(task.error());
        });
}

void Commands::switchSchedule(const ScheduleEntry& entry, Switch state) {
    const bool on = state == Switch::On;
    send([name = entry.name, on, actor = m_context.actor](
             Engine& engine) { return engine.schedules().setEnabled(name, on, actor); },
         [name = entry.name, on](const Result<void>&) {
             return on ? tr("Schedule %1 fires again.").arg(toQString(name))
                       : tr("Schedule %1 is disabled.").arg(toQString(name));
         });
}

void Commands::backfill(const ScheduleEntry& entry) {
    auto* dialog = new dialogs::BackfillDialog(m_context, entry, m_window);
    connect(dialog, &dialogs::BackfillDialog::backfilled, this,
            [this, type = entry.type](const core::engine::BackfillResult& result) { backfilled(type, result); });
    dialog->open();
}

void Commands::backfilled(const std::string& type, const core::engine::BackfillResult& result) {
    QString text = tr("Tasks made: %1.").arg(style::count(int64_t(result.tasks.size())));
    if (!result.skipped.empty())
        text += tr(" Instants skipped, since something became of them meanwhile: %1.")
                    .arg(style::count(int64_t(result.skipped.size())));
    if (result.tasks.empty()) {
        done(text);
        return;
    }
    TaskQuery query;
    query.type = type;
    query.search = toQString(result.tag);
    m_context.navigator.offer(text, {tr("Show tasks"), [this, query] { m_context.navigator.showTasks(query); }});
}

void Commands::resetSchedule(const ScheduleEntry& entry) {
    dialogs::ask(m_window,
                 {tr("Reset schedule %1").arg(toQString(entry.name)),
                  tr("What was changed in this entry is undone; it fires again as it came with the program. The changes "
                     "stay in the audit trail."),
                  dialogs::differenceLines(core::task::toJson(entry), entry.shipped),
                  tr("Reset the entry"),
                  dialogs::VerbKind::Danger,
                  {}},
                 [this, seen = Schedule(entry)] {
                     send([seen, actor = m_context.actor](
                              Engine& engine) { return engine.schedules().reset(seen.name, seen, actor); },
                          [](const Result<ScheduleEntry>& reset) {
                              return tr("Schedule %1 is as it came with the program.").arg(toQString(reset->name));
                          });
                 });
}

void Commands::removeSchedule(const ScheduleEntry& entry) {
    dialogs::ask(m_window,
                 {tr("Remove schedule %1").arg(toQString(entry.name)),
                  tr("It fires no more. Its tasks and its history stay. This cannot be undone."),
                  {tr("Task  %1").arg(style::titleOf(m_context.engine.registry().find(entry.type), entry.type)),
                   tr("Fires  %1").arg(style::scheduleWords(entry))},
                  tr("Remove the entry"),
                  dialogs::VerbKind::Danger,
                  {}},
                 [this, seen = Schedule(entry)] {
                     send([seen, actor = m_context.actor](
                              Engine& engine) { return engine.schedules().remove(seen.name, seen, actor); },
                          [name = seen.name](const Result<void>&) {
                              return tr("Schedule %1 was removed.").arg(toQString(name));
                          });
                 });
}

void Commands::copyScheduleCommand(const ScheduleEntry& entry) {
    QGuiApplication::clipboard()->setText(commandLineOf(entry));
    done(entry.builtIn ? tr("Copied the command line that changes an entry into this one.")
                       : tr("Copied the command line that adds this entry."));
}

QString commandLineOf(const ScheduleEntry& entry) {
    static constexpr std::pair<const char*, const char*> kOptions[] = {
        {"type", "--type"},        {"cron", "--cron"},          {"every_seconds", "--every"},
        {"once_at", "--once"},     {"zone", "--zone"},          {"params", "--params"},
        {"starts_at", "--starts"}, {"ends_at", "--ends"},       {"catch_up", "--catch-up"},
        {"overlap", "--overlap"},  {"max_lateness_seconds", "--max-lateness"},
        {"expires_seconds", "--expires"}, {"spread_seconds", "--spread"}, {"priority", "--priority"}};
    const Json document = core::task::toJson(entry);
    QString line = QStringLiteral("beatwarden beat %1 %2")
                       .arg(entry.builtIn ? QStringLiteral("change") : QStringLiteral("add"), shellWord(entry.name));
    for (const auto& [key, option] : kOptions)
        if (const auto value = document.find(key); value != document.end())
            line += QStringLiteral(" %1 %2").arg(
                QLatin1String(option), shellWord(value->is_string() ? value->get<std::string>() : core::base::dumpJson(*value)));
    if (!entry.enabled)
        line += QStringLiteral(" && beatwarden beat disable %1").arg(shellWord(entry.name));
    return line;
}

} // namespace ui::window
