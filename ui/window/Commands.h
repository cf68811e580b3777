#pragma once

#include "ui/window/ConsoleContext.h"

#include <QObject>

namespace ui::window {

/// Thread: gui. What the actions do: ask where it is due, send the command to the engine, say what came of it. Every
/// command gets the object as the person saw it, never "whatever is marked by now".
class Commands : public QObject {
    Q_OBJECT
  public:
    /// `window` is the parent of dialogs.
    Commands(ConsoleContext& context, QWidget* window);

    void launch(const std::string& type = {});
    /// Submits a type with its defaults, without a form.
    void runNow(const std::string& type);
    void cancel(const core::task::Task& task);
    void retry(const core::task::Task& task);
    void retryWithChanges(const core::task::Task& task);
    /// The tasks with these row keys, as they were shown; asks, then gives ten seconds to undo.
    void doToMany(core::store::BulkKind kind, std::vector<int64_t> keys);
    void copyAsJson(const core::task::Task& task);
    void copyAsCommand(const core::task::Task& task);
    void copyId(const core::task::Task& task);

    void pauseQueue(const std::string& queue);
    void resumeQueue(const std::string& queue);
    void purgeQueue(const core::engine::QueueStatus& queue);

    void newSchedule();
    void editSchedule(const core::engine::ScheduleEntry& entry);
    void runSchedule(const core::engine::ScheduleEntry& entry);
    enum class Switch { Off, On };
    void switchSchedule(const core::engine::ScheduleEntry& entry, Switch state);
    /// Shows what would be undone, and undoes no more than that.
    void resetSchedule(const core::engine::ScheduleEntry& entry);
    void removeSchedule(const core::engine::ScheduleEntry& entry);
    void copyScheduleCommand(const core::engine::ScheduleEntry& entry);
    /// Asks which of the entry's missed instants get a task.
    void backfill(const core::engine::ScheduleEntry& entry);

    void activateCrisis();
    void deactivateCrisis();
    void previewShedding();
    void recoveryPlan();
    void crisisLog();

    void createSample();
    void importProgramme();

    void engineStatus();
    void shortcuts();
    void about();
    void openDataFolder();

  Q_SIGNALS:
    void launched(const core::task::Task& task);
    void sampleStarted();
    void sampleEnded();

  private:
    void done(const QString& text);
    void failed(const core::base::Error& error);
    /// Sends `command`; says `text` of its result, or what went wrong.
    template <class Command, class Text>
    void send(Command command, Text text) {
        m_context.calls.call(this, std::move(command), [this, text = std::move(text)](auto answer) {
            if (answer)
                done(text(answer));
            else
                failed(answer.error());
        });
    }
    void sendCancel(const core::task::TaskId& id);
    void taskStarted(const core::task::Task& task);
    void bulkBegun(const core::store::BulkAct& act);
    void backfilled(const std::string& type, const core::engine::BackfillResult& result);

    ConsoleContext& m_context;
    QWidget* m_window;
};

/// Adds every action of the workspace to its registry: one line each, in WorkspaceActions.cpp.
void registerWorkspaceActions(ConsoleContext& context);
/// The shell words that start the same task again.
QString commandLineOf(const core::task::Task& task);
/// The shell words that give an engine the same entry; one that came with the program is changed into it.
QString commandLineOf(const core::engine::ScheduleEntry& entry);
/// A word for a shell, between single quotes where it needs them.
QString shellWord(const std::string& text);

} // namespace ui::window
