#include "ui/window/Commands.h"

#include "ui/dialogs/ConfirmDialog.h"
#include "ui/dialogs/CrisisDialogs.h"
#include "ui/dialogs/EngineDialog.h"
#include "ui/dialogs/LaunchDialog.h"
#include "ui/dialogs/ProgrammeDialogs.h"
#include "ui/style/Format.h"
#include "ui/style/Words.h"

#include <QClipboard>
#include <QDesktopServices>
#include <QGuiApplication>
#include <QUrl>

#include <algorithm>
#include <cctype>
#include <cstring>

namespace ui::window {

using core::base::Result;
using core::engine::Engine;
using core::task::Task;
using style::toQString;

Commands::Commands(ConsoleContext& context, QWidget* window) : m_context(context), m_window(window) {}

void Commands::done(const QString& text) {
    m_context.navigator.notice(NoticeKind::Done, text);
}

void Commands::failed(const core::base::Error& error) {
    m_context.navigator.notice(NoticeKind::Problem, style::errorText(error));
}

void Commands::taskStarted(const Task& task) {
    m_context.navigator.offer(
        tr("%1 was submitted as %2.")
            .arg(style::titleOf(m_context.engine.registry().find(task.type), task.type), style::shortId(task.id.text)),
        {tr("Open the task"), [this, id = task.id] { m_context.navigator.showTask(id); }});
    Q_EMIT launched(task);
}

void Commands::launch(const std::string& type) {
    auto* dialog = new dialogs::LaunchDialog(m_context, type, m_window);
    connect(dialog, &dialogs::LaunchDialog::launched, this, &Commands::taskStarted);
    dialog->open();
}

void Commands::runNow(const std::string& type) {
    core::engine::Submission submission;
    submission.type = type;
    m_context.calls.call(
        this,
        [submission, actor = m_context.actor](Engine& engine) { return engine.tasks().submit(submission, actor); },
        [this](const Result<Task>& task) {
            if (task)
                taskStarted(*task);
            else
                failed(task.error());
        });
}

void Commands::cancel(const Task& task) {
    if (task.state != core::task::TaskState::Started) {
        sendCancel(task.id);
        return;
    }
    const QString title = style::titleOf(m_context.engine.registry().find(task.type), task.type);
    dialogs::ask(m_window,
                 {tr("Cancel a running task"),
                  tr("Its worker is asked to stop and is killed if it does not. What the task has computed so far is lost; "
                     "nothing of it was written."),
                  {tr("Task  %1").arg(toQString(task.id.text)), tr("Type  %1").arg(title),
                   tr("State  %1, attempt %2").arg(style::word(task.state)).arg(task.attempt)},
                  tr("Cancel the task"),
                  dialogs::VerbKind::Danger,
                  {}},
                 [this, id = task.id] { sendCancel(id); });
}

void Commands::sendCancel(const core::task::TaskId& id) {
    send([id, actor = m_context.actor](Engine& engine) { return engine.tasks().cancel(id, actor); },
         [](const Result<Task>& task) {
             return task->state == core::task::TaskState::Revoked
                        ? tr("Task %1 is cancelled.").arg(style::shortId(task->id.text))
                        : tr("Task %1 was asked to stop.").arg(style::shortId(task->id.text));
         });
}

void Commands::retry(const Task& task) {
    m_context.calls.call(
        this,
        [id = task.id, actor = m_context.actor](Engine& engine) {
            return engine.tasks().retry(id, std::nullopt, actor);
        },
        [this](const Result<Task>& answer) {
            if (answer)
                taskStarted(*answer);
            else
                failed(answer.error());
        });
}

void Commands::retryWithChanges(const Task& task) {
    // Rows of the table come without parameters: the whole task is read first.
    m_context.calls.call(
        this, [id = task.id](Engine& engine) { return engine.tasks().find(id); },
        [this](const Result<Task>& whole) {
            if (!whole) {
                failed(whole.error());
                return;
            }
            auto* dialog = new dialogs::LaunchDialog(m_context, *whole, m_window);
            connect(dialog, &dialogs::LaunchDialog::launched, this, &Commands::taskStarted);
            dialog->open();
        });
}

void Commands::doToMany(core::store::BulkKind kind, std::vector<int64_t> keys) {
    if (keys.empty())
        return;
    const bool cancel = kind == core::store::BulkKind::Cancel;
    const QString count = style::count(qint64(keys.size()));
    dialogs::ask(m_window,
                 {cancel ? tr("Cancel all shown tasks") : tr("Retry all shown tasks"),
                  cancel ? tr("Waiting ones are cancelled, running ones are asked to stop; those that have ended are left "
                              "alone. For ten seconds it can be undone.")
                         : tr("A new task is started for each one that has ended; the others are left alone. For ten "
                              "seconds it can be undone."),
                  {tr("Tasks shown now  %1").arg(count), tr("Tasks that come later are not touched.")},
                  cancel ? tr("Cancel %1 tasks").arg(count) : tr("Retry %1 tasks").arg(count),
                  cancel ? dialogs::VerbKind::Danger : dialogs::VerbKind::Primary,
                  {}},
                 [this, kind, keys = std::move(keys)] {
                     core::engine::BulkRequest request;
                     request.kind = kind;
                     request.keys = keys;
                     m_context.calls.call(
                         this,
                         [request, actor = m_context.actor](Engine& engine) { return engine.bulk().begin(request, actor); },
                         [this](const Result<core::store::BulkAct>& act) {
                             if (act)
                                 bulkBegun(*act);
                             else
                                 failed(act.error());
                         });
                 });
}

void Commands::bulkBegun(const core::store::BulkAct& act) {
    const QString count = style::count(act.total);
    const auto hold = act.dueAt - act.createdAt;
    const QString text = act.kind == core::store::BulkKind::Cancel ? tr("%1 tasks will be cancelled in %2 seconds.")
                                                                   : tr("%1 tasks will be retried in %2 seconds.");
    const auto undo = [this, id = act.id] {
        send([id, actor = m_context.actor](Engine& engine) { return engine.bulk().undo(id, actor); },
             [](const Result<core::store::BulkAct>& undone) {
                 return tr("Undone: nothing was done to the %1 tasks.").arg(style::count(undone->total));
             });
    };
    m_context.navigator.offer(text.arg(count).arg(hold.count() / 1000), {tr("Undo"), undo, int(hold.count())});
}

void Commands::copyAsJson(const Task& task) {
    send([id = task.id](Engine& engine) { return engine.tasks().find(id); },
         [](const Result<Task>& whole) {
             QGuiApplication::clipboard()->setText(toQString(core::base::prettyJson(core::task::toDocument(*whole))));
             return tr("Copied task %1 as JSON.").arg(style::shortId(whole->id.text));
         });
}

void Commands::copyAsCommand(const Task& task) {
    send([id = task.id](Engine& engine) { return engine.tasks().find(id); },
         [](const Result<Task>& whole) {
             QGuiApplication::clipboard()->setText(commandLineOf(*whole));
             return tr("Copied the command line that starts this task.");
         });
}

void Commands::copyId(const Task& task) {
    QGuiApplication::clipboard()->setText(toQString(task.id.text));
    done(tr("Copied the task id."));
}

void Commands::pauseQueue(const std::string& queue) {
    send([queue, actor = m_context.actor](Engine& engine) { return engine.queues().pause(queue, actor); },
         [queue](const Result<void>&) {
             return tr("Queue %1 is paused: running tasks go on, waiting ones stay.").arg(toQString(queue));
         });
}

void Commands::resumeQueue(const std::string& queue) {
    send([queue, actor = m_context.actor](Engine& engine) { return engine.queues().resume(queue, actor); },
         [queue](const Result<void>&) { return tr("Queue %1 runs again.").arg(toQString(queue)); });
}

void Commands::purgeQueue(const core::engine::QueueStatus& queue) {
    using S = core::task::TaskState;
    const int64_t waiting = queue.of(S::Pending) + queue.of(S::Scheduled) + queue.of(S::Retry);
    dialogs::ask(m_window,
                 {tr("Purge queue %1").arg(toQString(queue.name)),
                  tr("Everything that waits in the queue is revoked. Running tasks go on. This cannot be undone."),
                  {tr("Waiting tasks: %1 (%2 pending, %3 scheduled, %4 to be retried)")
                       .arg(style::count(waiting), style::count(queue.of(S::Pending)),
                            style::count(queue.of(S::Scheduled)), style::count(queue.of(S::Retry)))},
                  tr("Purge queue"),
                  dialogs::VerbKind::Danger,
                  toQString(queue.name)},
                 [this, name = queue.name] {
                     send([name, actor = m_context.actor](Engine& engine) { return engine.queues().purge(name, actor); },
                          [name](const Result<int64_t>& revoked) {
                              return tr("Queue %2 was purged; tasks revoked: %1.").arg(style::count(*revoked), toQString(name));
                          });
                 });
}

void Commands::activateCrisis() {
    auto* dialog = new dialogs::ActivateCrisisDialog(m_context, m_window);
    connect(dialog, &dialogs::CrisisTaskDialog::succeeded, this, [this](const Task& task) {
        done(tr("Crisis response is active (task %1).").arg(style::shortId(task.id.text)));
        m_context.programme.refresh();
    });
    dialog->open();
}

void Commands::deactivateCrisis() {
    auto* dialog = new dialogs::DeactivateCrisisDialog(m_context, m_window);
    connect(dialog, &dialogs::CrisisTaskDialog::succeeded, this, [this](const Task& task) {
        done(tr("The crisis is over; suspended activities come back (task %1).").arg(style::shortId(task.id.text)));
        m_context.programme.refresh();
    });
    dialog->open();
}

void Commands::previewShedding() {
    (new dialogs::PreviewSheddingDialog(m_context, m_window))->open();
}

void Commands::recoveryPlan() {
    (new dialogs::RecoveryPlanDialog(m_context, m_window))->open();
}

void Commands::crisisLog() {
    (new dialogs::CrisisLogDialog(m_context, m_window))->open();
}

void Commands::createSample() {
    Q_EMIT sampleStarted();
    m_context.calls.call(
        this,
        [actor = m_context.actor](Engine& engine) { return engine.programme().createSample({}, actor); },
        [this](const Result<core::programme::Stats>& stats) {
            if (stats) {
                done(tr("%1 is open: %2 residents, %3 faculty, %4 assignments.")
                         .arg(toQString(stats->name), style::count(stats->residents), style::count(stats->faculty),
                              style::count(stats->assignments)));
            } else {
                failed(stats.error());
            }
            m_context.programme.refresh();
            Q_EMIT sampleEnded();
            // A new programme has no figures yet: the first check fills the strip within seconds.
            if (stats)
                for (const char* type : {"resilience_health_check", "metrics_computation"})
                    if (m_context.engine.registry().find(type))
                        runNow(type);
        });
}

void Commands::importProgramme() {
    (new dialogs::ImportDialog(m_context, m_window))->open();
}

void Commands::engineStatus() {
    (new dialogs::EngineDialog(m_context, m_window))->open();
}

void Commands::shortcuts() {
    (new dialogs::ShortcutsDialog(m_context.actions, m_window))->open();
}

void Commands::about() {
    (new dialogs::AboutDialog(m_context.engine.status(), m_context.engine.dataDirectory(), m_window))->open();
}

void Commands::openDataFolder() {
    const QString folder = QString::fromStdString(m_context.engine.dataDirectory().string());
    if (!QDesktopServices::openUrl(QUrl::fromLocalFile(folder)))
        m_context.navigator.notice(NoticeKind::Problem,
                                   tr("No file manager could be opened. The data directory is %1.").arg(folder));
}

QString shellWord(const std::string& text) {
    const auto plain = [](unsigned char c) { return std::isalnum(c) || std::strchr("-_./:,@%+", c); };
    QString word = toQString(text);
    if (!text.empty() && std::all_of(text.begin(), text.end(), plain))
        return word;
    return QLatin1Char('\'') + word.replace(QLatin1Char('\''), QLatin1String("'\\''")) + QLatin1Char('\'');
}

QString commandLineOf(const Task& task) {
    QString line = QStringLiteral("beatwarden task start %1").arg(shellWord(task.type));
    if (!task.params.empty())
        line += QStringLiteral(" --params %1").arg(shellWord(core::base::dumpJson(task.params)));
    if (task.priority != core::task::kDefaultPriority)
        line += QStringLiteral(" --priority %1").arg(task.priority);
    return line;
}

} // namespace ui::window
