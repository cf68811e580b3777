#include "ui/window/TourScript.h"

#include "ui/dialogs/ScheduleEditor.h"
#include "ui/dialogs/ScheduleForm.h"
#include "ui/pages/schedules/ComingPane.h"
#include "ui/pages/schedules/ScheduleDetail.h"
#include "ui/pages/schedules/SchedulesPage.h"

#include <QDialog>
#include <QPushButton>
#include <QTabWidget>

// What the tour does with schedules: some history, the page, the calendar, the editor.

namespace ui::window {

void TourScript::addSchedules() {
    // One fires while its queue rests: an instant is passed over. The other gives its tasks too little time to wait.
    core::task::Schedule board;
    board.name = "ward-board";
    board.type = "metrics_computation";
    board.every = std::chrono::seconds(3);
    core::task::Schedule watch;
    watch.name = "night-float-watch";
    watch.type = "resilience_utilization_forecast";
    watch.every = std::chrono::seconds(6);
    watch.expires = std::chrono::seconds(3);
    askSchedules([board, watch, actor = context().actor](core::engine::ScheduleService& schedules) -> core::base::Result<void> {
        for (const core::task::Schedule& schedule : {board, watch})
            if (auto added = schedules.add(schedule, actor); !added)
                return added.error();
        return {};
    });
}

void TourScript::settleSchedules() {
    askSchedules([actor = context().actor](core::engine::ScheduleService& schedules) -> core::base::Result<void> {
        const auto change = [&](const std::string& name, const std::string& cron, const std::string& zone) {
            core::task::Schedule schedule = *schedules.find(name);
            schedule.every = std::chrono::seconds(0);
            schedule.expires.reset();
            schedule.cron = cron;
            schedule.zone = zone;
            return schedules.change(schedule, std::nullopt, actor);
        };
        for (const auto& changed : {change("ward-board", "*/10 6-20 * * *", "America/New_York"),
                                    change("night-float-watch", "30 2 * * *", "America/New_York"),
                                    change("resilience-utilization-forecast", "0 5 * * 1-5", "UTC")})
            if (!changed)
                return changed.error();
        return {};
    });
}

/// Asks the service, and reads the entries as they are then.
void TourScript::askSchedules(std::function<core::base::Result<void>(core::engine::ScheduleService&)> ask) {
    m_schedules.reset();
    context().calls.call(
        this,
        [ask = std::move(ask)](core::engine::Engine& engine) -> core::base::Result<std::vector<core::engine::ScheduleEntry>> {
            if (const auto done = ask(engine.schedules()); !done)
                return done.error();
            return engine.schedules().list();
        },
        [this](core::base::Result<std::vector<core::engine::ScheduleEntry>> entries) {
            if (!entries)
                m_refused = entries.error();
            else
                m_schedules = std::move(*entries);
        });
}

core::engine::ScheduleEntry TourScript::scheduleNamed(const std::string& name) const {
    for (const core::engine::ScheduleEntry& entry : *m_schedules)
        if (entry.name == name)
            return entry;
    return {};
}

void TourScript::planSchedules(const QString& theme) {
    const auto page = [this] {
        return qobject_cast<pages::schedules::SchedulesPage*>(workspace().page(QStringLiteral("schedules")));
    };
    addPage(QStringLiteral("schedules"), QStringLiteral("schedules-first"), theme);
    const auto show = [this, page, theme](const QString& picture, std::function<void()> act, std::function<bool()> ready) {
        add(tr("%1 has content").arg(picture),
            [this, act = std::move(act)] {
                act();
                watchPaint(workspace().currentPage());
                workspace().currentPage()->update();
            },
            [this, page, ready = std::move(ready)] { return m_paintMs >= 0 && page()->isSettled() && ready(); },
            [this, picture, theme] { this->picture(picture, theme, m_paintMs); });
    };
    show(QStringLiteral("schedules"), [page] { page()->showEntry(QStringLiteral("ward-board")); },
         [page] { return page()->detail()->history()->rowCount() > 0 && page()->detail()->instants()->rowCount() > 0; });
    show(QStringLiteral("schedules-coming"),
         [page] { page()->tabs()->setCurrentIndex(pages::schedules::SchedulesPage::Coming); },
         [page] { return page()->coming()->firings()->rowCount() > 0; });
    add(tr("the entries are shown again"),
        [page] { page()->tabs()->setCurrentIndex(pages::schedules::SchedulesPage::Entries); });
    addDialog(QStringLiteral("schedule-edit"), theme,
              [this] { context().commands.editSchedule(scheduleNamed("night-float-watch")); }, [this] { return editor()->isSettled(); });
    addDialog(QStringLiteral("schedule-new-refused"), theme,
              [this] {
                  context().commands.newSchedule();
                  core::task::Schedule schedule;
                  schedule.name = "evening rounds";
                  schedule.type = "resilience_contingency";
                  schedule.cron = "0 25 * * *";
                  editor()->form()->setSchedule(schedule);
                  editor()->findChild<QPushButton*>(QStringLiteral("verb"))->click();
              },
              [this] { return !editor()->problem().isEmpty(); });
    addDialog(QStringLiteral("schedule-reset"), theme,
              [this] { context().commands.resetSchedule(scheduleNamed("resilience-utilization-forecast")); });
}

dialogs::ScheduleEditor* TourScript::editor() const {
    return qobject_cast<dialogs::ScheduleEditor*>(dialog());
}

} // namespace ui::window
