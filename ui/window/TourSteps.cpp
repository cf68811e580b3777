#include "ui/window/TourScript.h"

#include "ui/dialogs/BackfillDialog.h"
#include "ui/dialogs/CrisisDialogs.h"
#include "ui/dialogs/LaunchDialog.h"
#include "ui/dialogs/ProgrammeDialogs.h"
#include "ui/dialogs/SchemaForm.h"
#include "ui/dialogs/ShedPreview.h"
#include "ui/pages/queues/QueuesPage.h"
#include "ui/pages/tasks/TaskDetailPane.h"
#include "ui/pages/tasks/TasksPage.h"

#include "ui/delegates/Table.h"
#include "ui/window/NoticeBar.h"

#include <QDialog>
#include <QFile>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QTabWidget>

// What the tour does, step by step: the scenario once, then every page and dialog in each theme.

namespace ui::window {

using core::base::Json;
using core::task::TaskState;

namespace {

constexpr const char* kReason = "Influenza outbreak: five residents and two faculty out for a week";
constexpr const char* kEndReason = "Staffing is back to normal after the outbreak";
constexpr const char* kApprover = "Dr. R. Alvarez";
/// Seconds of history that the charts show before the first picture.
constexpr size_t kChartSeconds = 60;

/// When a queue is paused and resumed during the bursts.
struct Rest {
    int second;
    const char* queue;
    bool rests;
};
constexpr Rest kRests[] = {{10, "metrics", true},  {22, "metrics", false},    {28, "resilience", true},
                           {36, "resilience", false}, {44, "metrics", true}, {55, "metrics", false}};

/// Three absences of which none can be taken; the path of the file.
QString writeRefusedAbsences(const std::filesystem::path& folder) {
    QFile file(QString::fromStdString((folder / "absences.csv").string()));
    if (file.open(QIODevice::WriteOnly))
        file.write("Person,Type,Start Date,End Date,Notes\n"
                   "Nobody Known,VAC,2026-12-01,2026-12-05,\n"
                   "Somebody Else,SICK,2026-02-30,2026-03-02,\n"
                   "Another Person,CONF,2027-01-09,2027-01-05,\n");
    return file.fileName();
}

pages::tasks::TasksPage* tasksPage(Workspace& workspace) {
    return qobject_cast<pages::tasks::TasksPage*>(workspace.page(QStringLiteral("tasks")));
}

Json object(std::initializer_list<std::pair<const char*, Json>> fields) {
    Json json = Json::object();
    for (const auto& [name, value] : fields)
        json[name] = value;
    return json;
}

} // namespace

void TourScript::trigger(const QString& action) {
    context().actions.refresh();
    context().actions.find(action)->trigger();
}

void TourScript::submit(const core::engine::Submission& submission) {
    m_submitted.reset();
    context().calls.call(
        this,
        [submission, actor = context().actor](core::engine::Engine& engine) {
            return engine.tasks().submit(submission, actor);
        },
        [this](const core::base::Result<core::task::Task>& task) {
            if (task)
                m_submitted = *task;
            else
                m_refused = task.error();
        });
}

bool TourScript::isOver(const core::task::TaskId& id, TaskState state) const {
    const auto found = m_states.find(id);
    return found != m_states.end() && found->second == state;
}

void TourScript::addTask(const QString& title, const std::string& type, const Json& params, TaskState end) {
    add(tr("%1 is accepted").arg(title),
        [this, type, params] {
            core::engine::Submission submission;
            submission.type = type;
            submission.params = params;
            submit(submission);
        },
        [this] { return m_submitted.has_value(); },
        [this, key = title.toStdString()] { m_byTitle[key] = *m_submitted; });
    add(tr("%1 ends").arg(title), [] {},
        [this, key = title.toStdString(), end] { return isOver(m_byTitle[key].id, end); });
}

void TourScript::planScenario() {
    add(tr("two schedules are added"), [this] { addSchedules(); }, [this] { return m_schedules.has_value(); });
    addTask(QStringLiteral("health"), "resilience_health_check", Json::object(), TaskState::Success);
    addTask(QStringLiteral("contingency"), "resilience_contingency", object({{"days_ahead", 90}}), TaskState::Success);
    addTask(QStringLiteral("forecast"), "resilience_utilization_forecast", Json::object(), TaskState::Success);
    addTask(QStringLiteral("metrics"), "metrics_computation", Json::object(), TaskState::Success);
    // Valid words, but there is no crisis to end: the task fails for good.
    addTask(QStringLiteral("failing"), "resilience_crisis_deactivation",
            object({{"reason", kEndReason}, {"approved_by", kApprover}}), TaskState::Failure);
    add(tr("a task waits for tomorrow"),
        [this] {
            core::engine::Submission submission;
            submission.type = "resilience_contingency";
            submission.countdown = std::chrono::hours(24);
            submit(submission);
        },
        [this] { return m_submitted.has_value(); });
    add(tr("a task is cancelled"),
        [this] {
            core::engine::Submission submission;
            submission.type = "metrics_computation";
            submission.countdown = std::chrono::hours(1);
            submit(submission);
        },
        [this] { return m_submitted.has_value(); }, [this] { context().commands.cancel(*m_submitted); });
    add(tr("it is revoked"), [] {}, [this] { return isOver(m_submitted->id, TaskState::Revoked); });
    add(tr("the charts have something to show"), [] {}, [this] {
        static constexpr std::array kTypes{"resilience_health_check", "metrics_computation", "resilience_contingency",
                                           "resilience_utilization_forecast"};
        const core::base::Instant now = context().engine.clock().now();
        size_t known = 0;
        for (const auto& point : context().engine.series().read("rate.success", core::metrics::Resolution::Second,
                                                                now - std::chrono::seconds(120), now))
            known += point.value.has_value();
        // A burst with every new second, of changing size, while a queue rests now and then: lines that a person would
        // see on a busy morning.
        if (int(known) > m_bursts) {
            m_bursts = int(known);
            for (const auto& [second, queue, rests] : kRests)
                if (m_bursts == second)
                    rests ? context().commands.pauseQueue(queue) : context().commands.resumeQueue(queue);
            for (int i = 0; i < 1 + (m_bursts * 5) % 7; ++i) {
                core::engine::Submission submission;
                submission.type = kTypes[size_t(m_bursts + i) % kTypes.size()];
                submit(submission);
            }
        }
        return known >= kChartSeconds;
    });
    add(tr("the schedules go at their pace"), [this] { settleSchedules(); }, [this] { return m_schedules.has_value(); });
    add(tr("the bursts are done"), [] {}, [this] { return context().engine.runningSnapshot().empty(); });
}

void TourScript::planTheme(TourTheme theme) {
    const bool dark = theme == TourTheme::Dark;
    const QString name = dark ? QStringLiteral("dark") : QStringLiteral("light");
    add(tr("the theme is %1").arg(name), [this, dark] {
        m_appearance.setChoice(dark ? style::ThemeChoice::Dark : style::ThemeChoice::Light);
        m_window.resize(m_options.size);
    });
    planPages(name);
    planSchedules(name);
    planTaskDetails(name);
    planDialogs(name);
    planCrisis(name);
}

void TourScript::addPage(const QString& id, const QString& name, const QString& theme) {
    add(tr("page %1 has content").arg(id),
        [this, id] {
            watchPaint(workspace().page(id));
            workspace().showPage(id);
            workspace().currentPage()->update();
        },
        [this] { return m_paintMs >= 0 && workspace().currentPage()->isSettled(); },
        [this, name, theme] { picture(name, theme, m_paintMs); });
}

void TourScript::planPages(const QString& theme) {
    add(tr("work is under way"), [this] {
        workspace().findChild<NoticeBar*>()->hide();
        for (const char* type : {"resilience_contingency", "resilience_utilization_forecast", "metrics_computation"}) {
            core::engine::Submission submission;
            submission.type = type;
            submit(submission);
        }
    });
    addPage(QStringLiteral("overview"), QStringLiteral("overview"), theme);
    addPage(QStringLiteral("queues"), QStringLiteral("queues"), theme);
    addPage(QStringLiteral("workers"), QStringLiteral("workers"), theme);
    addPage(QStringLiteral("programme"), QStringLiteral("programme"), theme);
}

void TourScript::planTaskDetails(const QString& theme) {
    const auto show = [this, theme](const QString& picture, const std::string& title, int tab) {
        add(tr("the detail of %1 is read").arg(QString::fromStdString(title)),
            [this, title, tab] {
                workspace().showTask(m_byTitle[title].id);
                tasksPage(workspace())->detail()->tabs()->setCurrentIndex(tab);
                watchPaint(workspace().currentPage());
            },
            [this, title] {
                const auto* page = tasksPage(workspace());
                return m_paintMs >= 0 && page->isSettled() && page->detail()->shownId() == m_byTitle[title].id &&
                       page->table()->currentIndex().isValid() &&
                       page->model()->keyAt(page->table()->currentIndex().row()) == m_byTitle[title].key;
            },
            [this, picture, theme] { this->picture(picture, theme, m_paintMs); });
    };
    show(QStringLiteral("tasks"), "contingency", 0);
    show(QStringLiteral("tasks-parameters"), "contingency", 1);
    show(QStringLiteral("tasks-result"), "contingency", 2);
    show(QStringLiteral("tasks-error"), "failing", 3);
    show(QStringLiteral("tasks-log"), "contingency", 4);
    show(QStringLiteral("tasks-history"), "contingency", 5);
}

void TourScript::addDialog(const QString& name, const QString& theme, std::function<void()> open,
                           std::function<bool()> ready) {
    add(tr("dialog %1 opens").arg(name), std::move(open), [this] { return dialog() != nullptr; },
        [this] { watchPaint(dialog()); });
    add(tr("dialog %1 has content").arg(name),
        [this] {
            if (m_paintMs < 0)
                dialog()->update();
        },
        [this, ready = std::move(ready)] { return m_paintMs >= 0 && (!ready || ready()); },
        [this, name, theme] {
            picture(QStringLiteral("dialog-") + name, theme, m_paintMs);
            dialog()->close();
        });
    add(tr("dialog %1 closes").arg(name), [] {}, [this] { return dialog() == nullptr; });
}

void TourScript::planDialogs(const QString& theme) {
    addDialog(QStringLiteral("launch"), theme, [this] { context().commands.launch("resilience_contingency"); });
    addDialog(QStringLiteral("launch-refused"), theme, [this] {
        context().commands.launch("resilience_contingency");
        auto* launch = qobject_cast<dialogs::LaunchDialog*>(dialog());
        if (auto* days = launch ? qobject_cast<QLineEdit*>(launch->form()->editorOf("days_ahead")) : nullptr)
            days->setText(QStringLiteral("4000"));
        if (launch)
            launch->findChild<QPushButton*>(QStringLiteral("verb"))->click();
    });
    addDialog(QStringLiteral("retry-with-changes"), theme,
              [this] { context().commands.retryWithChanges(m_byTitle["contingency"]); });
    addDialog(QStringLiteral("purge"), theme, [this] {
        for (const auto& queue : context().engine.queueSnapshot())
            if (queue.of(TaskState::Scheduled) > 0)
                return context().commands.purgeQueue(queue);
    });
    addDialog(QStringLiteral("cancel-running"), theme, [this] {
        core::task::Task running = m_byTitle["contingency"];
        running.state = TaskState::Started;
        running.attempt = 1;
        context().commands.cancel(running);
    });
    addDialog(QStringLiteral("backfill"), theme,
              [this] {
                  context().calls.call(
                      this,
                      [](core::engine::Engine& engine) { return engine.schedules().find("resilience-contingency-analysis"); },
                      [this](const core::base::Result<core::engine::ScheduleEntry>& entry) {
                          if (!entry)
                              return fail(QString::fromStdString(entry.error().text()));
                          context().commands.backfill(*entry);
                          dialog()->findChild<QPushButton*>(QStringLiteral("lastWeek"))->click();
                      });
              },
              [this] { return qobject_cast<dialogs::BackfillDialog*>(dialog())->isSettled(); });
    addDialog(QStringLiteral("preview-shedding"), theme, [this] { trigger(QStringLiteral("crisis.preview")); },
              [this] { return dialog()->findChild<dialogs::ShedPreview*>()->preview().has_value(); });
    addDialog(QStringLiteral("import"), theme,
              [this] {
                  const QString path = writeRefusedAbsences(context().engine.dataDirectory());
                  context().commands.importProgramme();
                  if (auto* import = qobject_cast<dialogs::ImportDialog*>(dialog())) {
                      import->setPath(path);
                      import->check();
                  }
              },
              [this] { return dialog()->findChild<delegates::Table*>()->model()->rowCount() > 0; });
    addDialog(QStringLiteral("engine"), theme, [this] { trigger(QStringLiteral("tools.engine")); });
    addDialog(QStringLiteral("shortcuts"), theme, [this] { trigger(QStringLiteral("help.shortcuts")); });
    addDialog(QStringLiteral("about"), theme, [this] { trigger(QStringLiteral("help.about")); });
    addDialog(QStringLiteral("palette"), theme, [this] { trigger(QStringLiteral("view.palette")); });
}

void TourScript::planCrisis(const QString& theme) {
    const auto press = [this] { dialog()->findChild<QPushButton*>(QStringLiteral("verb"))->click(); };
    const auto type = [this](const char* field, const char* text) {
        if (auto* line = dialog()->findChild<QLineEdit*>(QString::fromLatin1(field)))
            line->setText(QString::fromUtf8(text));
        else if (auto* area = dialog()->findChild<QPlainTextEdit*>(QString::fromLatin1(field)))
            area->setPlainText(QString::fromUtf8(text));
    };
    add(tr("the activation dialog opens"), [this] { trigger(QStringLiteral("crisis.activate")); },
        [this] { return dialog() != nullptr; });
    add(tr("the preview is computed"),
        [this, type] {
            qobject_cast<dialogs::ActivateCrisisDialog*>(dialog())->chooseSeverity("severe");
            type("reason", kReason);
            type("approver", kApprover);
            type("typedConfirmation", "severe");
            watchPaint(dialog());
        },
        [this] {
            return m_paintMs >= 0 && dialog()->findChild<dialogs::ShedPreview*>()->preview().has_value();
        },
        [this, theme] { picture(QStringLiteral("dialog-crisis-activate"), theme, m_paintMs); });
    add(tr("the crisis is active"), press,
        [this] { return dialog() == nullptr && context().programme.crisis().active; });
    addPage(QStringLiteral("overview"), QStringLiteral("overview-crisis"), theme);
    addPage(QStringLiteral("programme"), QStringLiteral("programme-crisis"), theme);
    addDialog(QStringLiteral("recovery-plan"), theme, [this] { trigger(QStringLiteral("crisis.recovery")); });
    add(tr("the deactivation dialog opens"), [this] { trigger(QStringLiteral("crisis.deactivate")); },
        [this] { return dialog() != nullptr; });
    add(tr("the deactivation is filled in"),
        [this, type] {
            type("reason", kEndReason);
            type("approver", kApprover);
            watchPaint(dialog());
        },
        [this] { return m_paintMs >= 0; },
        [this, theme] { picture(QStringLiteral("dialog-crisis-deactivate"), theme, m_paintMs); });
    add(tr("the crisis is over"), press,
        [this] { return dialog() == nullptr && !context().programme.crisis().active; });
    addDialog(QStringLiteral("crisis-log"), theme, [this] { trigger(QStringLiteral("crisis.log")); },
              [this] {
                  const auto* table = dialog()->findChild<delegates::Table*>();
                  return table && table->model()->rowCount() > 0;
              });
}

} // namespace ui::window
