#pragma once

#include "ui/window/EngineHolder.h"
#include "ui/window/MainWindow.h"
#include "ui/window/Tour.h"

#include <QElapsedTimer>
#include <QObject>
#include <QPointer>
#include <QTimer>

#include <nlohmann/json.hpp>

#include <deque>
#include <set>

namespace ui::dialogs {
class ScheduleEditor;
}

namespace ui::window {

/// Thread: gui. The visit of the console with a camera: a list of steps, each with something to do and a fact to wait
/// for. Nothing sleeps; a fact that does not come within the step's time ends the tour with its name.
class TourScript : public QObject {
    Q_OBJECT
  public:
    TourScript(EngineStarter starter, const ConsoleOptions& console, const TourOptions& options);
    ~TourScript() override;
    void start();

  Q_SIGNALS:
    /// Empty: everything was visited.
    void finished(const QString& problem);

  private:
    struct Step {
        QString name;
        std::function<void()> act;
        std::function<bool()> until; ///< empty: at once
        std::function<void()> then;  ///< when the fact is there
    };
    void add(const QString& name, std::function<void()> act, std::function<bool()> until = {},
             std::function<void()> then = {});
    void advance();
    void fail(const QString& why);
    void finish();

    // The script, in TourSteps.cpp.
    void planScenario();
    /// Entries that fire while the scenario runs, so that their history has something of everything; then they go at
    /// the pace of a ward.
    void addSchedules();
    void settleSchedules();
    void planTheme(TourTheme theme);
    void planPages(const QString& theme);
    void planTaskDetails(const QString& theme);
    void planSchedules(const QString& theme);
    void planDialogs(const QString& theme);
    void planCrisis(const QString& theme);
    void addPage(const QString& id, const QString& name, const QString& theme);
    /// Opens something by `open`, waits until a dialog is there and `ready`, takes the picture, closes it.
    void addDialog(const QString& name, const QString& theme, std::function<void()> open,
                   std::function<bool()> ready = {});
    void addTask(const QString& title, const std::string& type, const core::base::Json& params,
                 core::task::TaskState end);
    void trigger(const QString& action);
    void submit(const core::engine::Submission& submission);
    void askSchedules(std::function<core::base::Result<void>(core::engine::ScheduleService&)> ask);
    core::engine::ScheduleEntry scheduleNamed(const std::string& name) const;
    dialogs::ScheduleEditor* editor() const;
    bool isOver(const core::task::TaskId& id, core::task::TaskState state) const;

    // The camera.
    void picture(const QString& name, const QString& theme, qint64 firstPaintMs);
    QWidget* dialog() const;
    bool eventFilter(QObject* watched, QEvent* event) override;
    void watchPaint(QWidget* widget);

    Workspace& workspace() { return *m_window.workspace(); }
    ConsoleContext& context() { return m_window.workspace()->context(); }

    const TourOptions m_options;
    QElapsedTimer m_sinceStart;
    Settings m_settings;
    style::Appearance m_appearance;
    MainWindow m_window;
    EngineHolder m_holder;
    std::deque<Step> m_steps;
    bool m_acted = false;
    QElapsedTimer m_sinceAct;
    QTimer m_timer;
    qint64 m_windowPaintMs = -1;
    QPointer<QWidget> m_watched;
    QElapsedTimer m_sinceWatch;
    qint64 m_paintMs = -1;
    core::base::Json m_pages = core::base::Json::array();
    std::map<core::task::TaskId, core::task::TaskState> m_states; ///< of the tasks that events named
    std::map<std::string, core::task::Task> m_byTitle;            ///< tasks that the script comes back to
    std::optional<core::task::Task> m_submitted;
    std::optional<core::base::Error> m_refused;
    int m_bursts = 0;
    std::optional<std::vector<core::engine::ScheduleEntry>> m_schedules; ///< as they were after the last change
};

} // namespace ui::window
