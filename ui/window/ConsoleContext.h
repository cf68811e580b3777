#pragma once

#include "core/engine/Engine.h"
#include "ui/models/EngineCalls.h"
#include "ui/models/EngineFeed.h"
#include "ui/models/ProgrammeWatch.h"
#include "ui/models/Selection.h"
#include "ui/style/Appearance.h"
#include "ui/window/ActionRegistry.h"
#include "ui/window/Settings.h"

namespace ui::window {

class Commands;

/// Which tasks the Tasks page is to show.
struct TaskQuery {
    std::vector<core::task::TaskState> states;
    std::string queue;
    std::string type;
    QString search;
};

enum class NoticeKind { Done, Problem };

/// Thread: gui. How a page leads somewhere else and says what came of something.
class Navigator {
  public:
    virtual ~Navigator() = default;
    virtual void showPage(const QString& id) = 0;
    virtual void showTasks(const TaskQuery& query) = 0;
    virtual void showTask(const core::task::TaskId& id) = 0;
    /// A line above the pages: fades for Done, stays for Problem until dismissed.
    virtual void notice(NoticeKind kind, const QString& text) = 0;
    /// As a notice of something done, with a button that can take it back while it is shown.
    virtual void offerUndo(const QString& text, int milliseconds, std::function<void()> undo) = 0;
};

/// What every page is made with. The references outlive all pages.
struct ConsoleContext {
    core::engine::Engine& engine;
    models::EngineCalls& calls;
    models::EngineFeed& feed;
    models::ProgrammeWatch& programme;
    models::Selection& selection;
    Settings& settings;
    ActionRegistry& actions;
    Navigator& navigator;
    Commands& commands;
    core::engine::Actor actor;
};

} // namespace ui::window
